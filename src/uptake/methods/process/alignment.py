"""The fewest steps that must be skipped or inserted for a case to run as the model says.

A case and a model are aligned by steps of both together, steps of the model alone (skipped) and
steps of the case alone (inserted). Cost is what was skipped or inserted; steps that nobody sees
cost nothing, and of two alignments of one cost the one with fewer of them is taken. On an automaton
this is an edit distance: a dynamic programme over the events of a variant and the states, for all
variants with a common beginning at once. Source: A. Adriansyah (2014), Aligning Observed and
Modeled Behavior; values of W. van der Aalst (2016), chapter 8. Methods section 3.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from uptake.methods.process.automaton import SILENT, Automaton, Codes

Costs = npt.NDArray[np.int64]

_UNIT = 1 << 20
"""What one deviation counts; a silent step counts 1, so that it only breaks ties."""

_FAR = np.iinfo(np.int64).max // 4
_CELLS = 8_000_000
"""Costs that are held at once."""


class Kind(StrEnum):
    """Whose step it is."""

    TOGETHER = "together"
    SKIPPED = "skipped"
    INSERTED = "inserted"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an alignment; steps that nobody sees are left out."""

    kind: Kind
    label: str


@dataclass(frozen=True, slots=True)
class Alignment:
    """One variant beside the model: its cost, and the steps of a cheapest alignment."""

    cost: int
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Prices:
    """What skipping or inserting a step costs, in whole units; one unless it is said."""

    skipped: Mapping[str, int]
    inserted: Mapping[str, int]


EVEN = Prices({}, {})
"""Every deviation costs one."""


def align(
    automaton: Automaton, variants: Sequence[Sequence[str]], prices: Prices = EVEN
) -> list[Alignment]:
    """Align each variant at the least cost; the answers are in the order of ``variants``."""
    order = sorted(range(len(variants)), key=lambda number: tuple(variants[number]))
    found: dict[int, Alignment] = {}
    table = _Table(automaton, prices)
    for part in _parts(order, variants, automaton.states):
        costs = table.costs_of([variants[number] for number in part])
        for number, rows in zip(part, costs, strict=True):
            found[number] = table.traced(variants[number], rows)
    return [found[number] for number in range(len(variants))]


def shortest(automaton: Automaton, prices: Prices = EVEN) -> int:
    """What a case costs in which nothing happened: the cheapest way through the model."""
    return align(automaton, [()], prices)[0].cost


def fitness(cost: int, events: int, least: int) -> float | None:
    """``1 - cost / (events + least)``: 1 as the model says, 0 nothing in common.

    ``least``: the cheapest way through the model. None where neither has a step.
    """
    worst = events + least
    return 1 - cost / worst if worst else None


def _parts(
    order: Sequence[int], variants: Sequence[Sequence[str]], states: int
) -> Iterator[list[int]]:
    """Neighbours in sorted order, as many as fit."""
    part: list[int] = []
    cells = 0
    for number in order:
        size = (len(variants[number]) + 1) * states
        if part and cells + size > _CELLS:
            yield part
            part, cells = [], 0
        part.append(number)
        cells += size
    if part:
        yield part


class _Table:
    """The steps of an automaton, laid out for computing costs."""

    def __init__(self, automaton: Automaton, prices: Prices) -> None:
        self._of = automaton
        self._code = {word: code for code, word in enumerate(automaton.labels)}
        skipped = [_UNIT * prices.skipped.get(word, 1) for word in automaton.labels]
        self._inserted = prices.inserted
        weights = np.array([*skipped, 1], dtype=np.int64)  # SILENT is the last
        self._weight: Costs = weights[automaton.label]
        order = np.argsort(automaton.target, kind="stable")
        self._source: Codes = automaton.source[order]
        self._step_weight: Costs = self._weight[order][:, None]
        self._targets, self._begins = np.unique(automaton.target[order], return_index=True)
        self._into: list[list[int]] = [[] for _ in range(automaton.states)]
        for step, target in enumerate(automaton.target.tolist()):
            self._into[target].append(step)
        self._with_label = [
            np.flatnonzero(automaton.label == code) for code in range(len(automaton.labels))
        ]

    def costs_of(self, variants: Sequence[Sequence[str]]) -> list[list[Costs]]:
        """For each variant, the least cost of every state after each of its beginnings."""
        first = np.full((self._of.states, 1), _FAR, dtype=np.int64)
        first[self._of.start] = 0
        columns = self._closed(first)
        rows: list[list[Costs]] = [[columns[:, 0]] for _ in variants]
        at = np.zeros(len(variants), dtype=np.int64)
        depth = 0
        while any(len(variant) > depth for variant in variants):
            columns, at = self._advanced(columns, at, variants, depth)
            depth += 1
            for number, variant in enumerate(variants):
                if len(variant) >= depth:
                    rows[number].append(columns[:, at[number]])
        return rows

    def _advanced(
        self, columns: Costs, at: Costs, variants: Sequence[Sequence[str]], depth: int
    ) -> tuple[Costs, Costs]:
        """One event further: a column for each different beginning, and who has which."""
        place: dict[tuple[int, str], int] = {}
        after = at.copy()
        for number, variant in enumerate(variants):
            if len(variant) > depth:
                key = (int(at[number]), variant[depth])
                after[number] = place.setdefault(key, len(place))
        before = columns[:, [parent for parent, _word in place]]
        inserted = [_UNIT * self._inserted.get(word, 1) for _parent, word in place]
        following = before + np.array(inserted, dtype=np.int64)
        by_word: dict[str, list[int]] = {}
        for column, (_parent, word) in enumerate(place):
            by_word.setdefault(word, []).append(column)
        for word, chosen in by_word.items():
            self._together(word, before, following, chosen)
        return self._closed(following), after

    def _together(self, word: str, before: Costs, following: Costs, chosen: list[int]) -> None:
        """Steps that case and model take together cost nothing."""
        for step in self._with_label[self._code[word]] if word in self._code else ():
            source, target = self._of.source[step], self._of.target[step]
            following[target, chosen] = np.minimum(
                following[target, chosen], before[source, chosen]
            )

    def _closed(self, costs: Costs) -> Costs:
        """Let the model go on by itself wherever that is cheaper."""
        while len(self._source):
            offered = np.minimum.reduceat(
                costs[self._source] + self._step_weight, self._begins, axis=0
            )
            better = np.minimum(costs[self._targets], offered)
            if np.array_equal(better, costs[self._targets]):
                break
            costs[self._targets] = better
        return costs

    def traced(self, variant: Sequence[str], rows: Sequence[Costs]) -> Alignment:
        """Walk a cheapest alignment back from the end."""
        state, position = self._of.end, len(variant)
        steps: list[Step] = []
        cost = int(rows[position][state]) // _UNIT
        while position or state != self._of.start:
            taken = self._last(variant, rows, position, state)
            if taken is None:
                break
            step, state, position = taken
            steps += [step] if step else []
        return Alignment(cost, tuple(reversed(steps)))

    def _last(
        self, variant: Sequence[str], rows: Sequence[Costs], position: int, state: int
    ) -> tuple[Step | None, int, int] | None:
        """The step by which a state was reached at this cost; None at the very start."""
        cost = rows[position][state]
        if position:
            word = variant[position - 1]
            for step in self._into[state]:
                source = int(self._of.source[step])
                if self._label(step) == word and rows[position - 1][source] == cost:
                    return Step(Kind.TOGETHER, word), source, position - 1
        for step in self._into[state]:
            source = int(self._of.source[step])
            if rows[position][source] + self._weight[step] == cost:
                label = self._label(step)
                return (Step(Kind.SKIPPED, label) if label else None), source, position
        if position:
            return Step(Kind.INSERTED, variant[position - 1]), state, position - 1
        return None

    def _label(self, step: int) -> str | None:
        code = int(self._of.label[step])
        return None if code == SILENT else self._of.labels[code]
