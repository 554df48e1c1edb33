"""Where the nodes of a drawing stand on the sheet, and by which points its arrows lead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from uptake.formats.bpmn_sketch import Drawn, Sketch
from uptake.methods.layering import Layered, Point, in_layers

SIZES: Final = {
    Drawn.TASK: (120, 80),
    Drawn.START: (36, 36),
    Drawn.END: (36, 36),
    Drawn.EXCLUSIVE: (50, 50),
    Drawn.PARALLEL: (50, 50),
    Drawn.INCLUSIVE: (50, 50),
}
"""Width and height of each kind, as modelling tools draw them."""

BETWEEN: Final = (170, 110)
"""From one layer to the next, and from one box to the one below it."""

MARGIN: Final = 120
LANE: Final = 0.36
BELOW: Final = 55
"""How far below its two ends an arrow leads back."""

AROUND: Final = 12
"""How far above a node an arrow leads around it."""

BESIDE: Final = 77
"""Where it turns between two layers, a little apart from where arrows onward do."""

MOST_LAID: Final = 1_500
"""Arrows up to which crossings are avoided; a larger drawing stands in plain columns."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The corner of each node at the upper left, and the points of each arrow."""

    corners: tuple[Point, ...]
    ways: tuple[tuple[Point, ...], ...]


def placed(sketch: Sketch) -> Sheet:
    """Place a drawing from left to right."""
    laid = _laid(sketch)
    middles = [_middle(laid.nodes[at]) for at in range(len(sketch.nodes))]
    corners = tuple(
        (x - SIZES[kind][0] / 2, y - SIZES[kind][1] / 2)
        for (x, y), (kind, _name) in zip(middles, sketch.nodes, strict=True)
    )
    ways = []
    for source, target in sketch.flows:
        first, last = sorted((source, target))
        bends = [_middle(bend) for bend in laid.ways.get((first, last), ())]
        if source < target:
            ways.append(_onward(sketch, middles, (source, target), bends))
        else:
            ways.append(_back(sketch, middles, (source, target), bends))
    return Sheet(corners, tuple(ways))


def _laid(sketch: Sketch) -> Layered:
    if len(sketch.flows) <= MOST_LAID:
        return in_layers(len(sketch.nodes), sketch.flows, lane=LANE)
    layer = _layers(sketch)
    rows: dict[int, int] = {}
    nodes: dict[int, Point] = {}
    for at, column in enumerate(layer):
        rows[column] = rows.get(column, -1) + 1
        nodes[at] = float(column), float(rows[column])
    return Layered(nodes, {}, max(layer) + 1, float(max(rows.values())))


def _layers(sketch: Sketch) -> list[int]:
    """How many arrows lead to each node at most, not counting those that lead back."""
    layer = [0] * len(sketch.nodes)
    for source, target in sorted(sketch.flows):
        if source < target:
            layer[target] = max(layer[target], layer[source] + 1)
    return layer


def _middle(point: Point) -> Point:
    return MARGIN + BETWEEN[0] * point[0], MARGIN + BETWEEN[1] * point[1]


def _onward(
    sketch: Sketch, middles: Sequence[Point], ends: tuple[int, int], bends: Sequence[Point]
) -> tuple[Point, ...]:
    """From the right of one node to the left of another, along and across and never aslant."""
    source, target = ends
    x, y = middles[source]
    points = [(x + _half(sketch, source)[0], y)]
    for column, across in (*bends, middles[target]):
        if across != y:
            turn = column - BETWEEN[0] / 2
            points += [(turn, y), (turn, across)]
        y = across
    last_x, last_y = middles[target]
    return (*points, (last_x - _half(sketch, target)[0], last_y))


def _back(
    sketch: Sketch, middles: Sequence[Point], ends: tuple[int, int], bends: Sequence[Point]
) -> tuple[Point, ...]:
    """From below or above one node to below or above another, by lanes of its own."""
    source, target = ends
    if bends:
        (column, lane), *others = reversed(bends)
    else:
        below = max(middles[source][1], middles[target][1]) + BELOW
        (column, lane), others = (middles[target][0], below), []
    points = _foot(middles[source], _half(sketch, source), lane, side=-1)
    for next_column, next_lane in others:
        if next_lane != lane:
            turn = column - BESIDE
            points += [(turn, lane), (turn, next_lane)]
        column, lane = next_column, next_lane
    return (*points, *reversed(_foot(middles[target], _half(sketch, target), lane, side=1)))


def _foot(middle: Point, half: Point, lane: float, *, side: int) -> list[Point]:
    """From the border of a node up or down to a lane; around its corner where the lane meets it."""
    x, y = middle
    if abs(lane - y) > half[1]:
        return [(x, y + half[1] if lane > y else y - half[1]), (x, lane)]
    top, beside = y - half[1], x + side * BESIDE
    return [(x, top), (x, top - AROUND), (beside, top - AROUND), (beside, lane)]


def _half(sketch: Sketch, at: int) -> Point:
    """Half of the width and the height of a node."""
    width, height = SIZES[sketch.nodes[at][0]]
    return width / 2, height / 2
