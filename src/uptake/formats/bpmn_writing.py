"""Writing processes as BPMN 2.0, with a diagram that modelling tools show and change.

What is written and read again allows the same. Who is meant to do a task is its lane; those of whom
several may are named in the task as well. Names come back to the letter: tools take line
breaks and runs of blanks as they like, so a name that has such is written a second time. Source:
OMG (2013), Business Process Model and Notation 2.0.2, chapters 8, 10 and 12.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from uptake.formats.bpmn_elements import EXACT_NAME
from uptake.formats.bpmn_lanes import Lanes, lanes_of
from uptake.formats.bpmn_placing import SIZES, Box, Sheet, placed
from uptake.formats.bpmn_sketch import Drawn, Sketch, sketch_of_net, sketch_of_tree
from uptake.formats.xml_text import xml_text
from uptake.methods.process.nets import Net
from uptake.methods.process.trees import Tree

_OWN: Final = "urn:uptake:model"
_SPACES: Final = {
    "bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "di": "http://www.omg.org/spec/DD/20100524/DI",
    "uptake": _OWN,
}

Roles = Mapping[str, Sequence[str]]
"""Who is meant to do an activity, by its name."""


def bpmn_text(
    model: Tree | Net, *, name: str, roles: Roles | None = None, notes: Sequence[str] = ()
) -> str:
    """The model as BPMN; ``notes`` are kept as the documentation of the process.

    Raises:
        UnusableFileError: BPMN cannot say it, or it would be too large to be read again.
    """
    sketch = sketch_of_tree(model) if isinstance(model, Tree) else sketch_of_net(model)
    spaces = " ".join(f'xmlns:{short}="{long}"' for short, long in _SPACES.items())
    meant = roles or {}
    lanes = lanes_of(sketch, meant)
    lines = (
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<bpmn:definitions {spaces} id="definitions" targetNamespace="{_OWN}" exporter="Uptake">',
        *_pool(name, lanes),
        f'<bpmn:process id="process" name="{xml_text(name)}" isExecutable="false">',
        *(f"<bpmn:documentation>{xml_text(note)}</bpmn:documentation>" for note in notes),
        *_lanes(lanes),
        *_nodes(sketch, meant),
        *_flows(sketch),
        "</bpmn:process>",
        *_diagram(sketch, placed(sketch, lanes)),
        "</bpmn:definitions>",
    )
    return "\n".join(lines) + "\n"


def _pool(name: str, lanes: Lanes | None) -> Iterator[str]:
    """The pool around lanes, without which tools show none."""
    if lanes is not None:
        yield '<bpmn:collaboration id="collaboration">'
        yield f'<bpmn:participant id="pool" name="{xml_text(name)}" processRef="process"/>'
        yield "</bpmn:collaboration>"


def _lanes(lanes: Lanes | None) -> Iterator[str]:
    if lanes is None:
        return
    yield '<bpmn:laneSet id="lanes">'
    for place, name in enumerate(lanes.names):
        named = f' name="{xml_text(name)}"' if name else ""
        yield f'<bpmn:lane id="lane{place}"{named}>'
        inside = (at for at, lane in enumerate(lanes.of) if lane == place)
        yield from (f"<bpmn:flowNodeRef>n{at}</bpmn:flowNodeRef>" for at in inside)
        yield "</bpmn:lane>"
    yield "</bpmn:laneSet>"


def _nodes(sketch: Sketch, roles: Roles) -> Iterator[str]:
    into: dict[int, list[int]] = {}
    out_of: dict[int, list[int]] = {}
    for number, (source, target) in enumerate(sketch.flows):
        out_of.setdefault(source, []).append(number)
        into.setdefault(target, []).append(number)
    for at, (kind, name) in enumerate(sketch.nodes):
        yield f'<bpmn:{kind} id="n{at}"{_named(name)}{_direction(kind, into, out_of, at)}>'
        yield from (f"<bpmn:incoming>f{number}</bpmn:incoming>" for number in into.get(at, ()))
        yield from (f"<bpmn:outgoing>f{number}</bpmn:outgoing>" for number in out_of.get(at, ()))
        several = roles.get(name, ()) if name else ()
        for place, role in enumerate(several if len(several) > 1 else ()):
            yield f'<bpmn:potentialOwner id="n{at}_role{place}" name="{xml_text(role)}"/>'
        yield f"</bpmn:{kind}>"


def _named(name: str) -> str:
    """The name of a task, and once more to the letter where tools would change it."""
    if not name:
        return ""
    is_plain = name == " ".join(name.split())
    exact = "" if is_plain else f' uptake:{EXACT_NAME}="{xml_text(name)}"'
    return f' name="{xml_text(name)}"{exact}'


def _direction(
    kind: Drawn, into: Mapping[int, list[int]], out_of: Mapping[int, list[int]], at: int
) -> str:
    if not kind.endswith("Gateway"):
        return ""
    splits, joins = len(out_of.get(at, ())) > 1, len(into.get(at, ())) > 1
    direction = {
        (True, False): "Diverging",
        (False, True): "Converging",
        (True, True): "Mixed",
        (False, False): "Unspecified",
    }[splits, joins]
    return f' gatewayDirection="{direction}"'


def _flows(sketch: Sketch) -> Iterator[str]:
    for number, (source, target) in enumerate(sketch.flows):
        yield f'<bpmn:sequenceFlow id="f{number}" sourceRef="n{source}" targetRef="n{target}"/>'


def _diagram(sketch: Sketch, sheet: Sheet) -> Iterator[str]:
    whole = "collaboration" if sheet.pool else "process"
    yield '<bpmndi:BPMNDiagram id="diagram">'
    yield f'<bpmndi:BPMNPlane id="plane" bpmnElement="{whole}">'
    for name, box in _boxes(sheet):
        bounds = (
            f'x="{box.x:.0f}" y="{box.y:.0f}" width="{box.width:.0f}" height="{box.height:.0f}"'
        )
        yield (
            f'<bpmndi:BPMNShape id="{name}_shape" bpmnElement="{name}" isHorizontal="true">'
            f"<dc:Bounds {bounds}/></bpmndi:BPMNShape>"
        )
    for at, ((kind, _name), (x, y)) in enumerate(zip(sketch.nodes, sheet.corners, strict=True)):
        width, height = SIZES[kind]
        marker = ' isMarkerVisible="true"' if kind is Drawn.EXCLUSIVE else ""
        yield (
            f'<bpmndi:BPMNShape id="n{at}_shape" bpmnElement="n{at}"{marker}>'
            f'<dc:Bounds x="{x:.0f}" y="{y:.0f}" width="{width}" height="{height}"/>'
            "</bpmndi:BPMNShape>"
        )
    for number, way in enumerate(sheet.ways):
        points = "".join(f'<di:waypoint x="{x:.0f}" y="{y:.0f}"/>' for x, y in way)
        yield (
            f'<bpmndi:BPMNEdge id="f{number}_edge" bpmnElement="f{number}">{points}'
            "</bpmndi:BPMNEdge>"
        )
    yield "</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>"


def _boxes(sheet: Sheet) -> Iterator[tuple[str, Box]]:
    """The pool and its lanes by the names of their elements."""
    if sheet.pool is not None:
        yield "pool", sheet.pool
    yield from ((f"lane{place}", box) for place, box in enumerate(sheet.lanes))
