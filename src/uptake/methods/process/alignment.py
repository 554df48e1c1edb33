"""The fewest steps that must be skipped or inserted for a case to run as the model says.

A case and a model are aligned by steps of both together, steps of the model alone (skipped) and
steps of the case alone (inserted). Cost is what was skipped or inserted; steps that nobody sees
cost nothing. On an automaton this is an edit distance: a dynamic programme over the events of a
variant and the states, for all variants with a common beginning at once. Source: A. Adriansyah
(2014), Aligning Observed and Modeled Behavior; values of W. van der Aalst (2016), chapter 8.
Methods section 3.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from uptake.methods.process.automaton import Automaton
from uptake.methods.process.edit_table import EditTable
from uptake.methods.process.steps import Kind, Step, Steps

__all__ = ["Alignment", "AsIntended", "Kind", "Prices", "Step", "align", "fitness", "shortest"]

_CELLS = 16_000_000
"""Costs that are held at once."""


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
    known = [
        tuple(variant if labels.issuperset(variant) else (s for s in variant if s in labels))
        for variant in variants
    ]
    found: dict[tuple[str, ...], Alignment] = {}
    longest = max(map(len, known), default=0)
    table = EditTable(automaton, prices.skip, prices.insert, longest=longest)
    for part in _parts(dict.fromkeys(known), automaton.states):
        beginnings = table.filled(part)
        for number, trace in enumerate(part):
            found[trace] = Alignment(*beginnings.cheapest(number))
    return [
        found[trace]
        if len(trace) == len(variant)
        else with_unknown(found[trace], variant, labels, prices)
        for trace, variant in zip(known, variants, strict=True)
    ]


def with_unknown(
    alignment: Alignment, variant: Sequence[str], labels: frozenset[str], prices: Prices
) -> Alignment:
    """Put back what the model does not know, each right after the event before it.

    ``alignment`` is that of the variant without it, ``labels`` what the model knows.
    """
    events = [*variant]
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
        self._steps = Steps(Kind.TOGETHER)

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


def _parts(traces: Iterable[tuple[str, ...]], states: int) -> Iterator[list[tuple[str, ...]]]:
    """As many together as fit."""
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
