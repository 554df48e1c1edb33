"""Least costs of every state of an automaton after every beginning of many cases.

Costs after one event more depend on the costs before and the event alone, and what all states cost
together never matters for a way through them. So beginnings with the same costs, less what all
states have in common, are one and go on as one, whichever cases they are of and however long; what
each event makes of them is worked out when first a case needs it, for many at once. Source of the
idea: K. Schulz, S. Mihov (2002), "Fast string correction with Levenshtein automata", IJDAR 5.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain

import numpy as np

from uptake.methods.process.automaton import Automaton
from uptake.methods.process.state_costs import ByEvent, ByStep, Costs, Weighed
from uptake.methods.process.steps import Kind, Step, Steps

_FEW = 24
"""States up to which costs of each event between each two of them are written down."""

_LONG = 500
"""Events from which on cases are long: few beginnings go on at once through most of them."""


_Last = tuple[tuple[Step, ...], int, int]
"""The last steps of a cheapest way, the state before them, and what they cost in units."""


_UNREAD = memoryview(b"")


class _Reached(dict[str, "tuple[_Reached, int]"]):
    """Costs of all states after some beginnings; by the next event, the costs after it.

    With these stands how much the least of all costs grows by the event. ``row``: the costs less
    the least of them.
    """

    __slots__ = ("_costs", "row")

    def __init__(self, row: bytes) -> None:
        super().__init__()
        self.row, self._costs = row, _UNREAD

    def costs(self, code: str) -> memoryview:
        """The costs as numbers; ``code``: how they are written."""
        if self._costs is _UNREAD:
            self._costs = memoryview(self.row).cast(code)  # type: ignore[call-overload]
        return self._costs


@dataclass(frozen=True, slots=True)
class Beginnings:
    """What was reached after each event of some cases, and the way back through it."""

    _table: EditTable
    _cases: Sequence[Sequence[str]]
    _ways: Sequence[Sequence[_Reached]]
    _known: dict[tuple[int, str, int], _Last] = field(default_factory=dict)

    def cheapest(self, case: int) -> tuple[int, tuple[Step, ...]]:
        """The least cost of a whole case, and the steps that somebody sees of a way that has it."""
        table, way = self._table, self._ways[case]
        cost, state = 0, table.end
        chunks: list[tuple[Step, ...]] = []
        for before, event in zip(way[-2::-1], reversed(self._cases[case]), strict=True):
            key = id(before), event, state
            last = self._known.get(key)
            if last is None:
                last = self._known[key] = table.last_steps(before, event, state)
            chunk, state, price = last
            chunks.append(chunk)
            cost += price
        chunk, price = table.first_steps(way[0], state)
        chunks.append(chunk)
        return (cost + price) // table.unit, tuple(chain.from_iterable(reversed(chunks)))


class EditTable:
    """An automaton laid out for reckoning costs. Prices are asked once for each label."""

    def __init__(
        self,
        automaton: Automaton,
        skip: Callable[[str | None], int],
        insert: Callable[[str], int],
        *,
        longest: int = 0,
    ) -> None:
        self._by = Weighed.by(automaton, skip, insert)
        self._code = np.dtype(self._by.kind).char
        self.unit, self.end, self._start = self._by.unit, automaton.end, automaton.start
        self._costs: ByEvent | ByStep = (
            ByEvent(self._by)
            if automaton.states <= _FEW
            else ByStep(self._by, is_long=longest >= _LONG)
        )
        self._together, self._skips = Steps(Kind.TOGETHER), Steps(Kind.SKIPPED)
        self._insertions = Steps(Kind.INSERTED)
        self._ways: list[dict[str | None, list[int]]] = [{} for _ in range(automaton.states)]
        self._into: list[list[tuple[int, str | None, int]]] = [[] for _ in range(automaton.states)]
        words = (*automaton.labels, None)
        for source, target, label, weight in zip(
            automaton.source.tolist(), automaton.target.tolist(), automaton.label.tolist(),
            self._by.weight.tolist(), strict=True,
        ):  # fmt: skip
            self._ways[target].setdefault(words[label], []).append(source)
            if source != target:
                self._into[target].append((source, words[label], weight))

    def filled(self, cases: Sequence[Sequence[str]]) -> Beginnings:
        """Reckon the costs of all beginnings of cases of words that the automaton has."""
        known = _Known()
        _least, row = _lowered(self._costs.first[None, :])
        first = known[row]
        ways = [[first] for _case in cases]
        waiting = _as_far_as_known(zip(ways, map(iter, cases), strict=True))
        while waiting:
            self._work_out([(way[-1], word) for way, _events, word in waiting], known)
            for way, _events, word in waiting:
                way.append(way[-1][word][0])
            waiting = _as_far_as_known((way, events) for way, events, _word in waiting)
        return Beginnings(self, cases, ways)

    def _work_out(self, wanted: Sequence[tuple[_Reached, str]], known: _Known) -> None:
        """What each of the events makes of the costs before it."""
        by_word: dict[str, dict[int, _Reached]] = {}
        for at, word in wanted:
            by_word.setdefault(word, {})[id(at)] = at
        pairs = [(at, word) for word, each in by_word.items() for at in each.values()]
        rows = b"".join([at.row for at, _word in pairs])
        before = np.frombuffer(rows, dtype=self._by.kind).reshape(len(pairs), -1)
        least, after = _lowered(self._costs.advanced(before, [word for _at, word in pairs]))
        size = len(rows) // len(pairs)
        for place, (at, word) in enumerate(pairs):
            at[word] = known[after[place * size : (place + 1) * size]], least[place]

    def first_steps(self, first: _Reached, state: int) -> tuple[tuple[Step, ...], int]:
        """The steps from the start to a state before anything happened, and what they cost."""
        steps: list[Step] = []
        price = 0
        while state != self._start and (skipped := self._skipped(first, state)):
            state, label, weight = skipped
            price += weight
            if label is not None:
                steps.append(self._skips[label])
        return tuple(reversed(steps)), price

    def last_steps(self, before: _Reached, word: str, state: int) -> _Last:
        """The steps from before an event to a state after it, at the cost that it has."""
        after, more = before[word]
        costs, was = after.costs(self._code), before.costs(self._code)
        steps: list[Step] = []
        price = 0
        while True:
            here = costs[state] + more
            for source in self._ways[state].get(word, ()):
                if was[source] == here:
                    steps.append(self._together[word])
                    return tuple(reversed(steps)), source, price
            skipped = self._skipped(after, state)
            if skipped is None:
                steps.append(self._insertions[word])
                return tuple(reversed(steps)), state, price + self._by.inserted[word]
            state, label, weight = skipped
            price += weight
            if label is not None:
                steps.append(self._skips[label])

    def _skipped(self, reached: _Reached, state: int) -> tuple[int, str | None, int] | None:
        """A step by whose skipping a state is reached at its cost, if there is one."""
        costs = reached.costs(self._code)
        here = costs[state]
        for step in self._into[state]:
            if costs[step[0]] + step[2] == here:
                return step
        return None


class _Known(dict[bytes, _Reached]):
    """One for all beginnings with the same costs."""

    def __missing__(self, row: bytes) -> _Reached:
        reached = self[row] = _Reached(row)
        return reached


_Waiting = tuple[list[_Reached], Iterator[str], str]
"""How far a case has come, the events that are left, and the one that is not known there."""


def _as_far_as_known(going: Iterable[tuple[list[_Reached], Iterator[str]]]) -> list[_Waiting]:
    """Let cases go on through what was worked out; those that come no further."""
    waiting: list[_Waiting] = []
    for way, events in going:
        at = way[-1]
        for word in events:
            following = at.get(word)
            if following is None:
                waiting.append((way, events, word))
                break
            at, _more = following
            way.append(at)
    return waiting


def _lowered(costs: Costs) -> tuple[list[int], bytes]:
    """The least of each row, and the rows less it."""
    least = np.minimum.reduce(costs, axis=1)
    return least.tolist(), (costs - least[:, None]).tobytes()
