"""The fewest steps that must be skipped or inserted for a case to run as the model says.

A case and a model are aligned by steps of both together, steps of the model alone (skipped) and
steps of the case alone (inserted). Cost is what was skipped or inserted; steps that nobody sees
cost nothing. On an automaton this is an edit distance: a dynamic programme over the events of a
variant and the states, for all variants with a common beginning at once. Source: A. Adriansyah
(2014), Aligning Observed and Modeled Behavior; values of W. van der Aalst (2016), chapter 8.
Methods section 3.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from uptake.methods.process.automaton import Automaton
from uptake.methods.process.edit_table import Beginnings, EditTable, Moved

_CELLS = 16_000_000
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

    def skip(self, label: str | None) -> int:
        """What it costs that the model's step did not happen; nothing if nobody would see it."""
        return 0 if label is None else self.skipped.get(label, 1)

    def insert(self, label: str) -> int:
        """What it costs that something happened that the model does not have there."""
        return self.inserted.get(label, 1)


EVEN = Prices({}, {})
"""Every deviation costs one."""


def align(
    automaton: Automaton, variants: Sequence[Sequence[str]], prices: Prices = EVEN
) -> list[Alignment]:
    """Align each variant at the least cost; the answers are in the order of ``variants``.

    What the model does not know is inserted wherever it stands, so variants are aligned without it.
    """
    labels = frozenset(automaton.labels)
    known = [tuple(step for step in variant if step in labels) for variant in variants]
    found: dict[tuple[str, ...], Alignment] = {}
    table, tracing = EditTable(automaton, prices.skip, prices.insert), _Tracing(automaton.end)
    for part in _parts(sorted(set(known)), automaton.states):
        beginnings = table.filled(part)
        found.update((trace, tracing.traced(beginnings, n)) for n, trace in enumerate(part))
    return [
        _with_unknown(found[trace], variant, labels, prices)
        for trace, variant in zip(known, variants, strict=True)
    ]


def _with_unknown(
    alignment: Alignment, variant: Sequence[str], labels: frozenset[str], prices: Prices
) -> Alignment:
    """Put back what the model does not know, each right after the event before it."""
    events = [*variant]
    if labels.issuperset(events):
        return alignment
    steps: list[Step] = []
    cost, at = alignment.cost, 0
    for step in (*alignment.steps, None):
        while at < len(events) and events[at] not in labels:
            steps.append(Step(Kind.INSERTED, events[at]))
            cost, at = cost + prices.insert(events[at]), at + 1
        if step is not None:
            steps.append(step)
            at += step.kind is not Kind.SKIPPED
    return Alignment(cost, tuple(steps))


class AsIntended:
    """Alignments of cases that run as the model says."""

    def __init__(self) -> None:
        self._steps = _Steps(Kind.TOGETHER)

    def aligned(self, trace: Sequence[str]) -> Alignment:
        """Every step of both together."""
        return Alignment(0, tuple(map(self._steps.__getitem__, trace)))


def shortest(automaton: Automaton, prices: Prices = EVEN) -> int:
    """What a case costs in which nothing happened: the cheapest way through the model."""
    return align(automaton, [()], prices)[0].cost


def fitness(cost: int, events: int, least: int) -> float | None:
    """``1 - cost / (events + least)``: 1 as the model says, 0 nothing in common.

    ``least``: the cheapest way through the model. None where neither has a step.
    """
    worst = events + least
    return 1 - cost / worst if worst else None


def _parts(traces: Sequence[tuple[str, ...]], states: int) -> Iterator[list[tuple[str, ...]]]:
    """Neighbours, as many as fit."""
    part: list[tuple[str, ...]] = []
    cells = 0
    for trace in traces:
        size = (len(trace) + 1) * states
        if part and cells + size > _CELLS:
            yield part
            part, cells = [], 0
        part.append(trace)
        cells += size
    if part:
        yield part


class _Steps(dict[str, Step]):
    """One step for all that are alike."""

    def __init__(self, kind: Kind) -> None:
        self._kind = kind

    def __missing__(self, label: str) -> Step:
        step = self[label] = Step(self._kind, label)
        return step


class _Tracing:
    """Walks cheapest alignments back from the end."""

    def __init__(self, end: int) -> None:
        self._end = end
        kinds = {
            Moved.BOTH: Kind.TOGETHER,
            Moved.MODEL: Kind.SKIPPED,
            Moved.CASE: Kind.INSERTED,
        }
        self._by = tuple(_Steps(kinds[moved]) for moved in Moved)

    def traced(self, beginnings: Beginnings, place: int) -> Alignment:
        """The alignment of a case."""
        steps = self._by
        back = beginnings.back_from(place, self._end)
        return Alignment(
            beginnings.cost(place, self._end),
            tuple([steps[moved][label] for moved, label in reversed(back)]),
        )
