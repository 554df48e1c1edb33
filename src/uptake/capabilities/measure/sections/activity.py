"""Adoption over time: weekly active people with their interval, untrusted weeks set apart."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from statistics import fmean

from uptake.capabilities.measure.picture import AdoptionPicture, WeekActivity
from uptake.capabilities.measure.sections.numbers import when
from uptake.ui import words
from uptake.ui.charts.series import Mark, TimePoint, over_time
from uptake.ui.charts.theme import Headline
from uptake.ui.document import Block, Chart, Column, Paragraph, Section, Table, text_table

COMPARED = 4
"""Weeks on each side of the comparison of "lately" with "before"."""

FEWEST_BESIDE = 4
"""Untrusted weeks that are drawn at each end at least, so that a cut shows as one."""

MOVING_RANGE = 1.128
"""Mean moving range of a steady series / its standard deviation (XmR chart, methods section 2)."""


def over_time_section(picture: AdoptionPicture) -> Section:
    """Return weekly active people as a chart, or why there is no chart."""
    blocks: tuple[Block, ...]
    if len(picture.weeks) < 2:
        blocks = (Paragraph("The data covers a single week, so nothing can be said over time."),)
    else:
        blocks = (_chart(picture),)
    return Section("over-time", "Adoption over time", blocks)


def trend_sentence(weeks: Sequence[WeekActivity]) -> str:
    """Say whether weekly active people changed, in a statement that the data supports."""
    counts = [week.active for week in weeks if week.complete and week.trusted]
    if len(counts) < 2 * COMPARED:
        return _plain_range(counts)
    before, lately = counts[-2 * COMPARED : -COMPARED], counts[-COMPARED:]
    change = fmean(lately) - fmean(before)
    now, then = f"{fmean(lately):,.0f}", f"{fmean(before):,.0f}"
    if abs(change) <= 2 * _noise(counts) * (2 / COMPARED) ** 0.5:
        return f"No detectable change: about {now} people a week, about {then} before"
    verb = "rose" if change > 0 else "fell"
    return f"Weekly active people {verb} from about {then} to about {now}"


def _plain_range(counts: Sequence[int]) -> str:
    if not counts:
        return "No whole week can be judged yet"
    if min(counts) == max(counts):
        return f"{words.people(counts[0])} active in every whole week"
    return f"Between {min(counts)} and {words.people(max(counts))} active in a whole week"


def _noise(counts: Sequence[int]) -> float:
    steps = [abs(after - before) for before, after in itertools.pairwise(counts)]
    return fmean(steps) / MOVING_RANGE


def _chart(picture: AdoptionPicture) -> Chart:
    weeks = picture.weeks
    headline = Headline(
        trend_sentence(weeks),
        "People with a value action per week, Monday to Sunday. Band: 95 % interval, taken from "
        "active of all people seen so far. Hollow: incomplete week, or not to be trusted."
        f"{_undrawn(weeks)}",
    )
    points = [_point(week) for week in _drawn(weeks)]
    spec = over_time(
        points, headline, unit="people", marks=_marks(picture), day_zero=picture.source.origin
    )
    return Chart(spec, _summary(picture), _table(picture))


def _undrawn(weeks: Sequence[WeekActivity]) -> str:
    left_out = len(weeks) - len(_drawn(weeks))
    if not left_out:
        return ""
    return f" {words.plural(left_out, 'more such week')} in the table only."


def _drawn(weeks: Sequence[WeekActivity]) -> list[WeekActivity]:
    """The weeks that can be trusted, and at each end no more untrusted ones than of those."""
    trusted = [position for position, week in enumerate(weeks) if week.trusted]
    if not trusted:
        return list(weeks)
    beside = max(len(trusted), FEWEST_BESIDE)
    return list(weeks[max(trusted[0] - beside, 0) : trusted[-1] + beside + 1])


def _point(week: WeekActivity) -> TimePoint:
    trusted = week.complete and week.trusted
    return TimePoint(week.start, week.active, week.low, week.high, trusted)


def _marks(picture: AdoptionPicture) -> list[Mark]:
    trusted, last = picture.basis.trusted, picture.weeks[-1].start
    if trusted.last >= last:
        return []
    return [Mark(trusted.last, "judged up to here")]


def _summary(picture: AdoptionPicture) -> str:
    weeks = picture.weeks
    good = [week for week in weeks if week.complete and week.trusted]
    left_out = len(weeks) - len(good)
    sentence = trend_sentence(weeks) + "."
    if good:
        top = max(good, key=lambda week: week.active)
        highest = words.people(top.active)
        sentence += (
            f" The highest whole week began on {when(picture.source, top.start)} with {highest}."
        )
    if left_out:
        sentence += f" {words.plural(left_out, 'week')} incomplete or not to be trusted."
    return sentence


def _table(picture: AdoptionPicture) -> Table:
    columns = (
        Column("Week from"),
        Column("Active people", numeric=True),
        Column("95 % interval", numeric=True),
        Column("Seen so far", numeric=True, extra=True),
        Column("Events", numeric=True),
        Column("Note", extra=True),
    )
    return text_table("One row per week", columns, [_row(picture, week) for week in picture.weeks])


def _row(picture: AdoptionPicture, week: WeekActivity) -> list[str]:
    note = "incomplete" if not week.complete else "" if week.trusted else "not to be trusted"
    return [
        when(picture.source, week.start),
        words.count(week.active),
        f"{week.low:,.0f} to {week.high:,.0f}",
        words.count(week.known),
        words.count(week.events),
        note,
    ]
