"""Who carries the work and when it happens: concentration and the pattern of the week."""

from __future__ import annotations

from uptake.capabilities.measure.picture import AdoptionPicture, Concentration, WeekPattern
from uptake.ui import words
from uptake.ui.charts.curves import CurvePoint, concentration
from uptake.ui.charts.hours import WEEKDAYS, week_pattern
from uptake.ui.charts.theme import Headline
from uptake.ui.document import (
    Block,
    Chart,
    Column,
    Paragraph,
    Section,
    Table,
    Tone,
    text_table,
)

SHOWN = (0.01, 0.05, 0.1, 0.2, 0.5, 1.0)
"""Shares of people in the table of concentration."""


def concentration_section(picture: AdoptionPicture) -> Section:
    """Return how much of the work the busiest people do."""
    spread = picture.concentration
    block: Block = (
        Paragraph("Fewer than five people worked in the window, so this is not shown.")
        if spread is None
        else _concentration_chart(spread)
    )
    return Section("concentration", "Who carries the work", (block,))


def pattern_section(picture: AdoptionPicture) -> Section:
    """Return when in the week work happens, with the caution about time zones."""
    pattern = picture.pattern
    blocks: tuple[Block, ...] = (
        Paragraph("The data does not say at which hours people work, or too few people are in it."),
    )
    if pattern is not None:
        caution = (
            f"Hours are as written in the data, read as {pattern.timezone}. If people work in "
            "several time zones, or the export was made in another one, the pattern is shifted "
            "or smeared."
        )
        blocks = (_pattern_chart(pattern), Paragraph(caution, Tone.QUIET))
    return Section("pattern", "When work happens", blocks)


def _concentration_chart(spread: Concentration) -> Chart:
    who = "person" if spread.top_people == 1 else f"{words.count(spread.top_people)} people"
    did = words.percent(spread.top_share)
    title = f"The busiest {who} of {words.count(spread.people)} did {did} of the work"
    half = words.people(spread.half_people)
    summary = (
        f"{title}. {half} did half of it; the Gini coefficient is {spread.gini:.2f}, where 0 is "
        "an even spread and 1 is everything done by one person."
    )
    headline = Headline(title, f"Share of events by share of people. Half was done by {half}.")
    points = [CurvePoint(x, share) for x, share in spread.points]
    return Chart(concentration(points, headline), summary, _concentration_table(spread))


def _concentration_table(spread: Concentration) -> Table:
    rows = []
    for share in SHOWN:
        done = next((y for x, y in spread.points if x >= share - 1e-9), 1.0)
        rows.append([words.percent(share), words.percent(done)])
    columns = (Column("Busiest share of people"), Column("Share of events", numeric=True))
    return text_table("Work by the busiest people", columns, rows)


def _pattern_chart(pattern: WeekPattern) -> Chart:
    title, summary = _pattern_words(pattern)
    headline = Headline(title, "Events by weekday and hour; darker is more.")
    return Chart(week_pattern(pattern.counts, headline), summary, _pattern_table(pattern))


def _pattern_words(pattern: WeekPattern) -> tuple[str, str]:
    by_day = [sum(hours) for hours in pattern.counts]
    total = pattern.total or 1
    weekend = words.percent(sum(by_day[5:]) / total)
    busiest = WEEKDAYS[by_day.index(max(by_day))]
    by_hour = [sum(day[hour] for day in pattern.counts) for hour in range(24)]
    first = max(range(24 - 3), key=lambda hour: sum(by_hour[hour : hour + 4]))
    share = words.percent(sum(by_hour[first : first + 4]) / total)
    title = (
        f"{share} of the work falls between {first}:00 and {first + 4}:00, {weekend} at weekends"
    )
    busy = words.percent(max(by_day) / total)
    return title, f"{title}. The busiest weekday is {busiest} with {busy} of events."


def _pattern_table(pattern: WeekPattern) -> Table:
    columns = (
        Column("Weekday"),
        *(Column(f"{start}-{start + 6}h", numeric=True) for start in (0, 6, 12, 18)),
        Column("Total", numeric=True),
    )
    rows = [
        [
            name,
            *(words.count(sum(hours[at : at + 6])) for at in (0, 6, 12, 18)),
            words.count(sum(hours)),
        ]
        for name, hours in zip(WEEKDAYS, pattern.counts, strict=True)
    ]
    return text_table("Events by weekday and quarter of the day", columns, rows)
