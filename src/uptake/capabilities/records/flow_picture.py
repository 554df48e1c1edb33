"""A picture of who depends on whose records: bands from who writes to who uses, as wide as many.

Text and bands lie in one SVG whose width is that of the page: texts keep their size, bands stretch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from uptake.capabilities.records.dependence import Flow

MOST_FLOWS = 12
"""The largest flows are drawn; the table holds all."""

BANDS = 220.0
"""Height of all bands together."""

LABEL, GAP, BAR = 20.0, 10.0, 6
LONGEST = 24
"""Characters of a group's name that fit beside another's on a phone."""


@dataclass(frozen=True, slots=True)
class _Band:
    """Where a flow begins and ends, how high it is, and how much of it was unfit."""

    flow: Flow
    left: float
    right: float
    height: float


def draw_flows(flows: Sequence[Flow]) -> str:
    """Return the picture as SVG; empty without any flow."""
    drawn = flows[:MOST_FLOWS]
    total = sum(flow.records for flow in drawn)
    if not total:
        return ""
    scale = BANDS / total
    left = _nodes([(flow.producers, flow.records * scale) for flow in drawn])
    right = _nodes([(flow.consumers, flow.records * scale) for flow in drawn])
    bands = _bands(drawn, left, right, scale)
    height = max(_bottom(left), _bottom(right)) + GAP
    inner = "".join(map(_band, bands))
    labels = "".join(_label(name, *place, is_right=False) for name, place in left.items())
    labels += "".join(_label(name, *place, is_right=True) for name, place in right.items())
    return (
        f'<svg class="flows" width="100%" height="{height:.0f}" role="img" '
        f'aria-label="{escape(_spoken(drawn), quote=True)}">'
        f'<svg width="100%" height="{height:.0f}" viewBox="0 0 100 {height:.0f}" '
        f'preserveAspectRatio="none">{inner}</svg>{labels}</svg>'
    )


def _nodes(parts: Sequence[tuple[str, float]]) -> dict[str, tuple[float, float]]:
    """Top and height of each group, the largest first."""
    heights: dict[str, float] = {}
    for name, height in parts:
        heights[name] = heights.get(name, 0.0) + height
    found, top = {}, 0.0
    for name, height in sorted(heights.items(), key=lambda each: (-each[1], each[0])):
        found[name] = (top + LABEL, height)
        top += LABEL + height + GAP
    return found


def _bottom(nodes: Mapping[str, tuple[float, float]]) -> float:
    return max(top + height for top, height in nodes.values())


def _bands(
    flows: Sequence[Flow],
    left: Mapping[str, tuple[float, float]],
    right: Mapping[str, tuple[float, float]],
    scale: float,
) -> list[_Band]:
    """Bands leave a group in the order of where they end, so that few cross."""
    begin = {name: top for name, (top, _) in left.items()}
    end = {name: top for name, (top, _) in right.items()}
    ordered = sorted(flows, key=lambda f: (left[f.producers][0], right[f.consumers][0]))
    found = []
    for flow in ordered:
        height = flow.records * scale
        found.append(_Band(flow, begin[flow.producers], end[flow.consumers], height))
        begin[flow.producers] += height
        end[flow.consumers] += height
    return found


def _band(band: _Band) -> str:
    flow = band.flow
    unfit = band.height * flow.unfit / flow.records
    fit = band.height - unfit
    told = f"{flow.producers} to {flow.consumers}: {flow.records:,} records, {flow.unfit:,} unfit"
    lower = _ribbon(band.left + fit, band.right + fit, unfit, "flow-unfit") if unfit else ""
    upper = _ribbon(band.left, band.right, fit, "flow-fit")
    return f"<g><title>{escape(told)}</title>{upper}{lower}</g>"


def _ribbon(left: float, right: float, height: float, kind: str) -> str:
    return (
        f'<path class="{kind}" d="M0 {left:.1f} C50 {left:.1f} 50 {right:.1f} 100 {right:.1f} '
        f"V{right + height:.1f} C50 {right + height:.1f} 50 {left + height:.1f} 0 "
        f'{left + height:.1f} Z"/>'
    )


def _label(name: str, top: float, height: float, *, is_right: bool) -> str:
    short = name if len(name) <= LONGEST else f"…{name[1 - LONGEST :]}"
    place, anchor, shift = ("100%", "end", -BAR) if is_right else ("0", "start", 0)
    return (
        f'<g><title>{escape(name)}</title><text x="{place}" y="{top - 6:.1f}" '
        f'text-anchor="{anchor}">{escape(short)}</text><rect class="flow-node" x="{place}" '
        f'y="{top:.1f}" width="{BAR}" height="{max(height, 1):.1f}" '
        f'transform="translate({shift} 0)"/></g>'
    )


def _spoken(flows: Sequence[Flow]) -> str:
    parts = (
        f"{flow.consumers} used {flow.records:,} records that {flow.producers} wrote"
        for flow in flows
    )
    return "; ".join(parts) + "."
