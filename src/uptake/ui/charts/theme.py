"""Colours and the common configuration of all charts.

The colours are the light theme's; pages swap them for CSS variables (``CSS_VARIABLES``), which is
how one SVG serves the light and the dark theme.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any  # a Vega-Lite specification is free-form JSON

Spec = dict[str, Any]

INK = "#1B2733"
QUIET = "#5B6773"
FAINT = "#C9D1D8"
GRID = "#E6EAEE"
PAPER = "#FFFFFF"
ACCENT = "#0B6E99"
ACCENT_BAND = "#BFDDE9"
ALARM = "#C2410C"
SECOND = "#9A5B01"
THIRD = "#9B3F7D"

STATE_COLOURS: dict[str, str] = {
    "No data": "#3D4650",
    "Idle": ALARM,
    "Barely used": "#9A5B00",
    "Wrong way": "#9B3F7C",
    "Bad data": "#756300",
    "Working": "#00735A",
}
"""The colour of each state of adoption that is known, by its label, worst first."""

CSS_VARIABLES: dict[str, str] = {
    INK: "var(--ink)",
    QUIET: "var(--quiet)",
    FAINT: "var(--faint)",
    GRID: "var(--grid)",
    PAPER: "var(--paper)",
    ACCENT: "var(--accent)",
    ACCENT_BAND: "var(--band)",
    ALARM: "var(--alarm)",
    SECOND: "var(--second)",
    THIRD: "var(--third)",
    STATE_COLOURS["No data"]: "var(--no-data)",
    STATE_COLOURS["Barely used"]: "var(--barely-used)",
    STATE_COLOURS["Wrong way"]: "var(--wrong-way)",
    STATE_COLOURS["Bad data"]: "var(--bad-data)",
    STATE_COLOURS["Working"]: "var(--working)",
}
"""What a page writes in place of each chart colour."""


@dataclass(frozen=True, slots=True)
class Headline:
    """What a chart says (``title``, a true statement) and what it measures (``subtitle``)."""

    title: str
    subtitle: str


def chart(headline: Headline, *, height: int, body: Spec) -> Spec:
    """Return ``body`` as a complete specification in the house style, 680 pixels wide."""
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "title": {"text": headline.title, "subtitle": headline.subtitle},
        "width": 680,
        "height": height,
        "background": None,
        "padding": 4,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "config": _config(),
        **body,
    }


def _config() -> Spec:
    axis = {
        "labelColor": QUIET,
        "titleColor": QUIET,
        "titleFontWeight": "normal",
        "labelFontSize": 12,
        "titleFontSize": 12,
        "gridColor": GRID,
        "domainColor": FAINT,
        "tickColor": FAINT,
        "labelFlush": False,
    }
    return {
        "font": "sans-serif",
        "view": {"stroke": None},
        "axis": axis,
        "axisY": {"domain": False, "ticks": False, "labelPadding": 6},
        "axisX": {"grid": False, "labelPadding": 4},
        "text": {"color": INK, "fontSize": 12},
        "line": {"color": ACCENT, "strokeWidth": 2},
        "area": {"color": ACCENT_BAND},
        "bar": {"color": ACCENT},
        "rule": {"color": FAINT},
        "point": {"color": ACCENT, "filled": True, "size": 36},
        "rect": {"color": ACCENT},
    }
