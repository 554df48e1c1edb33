"""Nets with fewer steps that nobody sees, and every visible sequence as it was.

A step that nobody sees may be taken earlier or later than a net says, as long as nobody can tell.
Where every way out of a place is silent and asks for nothing else, the choice is made by whoever
puts the token there; where every way into a place is silent and gives nothing else, it is made by
whoever takes the token. Sequences of visible steps, whole ones and beginnings, stay as they were;
markings do not. After T. Murata (1989), "Petri nets: properties, analysis and applications", Proc.
IEEE 77, section V; choices are kept by writing a step once for each.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from uptake.methods.process.nets import Net, Transition

_Bag = Mapping[int, int]
"""Tokens by place."""


@dataclass(frozen=True, slots=True)
class _Step:
    label: str | None
    takes: _Bag
    gives: _Bag


def with_fewer_silent_steps(net: Net) -> Net:
    """Return a net with the same language that is no larger and often much smaller."""
    work = _Work(net)
    while work.shrink():
        pass
    return work.net()


class _Work:
    """A net on its way to a smaller one; places keep their numbers until the end."""

    def __init__(self, net: Net) -> None:
        self._start, self._end = dict(enumerate(net.start)), dict(enumerate(net.end))
        self._steps: list[_Step] = []
        self._put([_Step(t.label, dict(t.takes), dict(t.gives)) for t in net.transitions])

    def shrink(self) -> bool:
        """Take one place out; False when there is nothing left to do."""
        givers: dict[int, list[_Step]] = {place: [] for place in self._start}
        takers: dict[int, list[_Step]] = {place: [] for place in self._start}
        for step in self._steps:
            for place in step.gives:
                givers[place].append(step)
            for place in step.takes:
                takers[place].append(step)
        return any(
            self._choose_early(place, givers[place], takers[place])
            or self._choose_late(place, givers[place], takers[place])
            for place in self._start
            if not self._start[place] and not self._end[place]
        ) or self._merge(givers, takers)

    def net(self) -> Net:
        """The net as it is now, its places numbered anew."""
        number = {place: new for new, place in enumerate(self._start)}

        def tied(bag: _Bag) -> tuple[tuple[int, int], ...]:
            return tuple(sorted((number[place], tokens) for place, tokens in bag.items()))

        steps = [Transition(step.label, tied(step.takes), tied(step.gives)) for step in self._steps]
        return Net(tuple(steps), tuple(self._start.values()), tuple(self._end.values()))

    def _choose_early(self, place: int, givers: list[_Step], takers: list[_Step]) -> bool:
        """Whoever gives the token does at once what would have been done with it."""
        is_silent = all(t.label is None and t.takes == {place: 1} for t in takers)
        is_one = len(takers) == 1 or all(giver.gives[place] == 1 for giver in givers)
        if not takers or not is_silent or not is_one or not _may_go(givers, takers):
            return False
        made = [
            _Step(giver.label, giver.takes, _exchanged(giver.gives, place, taker.gives))
            for giver in givers
            for taker in takers
        ]
        self._replace(place, givers, takers, made)
        return True

    def _choose_late(self, place: int, givers: list[_Step], takers: list[_Step]) -> bool:
        """Whoever takes the token does just before what brought it there."""
        is_silent = all(g.label is None and g.gives == {place: 1} for g in givers)
        is_one = len(givers) == 1 or all(taker.takes[place] == 1 for taker in takers)
        if not is_silent or not is_one or not _may_go(givers, takers):
            return False
        made = [
            _Step(taker.label, _exchanged(taker.takes, place, giver.takes), taker.gives)
            for giver in givers
            for taker in takers
        ]
        self._replace(place, givers, takers, made)
        return True

    def _merge(self, givers: dict[int, list[_Step]], takers: dict[int, list[_Step]]) -> bool:
        """Of places that always hold the same, keep one."""
        alike: dict[object, list[int]] = defaultdict(list)
        for place in self._start:
            into = tuple(sorted((id(step), step.gives[place]) for step in givers[place]))
            out = tuple(sorted((id(step), step.takes[place]) for step in takers[place]))
            alike[self._start[place], self._end[place], into, out].append(place)
        gone = {place for places in alike.values() for place in places[1:]}
        for place in gone:
            del self._start[place], self._end[place]
        self._put(
            [
                _Step(step.label, _without(step.takes, gone), _without(step.gives, gone))
                for step in self._steps
            ]
        )
        return bool(gone)

    def _replace(
        self, place: int, givers: list[_Step], takers: list[_Step], made: list[_Step]
    ) -> None:
        old = {id(step) for step in (*givers, *takers)}
        del self._start[place], self._end[place]
        self._put([step for step in self._steps if id(step) not in old] + made)

    def _put(self, steps: list[_Step]) -> None:
        """Keep of equal steps one, and none that is silent and changes nothing."""
        different = {
            (step.label, frozenset(step.takes.items()), frozenset(step.gives.items())): step
            for step in steps
            if step.label is not None or step.takes != step.gives
        }
        self._steps = list(different.values())


def _may_go(givers: list[_Step], takers: list[_Step]) -> bool:
    """A place may go if no step both gives and takes, and the net does not grow by it."""
    ids = {id(step) for step in givers}
    return len(givers) * len(takers) <= len(givers) + len(takers) and not any(
        id(step) in ids for step in takers
    )


def _exchanged(bag: _Bag, place: int, others: _Bag) -> _Bag:
    """The tokens on one place as tokens on others."""
    times = bag[place]
    made = {where: tokens for where, tokens in bag.items() if where != place}
    for where, tokens in others.items():
        made[where] = made.get(where, 0) + times * tokens
    return made


def _without(bag: _Bag, gone: set[int]) -> _Bag:
    return {place: tokens for place, tokens in bag.items() if place not in gone}
