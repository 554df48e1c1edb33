"""What one event more costs in every state of an automaton, for many beginnings at once.

Where states are few, what an event costs between each two of them is written down once. Otherwise
steps are taken together, and skips are settled in an order in which the states follow each other;
only where the automaton leads back is the order gone through again. Beginnings lie one below the
other, a column for each state.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

import numpy as np
import numpy.typing as npt

from uptake.methods.process.automaton import Automaton, Codes

Costs = npt.NDArray[np.signedinteger]
"""Beginnings x states, in units of the automaton."""

_FINE = 1 << 20
"""What one deviation counts where free steps could go in circles and must count something."""

NARROW, _SOME = 4, 1_000
"""Up to ``NARROW`` beginnings of long cases go on by costs from state to state, if there are
``_SOME`` states at most."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """An automaton with what skipping each of its steps costs, and inserting each of its words.

    ``unit``: what one deviation of price one counts. ``place``: of each state in an order that
    most steps follow. ``goes_on``: which steps do. ``kind``: whole numbers that hold the costs of
    all states together with what an event adds.
    """

    of: Automaton
    unit: int
    weight: Costs
    inserted: Mapping[str, int]
    place: Codes
    goes_on: npt.NDArray[np.bool_]
    kind: type[np.signedinteger]

    @classmethod
    def by(
        cls, automaton: Automaton, skip: Callable[[str | None], int], insert: Callable[[str], int]
    ) -> Weighed:
        """Ask prices, once for each label."""
        place = _order(automaton)
        goes_on = place[automaton.source] < place[automaton.target]
        prices = [*map(skip, automaton.labels), skip(None)]  # SILENT is the last
        weight = np.array(prices, dtype=np.int64)[automaton.label]
        unit = 1 if bool(goes_on[weight == 0].all()) else _FINE
        weight = np.where((weight == 0) & (unit > 1), 1, weight * unit)
        inserted = {word: unit * insert(word) for word in automaton.labels}
        worst = (automaton.states + 2) * int(weight.max(initial=0))
        worst += max(inserted.values(), default=0)
        kinds = (np.int16, np.int32, np.int64)
        kind = next(kind for kind in kinds if worst < np.iinfo(kind).max // 4)
        return cls(automaton, unit, weight, inserted, place, goes_on, kind)

    def far(self, *shape: int) -> Costs:
        """Costs that nothing can reach, and that stay in range when more is added."""
        return np.full(shape, np.iinfo(self.kind).max // 2, dtype=self.kind)


class ByEvent:
    """Costs of each event from state to state, with all that may be skipped after it."""

    def __init__(self, weighed: Weighed) -> None:
        of, states = weighed.of, weighed.of.states
        between = weighed.far(states, states)
        np.minimum.at(between, (of.source, of.target), weighed.weight.astype(weighed.kind))
        np.fill_diagonal(between, 0)
        for state in range(states):
            np.minimum(between, between[:, state, None] + between[state], out=between)
        self._costs = weighed.far(len(of.labels) + 1, states, states)  # SILENT is the last
        np.minimum.at(self._costs, (of.label, of.source), between[of.target])
        for code, word in enumerate(of.labels):
            stays = self._costs[code].reshape(-1)[:: states + 1]
            np.minimum(stays, weighed.inserted[word], out=stays)
        self._code = {word: code for code, word in enumerate(of.labels)}
        self.first = between[of.start]

    def advanced(self, before: Costs, words: Sequence[str]) -> Costs:
        """One event further."""
        through = self._costs[[self._code[word] for word in words]]
        through += before[:, :, None]
        return np.asarray(np.minimum.reduce(through, axis=1))


@dataclass(frozen=True, slots=True)
class _Sweep:
    """Steps that may be taken together: ``sources`` has a column for each different target.

    A target with fewer ways to it than the others has its last one several times. Costs have a row
    for each state.
    """

    sources: Codes
    weights: Costs
    targets: Codes

    def skip(self, costs: Costs) -> None:
        """Skip the steps wherever that is cheaper."""
        self._offer(costs[self.sources] + self.weights.astype(costs.dtype), costs)

    def take(self, before: Costs, costs: Costs) -> None:
        """Take the steps, at no cost, wherever that is cheaper."""
        self._offer(before[self.sources], costs)

    def _offer(self, offered: Costs, costs: Costs) -> None:
        costs[self.targets] = np.minimum(costs[self.targets], offered.min(axis=0))


class ByStep:
    """Steps of the automaton, laid out so that many are taken at once."""

    def __init__(self, weighed: Weighed, *, is_long: bool = False) -> None:
        self._by, self._of, self._is_long = weighed, weighed.of, is_long
        source, target = self._of.source, self._of.target
        self._level, groups = _levels(self._of, weighed.place, weighed.goes_on)
        self._sweeps = [self._sweeps_of(steps) for steps in groups]
        back = np.flatnonzero(~weighed.goes_on & (source != target))
        self._back, self._back_targets = self._sweeps_of(back), np.unique(target[back])
        self._steps = {
            word: np.flatnonzero(self._of.label == code)
            for code, word in enumerate(self._of.labels)
        }
        self._together = {word: self._sweeps_of(steps) for word, steps in self._steps.items()}
        first = weighed.far(self._of.states, 1)
        first[self._of.start] = 0
        self._settle(first, 0)
        self.first = first[:, 0]

    def advanced(self, before: Costs, words: Sequence[str]) -> Costs:
        """One event further; beginnings that go on by one word stand together."""
        inserted = np.array([self._by.inserted[word] for word in words], dtype=before.dtype)
        if self._is_long and len(words) <= NARROW and self._of.states <= _SOME:
            return self._narrow(before, words, before + inserted[:, None])
        by_state = np.ascontiguousarray(before.T)
        costs = by_state + inserted
        end, first_level = 0, len(self._sweeps)
        for word, group in groupby(words):
            begin, end = end, end + len(list(group))
            for sweep in self._together[word]:
                sweep.take(by_state[:, begin:end], costs[:, begin:end])
                first_level = min(first_level, int(self._level[sweep.targets].min()))
        self._settle(costs, first_level)
        return costs.T

    def _narrow(self, before: Costs, words: Sequence[str], costs: Costs) -> Costs:
        """One event further, one beginning after the other."""
        for row, word in enumerate(words):
            steps = self._steps[word]
            taken = before[row, self._of.source[steps]]
            offered = taken[:, None] + self._between[self._of.target[steps]]
            np.minimum(costs[row], offered.min(axis=0), out=costs[row])
        return costs

    @cached_property
    def _between(self) -> Costs:
        """What skipping costs from each state to each."""
        costs = self._by.far(self._of.states, self._of.states)
        np.fill_diagonal(costs, 0)
        self._settle(costs, 0)
        return np.ascontiguousarray(costs.T)

    def _settle(self, costs: Costs, level: int) -> None:
        """Let the model go on by itself wherever that is cheaper, from states of a level on."""
        while True:
            for sweeps in self._sweeps[level:]:
                for sweep in sweeps:
                    sweep.skip(costs)
            before = costs[self._back_targets]
            for sweep in self._back:
                sweep.skip(costs)
            better = (costs[self._back_targets] < before).any(axis=1)
            if not better.any():
                return
            level = int(self._level[self._back_targets[better]].min())

    def _sweeps_of(self, steps: npt.NDArray[np.intp]) -> list[_Sweep]:
        """Put steps together whose targets have about as many ways to them."""
        steps = steps[np.argsort(self._of.target[steps], kind="stable")]
        targets, begins, ways = np.unique(
            self._of.target[steps], return_index=True, return_counts=True
        )
        size = np.ceil(np.log2(ways)).astype(np.int64)
        made: list[_Sweep] = []
        for bits in np.unique(size):
            chosen = size == bits
            most = int(ways[chosen].max())
            nth = np.minimum(np.arange(most)[:, None], ways[chosen] - 1)
            each = steps[begins[chosen] + nth]
            made.append(
                _Sweep(self._of.source[each], self._by.weight[each][:, :, None], targets[chosen])
            )
        return made


def _order(automaton: Automaton) -> Codes:
    """The place of each state in an order that most steps follow: all, where there is no circle."""
    following: list[list[int]] = [[] for _ in range(automaton.states)]
    for source, target in zip(automaton.source.tolist(), automaton.target.tolist(), strict=True):
        following[source].append(target)
    place = np.zeros(automaton.states, dtype=np.int32)
    seen, left = {automaton.start}, automaton.states
    way = [(automaton.start, iter(following[automaton.start]))]
    while way:
        state, targets = way[-1]
        further = next((target for target in targets if target not in seen), None)
        if further is None:
            left -= 1
            place[state] = left
            way.pop()
        else:
            seen.add(further)
            way.append((further, iter(following[further])))
    return place


def _levels(
    automaton: Automaton, place: Codes, goes_on: npt.NDArray[np.bool_]
) -> tuple[Codes, list[npt.NDArray[np.intp]]]:
    """How many steps lead to a state at most, and the steps from states of each level on.

    A state's own level is the number of the first group of steps that can leave it.
    """
    steps = np.flatnonzero(goes_on)
    steps = steps[np.argsort(place[automaton.source[steps]], kind="stable")]
    level = [0] * automaton.states
    pairs = zip(automaton.source[steps].tolist(), automaton.target[steps].tolist(), strict=True)
    for source, target in pairs:
        level[target] = max(level[target], level[source] + 1)
    levels = np.array(level, dtype=np.int32)
    of_target = levels[automaton.target[steps]]
    groups = [steps[of_target == number] for number in range(1, int(levels.max()) + 1)]
    return levels, groups
