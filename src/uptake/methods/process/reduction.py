"""Smaller nets that allow exactly the same: steps that nobody sees are joined with what they serve.

A step that nobody sees may be taken earlier or later than a net says, as long as nobody can tell.
Where every way out of a place is silent and asks for nothing else, the choice is made by whoever
puts the token there; where every way into a place is silent and gives nothing else, it is made by
whoever takes the token. Places that always hold the same become one. Sequences of visible steps,
whole ones and beginnings, stay as they were, and with them the cost of every alignment; markings do
not. Source: T. Murata (1989), "Petri nets: properties, analysis and applications", Proceedings of
the IEEE 77, section V; choices are kept by writing a step once for each.

Only what a change touches is looked at again, the places with the fewest ways first.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Final

from uptake.methods.process.nets import Net, Transition

MOST_WORK: Final = 4_000_000
"""Arcs that are read or written, some five seconds. Beyond, a net stays as it is by then, which
allows the same and takes longer to follow."""

MOST_GROWTH: Final = 100
"""Arcs by which a net may grow for a place that is taken out."""

_Bag = Mapping[int, int]
"""Tokens by place."""


@dataclass(frozen=True, slots=True)
class _Step:
    """``at``: where the net has the step that is seen, or the one it came of."""

    at: int
    label: str | None
    takes: _Bag
    gives: _Bag

    @property
    def arcs(self) -> int:
        return len(self.takes) + len(self.gives)

    @property
    def is_idle(self) -> bool:
        """Whether nobody sees it and nothing changes by it."""
        return self.label is None and self.takes == self.gives


def reduce_net(net: Net, *, may_double: bool = False, most_work: int = MOST_WORK) -> Net:
    """Return a net with the same language that is no larger and often much smaller.

    ``may_double``: a step may be written several times, once for each choice that nobody sees
    before or after it. The net is smaller still, but whoever plays it by token replay, which never
    takes back a choice, no longer finds every way.
    """
    work = _Work(net, may_double=may_double, most_work=most_work)
    work.run()
    return work.net()


class _Work:
    """A net on its way to a smaller one; places keep their numbers until it is there.

    Steps have numbers that are used once. ``_givers`` and ``_takers``: for each place, by the
    number of the step, how many tokens it gives or takes.
    """

    def __init__(self, net: Net, *, may_double: bool, most_work: int) -> None:
        self._start, self._end = dict(enumerate(net.start)), dict(enumerate(net.end))
        self._steps: dict[int, _Step] = {}
        self._different: dict[object, int] = {}
        self._givers: dict[int, dict[int, int]] = {place: {} for place in self._start}
        self._takers: dict[int, dict[int, int]] = {place: {} for place in self._start}
        self._numbers = count()
        self._waiting: list[tuple[int, int]] = []
        self._is_waiting: set[int] = set()
        self._changed: set[int] = set()
        self._holds: dict[object, int] = {}
        self._left, self._may_double = most_work, may_double
        for at, step in enumerate(net.transitions):
            self._add(_Step(at, step.label, dict(step.takes), dict(step.gives)))
        self._touch(self._start)

    def run(self) -> None:
        """Take out places while that makes the net smaller and there is work left."""
        while (self._waiting or self._changed) and self._left > 0:
            if self._waiting:
                self._look_at(*heapq.heappop(self._waiting))
            else:
                self._merge()

    def net(self) -> Net:
        """The net as it is now, its places numbered anew."""
        number = {place: new for new, place in enumerate(self._start)}

        def tied(bag: _Bag) -> tuple[tuple[int, int], ...]:
            return tuple(sorted((number[place], tokens) for place, tokens in bag.items()))

        ordered = sorted(self._steps.values(), key=lambda step: step.at)
        steps = (Transition(s.label, tied(s.takes), tied(s.gives)) for s in ordered)
        return Net(tuple(steps), tuple(self._start.values()), tuple(self._end.values()))

    def _add(self, step: _Step) -> None:
        """Take in a step, unless it is there already or is idle."""
        self._left -= step.arcs
        key = _key(step)
        if step.is_idle or key in self._different:
            return
        number = next(self._numbers)
        self._steps[number], self._different[key] = step, number
        for place, tokens in step.gives.items():
            self._givers[place][number] = tokens
        for place, tokens in step.takes.items():
            self._takers[place][number] = tokens

    def _drop(self, number: int) -> _Step:
        step = self._steps.pop(number)
        self._left -= step.arcs
        del self._different[_key(step)]
        for place in step.gives:
            del self._givers[place][number]
        for place in step.takes:
            del self._takers[place][number]
        return step

    def _exchange(self, old: Iterable[int], new: Iterable[_Step]) -> None:
        """Put steps in the place of others, and look again at every place they are tied to."""
        for number in old:
            step = self._drop(number)
            self._touch((*step.takes, *step.gives))
        for step in new:
            self._add(step)
            self._touch((*step.takes, *step.gives))

    def _touch(self, places: Iterable[int]) -> None:
        for place in places:
            self._changed.add(place)
            if place not in self._is_waiting:
                self._is_waiting.add(place)
                heapq.heappush(self._waiting, (self._ways(place), place))

    def _ways(self, place: int) -> int:
        return len(self._givers[place]) * len(self._takers[place])

    def _look_at(self, ways: int, place: int) -> None:
        """Take a place out if that makes the net smaller; later if it has more ways by now."""
        self._is_waiting.discard(place)
        if place not in self._start:
            return
        if ways < self._ways(place):
            self._touch((place,))
            return
        givers, takers = self._givers[place], self._takers[place]
        if not givers and not takers:
            if not self._start[place] and not self._end[place]:
                self._remove(place)
        elif self._may_go(place):
            if self._is_early(place):
                self._choose_early(place)
            elif self._is_late(place):
                self._choose_late(place)

    def _may_go(self, place: int) -> bool:
        """A place may go if no step both gives and takes, and not many more steps come of it."""
        givers, takers = self._givers[place], self._takers[place]
        if len(givers) * len(takers) > len(givers) + len(takers):
            return False
        fewer, more = sorted((givers, takers), key=len)
        return not any(number in more for number in fewer)

    def _is_early(self, place: int) -> bool:
        """Whether whoever gives the token may do at once what would have been done with it."""
        givers, takers = self._givers[place], self._takers[place]
        is_single = not self._may_double or self._start[place]
        if not takers or self._end[place] or (is_single and len(takers) > 1):
            return False
        steps = [self._steps[number] for number in takers]
        if any(step.label is not None or step.takes != {place: 1} for step in steps):
            return False
        is_one = len(takers) == 1 or all(tokens == 1 for tokens in givers.values())
        return is_one and self._is_worth(place)

    def _is_late(self, place: int) -> bool:
        """Whether whoever takes the token may do just before what brought it there."""
        givers, takers = self._givers[place], self._takers[place]
        is_single = not self._may_double or self._end[place]
        if not givers or self._start[place] or (is_single and len(givers) > 1):
            return False
        steps = [self._steps[number] for number in givers]
        if any(step.label is not None or step.gives != {place: 1} for step in steps):
            return False
        if self._end[place] and sum(steps[0].takes.values()) != 1:
            return False
        is_one = len(givers) == 1 or all(tokens == 1 for tokens in takers.values())
        return is_one and self._is_worth(place)

    def _is_worth(self, place: int) -> bool:
        """Whether few arcs come of it, where each giver is joined with each taker."""
        givers, takers = self._givers[place], self._takers[place]
        self._left -= len(givers) + len(takers)
        by_givers = sum(self._steps[number].arcs - 1 for number in givers)
        by_takers = sum(self._steps[number].arcs - 1 for number in takers)
        before = by_givers + len(givers) + by_takers + len(takers)
        after = len(takers) * by_givers + len(givers) * by_takers
        return after <= before + MOST_GROWTH

    def _choose_early(self, place: int) -> None:
        givers, takers = self._numbered(self._givers[place]), self._numbered(self._takers[place])
        made = [
            _Step(giver.at, giver.label, giver.takes, _exchanged(giver.gives, place, taker.gives))
            for giver in givers.values()
            for taker in takers.values()
        ]
        if self._start[place]:
            (taker,) = takers.values()
            _move(self._start, place, taker.gives)
        self._exchange((*givers, *takers), made)
        self._remove(place)

    def _choose_late(self, place: int) -> None:
        givers, takers = self._numbered(self._givers[place]), self._numbered(self._takers[place])
        made = [
            _Step(taker.at, taker.label, _exchanged(taker.takes, place, giver.takes), taker.gives)
            for giver in givers.values()
            for taker in takers.values()
        ]
        if self._end[place]:
            (giver,) = givers.values()
            _move(self._end, place, giver.takes)
        self._exchange((*givers, *takers), made)
        self._remove(place)

    def _numbered(self, numbers: Iterable[int]) -> dict[int, _Step]:
        return {number: self._steps[number] for number in numbers}

    def _remove(self, place: int) -> None:
        for by_place in (self._start, self._end, self._givers, self._takers):
            del by_place[place]
        self._changed.discard(place)

    def _merge(self) -> None:
        """Of places that always hold the same, keep one."""
        gone = set()
        for place in sorted(self._changed):
            kept = self._holds.setdefault(self._held(place), place)
            if kept != place and kept not in gone and self._is_same(kept, place):
                gone.add(place)
            else:
                self._holds[self._held(place)] = place
        self._changed.clear()
        near = {n: None for p in sorted(gone) for n in (*self._givers[p], *self._takers[p])}
        made = [
            _Step(step.at, step.label, _without(step.takes, gone), _without(step.gives, gone))
            for step in self._numbered(near).values()
        ]
        self._exchange(near, made)
        for place in gone:
            self._remove(place)

    def _held(self, place: int) -> object:
        """All that decides what the place holds."""
        givers, takers = self._givers[place], self._takers[place]
        self._left -= len(givers) + len(takers)
        tied = frozenset(givers.items()), frozenset(takers.items())
        return self._start[place], self._end[place], *tied

    def _is_same(self, one: int, other: int) -> bool:
        return one in self._start and self._held(one) == self._held(other)


def _key(step: _Step) -> object:
    return step.label, frozenset(step.takes.items()), frozenset(step.gives.items())


def _move(marking: dict[int, int], place: int, others: _Bag) -> None:
    for where, tokens in others.items():
        marking[where] += marking[place] * tokens


def _exchanged(bag: _Bag, place: int, others: _Bag) -> _Bag:
    """The tokens on one place as tokens on others."""
    times = bag[place]
    made = {where: tokens for where, tokens in bag.items() if where != place}
    for where, tokens in others.items():
        made[where] = made.get(where, 0) + times * tokens
    return made


def _without(bag: _Bag, gone: set[int]) -> _Bag:
    return {place: tokens for place, tokens in bag.items() if place not in gone}
