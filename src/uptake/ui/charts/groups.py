"""Several groups on one scale: lines over time, the ones that are told apart named beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from uptake.ui.charts.theme import ACCENT, FAINT, INK, SECOND, THIRD, Headline, Spec, chart

COLOURS = (ACCENT, SECOND, THIRD)
"""Colours of the groups that are named; all others are drawn faint."""

DASHES = ([1, 0], [6, 3], [2, 2])
"""Colour alone never tells lines apart."""


@dataclass(frozen=True, slots=True)
class GroupPoint:
    """The number of a group in a period; ``rank`` is its place among the named ones, else None."""

    group: str
    start: date
    value: float | None
    low: float | None
    high: float | None
    told: str
    rank: int | None


def lines(points: Sequence[GroupPoint], headline: Headline, *, is_share: bool) -> Spec:
    """Return a line for each group on the same scale; a single group has its interval band."""
    values = [asdict(point) | {"start": point.start.isoformat()} for point in points]
    groups = {point.group for point in points}
    body: Spec = {
        "data": {"values": values},
        "encoding": {"x": _calendar(points)},
        "layer": [
            *([_band(is_share=is_share)] if len(groups) == 1 else []),
            *([_faint(is_share=is_share)] if any(p.rank is None for p in points) else []),
            *_named(points, is_share=is_share),
            _dots(is_share=is_share),
            *(_names(points, is_share=is_share) if len(groups) > 1 else []),
        ],
    }
    return chart(headline, height=260, body=body)


def _calendar(points: Sequence[GroupPoint]) -> Spec:
    days = [point.start for point in points]
    long = bool(days) and (max(days) - min(days)).days > 300
    axis = {
        "format": "%b %Y" if long else "%-d %b",
        "tickCount": 7,
        "labelOverlap": "parity",
        "labelSeparation": 10,
    }
    return {"field": "start", "type": "temporal", "title": None, "axis": axis}


def _value(field: str, *, is_share: bool) -> Spec:
    scale = {"domain": [0, 1]} if is_share else {"zero": True, "nice": True}
    axis: Spec = {"grid": True, "tickCount": 5}
    if is_share:
        axis = {"grid": True, "format": ".0%", "values": [0, 0.25, 0.5, 0.75, 1]}
    return {"field": field, "type": "quantitative", "title": None, "scale": scale, "axis": axis}


def _band(*, is_share: bool) -> Spec:
    return {
        "transform": [{"filter": "isValid(datum.low)"}],
        "mark": {"type": "area", "opacity": 0.75},
        "encoding": {"y": _value("low", is_share=is_share), "y2": {"field": "high"}},
    }


def _faint(*, is_share: bool) -> Spec:
    return {
        "transform": [{"filter": "!isValid(datum.rank)"}],
        "mark": {"type": "line", "color": FAINT, "strokeWidth": 1.5},
        "encoding": {"y": _value("value", is_share=is_share), "detail": {"field": "group"}},
    }


def _named(points: Sequence[GroupPoint], *, is_share: bool) -> list[Spec]:
    ranks = sorted({point.rank for point in points if point.rank is not None})
    return [
        {
            "transform": [{"filter": f"datum.rank === {rank}"}],
            "mark": {
                "type": "line",
                "color": COLOURS[rank],
                "strokeDash": DASHES[rank],
                "strokeWidth": 2.5,
            },
            "encoding": {"y": _value("value", is_share=is_share)},
        }
        for rank in ranks
    ]


def _dots(*, is_share: bool) -> Spec:
    tooltip = [
        {"field": "group", "type": "nominal", "title": "group"},
        {"field": "told", "type": "nominal", "title": "value"},
    ]
    colours = [
        {"test": f"datum.rank === {rank}", "value": colour} for rank, colour in enumerate(COLOURS)
    ]
    return {
        "mark": {"type": "point", "filled": True, "size": 22, "opacity": 1},
        "encoding": {
            "y": _value("value", is_share=is_share),
            "color": {"condition": colours, "value": FAINT},
            "tooltip": tooltip,
        },
    }


def _names(points: Sequence[GroupPoint], *, is_share: bool) -> list[Spec]:
    """The named groups at the end of their lines, moved apart where they would overlap."""
    newest: dict[int, GroupPoint] = {}
    for point in points:
        if point.rank is not None and point.value is not None:
            newest[point.rank] = point
    ordered = sorted(newest.values(), key=lambda point: -(point.value or 0.0))
    top = max((point.value or 0.0 for point in points), default=1.0) or 1.0
    least = 0.07 * (1.0 if is_share else top)
    return [
        {
            "data": {"values": [{"start": p.start.isoformat(), "at": at, "group": p.group}]},
            "mark": {
                "type": "text",
                "align": "right",
                "dy": -9,
                "color": COLOURS[p.rank or 0],
                "fontWeight": 600,
            },
            "encoding": {
                "y": _value("at", is_share=is_share),
                "text": {"field": "group"},
            },
        }
        for p, at in _apart(ordered, least)
    ]


def _apart(ordered: Sequence[GroupPoint], least: float) -> list[tuple[GroupPoint, float]]:
    placed: list[tuple[GroupPoint, float]] = []
    for point in ordered:
        at = point.value or 0.0
        if placed:
            at = min(at, placed[-1][1] - least)
        placed.append((point, at))
    return placed


def days_by_week(
    weeks: Sequence[tuple[date, int, str]], headline: Headline, *, usual: float | None
) -> Spec:
    """Return days of use in each week as columns from zero to seven, the usual week as a line."""
    values = [
        {"start": first.isoformat(), "days": days, "told": told} for first, days, told in weeks
    ]
    y = {
        "field": "days",
        "type": "quantitative",
        "title": None,
        "scale": {"domain": [0, 7]},
        "axis": {"values": [0, 1, 3, 5, 7], "grid": True},
    }
    x = {
        "field": "start",
        "type": "ordinal",
        "timeUnit": "yearmonthdate",
        "title": None,
        "scale": {"paddingInner": 0.25},
        "axis": {"format": "%-d %b", "labelAngle": 0, "labelOverlap": "parity"},
    }
    line: list[Spec] = []
    if usual is not None:
        told = {"values": [{"usual": usual}]}
        rule = {"type": "rule", "strokeDash": [4, 3], "color": INK, "strokeWidth": 1.5}
        at = {"y": {"field": "usual", "type": "quantitative"}}
        line = [{"data": told, "mark": rule, "encoding": at}]
    tooltip = {"field": "told", "type": "nominal", "title": "week"}
    bars = {
        "mark": {"type": "bar", "cornerRadiusEnd": 2},
        "encoding": {"x": x, "y": y, "tooltip": tooltip},
    }
    return chart(headline, height=160, body={"data": {"values": values}, "layer": [bars, *line]})
