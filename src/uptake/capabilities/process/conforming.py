"""Cases beside the intended way: what each of them skipped, added or did out of place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from uptake.capabilities.process.flow import Flow, known
from uptake.capabilities.process.ground import Ground
from uptake.capabilities.process.intended import IntendedProcess
from uptake.capabilities.process.picture import (
    ActivityRow,
    Conformance,
    Edge,
    RuleRow,
)
from uptake.formats.errors import UnusableFileError
from uptake.methods.arrays import Counts, Flags, Floats
from uptake.methods.process.alignment import Alignment, Kind
from uptake.methods.process.automaton import NeverEnds
from uptake.methods.process.conformance import Conformance as Measured
from uptake.methods.process.conformance import LogFitness, conform
from uptake.methods.process.precision import precision
from uptake.methods.process.rules import judge, read_rule
from uptake.methods.process.search import Unfinished
from uptake.methods.statistics.proportions import Share

Trace = tuple[str, ...]

UNKNOWN = -1
"""Cost of a variant that is only known within bounds."""

MOST_BROKEN = 100
"""Variants that break a rule and are named; all are counted."""


@dataclass(frozen=True, slots=True)
class Aligned:
    """Every variant beside the model, by number.

    ``cost``: the least, ``UNKNOWN`` where it lies between the bounds that ``bound`` speaks of.
    ``fitness``: NaN where it is not known.
    """

    cost: Counts
    fitness: Floats
    log: LogFitness
    alignments: tuple[Alignment | None, ...]
    in_model: frozenset[str]
    precision: float | None = None
    is_flower: bool = False
    bound: str = ""


def aligned(ground: Ground, traces: list[Trace], intended: IntendedProcess) -> Aligned | None:
    """Align every variant with the intended way; None where it has rules only.

    Raises:
        UnusableFileError: the model never ends, so no case could ever keep to it.
    """
    net = intended.as_net()
    if net is None:
        return None
    distinct = {trace: number for number, trace in enumerate(dict.fromkeys(traces))}
    try:
        found = conform(net, list(distinct))
    except NeverEnds as never:
        raise UnusableFileError(
            f"No case can be measured by {intended.name}. {never} Mend the model first."
        ) from never
    places = [distinct[trace] for trace in traces]
    exact = [None if isinstance(each, Unfinished) else each for each in found.found]
    fit = [found.fitness(number) for number in range(len(exact))]
    cases = np.bincount(places, weights=ground.variants.cases, minlength=len(exact))
    precise = precision(found.language, list(distinct), cases.astype(np.int64).tolist())
    return Aligned(
        cost=np.array([UNKNOWN if (each := exact[n]) is None else each.cost for n in places]),
        fitness=np.array([np.nan if (value := fit[n]) is None else value for n in places]),
        log=found.over(cases.astype(np.int64).tolist()),
        alignments=tuple(exact[number] for number in places),
        in_model=frozenset(intended.modelled()),
        precision=precise.value if precise else None,
        is_flower=bool(precise and precise.is_flower),
        bound=_bound(found, cases.astype(np.int64)),
    )


def _bound(found: Measured, cases: Counts) -> str:
    """Between which costs the cases lie whose cost is not known exactly."""
    open_ones = [
        (each, int(count))
        for each, count in zip(found.found, cases, strict=True)
        if isinstance(each, Unfinished)
    ]
    if not open_ones:
        return ""
    many = sum(count for _each, count in open_ones)
    least = sum(count * each.at_least for each, count in open_ones)
    most = [each.at_most for each, _count in open_ones]
    known = [count * each for each, (_found, count) in zip(most, open_ones, strict=True) if each]
    upper = f" and at most {sum(known):,}" if None not in most else ""
    left_out, they, them = (
        ("1 case", "it costs", "it")
        if many == 1
        else (f"{many:,} cases", "together they cost", "them")
    )
    return (
        f"{left_out} could not be measured exactly, because the model allows too much side by "
        f"side: {they} at least {least:,}{upper}; fitness and cost leave {them} out."
    )


def rules_of(
    ground: Ground, traces: list[Trace], intended: IntendedProcess
) -> tuple[tuple[RuleRow, ...], tuple[Flags, ...]]:
    """How often each rule is kept, and for each rule which variants break it."""
    cases = ground.variants.cases.tolist()
    rows, breaks = [], []
    for item in intended.rules:
        judged = (judge(item.rule, trace) for trace in traces)
        broken = np.array([each.fulfilments < each.activations for each in judged], dtype=np.bool_)
        reading = read_rule(item.rule, traces, cases)
        shown = tuple((np.flatnonzero(broken)[:MOST_BROKEN] + 1).tolist())
        rows.append(RuleRow(item.rule, item.rule.sentence, reading, shown))
        breaks.append(broken)
    return tuple(rows), tuple(breaks)


def conformance_of(
    ground: Ground, intended: IntendedProcess, found: Aligned | None, straight: Flags
) -> Conformance:
    """The whole log beside the model; ``straight``: cases that keep to all of it."""
    cases = ground.variants.cases
    total = int(cases.sum())
    whole = Conformance(
        model=intended.name,
        version=str(intended.version),
        cases=total,
        fitting=Share(int(straight.sum()), total),
        straight=Share(int(straight.sum()), total),
        cost_total=None,
        fitness=None,
        log_fitness=None,
        precision=None,
        tolerance=intended.tolerance,
        about=intended.about,
    )
    if found is None:
        return whole
    judged = ~np.isnan(found.fitness)
    weights = cases[judged]
    return replace(
        whole,
        fitting=found.log.fitting,
        cost_total=found.log.cost,
        fitness=float(np.average(found.fitness[judged], weights=weights)) if judged.any() else None,
        log_fitness=found.log.value,
        precision=found.precision,
        is_flower=found.is_flower,
        bound=found.bound,
    )


def with_model(flow: Flow, found: Aligned, ground: Ground) -> Flow:
    """The map and the variants with what strays marked on them."""
    overlay = _Overlay.of(found, ground)
    variants = tuple(
        replace(
            row,
            cost=each.cost if each else None,
            fitness=known(found.fitness[row.number - 1]),
            steps=each.steps if each else None,
        )
        for row, each in zip(flow.variants, found.alignments, strict=False)
    )
    return replace(
        flow,
        activities=tuple(overlay.activity(row, found) for row in flow.activities),
        edges=tuple(overlay.edge(row) for row in flow.edges),
        variants=variants,
    )


@dataclass(frozen=True, slots=True)
class _Overlay:
    """How often steps were skipped or inserted, and edges taken where the model has none."""

    skipped: Mapping[str, int]
    inserted: Mapping[str, int]
    edges: Mapping[tuple[str, str], int]

    @classmethod
    def of(cls, found: Aligned, ground: Ground) -> _Overlay:
        skipped: dict[str, int] = defaultdict(int)
        inserted: dict[str, int] = defaultdict(int)
        edges: dict[tuple[str, str], int] = defaultdict(int)
        for each, cases in zip(found.alignments, ground.variants.cases.tolist(), strict=True):
            if each is None or not each.cost:
                continue
            for step in each.steps:
                if step.kind is Kind.SKIPPED:
                    skipped[step.label] += cases
                elif step.kind is Kind.INSERTED:
                    inserted[step.label] += cases
            for edge in _strange_edges(each):
                edges[edge] += cases
        return cls(skipped, inserted, edges)

    def activity(self, row: ActivityRow, found: Aligned) -> ActivityRow:
        """A node with what strays at it."""
        return replace(
            row,
            skipped=self.skipped.get(row.name, 0),
            inserted=self.inserted.get(row.name, 0),
            is_in_model=row.name in found.in_model,
        )

    def edge(self, row: Edge) -> Edge:
        """An edge with how often the model would not have had it so."""
        return replace(row, deviating=self.edges.get((row.source, row.target), 0))


def _strange_edges(each: Alignment) -> Iterator[tuple[str, str]]:
    """Successions of a case that lead to or from an inserted step, or over skipped ones."""
    before: str | None = None
    strays = False
    for step in each.steps:
        if step.kind is Kind.SKIPPED:
            strays = True
            continue
        inserted = step.kind is Kind.INSERTED
        if before is not None and (strays or inserted):
            yield before, step.label
        before, strays = step.label, inserted
