"""Word-sized pictures for cards and tables: a sparkline and an interval bar.

They are plain SVG strings, because a table may hold hundreds of them; anything with an axis is a
Vega-Lite chart.
"""

from __future__ import annotations

from collections.abc import Sequence

from uptake.ui.charts.theme import ACCENT, ACCENT_BAND, FAINT, QUIET

_OPEN = '<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}" viewBox="0 0 {w} {h}">'


def sparkline(values: Sequence[float | None], *, width: int = 88, height: int = 22) -> str:
    """Return the values as a small line from zero to their maximum; gaps stay gaps."""
    known = [value for value in values if value is not None]
    opening = _OPEN.format(w=width, h=height)
    if len(known) < 2:
        return f"{opening}</svg>"
    top = max(known) or 1.0
    step = (width - 6) / max(len(values) - 1, 1)
    places = [
        None if value is None else (3 + index * step, height - 3 - (height - 6) * value / top)
        for index, value in enumerate(values)
    ]
    lines = "".join(_polyline(run) for run in _runs(places))
    last_x, last_y = next(place for place in reversed(places) if place is not None)
    dot = f'<circle cx="{last_x:.1f}" cy="{last_y:.1f}" r="2.2" fill="{ACCENT}"/>'
    base = f'<path d="M3 {height - 2.5}H{width - 3}" stroke="{FAINT}" stroke-width="1"/>'
    return f"{opening}{base}{lines}{dot}</svg>"


def interval_bar(
    share: float, low: float, high: float, *, width: int = 132, height: int = 14
) -> str:
    """Return a share between 0 and 1 as a dot on a line, its interval as the thick part."""
    middle = height / 2
    span = width - 8

    def at(value: float) -> float:
        return 4 + span * min(max(value, 0.0), 1.0)

    line = f'<path d="M4 {middle}H{width - 4}" stroke="{FAINT}" stroke-width="1"/>'
    ends = f"M4 {middle - 4}V{middle + 4}M{width - 4} {middle - 4}V{middle + 4}"
    ticks = f'<path d="{ends}" stroke="{QUIET}" stroke-width="1"/>'
    thick = f'stroke="{ACCENT_BAND}" stroke-width="8" stroke-linecap="round"'
    range_ = f'<path d="M{at(low):.1f} {middle}H{at(high):.1f}" {thick}/>'
    dot = f'<circle cx="{at(share):.1f}" cy="{middle}" r="3.6" fill="{ACCENT}"/>'
    return f"{_OPEN.format(w=width, h=height)}{line}{range_}{ticks}{dot}</svg>"


def spread_bar(counts: Sequence[int], *, width: int = 132, height: int = 14) -> str:
    """Return how often each step of a scale was chosen, least first, as parts of one bar.

    The darker a part, the higher the step; nothing where nobody chose any.
    """
    whole = sum(counts)
    parts, at = [], 0.0
    for step, many in enumerate(counts):
        wide = width * many / whole if whole else 0.0
        tint = 0.12 + 0.88 * step / max(len(counts) - 1, 1)
        place = f'x="{at:.1f}" y="1" width="{wide:.1f}" height="{height - 2}"'
        if many:
            parts.append(f'<rect {place} fill="{ACCENT}" fill-opacity="{tint:.2f}"/>')
        at += wide
    return f"{_OPEN.format(w=width, h=height)}{''.join(parts)}</svg>"


def _runs(
    places: Sequence[tuple[float, float] | None],
) -> list[list[tuple[float, float]]]:
    runs: list[list[tuple[float, float]]] = [[]]
    for place in places:
        if place is None:
            runs.append([])
        else:
            runs[-1].append(place)
    return [run for run in runs if len(run) > 1]


def _polyline(run: Sequence[tuple[float, float]]) -> str:
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in run)
    return (
        f'<polyline points="{points}" fill="none" stroke="{ACCENT}" stroke-width="1.6"'
        ' stroke-linejoin="round"/>'
    )
