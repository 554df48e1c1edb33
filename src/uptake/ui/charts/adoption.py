"""Adoption over time and across deployments: the curve with its marks, and rates by renewal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from uptake.ui.charts.labels import AWAY, LETTER, LINE, LONGEST_NAME, Anchor, Spot, spots
from uptake.ui.charts.series import Mark
from uptake.ui.charts.theme import ACCENT, ALARM, FAINT, INK, QUIET, Headline, Spec, chart

PLOT = 640
"""Pixels between the ends of the axis on a desktop, for placing labels beside each other."""

PLOT_HEIGHT = 200
"""Pixels from nobody to everybody."""

RENEWAL_HEIGHT = 240
"""The same where deployments stand by the end of their contract."""

LONGEST = 34
"""Letters of a mark's label; the whole text stands in the list beneath."""

SHORT = 200
"""Days below which an axis names days instead of months."""

ROOMY = "width > 520"
"""Labels are written out where there is room; elsewhere marks carry their number."""


@dataclass(frozen=True, slots=True)
class RatePoint:
    """A share of people in one period with its 95 % interval."""

    start: date
    share: float | None
    low: float | None
    high: float | None
    told: str


def rate_over_time(
    points: Sequence[RatePoint], headline: Headline, *, marks: Sequence[Mark] = ()
) -> Spec:
    """Return a share over time on a 0 to 100 % axis; gaps stay gaps, marks stand above."""
    placed = _placed(points, marks)
    top = LINE * (1 + max((mark["line"] for mark in placed), default=-1))
    values = [asdict(point) | {"start": point.start.isoformat()} for point in points]
    body: Spec = {
        "data": {"values": values},
        "encoding": {"x": _calendar(points)},
        "layer": [_band(top), _line(top), *_mark_layers(placed, top)],
    }
    return chart(headline, height=PLOT_HEIGHT + top, body=body)


def _calendar(points: Sequence[RatePoint]) -> Spec:
    long = bool(points) and (points[-1].start - points[0].start).days > 300
    axis = {
        "format": "%b %Y" if long else "%-d %b",
        "tickCount": 7,
        "labelOverlap": "parity",
        "labelSeparation": 10,
    }
    return {"field": "start", "type": "temporal", "title": None, "axis": axis}


def _share(field: str, top: int) -> Spec:
    return {
        "field": field,
        "type": "quantitative",
        "title": None,
        "scale": {"domain": [0, 1], "range": [PLOT_HEIGHT + top, top]},
        "axis": {"format": ".0%", "values": [0, 0.25, 0.5, 0.75, 1], "grid": True},
    }


def _band(top: int) -> Spec:
    return {
        "transform": [{"filter": "isValid(datum.low)"}],
        "mark": {"type": "area", "opacity": 0.75},
        "encoding": {"y": _share("low", top), "y2": {"field": "high"}},
    }


def _line(top: int) -> Spec:
    return {
        "mark": {"type": "line", "point": {"size": 18, "filled": True, "color": ACCENT}},
        "encoding": {
            "y": _share("share", top),
            "tooltip": {"field": "told", "type": "nominal", "title": "people"},
        },
    }


def _placed(points: Sequence[RatePoint], marks: Sequence[Mark]) -> list[Spec]:
    """Each mark within the axis with its number, its side and the line where its label fits."""
    if not points:
        return []
    first, last = points[0].start, points[-1].start
    span = max((last - first).days, 1)
    ends: list[float] = []
    placed: list[Spec] = []
    for number, mark in enumerate(marks, start=1):
        if not first <= mark.day <= last:
            continue
        label = mark.label if len(mark.label) <= LONGEST else f"{mark.label[: LONGEST - 1]}…"
        at, wide = PLOT * (mark.day - first).days / span, LETTER * len(label) + 14
        side = "right" if at + wide > PLOT else "left"
        begins = at - wide if side == "right" else at
        line = next((n for n, end in enumerate(ends) if end <= begins), len(ends))
        ends[line : line + 1] = [begins + wide]
        row = {"day": mark.day.isoformat(), "label": label, "number": str(number)}
        placed.append(row | {"side": side, "line": line, "text": mark.label})
    return placed


def _mark_layers(placed: Sequence[Spec], top: int) -> list[Spec]:
    if not placed:
        return []
    places = sorted({(mark["side"], mark["line"]) for mark in placed})
    rules = [_rules(placed, line, top) for line in sorted({line for _, line in places})]
    return [*rules, *(_labels(placed, side, line) for side, line in places)]


def _rules(placed: Sequence[Spec], line: int, top: int) -> Spec:
    """The marks whose labels stand on one line, from there down to the axis."""
    return {
        "data": {"values": [mark for mark in placed if mark["line"] == line]},
        "mark": {"type": "rule", "strokeDash": [4, 3], "color": QUIET, "strokeWidth": 1},
        "encoding": {
            "x": {"field": "day", "type": "temporal"},
            "y": {"value": LINE * line},
            "y2": {"value": PLOT_HEIGHT + top},
            "tooltip": {"field": "text", "type": "nominal", "title": "change"},
        },
    }


def _labels(placed: Sequence[Spec], side: str, line: int) -> Spec:
    """The labels of one line, to the left or to the right of their marks."""
    there = [mark for mark in placed if (mark["side"], mark["line"]) == (side, line)]
    return {
        "data": {"values": there},
        "mark": {"type": "text", "align": side, "dx": 5 if side == "left" else -5, "color": INK},
        "encoding": {
            "x": {"field": "day", "type": "temporal"},
            "y": {"value": 7 + LINE * line},
            "text": {"condition": {"test": ROOMY, "field": "label"}, "field": "number"},
        },
    }


@dataclass(frozen=True, slots=True)
class RenewalPoint:
    """A deployment: when its contract ends, which share of its people use it, whom it needs."""

    name: str
    renewal: date
    share: float
    people: float
    told: str
    needs_somebody: bool
    labelled: bool


def rates_by_renewal(points: Sequence[RenewalPoint], headline: Headline, *, today: date) -> Spec:
    """Return deployments by the end of their contract (x) and adoption (y), larger is more people.

    Those that need somebody are filled squares in the colour of alarm, the others circles.
    """
    last = max((point.renewal for point in points), default=today)
    span = max((last - today).days, 1)
    named = _named(points, today, span)
    values = [
        asdict(point) | {"renewal": point.renewal.isoformat(), "spot": _spot(named.get(point.name))}
        for point in points
    ]
    x = {
        "field": "renewal",
        "type": "temporal",
        "title": "contract ends",
        "axis": {
            "format": "%-d %b" if span < SHORT else "%b %Y",
            "tickCount": 7,
            "labelOverlap": "parity",
            "labelSeparation": 12,
        },
    }
    y = {
        "field": "share",
        "type": "quantitative",
        "title": None,
        "scale": {"domain": [0, 1]},
        "axis": {"format": ".0%", "values": [0, 0.25, 0.5, 0.75, 1], "grid": True},
    }
    notice = {"values": [{"renewal": today.isoformat(), "text": "data ends"}]}
    return chart(
        headline,
        height=RENEWAL_HEIGHT,
        body={
            "data": {"values": values},
            "encoding": {"x": x, "y": y},
            "layer": [_today(notice), _dots(), *map(_names, dict.fromkeys(named.values()))],
        },
    )


def _today(data: Spec) -> Spec:
    return {
        "data": data,
        "mark": {"type": "rule", "strokeDash": [4, 3], "color": FAINT, "strokeWidth": 1.5},
        "encoding": {"x": {"field": "renewal", "type": "temporal"}, "y": None},
    }


def _dots() -> Spec:
    alarm = {"test": "datum.needs_somebody", "value": ALARM}
    shape = {"test": "datum.needs_somebody", "value": "square"}
    size = {"type": "quantitative", "legend": None, "scale": {"range": [40, 420]}}
    return {
        "mark": {"type": "point", "filled": True, "opacity": 0.8},
        "encoding": {
            "size": {"field": "people", **size},
            "color": {"condition": alarm, "value": ACCENT},
            "shape": {"condition": shape, "value": "circle"},
            "tooltip": [
                {"field": "name", "type": "nominal", "title": "deployment"},
                {"field": "told", "type": "nominal", "title": "people"},
            ],
        },
    }


def _named(points: Sequence[RenewalPoint], today: date, span: int) -> dict[str, Spot]:
    """Where names stand, those of the first points before the others."""
    marks = [
        Anchor(
            x=PLOT * max((point.renewal - today).days, 0) / span,
            y=RENEWAL_HEIGHT * (1 - point.share),
            name=point.name,
        )
        for point in points
    ]
    anchors = [mark for mark, point in zip(marks, points, strict=True) if point.labelled]
    found = spots(anchors, width=PLOT, height=RENEWAL_HEIGHT, marks=marks)
    placed = zip(anchors, found, strict=True)
    return {anchor.name: spot for anchor, spot in placed if spot is not None}


def _spot(spot: Spot | None) -> str:
    return f"{spot.align} {spot.dy}" if spot else ""


def _names(spot: Spot) -> Spec:
    """The names that stand at one spot beside their marks."""
    test = f"datum.spot === '{_spot(spot)}' && {ROOMY}"
    dx = AWAY if spot.align == "left" else -AWAY
    mark = {"type": "text", "align": spot.align, "dx": dx, "dy": spot.dy}
    return {
        "mark": mark | {"color": INK, "limit": LONGEST_NAME},
        "encoding": {"text": {"condition": {"test": test, "field": "name"}, "value": ""}},
    }


@dataclass(frozen=True, slots=True)
class Bar:
    """A counted category, and whether somebody has to act on it."""

    label: str
    count: int
    needs_somebody: bool = False


def bars(rows: Sequence[Bar], headline: Headline) -> Spec:
    """Return counts as horizontal bars from zero, the count beside each bar."""
    order = [row.label for row in rows]
    y = {"field": "label", "type": "nominal", "sort": order, "title": None}
    x = {"field": "count", "type": "quantitative", "title": None, "axis": None}
    alarm = {"test": "datum.needs_somebody", "value": ALARM}
    return chart(
        headline,
        height=30 * max(len(rows), 1),
        body={
            "data": {"values": [asdict(row) for row in rows]},
            "encoding": {"y": y | {"axis": {"labelLimit": 180, "domain": False}}, "x": x},
            "layer": [
                {
                    "mark": {"type": "bar", "height": 16, "cornerRadiusEnd": 2},
                    "encoding": {"color": {"condition": alarm, "value": ACCENT}},
                },
                {
                    "mark": {"type": "text", "align": "left", "dx": 6},
                    "encoding": {"text": {"field": "count"}},
                },
            ],
        },
    )
