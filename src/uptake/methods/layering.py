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
    found: dict[int, Point] = {}
    ways: dict[tuple[int, int], list[Point]] = {}
    offset, deepest = 0.0, 0
    for part in _parts(forward):
        # numbered from 0 without gaps, because the layout numbers the bends from there on
        used = sorted({place for pair in part for place in pair})
        number = {place: own for own, place in enumerate(used)}
        positions, chains = _laid([(number[a], number[b]) for a, b in part], lane)
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


def _parts(pairs: Sequence[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    """The pairs of each part that hangs together, the part with the smallest number first."""
    part = {place: place for pair in pairs for place in pair}

    def first_of(place: int) -> int:
        while part[place] != place:
            part[place] = place = part[part[place]]
        return place

    for one, other in pairs:
        low, high = sorted((first_of(one), first_of(other)))
        part[high] = low
    found: dict[int, list[tuple[int, int]]] = {}
    for pair in pairs:
        found.setdefault(first_of(pair[0]), []).append(pair)
    return [found[first] for first in sorted(found)]


def _laid(part: Sequence[tuple[int, int]], lane: float) -> tuple[_Positions, _Chains]:
    """Where the boxes and bends of one part are, and how lines go by them."""
    from fast_sugiyama import from_edges

    ((positions, _width, _height, chains),) = from_edges(
        part, vertex_spacing=1, dummy_vertices=True, dummy_size=lane, ranking_type="minimize",
        crossing_minimization="barycenter", transpose=True,
    )  # fmt: skip
    return (
        [(int(n), (x, y)) for n, (x, y) in positions],
        [(int(a), int(b)) for a, b in chains or []],
    )


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
