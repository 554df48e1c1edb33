"""Exact alignment on nets that are too large or too boundless to be written out.

A cheapest way is sought through the markings themselves (A*), guided by what the state equation
says that it still costs at least. The search looks at a stated number of markings and no more;
where that was not enough, it says between which costs the answer lies. Sources: P. Hart, N.
Nilsson, B. Raphael (1968), "A formal basis for the heuristic determination of minimum cost paths",
IEEE Trans. Systems Science and Cybernetics 4; A. Adriansyah (2014), Aligning Observed and Modeled
Behavior; B. van Dongen (2018), "Efficiently computing alignments", BPM.
"""

from __future__ import annotations

import heapq
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count

from uptake.methods.process.alignment import Alignment, Kind, Prices, Step
from uptake.methods.process.automaton import NeverEnds, NotFinite
from uptake.methods.process.packed import PackedNet
from uptake.methods.process.state_equation import Estimate, StateEquation

MOST_LOOKED_AT = 5_000
"""Pairs of position and marking that one search looks at."""

MOST_ESTIMATED = 10_000
"""Pairs for which one search works out what lies ahead, each some 3 milliseconds."""


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A case that could not be aligned within the bound: what is certain about its cost.

    ``at_most`` is None where no way through the model was found either.
    """

    at_least: int
    at_most: int | None


@dataclass(slots=True)
class Budget:
    """How many pairs of position and marking may still be looked at, for all cases together, and
    for how many it may be worked out what lies ahead."""

    left: int
    estimates: int = 2 * MOST_ESTIMATED


_Place = tuple[int, int]
"""Position in the case and packed marking."""


@dataclass(slots=True)
class _Seen:
    """How a place was reached at the least cost so far, and what lies ahead of it at least."""

    cost: int
    before: _Place | None
    step: Step | None
    ahead: Estimate | None
    bound: int
    is_done: bool = False


@dataclass(slots=True)
class Search:
    """One case on its way through a net; run it once."""

    net: PackedNet
    equation: StateEquation
    prices: Prices
    trace: Sequence[str]
    _seen: dict[_Place, _Seen] = field(default_factory=dict)
    _waiting: list[tuple[int, int, int, _Place]] = field(default_factory=list)
    _ticket: Iterator[int] = field(default_factory=count)
    _places: dict[str, list[int]] = field(default_factory=dict)

    def run(self, budget: Budget) -> Alignment | Unfinished:
        """Align the case, or say what is certain.

        Raises:
            NeverEnds: no way through the model leads to its end.
        """
        self._offer((0, self.net.start), _Seen(0, None, None, None, 0))
        end = len(self.trace), self.net.end
        certain, most = 0, budget.left - MOST_LOOKED_AT
        fewest = max(budget.estimates - MOST_ESTIMATED, 0)
        while self._waiting:
            total, _events, _ticket, place = heapq.heappop(self._waiting)
            seen = self._seen[place]
            if seen.is_done or total != seen.cost + seen.bound:
                continue
            if seen.ahead is None:
                if budget.estimates <= fewest:
                    return Unfinished(max(certain, total), None)
                budget.estimates -= 1
            if not self._is_estimated(place, seen):
                continue
            certain = total
            if place == end:
                return self._traced(end)
            if budget.left <= max(most, 0):
                return Unfinished(certain, None)
            budget.left -= 1
            try:
                self._go_on(place, seen)
            except NotFinite:
                return Unfinished(certain, None)
        raise NeverEnds("The model never ends: no way leads from its start to its end.")

    def _is_estimated(self, place: _Place, seen: _Seen) -> bool:
        """Make sure that what lies ahead is known; False if it is more than was thought."""
        if seen.ahead is not None:
            return True
        position, marking = place
        seen.ahead = self.equation.estimate(self.net.tokens(marking), self._left(position))
        if seen.ahead is None:
            seen.is_done = True
            return False
        if seen.ahead.bound <= seen.bound:
            return True
        seen.bound = seen.ahead.bound
        self._push(place, seen)
        return False

    def _left(self, position: int) -> dict[str, int]:
        """How many events of each label lie ahead."""
        if not self._places:
            for at, label in enumerate(self.trace):
                self._places.setdefault(label, []).append(at)
        ahead = {label: len(at) - bisect_left(at, position) for label, at in self._places.items()}
        return {label: number for label, number in ahead.items() if number}

    def _go_on(self, place: _Place, seen: _Seen) -> None:
        """Offer every place that one step leads to."""
        position, marking = place
        word = self.trace[position] if position < len(self.trace) else None
        follows, ahead = self.equation.after_step, seen.ahead
        seen.is_done = True
        if ahead is None:
            return
        visible, silent = self.net.steps(marking)
        for after, number in silent:
            meant = follows(ahead, number, is_skip=False)
            self._step((position, after), place, 0, None, meant)
        for label, after, number in visible:
            meant = follows(ahead, number, is_skip=True)
            step = Step(Kind.SKIPPED, label)
            self._step((position, after), place, self.prices.skip(label), step, meant)
            if label == word:
                meant = follows(ahead, number, is_skip=False)
                step = Step(Kind.TOGETHER, label)
                self._step((position + 1, after), place, 0, step, meant)
        if word is not None:
            meant = self.equation.after_insert(ahead, word)
            step = Step(Kind.INSERTED, word)
            self._step((position + 1, marking), place, self.prices.insert(word), step, meant)

    def _step(
        self, to: _Place, place: _Place, price: int, step: Step | None, ahead: Estimate | None
    ) -> None:
        before = self._seen[place]
        bound = max(before.bound - price, 0) if ahead is None else ahead.bound
        self._offer(to, _Seen(before.cost + price, place, step, ahead, bound))

    def _offer(self, place: _Place, offered: _Seen) -> None:
        """Take a way to a place if it is the first or a cheaper one."""
        known = self._seen.get(place)
        if known is not None:
            if known.cost <= offered.cost or (known.is_done and known.ahead is None):
                return
            offered.ahead = known.ahead or offered.ahead
            offered.bound = max(known.bound, offered.bound)
        self._seen[place] = offered
        self._push(place, offered)

    def _push(self, place: _Place, seen: _Seen) -> None:
        events_left = len(self.trace) - place[0]
        entry = seen.cost + seen.bound, events_left, -next(self._ticket), place
        heapq.heappush(self._waiting, entry)

    def _traced(self, place: _Place) -> Alignment:
        cost = self._seen[place].cost
        steps: list[Step] = []
        at: _Place | None = place
        while at is not None:
            seen = self._seen[at]
            steps += [seen.step] if seen.step is not None else []
            at = seen.before
        return Alignment(cost, tuple(reversed(steps)))
