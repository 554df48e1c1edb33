"""Laying out a drawing as steps over places: what each node takes and gives."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, combinations, product
from typing import Final

from uptake.formats.bpmn_blocks import Blocks, find_blocks
from uptake.formats.bpmn_elements import Again, Drawing, Flow, Kind, Node, Scope
from uptake.formats.drawn_model import Left
from uptake.methods.process.guarded import GuardedNet, GuardedStep

MOST_BRANCHES: Final = 10
"""Branches of which any may be taken together."""

MOST_STEPS: Final = 60_000
"""Steps of a net that a drawing becomes."""

MOST_BORDERS: Final = 4
"""Events on the border of one activity that let it go on."""

Ways = list[tuple[int, ...]]
"""Each a set of places that get a token together."""


@dataclass(frozen=True, slots=True)
class Laid:
    """A scope as laid out: where it begins and ends, and the places within.

    ``end`` is None where it is done only when nothing is left on any of its places. ``is_single``:
    there is never more than one token.
    """

    begin: int
    end: int | None
    inner: frozenset[int]
    is_single: bool


@dataclass(slots=True)
class _Tied:
    """The arrows of one scope, by the node they lead to and the node they come from; the events on
    the border of each activity."""

    scope: Scope
    end: int
    into: dict[str, list[int]]
    out_of: dict[str, list[tuple[int, Flow]]]
    borders: dict[str, list[Node]]
    blocks: Blocks = field(default_factory=Blocks)


class Laying:
    """The steps and places so far."""

    def __init__(self, drawing: Drawing) -> None:
        self.steps: list[GuardedStep] = []
        self.places = 0
        self._drawing = drawing
        self._kinds: set[str] = set()

    def waits(self) -> str:
        """What of the drawing depends on everything else, for a sentence."""
        return " and ".join(sorted(self._kinds)) or "its parts"

    def scope(self, scope: Scope, *, is_part: bool = False) -> Laid:
        """Lay out a process or a part of one."""
        first_place, first_step = self.places, len(self.steps)
        begin, end = self._place(), self._place()
        tied = self._tie(scope, end)
        self._begin(tied, begin)
        tied.blocks = find_blocks(scope.nodes, tied.into, tied.out_of)
        for node in scope.nodes.values():
            self._lay(node, tied)
        inner = frozenset(range(first_place, self.places))
        own = self.steps[first_step:]
        is_single = all(len(s.gives) < 2 and not s.joins and not s.empty for s in own)
        if not is_single:
            own = [self._terminating(step, end, inner) for step in own]
        is_proper: bool | None = True
        if not is_single:
            is_proper = GuardedNet(tuple(own), self.places, begin, end).ends_alone()
        if is_proper is None and is_part:
            is_proper = True
            done = "has very many states and is taken to be done when its end is reached"
            self._drawing.left.append(Left(f"the part {scope.name!r}", scope.line, done))
        if not is_proper:
            own = [replace(s, gives=tuple(p for p in s.gives if p != end)) for s in own]
        self.steps[first_step:] = [
            replace(step, clears=frozenset()) if is_single else step for step in own
        ]
        return Laid(begin, end if is_proper else None, inner, is_single)

    def _terminating(self, step: GuardedStep, end: int, inner: frozenset[int]) -> GuardedStep:
        """A termination empties its whole scope; any other step is what it is."""
        if step.clears != frozenset({end}):
            return step
        self._kinds.add("terminating ends")
        return replace(step, clears=inner)

    def _place(self) -> int:
        self.places += 1
        return self.places - 1

    def _step(self, label: str | None, takes: Iterable[int], gives: Iterable[int]) -> None:
        if len(self.steps) == MOST_STEPS:
            problem = (
                f"it becomes more than {MOST_STEPS:,} steps: draw fewer conditions and arrows."
            )
            raise self._drawing.refused(1, problem)
        self.steps.append(GuardedStep(label, tuple(takes), tuple(gives)))

    def _tie(self, scope: Scope, end: int) -> _Tied:
        into: dict[str, list[int]] = {name: [] for name in scope.nodes}
        out_of: dict[str, list[tuple[int, Flow]]] = {name: [] for name in scope.nodes}
        borders: dict[str, list[Node]] = {}
        for node in scope.nodes.values():
            if node.kind is Kind.BOUNDARY:
                borders.setdefault(node.on, []).append(node)
        tied = _Tied(scope, end, into, out_of, borders)
        for flow in scope.flows:
            if self._is_drawn(flow, scope):
                place = self._place()
                tied.out_of[flow.source].append((place, flow))
                tied.into[flow.target].append(place)
        links = {n.link: n.id for n in scope.nodes.values() if n.link and tied.out_of[n.id]}
        for node in scope.nodes.values():
            if node.link and not tied.out_of[node.id]:
                if node.link not in links:
                    raise self._drawing.refused(node.line, f"the link {node.link!r} leads nowhere.")
                place, target = self._place(), links[node.link]
                flow = Flow("", node.id, target, is_conditional=False, line=node.line)
                tied.out_of[node.id].append((place, flow))
                tied.into[target].append(place)
        return tied

    def _is_drawn(self, flow: Flow, scope: Scope) -> bool:
        for end in (flow.source, flow.target):
            if end in self._drawing.dropped:
                return False
            if end not in scope.nodes:
                problem = f"an arrow is tied to {end[:80]!r}, which is not drawn beside it."
                raise self._drawing.refused(flow.line, problem)
        return True

    def _begin(self, tied: _Tied, begin: int) -> None:
        """A case begins with a start event; without any, with all that nothing leads to."""
        free = [
            node
            for node in tied.scope.nodes.values()
            if not tied.into[node.id] and node.kind is not Kind.BOUNDARY
        ]
        starts = [node for node in free if node.kind is Kind.START]
        for start in starts:
            place = self._place()
            self._step(None, (begin,), (place,))
            tied.into[start.id].append(place)
        if starts:
            for node in free:
                if node.kind is not Kind.START:
                    self._drawing.leave(
                        node, "the node", "is reached by no arrow: it never happens"
                    )
            return
        if not free:
            problem = "nothing begins here: draw a start event with an arrow to the first step."
            raise self._drawing.refused(tied.scope.line, problem)
        places = [self._place() for _node in free]
        self._step(None, (begin,), places)
        for node, place in zip(free, places, strict=True):
            tied.into[node.id].append(place)

    def _lay(self, node: Node, tied: _Tied) -> None:
        into = tied.into[node.id]
        match node.kind:
            case Kind.BOUNDARY:
                host = tied.scope.nodes.get(node.on)
                if host is None or host.kind not in (Kind.ACTIVITY, Kind.PART):
                    self._drawing.leave(node, "the event", "sits on no activity and is left out")
            case Kind.PARALLEL:
                for way in self._ways(node, tied):
                    self._step(None, into, way)
            case Kind.INCLUSIVE if len(into) > 1:
                self._each(self._joined(node, tied), self._ways(node, tied))
            case Kind.ACTIVITY | Kind.PART:
                self._do(node, tied)
            case Kind.TERMINATE:
                for place in into:
                    stop = frozenset({tied.end})
                    self.steps.append(GuardedStep(None, (place,), (tied.end,), clears=stop))
            case _:
                for place in into:
                    self._each(place, self._ways(node, tied))

    def _joined(self, node: Node, tied: _Tied) -> int:
        """The place behind the joining side of an inclusive gateway."""
        into, ready = tied.into[node.id], self._place()
        if node.id in tied.blocks.closing:
            self._step(None, into, (ready,))
        else:
            self._kinds.add("inclusive gateways")
            self.steps.append(GuardedStep(None, (), (ready,), joins=frozenset(into)))
        return ready

    def _each(self, place: int, ways: Ways) -> None:
        for way in ways:
            self._step(None, (place,), way)

    def _entry(self, into: Sequence[int]) -> int:
        """The one place before a node."""
        if len(into) == 1:
            return into[0]
        place = self._place()
        for other in into:
            self._step(None, (other,), (place,))
        return place

    def _do(self, node: Node, tied: _Tied) -> None:
        """An activity: what is before it, itself, what is after it, and what sits on its border."""
        before, done = self._repeated(node, self._entry(tied.into[node.id]))
        borders = tied.borders.get(node.id, [])
        stays = [other for other in borders if not other.interrupts]
        leaving = [w for other in borders if other.interrupts for w in self._ways(other, tied)]
        if len(stays) > MOST_BORDERS:
            problem = f"more than {MOST_BORDERS} events sit on one border: draw them apart."
            raise self._drawing.refused(node.line, problem)
        running, states = self._armed(stays, before, tied)
        if node.part is None:
            self._activity(node, running, done, states, leaving)
        else:
            self._part(node.part, running, done, states, leaving)
        self._each(done, self._ways(node, tied))

    def _repeated(self, node: Node, entry: int) -> tuple[int, int]:
        """The places before and after an activity, tied together where it can be repeated."""
        before, done = entry, self._place()
        if node.again is not Again.ONCE:
            before = self._place()
            self._step(None, (entry,), (before,))
            self._step(None, (done,), (before,))
        if node.again is Again.ANY_TIMES:
            self._step(None, (before,), (done,))
        return before, done

    def _armed(self, stays: list[Node], before: int, tied: _Tied) -> tuple[int, Ways]:
        """Where an activity runs, and each state of the events on its border that let it go on."""
        if not stays:
            return before, [()]
        running = self._place()
        armed = [(self._place(), self._place()) for _other in stays]
        self._step(None, (before,), (running, *(ready for ready, _used in armed)))
        for other, (ready, used) in zip(stays, armed, strict=True):
            self._drawing.leave(other, "the event", "happens at most once each time")
            for way in self._ways(other, tied):
                self._step(None, (ready,), (used, *way))
        return running, list(product(*armed))

    def _activity(self, node: Node, running: int, done: int, states: Ways, leaving: Ways) -> None:
        if not node.name:
            self._drawing.leave(node, "the activity without a name", "is not seen to happen")
        for state in states:
            self._step(node.name or None, (running, *state), (done,))
            for way in leaving:
                self._step(None, (running, *state), way)

    def _part(self, part: Scope, running: int, done: int, states: Ways, leaving: Ways) -> None:
        """A part of the process, expanded in its place."""
        laid = self.scope(part, is_part=True)
        looks_beyond = laid.end is None or (leaving and not laid.is_single)
        active = (self._place(),) if looks_beyond or states != [()] else ()
        self._step(None, (running,), (laid.begin, *active))
        for state in states:
            takes = (*active, *state)
            if laid.end is not None:
                self._step(None, (laid.end, *takes), (done,))
            else:
                self._kinds.add("ends of parts")
                self.steps.append(GuardedStep(None, takes, (done,), empty=laid.inner))
            for way in leaving:
                if laid.is_single:
                    for place in sorted(laid.inner):
                        self._step(None, (place, *takes), way)
                else:
                    self._kinds.add("interruptions of parts")
                    self.steps.append(GuardedStep(None, takes, way, clears=laid.inner))

    def _ways(self, node: Node, tied: _Tied) -> Ways:
        """Each set of arrows on which a token leaves together; without arrows the end."""
        out = tied.out_of[node.id]
        if not out or node.kind in (Kind.END, Kind.TERMINATE):
            return [(tied.end,)]
        if node.kind is Kind.EXCLUSIVE:
            return [(place,) for place, _flow in out]
        if node.kind is Kind.PARALLEL:
            return [tuple(place for place, _flow in out)]
        default = tuple(place for place, flow in out if flow.id and flow.id == node.default)
        chosen = [
            place
            for place, flow in out
            if (flow.is_conditional or node.kind is Kind.INCLUSIVE) and place not in default
        ]
        always = tuple(p for p, _flow in out if p not in chosen and p not in default)
        if len(chosen) > MOST_BRANCHES:
            problem = f"any of more than {MOST_BRANCHES} branches may be taken: draw fewer."
            raise self._drawing.refused(node.line, problem)
        sizes = range(1, len(chosen) + 1)
        some = chain.from_iterable(combinations(chosen, size) for size in sizes)
        none = always + default
        ways = [*([none] if none else []), *(always + few for few in some)]
        past = tied.blocks.past.get(node.id, {})
        return [way + tuple(past[place] for place in past if place not in way) for way in ways]
