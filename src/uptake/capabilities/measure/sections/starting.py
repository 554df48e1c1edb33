"""Starting: how fast newcomers come to work like the others, together and by quarter of start."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from uptake.capabilities.measure.picture import AdoptionPicture, Ramp, Source
from uptake.capabilities.measure.sections.numbers import sentence, value_text, when
from uptake.methods.adoption.ramp import RampCohort, RampedBy
from uptake.metrics.measurement import Measurement
from uptake.metrics.newcomers import StartCohort
from uptake.ui import words
from uptake.ui.charts.curves import IntervalRow, intervals
from uptake.ui.charts.theme import Headline
from uptake.ui.document import Block, Chart, Column, Notice, Table, Tone, text_table

ROW_HEIGHT = 30
FEWEST_COHORTS = 2
NOT_YET_DUE = "not yet due"


def ramp_blocks(picture: AdoptionPicture) -> list[Block]:
    """Return the ramp of all newcomers, and that of each quarter where there are several."""
    ramp = picture.ramp
    if not ramp.by_day:
        why = f"{ramp.median.reason}."
        return [Notice("New-starter ramp: not measurable", sentence(why), tone=Tone.QUIET)]
    cohorts = _cohorts(picture)
    return [_ramp(ramp)] if cohorts is None else [_ramp(ramp), cohorts]


def _ramp(ramp: Ramp) -> Chart:
    rows = [_ramp_row(number) for number in ramp.by_day]
    headline = _ramp_headline(ramp)
    summary = f"{headline.title}. " + "; ".join(f"{row.label}: {row.note}" for row in rows) + "."
    return Chart(intervals(rows, headline, row_height=ROW_HEIGHT), summary, _ramp_table(rows))


def _ramp_row(number: Measurement) -> IntervalRow:
    share = number.value or 0.0
    followed = words.count(number.denominator or 0)
    label = f"within {(number.point or '').removeprefix('day ')} days"
    note = f"{words.percent(share)}, {followed} followed"
    return IntervalRow(label, share, number.low or 0.0, number.high or 0.0, note)


def _ramp_headline(ramp: Ramp) -> Headline:
    first = ramp.by_day[0]
    within = (first.point or "").replace("day ", "")
    share = words.percent(first.value or 0.0)
    median = ramp.median
    middle = (
        f"Half of them took {value_text(median)} or less."
        if median.is_measured
        else "Fewer than half of them have got there so far."
    )
    return Headline(
        f"{share} of newcomers worked like the others within {within} days",
        "Share of newcomers with four weeks as active as the median established person; bar: 95 % "
        f"interval. {middle}",
    )


def _ramp_table(rows: Sequence[IntervalRow]) -> Table:
    columns = (Column("Newcomers"), Column("Share", numeric=True), Column("95 %", numeric=True))
    cells = [[row.label, row.note, words.interval(row.low, row.high)] for row in rows]
    return text_table("Newcomers who work like the others", columns, cells)


def _cohorts(picture: AdoptionPicture) -> Chart | None:
    """The quarters side by side, at the last day to which at least two of them were followed."""
    cohorts, source = picture.ramp.cohorts, picture.source
    day = _compared_day(cohorts)
    if day is None:
        return None
    told = [(cohort, by) for cohort in cohorts if (by := _by(cohort.ramp, day)) is not None]
    rows = [_cohort_row(source, cohort, by) for cohort, by in told]
    first, last = rows[0], rows[-1]
    title = f"{_verdict(told[0][1], told[-1][1])} within {day} days"
    headline = Headline(
        title,
        f"Share of newcomers who worked like the others within {day} days, by quarter of their "
        "start; bar: 95 % interval. Quarters of fewer than five are taken together.",
    )
    summary = f"{title}: {first.note} ({first.label}), {last.note} ({last.label})."
    chart = intervals(rows, headline, row_height=ROW_HEIGHT)
    return Chart(chart, summary, _cohort_table(source, cohorts))


def _compared_day(cohorts: Sequence[StartCohort]) -> int | None:
    followed = Counter(by.day for cohort in cohorts for by in cohort.ramp.ramped_by)
    days = [day for day, count in followed.items() if count >= FEWEST_COHORTS]
    return max(days, default=None)


def _by(ramp: RampCohort, day: int) -> RampedBy | None:
    return next((by for by in ramp.ramped_by if by.day == day), None)


def _verdict(before: RampedBy, now: RampedBy) -> str:
    """Whether the newest quarter differs from the oldest by more than both intervals allow."""
    if now.interval.low > before.interval.high:
        return "Newcomers have become faster: more of them work like the others"
    if now.interval.high < before.interval.low:
        return "Newcomers have become slower: fewer of them work like the others"
    return "No detectable difference between quarters in who works like the others"


def _cohort_row(source: Source, cohort: StartCohort, by: RampedBy) -> IntervalRow:
    note = f"{words.percent(by.share)} of {words.people(cohort.ramp.people)}"
    return IntervalRow(_quarter(source, cohort), by.share, by.interval.low, by.interval.high, note)


def _quarter(source: Source, cohort: StartCohort) -> str:
    """The quarter as "Q2 2016", or by its first day where the data only counts days."""
    if source.origin is not None:
        return f"from {when(source, cohort.first)}"
    first, last = _of_year(cohort.first), _of_year(cohort.last)
    return last if first == last else f"{first} to {last}"


def _of_year(day: date) -> str:
    return f"Q{(day.month + 2) // 3} {day.year}"


def _cohort_table(source: Source, cohorts: Sequence[StartCohort]) -> Table:
    days = sorted({by.day for cohort in cohorts for by in cohort.ramp.ramped_by})
    columns = (
        Column("Started in"),
        Column("Newcomers", numeric=True),
        Column("Median days", numeric=True),
        *(Column(f"Within {day} days", numeric=True) for day in days),
    )
    rows = [
        [
            _quarter(source, cohort),
            words.count(cohort.ramp.people),
            NOT_YET_DUE
            if cohort.ramp.median_days is None
            else words.amount(cohort.ramp.median_days),
            *(_share(_by(cohort.ramp, day)) for day in days),
        ]
        for cohort in cohorts
    ]
    return text_table("Newcomers by quarter of their start", columns, rows)


def _share(by: RampedBy | None) -> str:
    if by is None:
        return NOT_YET_DUE
    return f"{words.percent(by.share)} ({words.interval(by.interval.low, by.interval.high)})"
