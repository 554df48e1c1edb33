"""Curves of a cohort with the numbers that stand behind each point: retention, first use, ramp."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from uptake.ui.charts.theme import Headline, Spec, chart

MOST_TICKS = 9
"""Ticks that fit on a phone with the people beneath them."""


@dataclass(frozen=True, slots=True)
class CohortPoint:
    """A share at a time since the start, its 95 % interval, and how many people are behind it."""

    time: int
    share: float
    low: float | None
    high: float | None
    people: int | None
    told: str


def cohort(
    points: Sequence[CohortPoint], headline: Headline, *, unit: str, falls: bool = True
) -> Spec:
    """Return a curve from the start through what was observed; beneath: people still followed."""
    begins = CohortPoint(0, 1.0 if falls else 0.0, None, None, None, "start")
    drawn = points if points and points[0].time == 0 else (begins, *points)
    x = {
        "field": "time",
        "type": "quantitative",
        "title": f"{unit} since the start; beneath: people still followed",
        "scale": {"nice": False},
        "axis": _axis(points),
    }
    return chart(
        headline,
        height=200,
        body={
            "data": {"values": [asdict(point) for point in drawn]},
            "encoding": {"x": x},
            "layer": [
                {
                    "transform": [{"filter": "isValid(datum.low)"}],
                    "mark": {"type": "area", "opacity": 0.75},
                    "encoding": {"y": _share("low"), "y2": {"field": "high"}},
                },
                {
                    "mark": {"type": "line"},
                    "encoding": {"y": _share("share")},
                },
                {
                    "mark": {"type": "point", "size": 30, "filled": True},
                    "encoding": {
                        "y": _share("share"),
                        "tooltip": {"field": "told", "type": "nominal", "title": unit},
                    },
                },
            ],
        },
    )


def _axis(points: Sequence[CohortPoint]) -> Spec:
    """Ticks where there are points, each with the people behind it."""
    shown = _thinned([point for point in points if point.time > 0])
    behind = {str(p.time): str(p.people) for p in shown if p.people is not None}
    label = f"[datum.label, {json.dumps(behind)}[datum.value] || '']"
    return {
        "values": [point.time for point in shown],
        "labelExpr": label,
        "labelOverlap": False,
        "grid": False,
    }


def _thinned(points: Sequence[CohortPoint]) -> list[CohortPoint]:
    """The points whose labels fit beside each other, the last one always."""
    apart = (points[-1].time if points else 0) / MOST_TICKS
    shown: list[CohortPoint] = []
    for point in reversed(points):
        if not shown or shown[-1].time - point.time >= apart:
            shown.append(point)
    return shown[::-1]


def _share(field: str) -> Spec:
    return {
        "field": field,
        "type": "quantitative",
        "title": None,
        "scale": {"domain": [0, 1]},
        "axis": {"format": ".0%", "values": [0, 0.25, 0.5, 0.75, 1], "grid": True},
    }
