"""Processes drawn in BPMN 2.0, as nets that allow what the drawing allows.

An arrow is a place. Activities are steps that are seen; gateways and events are not. Gateways that
wait for whatever may still arrive, parts that are done when nothing is left in them, interruptions
and terminations look beyond the places they are tied to: a drawing with such is played out state
by state, up to a bound beyond which it is refused. Source: OMG (2013), Business Process Model and
Notation 2.0.2, chapter 13; R. Dijkman, M. Dumas, C. Ouyang (2008), Information and Software
Technology 50.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from uptake.formats.bpmn_elements import Drawing, Kind, Node, Scope
from uptake.formats.bpmn_laying import Laid, Laying
from uptake.formats.drawn_model import DrawnModel, Left
from uptake.formats.errors import UnusableFileError
from uptake.formats.xml_tree import Element, read_tree
from uptake.methods.process.guarded import MOST_STATES, GuardedNet, TooManyStates
from uptake.methods.process.nets import Net
from uptake.methods.process.reduction import reduce_net


def read_bpmn(path: Path) -> DrawnModel:
    """Read a drawing; of several processes in it the one with the most activities.

    Raises:
        UnusableFileError: it is no BPMN, draws nothing, or cannot be played; the text says where.
    """
    return bpmn_of(read_tree(path, what="drawing"), name=path.name)


def bpmn_of(root: Element, *, name: str) -> DrawnModel:
    """Read a drawing from the tree of its file; the same refusals."""
    if root.name != "definitions":
        raise UnusableFileError(
            f"{name} is XML, but no drawing in BPMN: its first element is {root.name[:80]}."
        )
    drawing = Drawing(root, file=name)
    process, at = _chosen(drawing)
    laying = Laying(drawing)
    laid = laying.scope(process)
    net = _net(laying, laid, drawing, process)
    pool = drawing.pools.get(drawing.ids[at], "")
    nodes = list(process.everything())
    return DrawnModel(
        name=process.name or pool or Path(name).stem,
        net=net,
        roles=_roles(drawing, process, ""),
        events=tuple(dict.fromkeys(node.name for node in nodes if node.name and _is_event(node))),
        left=tuple(sorted(drawing.left, key=lambda left: left.line)),
    )


def _chosen(drawing: Drawing) -> tuple[Scope, int]:
    """The process with the most activities; the others are named as left out."""
    drawn = [at for at, process in enumerate(drawing.processes) if process.nodes]
    if not drawn:
        raise UnusableFileError(f"{drawing.file} draws no process: export one with activities.")
    chosen = max(drawn, key=lambda at: len(list(_activities(drawing.processes[at]))))
    for at in drawn:
        if at != chosen:
            done = (
                f"is left out, because {_named(drawing, chosen)} has the most activities: export "
                "it to a file of its own to measure it"
            )
            drawing.left.append(Left(_named(drawing, at), drawing.processes[at].line, done))
    return drawing.processes[chosen], chosen


def _named(drawing: Drawing, at: int) -> str:
    """A process by its name, or else by that of its pool."""
    process = drawing.processes[at]
    name = process.name or drawing.pools.get(drawing.ids[at], "")
    return f"the process {name!r}" if name else f"the process on line {process.line}"


def _activities(process: Scope) -> Iterator[Node]:
    return (node for node in process.everything() if node.kind is Kind.ACTIVITY)


def _is_event(node: Node) -> bool:
    return node.kind in (Kind.START, Kind.END, Kind.TERMINATE, Kind.EVENT, Kind.BOUNDARY)


def _net(laying: Laying, laid: Laid, drawing: Drawing, process: Scope) -> Net:
    guarded = GuardedNet(tuple(laying.steps), laying.places, laid.begin, laid.end)
    if guarded.is_plain:
        return reduce_net(guarded.plain())
    try:
        return reduce_net(guarded.played_out())
    except TooManyStates:
        raise drawing.refused(
            process.line,
            f"it has more than {MOST_STATES:,} states, and {laying.waits()} in it depend on all of "
            "them: draw inclusive gateways as exclusive or parallel ones, or measure a part alone.",
        ) from None


def _roles(drawing: Drawing, scope: Scope, lane: str) -> dict[str, tuple[str, ...]]:
    """Who is meant to do each activity, by its name: whom it names, or else the lane that it or
    its part is drawn in."""
    found: dict[str, tuple[str, ...]] = {}
    for node in scope.nodes.values():
        own = drawing.lanes.get(node.id, lane)
        inner = _roles(drawing, node.part, own) if node.part else {}
        named = node.owners or ((own,) if own else ())
        if node.kind is Kind.ACTIVITY and node.name and named:
            inner = {node.name: named}
        for name, lanes in inner.items():
            found[name] = tuple(dict.fromkeys((*found.get(name, ()), *lanes)))
    return found
