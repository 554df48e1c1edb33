"""Pictures of a process: how many hands, how it changed by month, how long cases take."""

from __future__ import annotations

from datetime import datetime
from math import hypot, isnan

from uptake.capabilities.process.asked import Clock
from uptake.capabilities.process.clock_times import ClockTimes
from uptake.capabilities.process.picture import Handing, ProcessPicture, Spread, Trend
from uptake.capabilities.process.wording import DAY, HOUR, LEVELS
from uptake.methods.statistics.survival import SurvivalCurve
from uptake.ui.charts.curves import CurvePoint, steps
from uptake.ui.charts.theme import ACCENT, Headline, Spec, chart
from uptake.ui.document import Chart, Column, text_table
from uptake.ui.words import amount, count, percent, plural

MOST_BARS = 12
MOST_TICKS = 7
"""Months that an axis names."""

SURE = 1.96
"""Standard errors beyond which a difference is more than chance, at 95 %."""

MOST_POINTS = 250
"""Points of a curve: as many as can be told apart on a page."""


def spread_chart(found: Handing, *, of: str) -> Chart | None:
    """Return in how many cases how many performers, or handovers, there were."""
    spread = found.different_per_case if of == "different" else found.per_case
    one, many = LEVELS[found.level]
    if len(spread.counts) < 2:
        return None
    each, what = (one, many) if of == "different" else ("handover", "handovers")
    measure = f"Cases by the number of {what} in them"
    finding = _spread_finding(spread, each, what)
    bars = _bars(spread)
    spec = chart(
        Headline(finding, measure),
        height=200,
        body={"data": {"values": bars}, **_bar_marks(what)},
    )
    columns = (Column(what.capitalize()), Column("Cases", numeric=True))
    rows = [(bar["name"], count(bar["cases"])) for bar in bars]
    return Chart(spec, f"{finding} {measure}.", text_table(measure, columns, rows))


def _spread_finding(spread: Spread, one: str, many: str) -> str:
    """What half of the cases have at most, and what is rare."""
    if not spread.p90:
        return f"Nine in ten cases or more have no {one}."
    rare = f"one in ten more than {amount(spread.p90)}"
    if spread.p90 == spread.most:
        rare = f"none more than {amount(spread.most)}"
    if not spread.median:
        return f"Half of the cases or more have no {one}, {rare}."
    return f"Half of the cases have {_of(spread.median, one, many)} or fewer, {rare}."


def _of(number: float, one: str, many: str) -> str:
    return f"{amount(number)} {one if number == 1 else many}"


def _bars(spread: Spread) -> list[Spec]:
    shown = [{"name": str(value), "cases": cases} for value, cases in spread.counts[:MOST_BARS]]
    rest = sum(cases for _value, cases in spread.counts[MOST_BARS:])
    if rest:
        shown.append({"name": f"{spread.counts[MOST_BARS][0]} or more", "cases": rest})
    return [bar | {"place": place} for place, bar in enumerate(shown)]


def _bar_marks(what: str) -> Spec:
    sort = {"field": "place"}
    return {
        "mark": {"type": "bar", "color": ACCENT},
        "encoding": {
            "x": {
                "field": "name",
                "type": "nominal",
                "sort": sort,
                "title": what,
                "axis": {"labelAngle": 0},
            },
            "y": {
                "field": "cases",
                "type": "quantitative",
                "title": "cases",
                "axis": {"tickCount": 4},
            },
        },
    }


def trend_chart(
    found: Handing, until: datetime | None = None, *, of: str = "handovers"
) -> Chart | None:
    """Return the mean of handovers, or of different performers, of a case by month of beginning.

    The month of ``until``, the last event, is left out: many of its cases are not done yet.
    """
    running = (until.year, until.month) if until else ()
    trend = found.different_trend if of == "different" else found.trend
    points = [each for each in trend if (each.month.year, each.month.month) != running]
    if len(points) < 2:
        return None
    if not any(each.mean for each in points):
        return None
    did = (
        f"passed through {{}} {LEVELS[found.level][1]}"
        if of == "different"
        else "passed on {} times"
    )
    finding = _trend_finding(points[0], points[-1], did)
    many = LEVELS[found.level][1]
    what = f"different {many}" if of == "different" else f"handovers between {many}"
    measure = f"Mean {what} of a case, by the month in which it began"
    values = [{"month": each.month.date().isoformat(), "mean": each.mean} for each in points]
    spec = chart(
        Headline(finding, measure),
        height=200,
        body={"data": {"values": values}, **_trend_marks(len(points))},
    )
    columns = (Column("Month"), Column("Mean", numeric=True), Column("Cases", numeric=True))
    rows = [(f"{each.month:%b %Y}", f"{each.mean:.2f}", count(each.cases)) for each in points]
    return Chart(spec, f"{finding} {measure}.", text_table(measure, columns, rows))


def _trend_finding(first: Trend, last: Trend, did: str) -> str:
    """Whether cases do it more often than at first, where it is more than chance."""
    between = f"{last.mean:.2f} against {first.mean:.2f}"
    surely = SURE * hypot(first.error, last.error)
    difference = last.mean - first.mean
    if abs(difference) <= surely or not difference:
        return (
            f"Cases that began in {last.month:%B %Y} {did.format('as many')} as those of "
            f"{first.month:%B %Y}, as far as can be told from chance: {between}."
        )
    way = "fewer" if difference < 0 else "more"
    return (
        f"Cases that began in {last.month:%B %Y} {did.format(way)} than those of "
        f"{first.month:%B %Y}: {between}."
    )


def _trend_marks(months: int) -> Spec:
    every = {"interval": "month", "step": max(1, round(months / MOST_TICKS))}
    axis = {"format": "%b %Y", "labelOverlap": "parity", "labelSeparation": 8, "tickCount": every}
    return {
        "mark": {"type": "line", "color": ACCENT, "point": {"size": 18, "color": ACCENT}},
        "encoding": {
            "x": {"field": "month", "type": "temporal", "title": None, "axis": axis},
            "y": {
                "field": "mean",
                "type": "quantitative",
                "title": None,
                "scale": {"zero": True},
                "axis": {"tickCount": 4},
            },
        },
    }


def monthly_chart(picture: ProcessPicture) -> Chart | None:
    """Return the share of cases that ran as intended, by the month in which they began.

    The last month is left out: many of its cases are not done yet.
    """
    kept = picture.conformance.kept if picture.conformance else None
    running = f"{picture.summary.end:%Y-%m}" if picture.summary.end else ""
    months = kept.months if kept else ()
    points = [row for row in months if row.straight.value is not None and row.name != running]
    if len(points) < 2:
        return None
    first, last = points[0].straight.value or 0.0, points[-1].straight.value or 0.0
    finding = f"{percent(last)} in the last whole month, {percent(first)} in the first."
    measure = "Share of cases that run as intended, by the month in which they began"
    values = [{"month": f"{row.name}-01", "mean": row.straight.value} for row in points]
    marks = _trend_marks(len(points))
    marks["encoding"]["y"]["axis"] = {"format": ".0%", "tickCount": 4}
    marks["encoding"]["y"]["scale"] = {"domain": [0, 1]}
    spec = chart(Headline(finding, measure), height=180, body={"data": {"values": values}, **marks})
    columns = (Column("Month"), Column("As intended", numeric=True), Column("Of", numeric=True))
    rows = [
        (row.name, percent(row.straight.value or 0.0), count(row.straight.denominator))
        for row in points
    ]
    return Chart(spec, f"{finding} {measure}.", text_table(measure, columns, rows))


def _columns(curve: SurvivalCurve) -> tuple[list[float], ...]:
    parts = (curve.times, curve.survival, curve.low, curve.high)
    return tuple(part.tolist() for part in parts)


def _known(value: float) -> float | None:
    return None if isnan(value) else value


def durations_chart(found: ClockTimes | None) -> Chart | None:
    """Return the share of cases that are still open after so many days, or open hours."""
    if found is None or found.curve is None or len(found.curve.times) < 2:
        return None
    curve = found.curve
    unit, units = (HOUR, "business hours") if found.clock is Clock.BUSINESS else (DAY, "days")
    every = max(1, len(curve.times) // MOST_POINTS)
    points = [
        CurvePoint(time / unit, share, _known(low), _known(high))
        for time, share, low, high in list(zip(*_columns(curve), strict=True))[::every]
    ]
    finding = f"Half of the cases are done within {found.half}."
    open_ones = f"; {plural(found.open_cases, 'case')} still open" if found.open_cases else ""
    measure = f"Share of cases not yet done, by {units} since they began{open_ones}"
    spec = steps(points, Headline(finding, measure), x_title=f"{units} since the case began")
    columns = (Column(units.capitalize(), numeric=True), Column("Not yet done", numeric=True))
    tenth = max(1, len(points) // 10)
    rows = [(amount(round(p.x, 1)), percent(p.share)) for p in points[::tenth]]
    return Chart(spec, f"{finding} {measure}.", text_table(measure, columns, rows))
