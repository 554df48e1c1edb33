"""Petri nets in PNML, the standard's XML, as ProM, pm4py and others write them.

Source: ISO/IEC 15909-2, place/transition nets. Final markings are no part of the standard; they
are read where ProM and pm4py write them. A net with several final markings gets an end of its own
to which a step that nobody sees leads from each of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from uptake.formats.drawn_model import DrawnModel
from uptake.formats.errors import UnusableFileError
from uptake.formats.xml_tree import Element, read_tree, tree_of
from uptake.methods.process.nets import Net, Transition

MOST_NODES: Final = 20_000
"""Places and transitions of a net."""

MOST_TOKENS: Final = 10_000
"""Tokens on one place, or taken or given by one arc."""

MOST_REFERENCES: Final = 16
"""Pages through which one node is referred to."""

INVISIBLE: Final = "$invisible$"
OWN: Final = "Uptake"
"""The tool that is said where an activity that everybody sees is called like one that nobody does.
"""
TAU: Final = frozenset({"", "tau", "τ", INVISIBLE})
"""Names that mean that nobody sees the step."""


def read_pnml(path: Path) -> DrawnModel:
    """Read a net.

    Raises:
        UnusableFileError: it is no PNML, holds no net or several, uses arcs that only some tools
            know, or does not say where a case begins or ends.
    """
    return pnml_of(read_tree(path, what="net"), name=path.name)


def pnml_from_text(text: str, *, name: str) -> DrawnModel:
    """Read a net from text; ``name`` is what sentences of refusal call it."""
    return pnml_of(
        tree_of(iter([text.encode("utf-8", "replace")]), name=name, what="net"), name=name
    )


def pnml_of(root: Element, *, name: str) -> DrawnModel:
    """Read a net from the tree of its file."""
    if root.name != "pnml":
        raise UnusableFileError(
            f"{name} is XML, but no Petri net in PNML: its first element is {root.name[:80]}."
        )
    nets = list(root.all("net"))
    if len(nets) != 1:
        raise UnusableFileError(
            f"{name} holds {len(nets)} nets: export a file with the one that is meant."
        )
    return _Reader(name, nets[0]).model()


@dataclass(slots=True)
class _Arcs:
    """What a transition takes and gives, by the id of the place."""

    element: Element
    takes: Counter[str] = field(default_factory=Counter)
    gives: Counter[str] = field(default_factory=Counter)


class _Reader:
    """One net being read."""

    def __init__(self, file: str, net: Element) -> None:
        self._file = file
        self._net = net
        self._places: dict[str, Element] = {}
        self._steps: dict[str, _Arcs] = {}
        self._same: dict[str, str] = {}

    def model(self) -> DrawnModel:
        """The whole net."""
        parts = list(_parts_of(self._net))
        self._take_nodes(parts)
        for part in parts:
            if part.name == "arc":
                self._take_arc(part)
        number = {place: at for at, place in enumerate(self._places)}
        transitions = [
            Transition(
                _label(arcs.element),
                tuple((number[place], tokens) for place, tokens in arcs.takes.items()),
                tuple((number[place], tokens) for place, tokens in arcs.gives.items()),
            )
            for arcs in self._steps.values()
        ]
        begin = self._initial()
        start = [begin.get(place, 0) for place in self._places]
        ends = self._final()
        if len(ends) == 1:
            end = [ends[0].get(place, 0) for place in self._places]
        else:
            transitions += [
                Transition(None, _tokens(number, one), ((len(start), 1),)) for one in ends
            ]
            start, end = [*start, 0], [*([0] * len(start)), 1]
        name = self._net.said("name", "text") or Path(self._file).stem
        return DrawnModel(name, Net(tuple(transitions), tuple(start), tuple(end)))

    def _refused(self, at: Element, problem: str) -> UnusableFileError:
        return UnusableFileError(f"{self._file}, line {at.line}: {problem}")

    def _take_nodes(self, parts: list[Element]) -> None:
        for part in parts:
            name = part.get("id")
            if part.name in ("place", "transition"):
                if not name or name in self._places or name in self._steps:
                    raise self._refused(part, f"each {part.name} needs an id of its own.")
                if part.name == "place":
                    self._places[name] = part
                else:
                    self._steps[name] = _Arcs(part)
            elif part.name in ("referencePlace", "referenceTransition"):
                self._same[name] = part.get("ref")
        if not self._steps or not self._places:
            raise self._refused(self._net, "the net has no places or no transitions: draw it.")
        if len(self._places) + len(self._steps) > MOST_NODES:
            raise self._refused(self._net, f"the net has more than {MOST_NODES:,} nodes.")

    def _meant(self, at: Element, attribute: str) -> str:
        """The node that an arc is tied to, through references of other pages."""
        name = at.get(attribute)
        for _page in range(MOST_REFERENCES):
            name = self._same.get(name, name)
        if name not in self._places and name not in self._steps:
            raise self._refused(at, f"an arc is tied to {name[:80]!r}, which is not in the net.")
        return name

    def _take_arc(self, arc: Element) -> None:
        typed = arc.first("type")
        kind = arc.said("arctype", "text") or (typed.get("value") if typed else "") or "normal"
        if kind.lower() != "normal":
            problem = f"a {kind[:40]} arc is not supported: draw it with places and normal arcs."
            raise self._refused(arc, problem)
        source, target = self._meant(arc, "source"), self._meant(arc, "target")
        weight = self._number(arc, arc.said("inscription", "text") or "1", least=1)
        if source in self._places and target in self._steps:
            self._steps[target].takes[source] += weight
        elif source in self._steps and target in self._places:
            self._steps[source].gives[target] += weight
        else:
            raise self._refused(arc, "an arc leads from a place to a transition or back.")

    def _number(self, at: Element, text: str, *, least: int = 0) -> int:
        plain = text.rpartition(",")[2].strip()  # some tools write a colour before the number
        if not plain.isdecimal() or len(plain) > 9 or not least <= int(plain) <= MOST_TOKENS:
            raise self._refused(at, f"{text[:40]!r} is no number of tokens.")
        return int(plain)

    def _initial(self) -> dict[str, int]:
        """The tokens at the start; without any, one on the only place that nothing leads to."""
        said = {
            place: self._number(at, at.said("initialMarking", "text") or "0")
            for place, at in self._places.items()
        }
        if any(said.values()):
            return said
        return {self._only(self._taken() - self._given(), "start: write an initial marking"): 1}

    def _final(self) -> list[dict[str, int]]:
        """Every final marking; without any, one token on the only place that nothing leaves."""
        found = []
        for markings in (*self._net.all("finalmarkings"), *self._net.all("finalMarkings")):
            for marking in markings.all("marking"):
                tokens = {
                    self._marked(place): self._number(place, place.said("text") or "1")
                    for place in marking.all("place")
                }
                if any(tokens.values()) and tokens not in found:
                    found.append(tokens)
        if found:
            return found
        return [{self._only(self._given() - self._taken(), "end: write a final marking"): 1}]

    def _taken(self) -> set[str]:
        return {place for arcs in self._steps.values() for place in arcs.takes}

    def _given(self) -> set[str]:
        return {place for arcs in self._steps.values() for place in arcs.gives}

    def _marked(self, at: Element) -> str:
        name = self._meant(at, "idref")
        if name not in self._places:
            raise self._refused(at, f"{name[:80]!r} is marked and is no place.")
        return name

    def _only(self, free: set[str], what: str) -> str:
        if len(free) != 1:
            problem = f"the net does not say where a case has its {what}"
            instead = f"or draw one place there and not {len(free)}"
            raise self._refused(self._net, f"{problem}, {instead}.")
        return free.pop()


def _tokens(number: dict[str, int], marking: dict[str, int]) -> tuple[tuple[int, int], ...]:
    return tuple((number[place], tokens) for place, tokens in marking.items() if tokens)


def _parts_of(net: Element) -> Iterator[Element]:
    """Everything on the net itself and on its pages, within each other too."""
    for child in net.children:
        if child.name == "page":
            yield from _parts_of(child)
        else:
            yield child


def _label(step: Element) -> str | None:
    """The name of a transition, to the letter where ProM's part says it so; None where its file
    says that nobody sees it."""
    for said in step.all("toolspecific"):
        hidden = [p for p in said.all("property") if p.get("key") == "invisible"]
        is_hidden = INVISIBLE in said.get("activity") and said.get("tool") != OWN
        if is_hidden or any(p.text.strip() == "true" for p in hidden):
            return None
    if step.first("name") is None:
        return step.get("id")
    name = step.said("name", "text")
    exact = [said.attributes.get("activity", "") for said in step.all("toolspecific")]
    if name.casefold() in TAU and not any(exact):
        return None
    return next((each for each in exact if each and " ".join(each.split()) == name), name) or None
