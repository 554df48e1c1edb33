"""Graphs in layers, for drawings that are read in one direction: boxes, and lines that bend.

Source: K. Sugiyama, S. Tagawa, M. Toda (1981), "Methods for visual understanding of hierarchical
system structures", IEEE Trans. Systems, Man and Cybernetics 11.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Point = tuple[float, float]
"""Along the layers, and across them; boxes stand 1 apart."""


@dataclass(frozen=True, slots=True)
class Layered:
    """Where boxes and the bends of lines are: along the layers, and across them.

    ``ways``: for each pair of boxes with a line, the smaller number first, its bends in between.
    """

    nodes: dict[int, Point]
    ways: dict[tuple[int, int], list[Point]]
    layers: int
    breadth: float


def in_layers(count: int, pairs: Iterable[tuple[int, int]], *, lane: float) -> Layered:
    """Lay boxes out; lines back are laid like lines forward, for no layout has circles.

    Boxes are numbered from 0 in the order in which they usually come. ``lane``: how much of a
    box's place a line takes that passes a layer.
    """
    forward = sorted({(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]})
    # renumbered from 0 without gaps, because the layout numbers the bends from there on
    used = sorted({place for pair in forward for place in pair})
    number = {place: own for own, place in enumerate(used)}
    found: dict[int, Point] = {}
    ways: dict[tuple[int, int], list[Point]] = {}
    offset, deepest = 0.0, 0
    for positions, chains in _laid([(number[a], number[b]) for a, b in forward], lane):
        top = max(y for _n, (_x, y) in positions)
        left = min(x for _n, (x, _y) in positions)
        at = {n: (top - y, x - left + offset) for n, (x, y) in positions}
        offset = max(across for _along, across in at.values()) + 1
        deepest = max(deepest, round(max(along for along, _across in at.values())))
        found |= {used[n]: point for n, point in at.items() if n < len(used)}
        bends = _ways(len(used), chains, at)
        ways |= {(used[a], used[b]): way for (a, b), way in bends.items()}
    for lone in (place for place in range(count) if place not in found):
        found[lone] = (0.0, offset)
        offset += 1
    return Layered(found, ways, deepest + 1, max(offset - 1, 0.0))


_Positions = list[tuple[int, Point]]
_Chains = list[tuple[int, int]]


def _laid(forward: Sequence[tuple[int, int]], lane: float) -> list[tuple[_Positions, _Chains]]:
    """Each part that hangs together: where its boxes and bends are, and how lines go by them."""
    if not forward:
        return []
    from fast_sugiyama import from_edges

    layouts = from_edges(
        forward, vertex_spacing=1, dummy_vertices=True, dummy_size=lane, ranking_type="minimize",
        crossing_minimization="barycenter", transpose=True,
    )  # fmt: skip
    return [
        (
            [(int(n), (x, y)) for n, (x, y) in positions],
            [(int(a), int(b)) for a, b in chains or []],
        )
        for positions, _width, _height, chains in layouts
    ]


def _ways(
    count: int, chains: Sequence[tuple[int, int]], at: dict[int, Point]
) -> dict[tuple[int, int], list[Point]]:
    """The bends between two boxes: places in a layer that are no boxes."""
    following = {source: target for source, target in chains if source >= count}
    ways = {}
    for source, target in chains:
        if source >= count:
            continue
        bends, here = [], target
        while here >= count:
            bends.append(at[here])
            here = following[here]
        ways[source, here] = bends
    return ways
