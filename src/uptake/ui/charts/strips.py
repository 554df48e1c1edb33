"""States over time: one strip of periods per row, told apart by shape as well as by colour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from uptake.ui.charts.curves import LABEL_LIMIT, room_for
from uptake.ui.charts.theme import PAPER, QUIET, STATE_COLOURS, Headline, Spec, chart

SHAPES: dict[str, str] = {
    "No data": "cross",
    "Idle": "M-1,-0.35H1V0.35H-1Z",
    "Barely used": "triangle-down",
    "Wrong way": "diamond",
    "Bad data": "square",
    "Working": "circle",
}
"""The mark of each state; what is not known has none."""

UNKNOWN = "square"
"""The mark in the legend of a state that has none."""

ROW_HEIGHT = 24
WIDEST = 96
"""Pixels: the widest a period is drawn."""

LEGEND_COLUMNS = 2
"""Columns of the legend: two fit on a phone."""

DASHES = [3, 3]
"""The outline of what is not known."""


@dataclass(frozen=True, slots=True)
class StateCell:
    """The state of a row in one period, each by its label."""

    row: str
    period: str
    state: str


def state_strips(cells: Sequence[StateCell], headline: Headline) -> Spec:
    """Return one strip per row, rows and periods in the order of the cells."""
    rows = list(dict.fromkeys(cell.row for cell in cells))
    periods = list(dict.fromkeys(cell.period for cell in cells))
    present = {cell.state for cell in cells}
    known = [state for state in SHAPES if state in present]
    states = [*known, *sorted(present - set(known))]
    return chart(
        headline,
        height=ROW_HEIGHT * max(len(rows), 1),
        body={
            "data": {"values": [_value(cell) for cell in cells]},
            "encoding": {"x": _periods(periods), "y": _rows(rows)},
            "layer": [_strips(known), _gaps(), _marks(known), _legend(states)],
            "resolve": {"scale": dict.fromkeys(("fill", "stroke", "shape"), "independent")},
        },
    )


def _value(cell: StateCell) -> Spec:
    return asdict(cell) | {"known": cell.state in SHAPES}


def _periods(periods: Sequence[str]) -> Spec:
    """Periods side by side; labels that do not fit are left out."""
    return {
        "field": "period",
        "type": "ordinal",
        "sort": list(periods),
        "title": None,
        "scale": {
            "paddingInner": 0.06,
            "paddingOuter": 0,
            "rangeMax": {"expr": f"min(width, {WIDEST * len(periods)})"},
        },
        "axis": {
            "labelAngle": 0,
            "labelOverlap": "parity",
            "labelSeparation": 6,
            "ticks": False,
            "domain": False,
        },
    }


def _rows(rows: Sequence[str]) -> Spec:
    return {
        "field": "row",
        "type": "nominal",
        "sort": list(rows),
        "title": None,
        "scale": {"paddingInner": 0.22, "paddingOuter": 0.1},
        "axis": {"labelLimit": LABEL_LIMIT, "labelPadding": 8, "minExtent": room_for(rows)},
    }


def _strips(known: Sequence[str]) -> Spec:
    """The coloured cells of states that are known."""
    return {
        "transform": [{"filter": "datum.known"}],
        "mark": {"type": "rect", "cornerRadius": 2},
        "encoding": {"fill": _fill(known) | {"legend": None}},
    }


def _gaps() -> Spec:
    """What is not known: empty cells."""
    return {
        "transform": [{"filter": "!datum.known"}],
        "mark": {
            "type": "rect",
            "cornerRadius": 2,
            "fill": PAPER,
            "stroke": QUIET,
            "strokeDash": DASHES,
        },
    }


def _marks(known: Sequence[str]) -> Spec:
    """The shape inside each cell, in the colour of the page."""
    return {
        "transform": [{"filter": "datum.known"}],
        "mark": {"type": "point", "filled": True, "size": 70, "opacity": 1, "color": PAPER},
        "encoding": {"shape": _shape(known) | {"legend": None}},
    }


def _legend(states: Sequence[str]) -> Spec:
    """No marks of its own: the words, with the shapes in their colours."""
    words = {"title": None, "orient": "bottom", "columns": LEGEND_COLUMNS, "labelLimit": 0}
    words |= {"symbolSize": 90, "symbolStrokeWidth": 1, "symbolOpacity": 1}
    words |= {"labelColor": QUIET, "labelFontSize": 12, "columnPadding": 20}
    outline = [STATE_COLOURS.get(state, QUIET) for state in states]
    return {
        "mark": {"type": "point", "filled": True, "size": 0, "opacity": 0},
        "encoding": {
            "fill": _fill(states) | {"legend": words},
            "stroke": _by_state(states, outline) | {"legend": words},
            "shape": _shape(states) | {"legend": words},
        },
    }


def _fill(states: Sequence[str]) -> Spec:
    return _by_state(states, [STATE_COLOURS.get(state, PAPER) for state in states])


def _shape(states: Sequence[str]) -> Spec:
    return _by_state(states, [SHAPES.get(state, UNKNOWN) for state in states])


def _by_state(states: Sequence[str], looks: Sequence[str]) -> Spec:
    scale = {"domain": list(states), "range": list(looks)}
    return {"field": "state", "type": "nominal", "scale": scale}
