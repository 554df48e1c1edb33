"""Two groups of cases side by side: before and after a go-live, or any other two.

Durations take in open cases as far as they went; everything else is compared among cases that
began early enough to have ended. What else moved is looked for among neighbouring measures, with
the rate of false discoveries kept at one in ten. That two groups differ does not say why.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

import numpy as np

from uptake.capabilities.process.case_measures import (
    CaseMeasure,
    asked_measures,
    neighbouring_measures,
)
from uptake.capabilities.process.compared import Comparison, MeasureRow, NeighbourRow, Unit
from uptake.capabilities.process.ground import Ground
from uptake.capabilities.process.picture import NotMeasurable
from uptake.capabilities.process.saying_differences import said_of_measure, said_of_neighbour
from uptake.capabilities.process.teams_of_cases import kinds_of_cases, teams_of_cases
from uptake.capabilities.process.timing import Times, times_of
from uptake.formats.case_log import NOBODY, Performer
from uptake.methods.arrays import Counts, Flags
from uptake.methods.process.durations import WorkingHours
from uptake.methods.statistics.clustered import MeanDifference, mean_difference
from uptake.methods.statistics.discoveries import RATE, false_discovery_rates
from uptake.methods.statistics.proportions import Share
from uptake.methods.statistics.shifts import Cases, compare
from uptake.metrics.measurement import MINIMUM_PEOPLE

RIPE = 0.9
"""Share of cases that have ended by the age at which cases begin to count."""


@dataclass(frozen=True, slots=True)
class Beside:
    """How to compare: ``mix`` names attributes of cases that make them alike.

    ``hours``: also compare business time. ``fewest``: people behind each side, where known.
    """

    mix: tuple[str, ...] = ()
    hours: WorkingHours | None = None
    fewest: int = MINIMUM_PEOPLE


def before_and_after(
    ground: Ground, moment: datetime, how: Beside | None = None, *, straight: Flags | None = None
) -> Comparison:
    """Compare cases that began before a moment with those that began from it on.

    ``straight``: of each case, whether it ran as intended. Cases without a believable beginning
    belong to neither.
    """
    at = round(moment.timestamp() * 1000)
    dated, begun = ground.known[ground.begins], ground.begun[ground.begins]
    sides = dated & (begun < at), dated & (begun >= at)
    day = moment.date().isoformat()
    labels = (f"before {day}", f"from {day} on")
    found = _Comparing(ground, sides, how or Beside(), straight).result(labels)
    last = ground.begins + ground.lengths - 1
    across = sides[0] & ground.known[last] & (ground.ended[last] >= at)
    return replace(found, straddling=int(across.sum()))


def beside_each_other(
    ground: Ground,
    sides: tuple[Flags, Flags],
    labels: tuple[str, str],
    how: Beside | None = None,
    *,
    straight: Flags | None = None,
) -> Comparison:
    """Compare any two groups of cases; the second is weighted to the mix of the first."""
    return _Comparing(ground, sides, how or Beside(), straight).result(labels)


class _Comparing:
    """One comparison while it is made."""

    def __init__(
        self, ground: Ground, sides: tuple[Flags, Flags], how: Beside, straight: Flags | None
    ) -> None:
        self._ground = ground
        self._sides = sides
        self._how = how
        self._straight = straight
        self._times = times_of(ground)
        self._strata = kinds_of_cases(ground, how.mix)
        self._level, self._teams = teams_of_cases(ground)

    def result(self, labels: tuple[str, str]) -> Comparison:
        """Compare every measure."""
        gaps = [*self._too_few_people(labels)]
        rows: list[MeasureRow] = []
        tried: list[tuple[CaseMeasure, MeanDifference]] = []
        if not gaps:
            for measure in asked_measures(
                self._ground, self._times, straight=self._straight, hours=self._how.hours
            ):
                row = self._row(measure)
                if row is None:
                    gaps.append(NotMeasurable(measure.name, "fewer than five cases are alike"))
                else:
                    rows.append(row)
            tried = [*self._neighbours()]
        kept = (self._sides[0], self._sides[1] & _shared(self._strata, self._sides))
        common = self._sides[0] & np.isin(self._strata, np.unique(self._strata[kept[1]]))
        return Comparison(
            before=labels[0],
            after=labels[1],
            cases=(int(self._sides[0].sum()), int(self._sides[1].sum())),
            covered=Share(int(common.sum()), int(self._sides[0].sum())),
            mix=self._how.mix,
            teams=self._level,
            team_count=len(np.unique(self._teams[self._sides[0] | self._sides[1]])),
            unripe=int(((self._sides[0] | self._sides[1]) & ~self._ripe).sum()),
            straddling=0,
            measures=tuple(rows),
            tried=len(tried),
            neighbours=tuple(_believed(tried)),
            not_measurable=tuple(gaps),
        )

    def _too_few_people(self, labels: tuple[str, str]) -> Iterator[NotMeasurable]:
        """Sides behind which fewer people stand than may be shown."""
        people = self._ground.performers(Performer.RESOURCE)
        if people is None:
            return
        for side, label in zip(self._sides, labels, strict=True):
            seen = people[side[self._ground.case] & (people != NOBODY)]
            if len(np.unique(seen)) < self._how.fewest:
                why = f"fewer than {self._how.fewest} people worked on cases {label}"
                yield NotMeasurable("the comparison", why)

    def _row(self, measure: CaseMeasure) -> MeasureRow | None:
        first, second = self._measured(measure)
        shift = compare(first, second)
        if shift is None:
            return None
        sentence = said_of_measure(measure.name, measure.unit, shift)
        return MeasureRow(measure.key, measure.name, measure.unit, shift, sentence)

    def _measured(self, measure: CaseMeasure) -> tuple[Cases, Cases]:
        counted = measure.measurable
        if not (measure.unit is Unit.SECONDS and not measure.activity):
            counted = counted & self._ripe
        first, second = (
            Cases(
                measure.values[side & counted],
                measure.complete[side & counted],
                self._strata[side & counted],
                self._teams[side & counted],
            )
            for side in self._sides
        )
        return first, second

    def _neighbours(self) -> Iterator[tuple[CaseMeasure, MeanDifference]]:
        for measure in neighbouring_measures(self._ground, self._times):
            first, second = self._measured(measure)
            found = mean_difference(first, second)
            if found is not None and found.p_value is not None and _varies(first, second):
                yield measure, found

    @cached_property
    def _ripe(self) -> Flags:
        """Cases that began early enough to have ended, as far as that can be known."""
        return _ripe(self._ground, self._times)


def _ripe(ground: Ground, times: Times | None) -> Flags:
    every = np.ones(len(ground.begins), dtype=np.bool_)
    if times is None or not times.cases.measurable.any():
        return every
    kept = times.cases.measurable & times.is_closed
    if not kept.any():
        return every
    usual = float(np.quantile(times.cases.values[kept], RIPE))
    until = int(ground.ended[ground.known].max())
    begun = ground.begun[ground.begins]
    return ~times.cases.measurable | (begun <= until - usual)


def _varies(first: Cases, second: Cases) -> bool:
    lowest = min(first.values.min(), second.values.min())
    return bool(lowest < max(first.values.max(), second.values.max()))


def _shared(strata: Counts, sides: tuple[Flags, Flags]) -> Flags:
    return np.isin(strata, np.unique(strata[sides[0]]))


def _believed(tried: list[tuple[CaseMeasure, MeanDifference]]) -> Iterator[NeighbourRow]:
    """Neighbours that moved by more than chance, the surest first."""
    rates = false_discovery_rates([found.p_value for _measure, found in tried])
    moved = [
        (rate, measure, found)
        for rate, (measure, found) in zip(rates, tried, strict=True)
        if rate is not None and rate <= RATE
    ]
    for rate, measure, found in sorted(moved, key=lambda each: each[0]):
        sentence = said_of_neighbour(measure.name, measure.unit, found)
        yield NeighbourRow(
            measure.key, measure.name, measure.unit, measure.activity, found, rate, sentence
        )
