"""Where the nodes of a drawing stand on the sheet, and by which points its arrows lead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from uptake.formats.bpmn_lanes import Lanes, in_lanes
from uptake.formats.bpmn_legs import Leg, turned
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


HEADER: Final = 30
"""How wide the names of a pool and of its lanes stand at their left."""

EDGE: Final = 40
"""Free around a pool, and between what is drawn in it and its borders at the sides."""

APART: Final = 0.2
"""Free above and below what is drawn in a lane, in places of a box."""


@dataclass(frozen=True, slots=True)
class Box:
    """A part of the sheet: its upper left corner, width and height."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """The corner of each node at the upper left, and the points of each arrow.

    ``pool`` and ``lanes``: where these are drawn; None and empty without lanes.
    """

    corners: tuple[Point, ...]
    ways: tuple[tuple[Point, ...], ...]
    pool: Box | None = None
    lanes: tuple[Box, ...] = ()


def placed(sketch: Sketch, lanes: Lanes | None = None) -> Sheet:
    """Place a drawing from left to right, in lanes where there are some."""
    laid = _laid(sketch)
    if lanes is None:
        return _sheet(sketch, laid)
    parted = in_lanes(laid, lanes, sketch.flows, bend=LANE, apart=APART)
    sheet = _sheet(sketch, parted.laid)
    width = BETWEEN[0] * (parted.laid.layers - 1) + SIZES[Drawn.TASK][0] + 2 * EDGE + 2 * HEADER
    left = MARGIN - SIZES[Drawn.TASK][0] / 2 - EDGE - 2 * HEADER
    boxes = tuple(
        Box(
            left + HEADER,
            MARGIN + BETWEEN[1] * top,
            width - HEADER,
            BETWEEN[1] * (bottom - top),
        )
        for top, bottom in pairwise(parted.edges)
    )
    pool = Box(left, boxes[0].y, width, sum(box.height for box in boxes))
    return _moved(replace(sheet, pool=pool, lanes=boxes), (EDGE - left, EDGE - MARGIN))


def _moved(sheet: Sheet, by: Point) -> Sheet:
    """The same so far to the right and down."""
    right, down = by
    return Sheet(
        tuple((x + right, y + down) for x, y in sheet.corners),
        tuple(tuple((x + right, y + down) for x, y in way) for way in sheet.ways),
        sheet.pool and replace(sheet.pool, x=sheet.pool.x + right, y=sheet.pool.y + down),
        tuple(replace(box, x=box.x + right, y=box.y + down) for box in sheet.lanes),
    )


def _sheet(sketch: Sketch, laid: Layered) -> Sheet:
    middles = [_middle(laid.nodes[at]) for at in range(len(sketch.nodes))]
    corners = tuple(
        (x - SIZES[kind][0] / 2, y - SIZES[kind][1] / 2)
        for (x, y), (kind, _name) in zip(middles, sketch.nodes, strict=True)
    )
    columns: dict[float, list[float]] = {}
    for x, y in middles:
        columns.setdefault(x, []).append(y)
    onward = {
        (source, target): (middles[source], *_bends(laid, source, target), middles[target])
        for source, target in sketch.flows
        if source < target
    }
    legs = turned(onward, between=BETWEEN[0], apart=len(sketch.flows) <= MOST_LAID)
    ways = [
        _onward(sketch, middles, ends, legs[ends])
        if ends in onward
        else _back(sketch, middles, ends, _bends(laid, *ends), columns)
        for ends in sketch.flows
    ]
    return Sheet(corners, tuple(ways))


def _bends(laid: Layered, source: int, target: int) -> list[Point]:
    first, last = sorted((source, target))
    return [_middle(bend) for bend in laid.ways.get((first, last), ())]


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
    sketch: Sketch, middles: Sequence[Point], ends: tuple[int, int], legs: Sequence[Leg]
) -> tuple[Point, ...]:
    """From the right of one node to the left of another, along and across and never aslant."""
    source, target = ends
    x, y = middles[source]
    points = [(x + _half(sketch, source)[0], y)]
    for leg in legs:
        points += [(leg.at, leg.begins), (leg.at, leg.ends)]
    last_x, last_y = middles[target]
    return (*points, (last_x - _half(sketch, target)[0], last_y))


def _back(  # one arrow and what it must not cross
    sketch: Sketch,
    middles: Sequence[Point],
    ends: tuple[int, int],
    bends: Sequence[Point],
    columns: Mapping[float, Sequence[float]],
) -> tuple[Point, ...]:
    """From below or above one node to below or above another, by lanes of its own.

    ``columns``: the heights of the nodes that stand one below the other.
    """
    source, target = ends
    if bends:
        (column, lane), *others = reversed(bends)
    else:
        below = max(middles[source][1], middles[target][1]) + BELOW
        (column, lane), others = (middles[target][0], below), []
    points = _foot(sketch, middles, source, lane, side=-1, columns=columns)
    for next_column, next_lane in others:
        if next_lane != lane:
            turn = column - BESIDE
            points += [(turn, lane), (turn, next_lane)]
        column, lane = next_column, next_lane
    last = _foot(sketch, middles, target, lane, side=1, columns=columns)
    return (*points, *reversed(last))


def _foot(
    sketch: Sketch,
    middles: Sequence[Point],
    node: int,
    lane: float,
    *,
    side: int,
    columns: Mapping[float, Sequence[float]],
) -> list[Point]:
    """From the border of a node up or down to a lane; around its corner where it meets a node."""
    (x, y), (_wide, half) = middles[node], _half(sketch, node)
    low, high = sorted((y, lane))
    is_free = not any(low < other < high for other in columns[x])
    if abs(lane - y) > half and is_free:
        return [(x, y + half if lane > y else y - half), (x, lane)]
    top, beside = y - half, x + side * BESIDE
    return [(x, top), (x, top - AROUND), (beside, top - AROUND), (beside, lane)]


def _half(sketch: Sketch, at: int) -> Point:
    """Half of the width and the height of a node."""
    width, height = SIZES[sketch.nodes[at][0]]
    return width / 2, height / 2
