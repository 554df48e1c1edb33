"""Staying and starting: the retention curve and the ramp of people first seen in the data."""

from __future__ import annotations

from uptake.capabilities.measure.picture import AdoptionPicture, Curve
from uptake.capabilities.measure.sections.starting import ramp_blocks
from uptake.ui import words
from uptake.ui.charts.curves import CurvePoint, steps
from uptake.ui.charts.theme import Headline
from uptake.ui.document import (
    Block,
    Chart,
    Column,
    Notice,
    Paragraph,
    Section,
    Table,
    Tone,
    text_table,
)

ROWS = 12
"""Most rows of a curve's table."""


def journeys_section(picture: AdoptionPicture) -> Section:
    """Return how long people stay and how long newcomers take to work like the others."""
    blocks: list[Block] = [_block(_retention_title(picture.retention), picture.retention)]
    blocks += ramp_blocks(picture)
    if picture.ramp.median.reason:
        blocks.append(Paragraph(f"New starters: {picture.ramp.median.reason}.", Tone.QUIET))
    return Section("journeys", "Staying and starting", tuple(blocks))


def _retention_title(curve: Curve) -> Headline:
    measure = (
        "Share of people who have not stopped, by weeks since first seen in this data; band: 95 % "
        f"interval. {curve.rule}"
    )
    if curve.median is not None:
        return Headline(f"Half of the people stopped within {_time(curve, curve.median)}", measure)
    if not curve.points:
        return Headline("Retention", measure)
    last = curve.points[-1]
    stayed = words.percent(last.share)
    return Headline(f"{stayed} had not stopped after {_time(curve, last.time)}", measure)


def _block(headline: Headline, curve: Curve) -> Block:
    if curve.missing:
        return Notice(f"{headline.title}: not measurable", curve.missing, tone=Tone.QUIET)
    points = [CurvePoint(p.time, p.share, p.low, p.high) for p in curve.points]
    spec = steps(points, headline, x_title=f"{curve.unit} since first seen")
    summary = (
        f"{headline.title}. {words.people(curve.followed)} were followed; "
        f"{words.count(curve.reached)} reached it, the others were followed as long as the data "
        "goes on."
    )
    return Chart(spec, summary, _table(curve))


def _time(curve: Curve, time: float) -> str:
    return words.plural(time, curve.unit.removesuffix("s"))


def _table(curve: Curve) -> Table:
    every = max(1, len(curve.points) // ROWS)
    rows = [
        [
            f"{point.time:g}",
            words.percent(point.share),
            words.interval(point.low, point.high),
            words.count(point.at_risk),
        ]
        for point in curve.points[::every]
    ]
    columns = (
        Column(curve.unit.capitalize(), numeric=True),
        Column("Share", numeric=True),
        Column("95 % interval", numeric=True),
        Column("People still followed", numeric=True),
    )
    return text_table("The curve in numbers", columns, rows)
