"""From a log of cases, and the way they are meant to run, to everything that is said of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from uptake.capabilities.process.findings import findings_of
from uptake.capabilities.process.flow import Flow, flow_of, in_business_time
from uptake.capabilities.process.ground import Ground, traces_of
from uptake.capabilities.process.handing import handing_of, links_missing, recorded_of, scopes_of
from uptake.capabilities.process.naming import Showing
from uptake.capabilities.process.picture import (
    NotMeasurable,
    ProcessPicture,
    Summary,
    UsualWay,
)
from uptake.capabilities.process.timing import Times, duration_reading, times_of
from uptake.formats.case_log import CaseLog, Performer
from uptake.methods.arrays import distinct
from uptake.metrics.measurement import MINIMUM_PEOPLE

if TYPE_CHECKING:  # what only some logs need is imported where it is measured
    from uptake.capabilities.process.business_hours import BusinessHours, BusinessReading
    from uptake.capabilities.process.compared import Comparison
    from uptake.capabilities.process.drift_spans import DriftSpans
    from uptake.capabilities.process.intended import IntendedProcess
    from uptake.capabilities.process.judging import Judged
    from uptake.capabilities.process.splitting import Split

UNCONFIRMED = (
    "{name} is a proposal that nobody has confirmed; once those who do the work agree on it, take "
    "out the line that says it is proposed, and run again."
)
MOST_PROPOSED = 100_000
"""Different ways of running beyond which no way is proposed."""


@dataclass(frozen=True, slots=True)
class More:
    """What is measured only when it is asked for.

    ``proposal``: the usual way, where no way is given. ``hours``: when work is done, for business
    time. ``split``: the day that parts cases into before and after. ``spans``: the days that are
    set beside each other for drift.
    """

    proposal: bool = False
    hours: BusinessHours | None = None
    split: Split | None = None
    spans: DriftSpans | None = None


@dataclass(frozen=True, slots=True)
class Analysis:
    """A picture with what it was read off, for whoever wants the cases behind a number."""

    picture: ProcessPicture
    ground: Ground
    judged: Judged | None


def picture_of(
    log: CaseLog,
    intended: IntendedProcess | None = None,
    *,
    names: bool = False,
    minimum_people: int = MINIMUM_PEOPLE,
) -> ProcessPicture:
    """Measure a log; ``names``: people stand by name, for those who may have them."""
    return analysed(log, intended, Showing(names, minimum_people)).picture


def analysed(
    log: CaseLog,
    intended: IntendedProcess | None = None,
    showing: Showing | None = None,
    more: More | None = None,
) -> Analysis:
    """Measure a log and keep what it was read off.

    A model that was proposed from data and confirmed by nobody judges no case.
    """
    showing, more = showing or Showing(), more or More()
    ground = Ground.of(log)
    _check_split(ground, more)
    judged = None
    if intended is not None and not intended.is_proposed:
        judged = _judged(ground, intended, showing)
    times = times_of(ground)
    flow = flow_of(ground, times)
    business = None
    if more.hours:
        flow, business = _in_business_time(ground, times, flow, more.hours)
    if judged is not None:
        judged, flow = _judged_on(judged, flow, ground, times)
    drawn = _picture(ground, flow, times, judged, showing)
    picture = with_drift(drawn, ground, judged, showing, more.spans)
    gaps = picture.not_measurable
    if intended is not None and judged is None:
        gaps = (NotMeasurable("how far cases stray", UNCONFIRMED.format(name=intended.name)), *gaps)
    whole = replace(
        picture,
        usual=_usual(ground) if more.proposal and intended is None else None,
        business=business,
        comparison=_before_and_after(ground, judged, showing, more),
        findings=findings_of(picture, ground),
        not_measurable=gaps,
    )
    return Analysis(whole, ground, judged)


def _check_split(ground: Ground, more: More) -> None:
    if more.split is None:
        return
    from uptake.capabilities.process.splitting import check_split

    check_split(ground, more.split)


def _judged(ground: Ground, intended: IntendedProcess, showing: Showing) -> Judged:
    from uptake.capabilities.process.judging import judged_by

    return judged_by(ground, intended, showing)


def _judged_on(
    judged: Judged, flow: Flow, ground: Ground, times: Times | None
) -> tuple[Judged, Flow]:
    """What straying costs, and what strays on the map and the variants."""
    from uptake.capabilities.process.conforming import with_model
    from uptake.capabilities.process.costing import with_costs

    costed = with_costs(judged.deviations, ground, times, judged.straight)
    if judged.aligned is not None:
        flow = with_model(flow, judged.aligned, ground)
    return replace(judged, deviations=costed), flow


def _in_business_time(
    ground: Ground, times: Times | None, flow: Flow, hours: BusinessHours
) -> tuple[Flow, BusinessReading | None]:
    from uptake.capabilities.process.business_hours import business_reading, business_times

    inside = business_times(ground, times, hours)
    reading = business_reading(times, inside, hours) if times else None
    return in_business_time(flow, ground, inside), reading


def with_drift(  # one analysis and what was asked of it
    picture: ProcessPicture,
    ground: Ground,
    judged: Judged | None,
    showing: Showing,
    spans: DriftSpans | None = None,
) -> ProcessPicture:
    """Return the picture with whether work drifts from those it is meant for, or why not."""
    if judged is None:
        return picture
    from uptake.capabilities.process.drifted import RoleDrift
    from uptake.capabilities.process.drifting import WHAT, drift_of

    outside = judged.outside or next(iter(judged.gaps), None)
    found = drift_of(ground, outside, showing, spans)
    gaps = tuple(gap for gap in picture.not_measurable if gap.what != WHAT)
    if isinstance(found, RoleDrift):
        return replace(picture, drift=found, not_measurable=gaps)
    return replace(picture, drift=None, not_measurable=(*gaps, found))


def _before_and_after(
    ground: Ground, judged: Judged | None, showing: Showing, more: More
) -> Comparison | None:
    """Cases on either side of a day, where one was named."""
    if more.split is None:
        return None
    from uptake.capabilities.process.comparing import Beside, before_and_after
    from uptake.capabilities.process.splitting import beginning_of

    hours = more.hours.within(ground) if more.hours else None
    how = Beside(mix=more.split.mix, hours=hours, fewest=showing.fewest)
    straight = None if judged is None else judged.straight
    begins = beginning_of(more.split.day)
    return before_and_after(ground, begins, how, straight=lambda: straight)


def _usual(ground: Ground) -> UsualWay | None:
    """How work usually runs; nothing is proposed where nearly every case runs its own way."""
    if len(ground.variants) > MOST_PROPOSED:
        return None
    from uptake.capabilities.process.intended_proposing import usual_way

    name = f"Proposed from {ground.log.source}"
    return usual_way(traces_of(ground, ()), ground.variants.cases.tolist(), name=name)


def _picture(
    ground: Ground, flow: Flow, times: Times | None, judged: Judged | None, showing: Showing
) -> ProcessPicture:
    durations = duration_reading(times)
    outside = judged.outside if judged else None
    handing = handing_of(ground, showing)
    return ProcessPicture(
        summary=_summary(ground),
        activities=flow.activities,
        edges=flow.edges,
        edge_count=flow.edge_count,
        variants=flow.variants,
        handing=handing,
        recorded=recorded_of(ground),
        scopes=scopes_of(ground, showing, {outside.level: outside.events} if outside else {}),
        rework=flow.rework,
        durations=durations,
        rules=judged.rules if judged else (),
        conformance=judged.conformance if judged else None,
        usual=None,
        deviations=judged.deviations if judged else (),
        warnings=(*ground.log.warnings, *(judged.warnings if judged else ())),
        not_measurable=(*_gaps(ground), *(judged.gaps if judged else ())),
        is_named=showing.names,
    )


def _summary(ground: Ground) -> Summary:
    people = ground.performers(Performer.RESOURCE)
    return Summary(
        source=ground.log.source,
        events=ground.log.events,
        cases=ground.log.cases,
        activities=int((np.bincount(ground.activity, minlength=1) > 0).sum()),
        variants=len(ground.variants),
        resources=None if people is None else len(distinct(people[people >= 0])),
        start=_moment(ground.begun[ground.known].min()) if ground.known.any() else None,
        end=_moment(ground.ended[ground.known].max()) if ground.known.any() else None,
        columns=tuple(ground.log.columns.items()),
    )


def _moment(milliseconds: np.int64) -> datetime:
    return datetime.fromtimestamp(int(milliseconds) / 1000, UTC)


def _gaps(ground: Ground) -> Iterator[NotMeasurable]:
    """What this log cannot give, and what would make it so."""
    if not ground.known.any():
        yield NotMeasurable(
            "durations and waiting",
            "The log gives an order without moments; bring one with a time for each event.",
        )
    elif not ground.has_work.any():
        yield NotMeasurable(
            "time worked on a step",
            "Each event has one moment; bring one with a start and an end for each event.",
        )
    if ground.performers(Performer.RESOURCE) is None:
        yield NotMeasurable(
            "handovers between people",
            "The log does not say who did a step; map the column with --map resource=COLUMN.",
        )
    if not {Performer.ROLE, Performer.GROUP} & set(ground.log.performers):
        yield NotMeasurable(
            "handovers between roles or groups",
            "The log names neither; map a column with --map group=COLUMN or role=COLUMN.",
        )
    yield from links_missing(ground)
