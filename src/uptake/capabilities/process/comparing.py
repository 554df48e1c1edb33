"""Two groups of cases side by side: before and after a go-live, or any other two.

Durations take in open cases as far as they went; everything else is compared among cases that
began early enough to have ended. What else moved is looked for among neighbouring measures, with
the rate of false discoveries kept at one in ten. That two groups differ does not say why.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
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
from uptake.capabilities.process.splitting import sides_of
from uptake.capabilities.process.teams_of_cases import kinds_of_cases, teams_of_cases
from uptake.capabilities.process.timing import Times, times_of
from uptake.formats.case_log import NOBODY, Performer
from uptake.methods.arrays import Flags
from uptake.methods.process.durations import WorkingHours
from uptake.methods.statistics.clustered import MeanDifference, mean_difference
from uptake.methods.statistics.discoveries import RATE, false_discovery_rates
from uptake.methods.statistics.proportions import Share
from uptake.methods.statistics.shifts import FEWEST_CASES, Cases, compare
from uptake.metrics.measurement import MINIMUM_PEOPLE
from uptake.ui.words import listed, short_day

Straight = Callable[[], Flags | None]
Tell = Callable[[Comparison], None]

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
    ground: Ground,
    moment: datetime,
    how: Beside | None = None,
    *,
    straight: Straight | None = None,
    tell: Tell | None = None,
) -> Comparison:
    """Compare cases that began before a moment with those that began from it on.

    ``straight`` says of each case whether it ran as intended, once that is needed. ``tell`` takes
    what is known so far, measure by measure. Cases without a believable beginning belong to
    neither.
    """
    at = round(moment.timestamp() * 1000)
    sides = sides_of(ground, moment)
    day = short_day(moment)
    labels = (f"before {day}", f"from {day} on")
    last = ground.begins + ground.lengths - 1
    across = int((sides[0] & ground.known[last] & (ground.ended[last] >= at)).sum())

    def told(found: Comparison) -> None:
        if tell is not None:
            tell(replace(found, straddling=across, day=moment.date()))

    found = _Comparing(ground, sides, how or Beside(), straight).result(labels, told)
    return replace(found, straddling=across, day=moment.date())


def beside_each_other(
    ground: Ground,
    sides: tuple[Flags, Flags],
    labels: tuple[str, str],
    how: Beside | None = None,
    *,
    straight: Straight | None = None,
) -> Comparison:
    """Compare any two groups of cases; the second is weighted to the mix of the first."""
    return _Comparing(ground, sides, how or Beside(), straight).result(labels)


class _Comparing:
    """One comparison while it is made."""

    def __init__(
        self, ground: Ground, sides: tuple[Flags, Flags], how: Beside, straight: Straight | None
    ) -> None:
        self._ground = ground
        self._sides = sides
        self._how = how
        self._straight = straight
        self._times = times_of(ground)
        self._strata = kinds_of_cases(ground, how.mix)
        self._level, self._teams = teams_of_cases(ground)

    def result(self, labels: tuple[str, str], tell: Tell | None = None) -> Comparison:
        """Compare every measure."""
        found = self._counted(labels)
        if found.not_measurable:
            return found
        rows: list[MeasureRow] = []
        gaps: defaultdict[str, list[str]] = defaultdict(list)
        for measure in asked_measures(
            self._ground, self._times, straight=self._straight, hours=self._how.hours
        ):
            row = self._row(measure)
            if row is None:
                gaps[self._why_not(measure, labels)].append(measure.name)
                continue
            rows.append(row)
            if tell is not None:
                tell(replace(found, measures=tuple(rows)))
        tried = [*self._neighbours()]
        return replace(
            found,
            measures=tuple(rows),
            tried=len(tried),
            neighbours=tuple(_believed(tried)),
            not_measurable=tuple(
                NotMeasurable(listed(names, limit=len(names)), why) for why, names in gaps.items()
            ),
        )

    def _why_not(self, measure: CaseMeasure, labels: tuple[str, str]) -> str:
        """Why a measure cannot be compared: the first of what it takes that a side lacks."""
        for side, label in zip(self._sides, labels, strict=True):
            if (side & measure.measurable).sum() < FEWEST_CASES:
                return f"it is known of fewer than five cases {label}"
            if (side & self._counts(measure)).sum() < FEWEST_CASES:
                return f"fewer than five cases {label} began early enough to have ended"
        return "fewer than five cases are alike"

    def _counted(self, labels: tuple[str, str]) -> Comparison:
        """How many cases there are, before any of them is measured."""
        before, after = self._sides
        either = before | after
        common = before & np.isin(self._strata, np.unique(self._strata[after]))
        return Comparison(
            before=labels[0],
            after=labels[1],
            cases=(int(before.sum()), int(after.sum())),
            covered=Share(int(common.sum()), int(before.sum())),
            mix=self._how.mix,
            teams=self._level,
            team_count=len(np.unique(self._teams[either])),
            unripe=int((either & ~self._ripe).sum()),
            straddling=0,
            measures=(),
            tried=0,
            neighbours=(),
            not_measurable=tuple(self._too_few_people(labels)),
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
        counted = self._counts(measure)
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

    def _counts(self, measure: CaseMeasure) -> Flags:
        """Cases that count: whole durations take in open ones, anything else needs ripe ones."""
        if measure.unit is Unit.SECONDS and not measure.activity:
            return measure.measurable
        return measure.measurable & self._ripe

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
