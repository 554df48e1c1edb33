"""Least costs of every state of an automaton after every beginning of many cases.

The beginnings that cases have in common are reckoned once. Costs of all beginnings of one length
lie side by side, a column each, so that a step of the automaton is taken for all of them at once.
Skips are settled in an order in which the states follow each other; only where the automaton leads
back is the order gone through again. Where the states are few, what an event does between each two
of them is written down once, and no order is gone through at all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from itertools import groupby

import numpy as np
import numpy.typing as npt

from uptake.methods.process.automaton import Automaton, Codes

Costs = npt.NDArray[np.signedinteger]
"""States x beginnings, in units of the table."""

_FINE = 1 << 20
"""What one deviation counts where free steps could go in circles and must count something."""


_FEW = 24
"""States up to which costs between each two of them are written down."""


_LONG, _NARROW, _SOME = 500, 4, 1_000
"""Cases from ``_LONG`` events on go through few columns, up to ``_NARROW``, by costs from state to
state, if there are ``_SOME`` states at most."""


class Moved(IntEnum):
    """Who moved in one step of an alignment."""

    BOTH = 0
    MODEL = 1
    CASE = 2


@dataclass(frozen=True, slots=True)
class _Sweep:
    """Steps that may be taken together: ``sources`` has a column for each different target.

    A target with fewer ways to it than the others has its last one several times.
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


@dataclass(frozen=True, slots=True)
class _Events:
    """What each event costs from state to state, with all that may be skipped after it."""

    code: dict[str, int]
    costs: npt.NDArray[np.signedinteger]

    def advanced(self, before: Costs, words: list[str]) -> Costs:
        """One event further."""
        through = self.costs[[self.code[word] for word in words]]
        through += before.T[:, :, None]
        return np.asarray(through.min(axis=1).T)


@dataclass(frozen=True, slots=True)
class _Between:
    """What skipping costs from each state to each, and the steps of each event."""

    costs: Costs
    steps: dict[str, tuple[Codes, Codes]]

    def advanced(self, before: Costs, words: list[str], inserted: Costs) -> Costs:
        """One event further, column by column."""
        costs = before + inserted
        for column, word in enumerate(words):
            if word in self.steps:
                sources, targets = self.steps[word]
                offered = before[sources, column][:, None] + self.costs[targets]
                costs[:, column] = np.minimum(costs[:, column], offered.min(axis=0))
        return costs


@dataclass(slots=True)
class _Depth:
    """All different beginnings of one length: whose they continue, by what, and their costs."""

    parent: list[int]
    word: list[str]
    costs: Costs


@dataclass(slots=True)
class Beginnings:
    """The costs of the beginnings of some cases, and the way back through them."""

    _table: EditTable
    _depths: list[_Depth]
    _last: list[tuple[int, int]]
    _known: dict[tuple[int, int, int], tuple[Moved, str | None, int, int]] = field(
        default_factory=dict
    )
    _plain: list[list[list[int]]] = field(default_factory=list)

    def cost(self, case: int, state: int) -> int:
        """The least cost of a whole case that ends in a state."""
        depth, column = self._last[case]
        return int(self._depths[depth].costs[state, column]) // self._table.unit

    def back_from(self, case: int, state: int) -> list[tuple[Moved, str]]:
        """The steps of a cheapest alignment that somebody sees, the last first."""
        depth, column = self._last[case]
        steps: list[tuple[Moved, str]] = []
        while depth or state != self._table.start:
            key = depth, column, state
            known = self._known.get(key)
            if known is None:
                known = self._known[key] = self._last_step(*key)
            moved, label, state, column = known
            if label is not None:
                steps.append((moved, label))
            if moved is not Moved.MODEL:
                depth -= 1
        return steps

    def _last_step(self, depth: int, column: int, state: int) -> tuple[Moved, str | None, int, int]:
        """The step by which a state was reached at its cost: with its state and column before."""
        here = self._costs(depth, column)
        cost = here[state]
        parent, word = self._depths[depth].parent[column], self._depths[depth].word[column]
        if depth:
            before = self._costs(depth - 1, parent)
            for source, label, _weight in self._table.into[state]:
                if label == word and before[source] == cost:
                    return Moved.BOTH, word, source, parent
        for source, label, weight in self._table.into[state]:
            if here[source] + weight == cost and source != state:
                return Moved.MODEL, label, source, column
        return Moved.CASE, word, state, parent

    def _costs(self, depth: int, column: int) -> Sequence[int] | Costs:
        """The costs of all states; plain numbers where they are few, which are quicker to read."""
        costs = self._depths[depth].costs
        if len(costs) > _FEW:
            return costs[:, column]
        while len(self._plain) <= depth:
            self._plain.append(self._depths[len(self._plain)].costs.T.tolist())
        return self._plain[depth][column]


class EditTable:
    """An automaton laid out for reckoning costs. Prices are asked once for each label."""

    def __init__(
        self,
        automaton: Automaton,
        skip: Callable[[str | None], int],
        insert: Callable[[str], int],
    ) -> None:
        self._of, self._insert, self.start = automaton, insert, automaton.start
        place = _order(automaton)
        goes_on = place[automaton.source] < place[automaton.target]
        prices = [*map(skip, automaton.labels), skip(None)]  # SILENT is the last
        weight = np.array(prices, dtype=np.int64)[automaton.label]
        self.unit = 1 if bool(goes_on[weight == 0].all()) else _FINE
        self._weight = np.where((weight == 0) & (self.unit > 1), 1, weight * self.unit)
        self._level, groups = _levels(automaton, place, goes_on)
        self._sweeps = [self._sweeps_of(steps) for steps in groups]
        back = np.flatnonzero(~goes_on & (automaton.source != automaton.target))
        self._back, self._back_targets = self._sweeps_of(back), np.unique(automaton.target[back])
        self._together = {
            word: self._sweeps_of(np.flatnonzero(automaton.label == code))
            for code, word in enumerate(automaton.labels)
        }
        self.into: list[list[tuple[int, str | None, int]]] = [[] for _ in range(automaton.states)]
        words = (*automaton.labels, None)
        for source, target, label, weight in zip(
            automaton.source.tolist(), automaton.target.tolist(), automaton.label.tolist(),
            self._weight.tolist(), strict=True,
        ):  # fmt: skip
            self.into[target].append((source, words[label], weight))

    def filled(self, cases: Sequence[Sequence[str]]) -> Beginnings:
        """Reckon the costs of all beginnings of the cases."""
        kind = self._kind(cases)
        first = _far((self._of.states, 1), kind)
        first[self.start] = 0
        self._settle(first, 0)
        events = self._events(cases, kind) if self._of.states <= _FEW else None
        is_long = self._of.states <= _SOME and max(map(len, cases), default=0) >= _LONG
        between = self._between(kind) if is_long else None
        depths = [_Depth([0], [""], first)]
        at, last = [0] * len(cases), [(0, 0)] * len(cases)
        going = [case for case, words in enumerate(cases) if words]
        while going:
            depth = len(depths) - 1
            keys = [(cases[case][depth], at[case]) for case in going]
            different = sorted(set(keys))
            column = {key: number for number, key in enumerate(different)}
            for case, key in zip(going, keys, strict=True):
                at[case] = column[key]
                last[case] = depth + 1, column[key]
            before = depths[depth].costs
            words, parents = [word for word, _at in different], [at for _word, at in different]
            if events is not None:
                costs = events.advanced(before[:, parents], words)
            elif between is not None and len(words) <= _NARROW:
                costs = between.advanced(before[:, parents], words, self._inserted(words, kind))
            else:
                costs = self._advanced(before[:, parents], words)
            depths.append(_Depth(parents, words, costs))
            going = [case for case in going if len(cases[case]) > depth + 1]
        return Beginnings(self, depths, last)

    def _advanced(self, before: Costs, words: list[str]) -> Costs:
        """One event further; columns of one word lie side by side."""
        costs = before + self._inserted(words, before.dtype)
        end, first_level = 0, len(self._sweeps)
        for word, group in groupby(words):
            begin, end = end, end + len(list(group))
            for sweep in self._together.get(word, ()):
                sweep.take(before[:, begin:end], costs[:, begin:end])
                first_level = min(first_level, int(self._level[sweep.targets].min()))
        self._settle(costs, first_level)
        return costs

    def _inserted(self, words: list[str], kind: npt.DTypeLike) -> Costs:
        """What inserting each word costs."""
        price = {word: self.unit * self._insert(word) for word in set(words)}
        return np.array([price[word] for word in words], dtype=kind)

    def _between(self, kind: type[np.signedinteger]) -> _Between:
        """What skipping costs between each two states."""
        costs = _far((self._of.states, self._of.states), kind)
        np.fill_diagonal(costs, 0)
        self._settle(costs, 0)
        steps = {
            word: np.flatnonzero(self._of.label == code)
            for code, word in enumerate(self._of.labels)
        }
        ends = {word: (self._of.source[at], self._of.target[at]) for word, at in steps.items()}
        return _Between(np.ascontiguousarray(costs.T), ends)

    def _events(self, cases: Sequence[Sequence[str]], kind: type[np.signedinteger]) -> _Events:
        """What each event of the cases costs between each two states."""
        nothing = _far((self._of.states, self._of.states), kind)
        np.fill_diagonal(nothing, 0)
        code: dict[str, int] = {}
        each: list[Costs] = []
        for word in {word for case in cases for word in case}:
            costs = _far(nothing.shape, kind)
            for sweep in self._together.get(word, ()):
                sweep.take(nothing, costs)
            self._settle(costs, 0)
            np.fill_diagonal(costs, np.minimum(costs.diagonal(), self.unit * self._insert(word)))
            code[word] = len(each)
            each.append(costs.T)
        return _Events(code, np.array(each))

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
                _Sweep(self._of.source[each], self._weight[each][:, :, None], targets[chosen])
            )
        return made

    def _kind(self, cases: Sequence[Sequence[str]]) -> type[np.signedinteger]:
        """The smallest whole numbers that hold twice the worst that can come."""
        words = {word for case in cases for word in case}
        dearest = self.unit * max((self._insert(word) for word in words), default=0)
        longest = max(map(len, cases), default=0)
        worst = longest * dearest + (self._of.states + 1) * int(self._weight.max(initial=0))
        kinds = (np.int16, np.int32, np.int64)
        return next(kind for kind in kinds if worst < np.iinfo(kind).max // 4)


def _far(shape: tuple[int, ...], kind: type[np.signedinteger]) -> Costs:
    """Costs that nothing can reach, and that stay in range when more is added."""
    return np.full(shape, np.iinfo(kind).max // 2, dtype=kind)


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
