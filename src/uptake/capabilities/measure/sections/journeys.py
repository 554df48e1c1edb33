"""Staying and starting: the retention curve and the ramp of people first seen in the data."""

from __future__ import annotations

from uptake.capabilities.measure.picture import AdoptionPicture, Curve
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
    """Return how long people stay and how long newcomers take to reach the usual rhythm."""
    blocks: list[Block] = [_block(_retention_title(picture.retention), picture.retention)]
    blocks.append(_block(_ramp_title(picture.ramp), picture.ramp))
    blocks.append(
        Paragraph(
            "Newcomers are people first seen in this data after its first four weeks. Without a "
            "list of people with start dates, someone who was away at the beginning counts as new.",
            Tone.QUIET,
        )
    )
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


def _ramp_title(curve: Curve) -> Headline:
    measure = (
        "Share of newcomers who have reached the usual rhythm, by weeks since first seen in this "
        f"data; band: 95 % interval. {curve.rule}"
    )
    if curve.median is not None:
        time = _time(curve, curve.median)
        return Headline(f"Half of the newcomers reached the usual rhythm within {time}", measure)
    if not curve.points:
        return Headline("New-starter ramp", measure)
    last = curve.points[-1]
    share, time = words.percent(last.share), _time(curve, last.time)
    return Headline(f"{share} of newcomers had reached the usual rhythm after {time}", measure)


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
