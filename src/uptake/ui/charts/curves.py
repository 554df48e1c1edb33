"""Curves of shares: survival as steps with a band, and the concentration of activity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from uptake.ui.charts.theme import ACCENT, ACCENT_BAND, ALARM, QUIET, Headline, Spec, chart


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
    order, ends = [row.label for row in rows], _ends(rows)
    y = {
        "field": "label",
        "type": "nominal",
        "sort": order,
        "title": None,
        "axis": {"labelLimit": LABEL_LIMIT, "labelPadding": 8, "minExtent": room_for(order)},
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
                    "encoding": {"x": _bar_axis("low", ends), "x2": {"field": "high"}},
                },
                {
                    "mark": {"type": "point", "size": 70, "opacity": 1},
                    "encoding": {"x": _bar_axis("share", ends), "color": _emphasis()},
                },
                _notes(ends),
            ],
        },
    )


LABEL_LIMIT = 130
"""Pixels: longest label of a row; what is longer is cut with an ellipsis."""

LETTER = 7.4
"""Pixels of a letter at 12 pixels in wide system fonts: pages set labels in the reader's font."""


def room_for(labels: Sequence[str]) -> float:
    """Return the pixels kept for labels, so that no reader's font is cut at the edge."""
    longest = max((len(label) for label in labels), default=0)
    return min(longest * LETTER, 1.2 * LABEL_LIMIT) + 8


NOTE_LETTER = 7.0
"""Pixels of a letter of a note, at 12 pixels in wide fonts."""

NOTE_GAP = 12
"""Pixels around a note."""

MOST_OF_WIDTH = 0.76
"""The share of a picture that a note may take; longer ones would leave no room for the rows."""


def _ends(rows: Sequence[IntervalRow]) -> str:
    """Where the axis has to end for each note to fit beside its interval, at any width."""
    widest: dict[int, float] = {}
    for row in rows:
        widest[len(row.note)] = max(widest.get(len(row.note), 0.0), row.high)
    ends = [
        f"{high:.4f} / (1 - min({MOST_OF_WIDTH}, {length * NOTE_LETTER + NOTE_GAP:.0f} / width))"
        for length, high in sorted(widest.items())
    ]
    return f"max(1, {', '.join(ends)})" if ends else "1"


def _emphasis() -> Spec:
    return {
        "condition": {"test": "datum.emphasised", "value": ALARM},
        "value": ACCENT,
    }


def _notes(ends: str) -> Spec:
    """The text of each row, to the right of its interval."""
    return {
        "mark": {"type": "text", "align": "left", "dx": 7, "color": QUIET},
        "encoding": {"x": _bar_axis("high", ends), "text": {"field": "note"}},
    }


def _bar_axis(field: str, ends: str) -> Spec:
    ticks = {"format": ".0%", "values": [0, 0.25, 0.5, 0.75, 1], "grid": True}
    scale = {"domainMin": 0, "domainMax": {"expr": ends}, "nice": False}
    return _share_axis(field) | {"scale": scale, "axis": ticks}


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
