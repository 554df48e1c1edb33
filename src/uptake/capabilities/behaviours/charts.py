"""Pictures of a behaviour: the process behaviour chart, and teams in a funnel."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from uptake.capabilities.behaviours.figures import BehaviourFigures, Point, TeamPoint
from uptake.methods.statistics.funnels import ACTION, WARNING, funnel_limits
from uptake.ui import words
from uptake.ui.charts.theme import ACCENT, ALARM, INK, PAPER, QUIET, Headline, Spec, chart
from uptake.ui.document import Chart, Column, text_table

_X = {
    "field": "first",
    "type": "temporal",
    "title": None,
    "axis": {"format": "%-d %b", "tickCount": 7, "labelOverlap": "parity", "labelSeparation": 8},
}
_SHARE = {"type": "quantitative", "title": None, "axis": {"format": ".0%", "tickCount": 4}}


ALIKE = 0.3
"""Autocorrelation above which limits are too narrow (methods section 2)."""


def over_periods(figures: BehaviourFigures, unit: str) -> Chart | None:
    """Return the share of people who met it by period, with limits from before it was asked."""
    points, facts = figures.points, figures.chart
    shown = [point for point in points if point.share is not None]
    if len(shown) < 2 or facts is None:
        return None
    finding = _finding(points, None if facts.remembers else facts.memory)
    measure = f"Share of people due who met it, by {unit}; {_limits(figures)}"
    spec = chart(
        Headline(finding, measure),
        height=240,
        body={"data": {"values": [_row(point) for point in shown]}, "layer": _layers(shown)},
    )
    columns = (
        Column(f"{unit.capitalize()} from"),
        Column("Met it", numeric=True),
        Column("Of", numeric=True),
        Column("Limits", numeric=True),
        Column("Signal"),
    )
    rows = [
        (str(p.first), words.percent(p.share or 0.0), _parts(p), _between(p), p.signal or "none")
        for p in shown
    ]
    return Chart(spec, f"{finding} {measure}.", text_table("By period", columns, rows))


def _finding(points: Sequence[Point], memory: float | None) -> str:
    since = [point for point in points if point.asked and point.signal]
    if not any(point.asked for point in points):
        return "Nobody has been asked yet; this is what people did anyway."
    if not since:
        return "Since people were asked nothing lies outside the usual ups and downs."
    first, ways = since[0], {p.share > p.centre for p in since if p.share and p.centre}
    way = "above" if ways == {True} else "below" if ways == {False} else "outside"
    said = f"Since {words.short_day(first.first)} {way} the usual ups and downs"
    if memory is not None and memory > ALIKE:
        return f"{said}, which slow drift alone would explain."
    return f"{said}."


def _limits(figures: BehaviourFigures) -> str:
    facts = figures.chart
    if facts is None or facts.standing == "none":
        return "no limits below six periods"
    where = "before people were asked" if any(not p.asked for p in figures.points) else "at first"
    said = f"{facts.kind} chart, {facts.standing} limits from {facts.baseline} periods {where}"
    if not facts.remembers:
        return said
    return f"{said}, around what each period lets expect of the next (they are alike)"


def _parts(point: Point) -> str:
    """ "61 of 84"; empty of a small group, whose share is rounded."""
    if point.met is None or point.due is None:
        return "rounded"
    return f"{words.count(point.met)} of {words.count(point.due)}"


def _between(point: Point) -> str:
    if point.low is None or point.high is None:
        return "none"
    return words.interval(point.low, point.high)


def _row(point: Point) -> Spec:
    return {
        "first": point.first.isoformat(),
        "share": point.share,
        "centre": point.centre,
        "low": point.low,
        "high": point.high,
        "asked": point.asked,
        "signal": bool(point.signal),
    }


def _layers(points: Sequence[Point]) -> list[Spec]:
    has_limits = any(point.low is not None for point in points)
    limits: list[Spec] = [
        {
            "transform": [{"filter": "isValid(datum.low)"}],
            "mark": {"type": "area", "opacity": 0.6},
            "encoding": {"x": _X, "y": {"field": "low", **_SHARE}, "y2": {"field": "high"}},
        },
        {
            "transform": [{"filter": "isValid(datum.centre)"}],
            "mark": {"type": "line", "color": QUIET, "strokeDash": [4, 3], "strokeWidth": 1},
            "encoding": {"x": _X, "y": {"field": "centre", **_SHARE}},
        },
    ]
    line = {"mark": {"type": "line"}, "encoding": {"x": _X, "y": {"field": "share", **_SHARE}}}
    dots: Spec = {
        "mark": {"type": "point", "size": 34, "opacity": 1, "filled": True},
        "encoding": {
            "x": _X,
            "y": {"field": "share", **_SHARE, "scale": {"zero": True}},
            "fill": {"condition": {"test": "datum.signal", "value": ALARM}, "value": ACCENT},
            "shape": {"condition": {"test": "datum.signal", "value": "diamond"}, "value": "circle"},
        },
    }
    return [*(limits if has_limits else []), line, dots, *_start(points)]


def _start(points: Sequence[Point]) -> list[Spec]:
    """The moment from which people were asked."""
    asked = [point for point in points if point.asked]
    if not asked or len(asked) == len(points):
        return []
    data = {"values": [{"first": asked[0].first.isoformat(), "label": "asked from here"}]}
    return [
        {
            "data": data,
            "mark": {"type": "rule", "strokeDash": [4, 3], "strokeWidth": 1.5},
            "encoding": {"x": _X},
        },
        {
            "data": data,
            "mark": {"type": "text", "align": "left", "dx": 5, "y": 8, "color": INK},
            "encoding": {"x": _X, "text": {"field": "label"}},
        },
    ]


def funnel(figures: BehaviourFigures) -> Chart | None:
    """Return the teams of the newest closed period within the limits of their size."""
    teams, target = figures.teams, figures.target
    if len(teams) < 2 or target is None:
        return None
    below = [team for team in teams if team.standing in ("below", "far below")]
    finding = (
        f"{words.listed([team.team for team in below])} lie lower than chance explains."
        if below
        else "No team lies lower than chance explains."
    )
    measure = "Share of a team's people who met it in the newest closed period, by size"
    spec = chart(
        Headline(finding, f"{measure}; curves hold 95 and 99.8 % of teams"),
        height=240,
        body={"layer": [*_curves(teams, target), *_dots(teams, below)]},
    )
    columns = (
        *(Column("Place", numeric=True), Column("Team"), Column("Account")),
        *(Column("Met it", numeric=True), Column("Weighed by its size", numeric=True)),
        Column("Lies"),
    )
    rows = [
        (
            *("" if t.place is None else str(t.place), t.team, t.account),
            *(words.percent(t.share.value or 0.0), words.percent(t.shrunk or 0.0), t.standing),
        )
        for t in teams
    ]
    return Chart(spec, f"{finding} {measure}.", text_table("Teams", columns, rows))


def _curves(teams: Sequence[TeamPoint], target: float) -> list[Spec]:
    largest = max(team.people for team in teams)
    sizes = list(range(5, largest + max(2, largest // 10)))
    layers: list[Spec] = []
    for coverage, dash in ((WARNING, [4, 3]), (ACTION, [1, 0])):
        limits = funnel_limits(sizes, target, coverage=coverage)
        for side in (limits.low, limits.high):
            values = [
                {"people": n, "share": float(v)}
                for n, v in zip(sizes, np.asarray(side), strict=True)
            ]
            mark = {"type": "line", "strokeDash": dash, "strokeWidth": 1, "color": QUIET}
            layers.append({"data": {"values": values}, "mark": mark, "encoding": _axes()})
    return layers


def _axes() -> Spec:
    axis = {"tickMinStep": 1, "format": "d"}
    people = {
        "field": "people",
        "type": "quantitative",
        "title": "people due",
        "scale": {"zero": False},
        "axis": axis,
    }
    return {"x": people, "y": {"field": "share", **_SHARE}}


def _dots(teams: Sequence[TeamPoint], below: Sequence[TeamPoint]) -> list[Spec]:
    names = {(team.account, team.team) for team in below}
    values = [
        {
            "people": team.people,
            "share": team.share.value,
            "team": team.team,
            "below": (team.account, team.team) in names,
        }
        for team in teams
        if team.share.value is not None
    ]
    fill = {"condition": {"test": "datum.below", "value": ALARM}, "value": ACCENT}
    dots: Spec = {
        "data": {"values": values},
        "mark": {"type": "point", "filled": True, "size": 44, "opacity": 0.9, "stroke": PAPER},
        "encoding": _axes() | {"fill": fill},
    }
    told: Spec = {
        "data": {"values": [row for row in values if row["below"]]},
        "mark": {"type": "text", "align": "left", "dx": 7, "color": INK},
        "encoding": _axes() | {"text": {"field": "team"}},
    }
    return [dots, told] if below else [dots]
