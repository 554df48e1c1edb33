"""Curves of shares: survival as steps with a band, and the concentration of activity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from uptake.ui.charts.theme import ACCENT, ACCENT_BAND, QUIET, Headline, Spec, chart


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """A share (0 to 1) at ``x``, with its 95 % interval."""

    x: float
    share: float
    low: float | None = None
    high: float | None = None


def steps(points: Sequence[CurvePoint], headline: Headline, *, x_title: str) -> Spec:
    """Return a step curve of a share with its interval band, on an axis from 0 to 100 %."""
    return chart(
        headline,
        height=220,
        body={
            "data": {"values": [asdict(point) for point in points]},
            "encoding": {"x": _axis("x", x_title)},
            "layer": [
                {
                    "transform": [{"filter": "isValid(datum.low)"}],
                    "mark": {"type": "area", "interpolate": "step-after", "opacity": 0.75},
                    "encoding": {"y": _share_axis("low"), "y2": {"field": "high"}},
                },
                {
                    "mark": {"type": "line", "interpolate": "step-after"},
                    "encoding": {"y": _share_axis("share")},
                },
            ],
        },
    )


def concentration(points: Sequence[CurvePoint], headline: Headline) -> Spec:
    """Return the share of events (y) done by the busiest share of people (x), against equality."""
    diagonal = {"values": [{"x": 0, "share": 0}, {"x": 1, "share": 1}]}
    equality = {"values": [{"x": 0.48, "share": 0.4, "label": "if everyone did the same"}]}
    percent = {"format": ".0%", "tickCount": 5}
    x_axis = _axis("x", "share of people, busiest first") | {"axis": percent}
    return chart(
        headline,
        height=240,
        body={
            "data": {"values": [asdict(point) for point in points]},
            "encoding": {"x": x_axis},
            "layer": [
                {
                    "data": diagonal,
                    "mark": {
                        "type": "line",
                        "color": QUIET,
                        "strokeDash": [4, 3],
                        "strokeWidth": 1,
                    },
                    "encoding": {"y": _share_axis("share")},
                },
                {
                    "data": equality,
                    "mark": {"type": "text", "color": QUIET, "align": "left", "dy": 4},
                    "encoding": {"y": _share_axis("share"), "text": {"field": "label"}},
                },
                {"mark": {"type": "line"}, "encoding": {"y": _share_axis("share")}},
            ],
        },
    )


@dataclass(frozen=True, slots=True)
class IntervalRow:
    """A named share with its interval, the text beside it, and whether it stands out."""

    label: str
    share: float
    low: float
    high: float
    note: str
    emphasised: bool = False


def intervals(rows: Sequence[IntervalRow], headline: Headline, *, row_height: int = 22) -> Spec:
    """Return one dot with its interval per row, in the order given, on the same 0 to 100 % axis."""
    order = [row.label for row in rows]
    y = {
        "field": "label",
        "type": "nominal",
        "sort": order,
        "title": None,
        "axis": {"labelLimit": 130, "labelColor": QUIET},
    }
    return chart(
        headline,
        height=row_height * max(len(rows), 1),
        body={
            "data": {"values": [asdict(row) for row in rows]},
            "encoding": {"y": y},
            "layer": [
                {
                    "mark": {"type": "rule", "strokeWidth": 6, "color": ACCENT_BAND},
                    "encoding": {"x": _share_axis("low"), "x2": {"field": "high"}},
                },
                {
                    "mark": {"type": "point", "size": 70, "opacity": 1, "color": ACCENT},
                    "encoding": {"x": _share_axis("share")},
                },
                *_notes(),
            ],
        },
    )


NOTE_TO_THE_RIGHT = 0.6
"""Notes stand to the right of intervals that end below this share, else to the left of them."""


def _notes() -> list[Spec]:
    """The text of each row on the side where there is room for it."""
    right = f"datum.high < {NOTE_TO_THE_RIGHT}"
    mark = {"type": "text", "color": QUIET}
    text = {"field": "note"}
    return [
        {
            "transform": [{"filter": right}],
            "mark": mark | {"align": "left", "dx": 7},
            "encoding": {"x": _share_axis("high"), "text": text},
        },
        {
            "transform": [{"filter": f"!({right})"}],
            "mark": mark | {"align": "right", "dx": -7},
            "encoding": {"x": _share_axis("low"), "text": text},
        },
    ]


def _axis(field: str, title: str) -> Spec:
    return {
        "field": field,
        "type": "quantitative",
        "title": title,
        "scale": {"zero": True, "nice": False},
        "axis": {"tickCount": 6, "tickMinStep": 1},
    }


def _share_axis(field: str) -> Spec:
    return {
        "field": field,
        "type": "quantitative",
        "title": None,
        "scale": {"domain": [0, 1]},
        "axis": {"format": ".0%", "tickCount": 4, "grid": True},
    }
