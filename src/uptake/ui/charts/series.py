"""Values over time: a line with its interval band, unreliable parts drawn apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from uptake.ui.charts.theme import ACCENT, FAINT, INK, PAPER, QUIET, Headline, Spec, chart


@dataclass(frozen=True, slots=True)
class TimePoint:
    """One period: its first day, its value, its 95 % interval, and whether it can be trusted."""

    start: date
    value: float
    low: float | None = None
    high: float | None = None
    trusted: bool = True


@dataclass(frozen=True, slots=True)
class Mark:
    """A labelled moment on the time axis: a change, a play, the end of reliable data."""

    day: date
    label: str


def over_time(
    points: Sequence[TimePoint],
    headline: Headline,
    *,
    unit: str,
    marks: Sequence[Mark] = (),
    day_zero: date | None = None,
) -> Spec:
    """Return a line with its interval as a band; periods not to be trusted are hollow and grey.

    With ``day_zero`` the axis counts days from it instead of naming dates.
    """
    axis = _calendar_axis(points) if day_zero is None else _day_axis()
    return chart(
        headline,
        height=220,
        body={
            "data": {"values": [_row(point, day_zero) for point in points]},
            "layer": [_band(), _line(), _dots(), *_mark_layers(marks, day_zero)],
            "encoding": {"x": axis},
            "usermeta": {"unit": unit},
        },
    )


def _calendar_axis(points: Sequence[TimePoint]) -> Spec:
    return {
        "field": "start",
        "type": "temporal",
        "title": None,
        "axis": {
            "format": _date_format(points),
            "labelOverlap": "parity",
            "labelSeparation": 8,
            "tickCount": 7,
        },
    }


def _day_axis() -> Spec:
    return {"field": "start", "type": "quantitative", "title": "day", "axis": {"tickCount": 7}}


def _place(day: date, day_zero: date | None) -> str | int:
    return day.isoformat() if day_zero is None else (day - day_zero).days


def _row(point: TimePoint, day_zero: date | None) -> Spec:
    return asdict(point) | {"start": _place(point.start, day_zero)}


def _date_format(points: Sequence[TimePoint]) -> str:
    if not points:
        return "%-d %b"
    return "%-d %b" if (points[-1].start - points[0].start).days < 300 else "%b %Y"


def _value_axis(field: str) -> Spec:
    return {
        "field": field,
        "type": "quantitative",
        "title": None,
        "scale": {"zero": True, "nice": True},
        "axis": {"tickCount": 4, "tickMinStep": 1},
    }


def _trusted() -> list[Spec]:
    return [{"filter": "datum.trusted"}]


def _band() -> Spec:
    return {
        "transform": [{"filter": "datum.trusted && isValid(datum.low)"}],
        "mark": {"type": "area", "opacity": 0.75},
        "encoding": {"y": _value_axis("low"), "y2": {"field": "high"}},
    }


def _line() -> Spec:
    return {
        "transform": _trusted(),
        "mark": {"type": "line", "color": ACCENT},
        "encoding": {"y": _value_axis("value")},
    }


def _dots() -> Spec:
    return {
        "mark": {"type": "point", "size": 30, "strokeWidth": 1.5, "filled": True, "opacity": 1},
        "encoding": {
            "y": _value_axis("value"),
            "fill": {"condition": {"test": "datum.trusted", "value": ACCENT}, "value": PAPER},
            "stroke": {"condition": {"test": "datum.trusted", "value": ACCENT}, "value": QUIET},
        },
    }


def _mark_layers(marks: Sequence[Mark], day_zero: date | None) -> list[Spec]:
    if not marks:
        return []
    rows = [{"day": _place(mark.day, day_zero), "label": mark.label} for mark in marks]
    data = {"values": rows}
    at = {"x": {"field": "day", "type": "temporal" if day_zero is None else "quantitative"}}
    rule = {
        "data": data,
        "mark": {"type": "rule", "strokeDash": [4, 3], "color": FAINT, "strokeWidth": 1.5},
        "encoding": at,
    }
    label = {
        "data": data,
        "mark": {"type": "text", "align": "left", "dx": 5, "y": 8, "color": INK},
        "encoding": at | {"text": {"field": "label"}},
    }
    return [rule, label]
