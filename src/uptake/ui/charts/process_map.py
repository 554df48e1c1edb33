"""A process as a map: activities as boxes, what follows what as lines, in layers from the start.

Wider lines are more cases. What strays from the intended way is orange and dashed, so that it is
told apart without colour. Where it fits the width of a page the map runs from left to right, else
from top to bottom.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from uptake.methods.layering import Layered, Point, in_layers
from uptake.ui.charts.theme import ACCENT, ALARM, INK, PAPER, QUIET

BOX = 152
"""Pixels: the width of a box."""

LETTERS = 20
"""Letters that fit on a line of a box."""

LINES = 3
LINE = 15
END = 30
"""Pixels: the size of the marks where cases begin and end."""

BETWEEN_LAYERS = 54
BETWEEN = 26
LANE = 0.34
"""How much of a box's place a line takes that passes a layer."""

MARGIN = 14
LOOP = 30
"""Pixels beside a box for a line back to itself."""

WIDEST = 5.5
"""Pixels: the line that most cases take."""

SMALLEST = 0.62
"""How far a page may shrink a map before it is moved about instead."""


@dataclass(frozen=True, slots=True)
class MapNode:
    """A box: its name, how often in words, and what strays there, a line each; may be empty.

    ``is_end``: cases begin or end here. ``is_outside``: the intended way does not have it.
    """

    name: str
    told: str = ""
    strays: tuple[str, ...] = ()
    is_end: bool = False
    is_outside: bool = False


@dataclass(frozen=True, slots=True)
class MapEdge:
    """A line from one box to another by their places in the list of nodes.

    ``weight``: how often, for its width. ``strays``: most of it is not as intended.
    """

    source: int
    target: int
    weight: float
    told: str
    strays: bool = False


def process_map(nodes: Sequence[MapNode], edges: Sequence[MapEdge], *, width: int) -> str:
    """Return the map as SVG; nodes in the order in which they usually happen.

    ``width``: pixels within which it runs from left to right, if it fits.
    """
    placed = in_layers(len(nodes), ((edge.source, edge.target) for edge in edges), lane=LANE)
    heights = [_height(node) for node in nodes]
    tallest = max(heights, default=END)
    sheet = _Sheet(placed, tallest, across=True)
    if sheet.width > width:
        sheet = _Sheet(placed, tallest, across=False)
    most = max((edge.weight for edge in edges), default=1.0)
    both_ways = {(edge.source, edge.target) for edge in edges}
    lines, labels = [], []
    for edge in sorted(edges, key=lambda each: each.weight):
        turned = (edge.target, edge.source) in both_ways and edge.source != edge.target
        line, label = sheet.line(edge, nodes, heights, most=most, turned=turned)
        lines.append(line)
        labels.append(label)
    boxes = [sheet.box(place, node, heights[place]) for place, node in enumerate(nodes)]
    size = f'width="{sheet.width:.0f}" height="{sheet.height:.0f}"'
    view = f'viewBox="0 0 {sheet.width:.0f} {sheet.height:.0f}"'
    body = "".join((*lines, *boxes, *labels))
    least = f'style="min-width:{SMALLEST * sheet.width:.0f}px"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} {view} {least}>{body}</svg>'


def _height(node: MapNode) -> int:
    if node.is_end:
        return END
    return 14 + LINE * (len(_wrapped(node.name)) + bool(node.told) + len(node.strays))


def _wrapped(name: str) -> list[str]:
    return textwrap.wrap(name, LETTERS, max_lines=LINES, placeholder=" …") or [""]


class _Sheet:
    """A map on paper, from left to right (``across``) or from top to bottom."""

    def __init__(self, placed: Layered, tallest: int, *, across: bool) -> None:
        self._placed, self._is_across = placed, across
        deep, broad = (BOX, tallest) if across else (tallest, BOX)
        self._layer = deep + BETWEEN_LAYERS
        self._lane = broad + BETWEEN
        self._first = deep / 2 + MARGIN, broad / 2 + MARGIN
        along = self._layer * (placed.layers - 1) + deep + 2 * MARGIN
        beside = self._lane * placed.breadth + broad + 2 * MARGIN + (0 if across else LOOP)
        self.width: float = along if across else beside
        self.height: float = beside if across else along

    def _at(self, point: Point) -> Point:
        """A place in layers as a place along and across the paper, in pixels."""
        return (
            self._first[0] + point[0] * self._layer,
            self._first[1] + point[1] * self._lane,
        )

    def _xy(self, along: float, across: float) -> str:
        x, y = (along, across) if self._is_across else (across, along)
        return f"{x:.1f} {y:.1f}"

    def box(self, place: int, node: MapNode, height: int) -> str:
        """One activity, or the mark where cases begin or end."""
        along, across = self._at(self._placed.nodes[place])
        x, y = (along, across) if self._is_across else (across, along)
        if node.is_end:
            circle = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{END / 2 - 1}" fill="{QUIET}"/>'
            return circle + _text(x, y + 4, node.name, fill=PAPER, size=11)
        dash = ' stroke-dasharray="5 3"' if node.is_outside else ""
        colour = ALARM if node.is_outside else QUIET
        frame = (
            f'<rect x="{x - BOX / 2:.1f}" y="{y - height / 2:.1f}" width="{BOX}" '
            f'height="{height}" rx="6" fill="{PAPER}" stroke="{colour}"{dash}/>'
        )
        lines = [(line, INK, 600) for line in _wrapped(node.name)]
        lines += [(node.told, QUIET, 400)] if node.told else []
        lines += [(line, ALARM, 600) for line in node.strays]
        first = y - height / 2 + 7 + LINE - 4
        told = (
            _text(x, first + row * LINE, text, fill=fill, weight=weight)
            for row, (text, fill, weight) in enumerate(lines)
        )
        return frame + "".join(told)

    def line(
        self,
        edge: MapEdge,
        nodes: Sequence[MapNode],
        heights: Sequence[int],
        *,
        most: float,
        turned: bool,
    ) -> tuple[str, str]:
        """A line with its head, and how often it was taken; ``turned``: another leads back."""
        if edge.source == edge.target:
            return self._loop(edge, heights[edge.source], most)
        first, last = sorted((edge.source, edge.target))
        is_back = edge.source > edge.target
        aside = (-9 if is_back else 9) if turned else 0
        points = [self._leaving(first, nodes, heights, 1, aside)]
        points += [self._at(bend) for bend in self._placed.ways.get((first, last), [])]
        points.append(self._leaving(last, nodes, heights, -1, aside))
        middle = self._middle(points, 0.62 if turned and not is_back else 0.38 if turned else 0.5)
        label = _text(*middle, edge.told, fill=ALARM if edge.strays else QUIET, halo=True)
        if is_back:
            points.reverse()
        return self._drawn(points, edge, most), label

    def _leaving(
        self, place: int, nodes: Sequence[MapNode], heights: Sequence[int], side: int, aside: int
    ) -> Point:
        """Where a line touches a box."""
        along, across = self._at(self._placed.nodes[place])
        deep = END if nodes[place].is_end else BOX if self._is_across else heights[place]
        return along + side * deep / 2, across + aside

    def _drawn(self, points: list[Point], edge: MapEdge, most: float) -> str:
        back = 1 if points[-1][0] >= points[0][0] else -1
        tip = points[-1]
        points = [*points[:-1], (tip[0] - back * 8, tip[1])]
        path = f"M{self._xy(*points[0])}"
        for (a, b), (c, d) in pairwise(points):
            half = (a + c) / 2
            path += f"C{self._xy(half, b)} {self._xy(half, d)} {self._xy(c, d)}"
        stem = (tip[0] - back * 9, tip[1])
        return _stroke(path, edge, most) + self._head(tip, stem, edge)

    def _head(self, tip: Point, stem: Point, edge: MapEdge) -> str:
        corners = (tip, (stem[0], stem[1] - 4.5), (stem[0], stem[1] + 4.5))
        shape = "L".join(self._xy(*corner) for corner in corners)
        return f'<path d="M{shape}Z" fill="{ALARM if edge.strays else ACCENT}"/>'

    def _middle(self, points: list[Point], share: float) -> Point:
        """Where the label of a line stands."""
        if len(points) > 2:
            along, across = points[len(points) // 2]
        else:
            (a, b), (c, d) = points
            curve = share * share * (3 - 2 * share)
            along, across = a + (c - a) * share, b + (d - b) * curve
        x, y = (along, across) if self._is_across else (across, along)
        return x, y + 4

    def _loop(self, edge: MapEdge, height: int, most: float) -> tuple[str, str]:
        """A line from a box back to itself, on its side."""
        along, across = self._at(self._placed.nodes[edge.source])
        if self._is_across:
            x, y = along, across - height / 2
            path = f"M{x - 14:.1f} {y:.1f}C{x - 14:.1f} {y - 18:.1f} {x + 14:.1f} {y - 18:.1f} "
            path += f"{x + 14:.1f} {y - 3:.1f}"
            head = f"M{x + 14:.1f} {y:.1f}l-4 -8h8Z"
            spot = (x, y - 15)
        else:
            x, y = across + BOX / 2, along
            path = f"M{x:.1f} {y - 9:.1f}C{x + 20:.1f} {y - 9:.1f} {x + 20:.1f} {y + 9:.1f} "
            path += f"{x + 4:.1f} {y + 9:.1f}"
            head = f"M{x:.1f} {y + 9:.1f}l8 -4v8Z"
            spot = (x + 20, y - 9)
        colour = ALARM if edge.strays else ACCENT
        arrow = f'<path d="{head}" fill="{colour}"/>'
        label = _text(*spot, edge.told, fill=ALARM if edge.strays else QUIET, halo=True, size=11)
        return _stroke(path, edge, most) + arrow, label


def _stroke(path: str, edge: MapEdge, most: float) -> str:
    wide = 1 + (WIDEST - 1) * edge.weight / (most or 1.0)
    dash = ' stroke-dasharray="6 4"' if edge.strays else ""
    colour = ALARM if edge.strays else ACCENT
    opacity = 0.85 if edge.strays else 0.75
    return (
        f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{wide:.1f}" '
        f'stroke-opacity="{opacity}"{dash}/>'
    )


def _text(
    x: float,
    y: float,
    text: str,
    *,
    fill: str,
    weight: int = 400,
    size: int = 12,
    halo: bool = False,
) -> str:
    around = f' paint-order="stroke" stroke="{PAPER}" stroke-width="4"' if halo else ""
    heavy = f' font-weight="{weight}"' if weight != 400 else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="middle" font-size="{size}" '
        f'font-family="sans-serif" fill="{fill}"{heavy}{around}>{escape(text)}</text>'
    )
