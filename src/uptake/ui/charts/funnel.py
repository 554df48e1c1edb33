"""Groups of different size against what all of them share: who differs by more than chance?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np

from uptake.methods.statistics.funnels import ACTION, WARNING, funnel_limits
from uptake.ui.charts.labels import AWAY, LONGEST_NAME, Anchor, Spot, spots
from uptake.ui.charts.theme import ACCENT, ALARM, INK, QUIET, Headline, Spec, chart

HEIGHT = 240
PLOT = 640
"""Pixels between the ends of the axis on a desktop, for placing names."""

ROOMY = "width > 520"
"""Names are written out where there is room."""

MOST_NAMES = 6
POINTS_OF_LIMITS = 120


@dataclass(frozen=True, slots=True)
class FunnelPoint:
    """A group of ``size`` with its share; ``told`` is both in words."""

    name: str
    size: float
    share: float
    told: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Where groups stand that differ by more than chance: below, or above, the outer limits."""

    below: tuple[str, ...]
    above: tuple[str, ...]


def standing(points: Sequence[FunnelPoint], target: float) -> Standing:
    """Return who lies outside the outer limits around what all groups share."""
    limits = funnel_limits([point.size for point in points], target, coverage=ACTION)
    placed = list(zip(points, limits.low, limits.high, strict=True))
    return Standing(
        below=tuple(point.name for point, low, _ in placed if point.share < low),
        above=tuple(point.name for point, _, high in placed if point.share > high),
    )


def funnel(points: Sequence[FunnelPoint], target: float, headline: Headline, *, of: str) -> Spec:
    """Return shares by size with the limits within which chance alone would keep them.

    The inner limits hold 95 % and the outer ones 99.8 % of groups that differ by nothing. Groups
    outside the outer ones are squares and named; ``of`` says what sizes count.
    """
    outside = standing(points, target)
    most = max(point.size for point in points) * 1.05
    named = _named(points, {*outside.below, *outside.above}, most)
    values = [
        asdict(point)
        | {
            "side": "below" if point.name in outside.below else "",
            "is_outside": point.name in outside.below or point.name in outside.above,
            "spot": _spot(named.get(point.name)),
        }
        for point in points
    ]
    x = {
        "field": "size",
        "type": "quantitative",
        "title": of,
        "scale": {"domain": [0, most], "nice": False},
        "axis": {"tickCount": 7, "tickMinStep": 1},
    }
    return chart(
        headline,
        height=HEIGHT,
        body={
            "data": {"values": values},
            "encoding": {"x": x},
            "layer": [
                *(_limits(most, target, coverage) for coverage in (WARNING, ACTION)),
                _target(target, most),
                _dots(),
                *map(_names, dict.fromkeys(named.values())),
            ],
        },
    )


def _share(field: str) -> Spec:
    axis = {"format": ".0%", "values": [0, 0.25, 0.5, 0.75, 1], "grid": True}
    scale = {"domain": [0, 1]}
    return {"field": field, "type": "quantitative", "title": None, "scale": scale, "axis": axis}


def _limits(most: float, target: float, coverage: float) -> Spec:
    """Both limits of one coverage as lines, the inner ones dashed."""
    sizes = np.unique(np.linspace(1, most, POINTS_OF_LIMITS).round())
    limits = funnel_limits(sizes, target, coverage=coverage)
    values = [
        {"size": float(size), "low": float(low), "high": float(high)}
        for size, low, high in zip(sizes, limits.low, limits.high, strict=True)
    ]
    dash = [4, 3] if coverage == WARNING else [1, 0]
    mark = {"type": "line", "color": QUIET, "strokeDash": dash, "strokeWidth": 1}
    return {
        "data": {"values": values},
        "layer": [{"mark": mark, "encoding": {"y": _share(side)}} for side in ("low", "high")],
    }


def _target(target: float, most: float) -> Spec:
    ends = [{"size": 0, "share": target}, {"size": most, "share": target}]
    return {
        "data": {"values": ends},
        "mark": {"type": "line", "color": INK, "strokeWidth": 1},
        "encoding": {"y": _share("share")},
    }


def _dots() -> Spec:
    alarm = {"test": "datum.side === 'below'", "value": ALARM}
    shape = {"test": "datum.is_outside", "value": "square"}
    return {
        "mark": {"type": "point", "filled": True, "size": 60, "opacity": 0.85},
        "encoding": {
            "y": _share("share"),
            "color": {"condition": alarm, "value": ACCENT},
            "shape": {"condition": shape, "value": "circle"},
            "tooltip": [
                {"field": "name", "type": "nominal", "title": "group"},
                {"field": "told", "type": "nominal", "title": "share"},
            ],
        },
    }


def _named(points: Sequence[FunnelPoint], outside: set[str], most: float) -> dict[str, Spot]:
    """Where the names of those outside stand, the largest groups first."""
    marks = {
        point.name: Anchor(PLOT * point.size / most, HEIGHT * (1 - point.share), point.name)
        for point in sorted(points, key=lambda point: -point.size)
    }
    anchors = [mark for name, mark in marks.items() if name in outside][:MOST_NAMES]
    found = spots(anchors, width=PLOT, height=HEIGHT, marks=tuple(marks.values()))
    return {anchor.name: spot for anchor, spot in zip(anchors, found, strict=True) if spot}


def _spot(spot: Spot | None) -> str:
    return f"{spot.align} {spot.dy}" if spot else ""


def _names(spot: Spot) -> Spec:
    """The names that stand at one spot beside their marks."""
    test = f"datum.spot === '{_spot(spot)}' && {ROOMY}"
    dx = AWAY if spot.align == "left" else -AWAY
    mark = {"type": "text", "align": spot.align, "dx": dx, "dy": spot.dy, "color": INK}
    return {
        "mark": mark | {"limit": LONGEST_NAME},
        "encoding": {
            "y": _share("share"),
            "text": {"condition": {"test": test, "field": "name"}, "value": ""},
        },
    }
