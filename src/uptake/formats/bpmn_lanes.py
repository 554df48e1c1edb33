"""In which lane of a drawing each node stands, and where: tasks with those meant to do them.

The columns and the order within them are those of the drawing without lanes; each column is then
parted by lanes, and within its lane each box moves to the height of what leads to it, as far as
the boxes beside it leave room. Source: R. Barlow, D. Bartholomew, J. Bremner, H. Brunk (1972),
Statistical Inference under Order Restrictions (pooling of those out of order).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Final

from uptake.formats.bpmn_sketch import Drawn, Sketch
from uptake.methods.layering import Layered, Point

_ROUNDS: Final = 3
"""Times that heights are drawn to what leads to and from them; then hardly any still moves."""

_ABOVE: Final = 0.6
"""How far above the boxes that it ties an arrow back wants to run, in places of a box."""


@dataclass(frozen=True, slots=True)
class Lanes:
    """``names``: of the lanes from the topmost on; empty: of tasks that are meant for nobody.

    ``of``: of each node the place of its lane.
    """

    names: tuple[str, ...]
    of: tuple[int, ...]


def lanes_of(sketch: Sketch, roles: Mapping[str, Sequence[str]]) -> Lanes | None:
    """Put each task into the lane of the first that may do it, all else where it comes from.

    None where nobody is meant to do anything.
    """
    tasks = {
        at: " ".join(next(iter(roles.get(name, ())), "").split())
        for at, (kind, name) in enumerate(sketch.nodes)
        if kind is Drawn.TASK
    }
    if not any(tasks.values()):
        return None
    begins = next(iter(tasks.values()))
    before: dict[int, int] = {}
    for source, target in sketch.flows:
        if source < target:
            before.setdefault(target, source)
    names: list[str] = []
    for at in range(len(sketch.nodes)):
        names.append(tasks.get(at, names[before[at]] if at in before else begins))
    places = {name: place for place, name in enumerate(dict.fromkeys(names))}
    return Lanes(tuple(places), tuple(places[name] for name in names))


@dataclass(frozen=True, slots=True)
class LaidLanes:
    """A drawing in lanes; ``edges``: where each lane begins, and at last where all end."""

    laid: Layered
    edges: tuple[float, ...]


def in_lanes(
    laid: Layered, lanes: Lanes, flows: Iterable[tuple[int, int]], *, bend: float, apart: float
) -> LaidLanes:
    """Part a drawing by lanes. ``bend``: the room of a line; ``apart``: free at lanes' borders."""
    onward = {(source, target) for source, target in flows if source < target}
    items = _Items(laid, lanes, bend, onward)
    heights = [items.height(lane) for lane in range(len(lanes.names))]
    edges = [0.0]
    for height in heights:
        edges.append(edges[-1] + height + 2 * apart)
    across = [0.0] * len(items.lane)
    for column in items.columns:
        items.settle(column, across, heights, {})
    for turn in range(2 * _ROUNDS):
        forward = turn % 2 == 1
        order = items.columns if forward else items.columns[::-1]
        ties = items.before if forward else items.after
        for column in order:
            items.settle(column, across, heights, ties)
    at = [edges[lane] + apart + own for lane, own in zip(items.lane, across, strict=True)]
    return LaidLanes(items.laid_at(at), tuple(edges))


class _Items:
    """Boxes and bends as items of columns: first the boxes by number, then the bends."""

    def __init__(
        self, laid: Layered, lanes: Lanes, bend: float, onward: Set[tuple[int, int]]
    ) -> None:
        self._laid = laid
        self._boxes = len(lanes.of)
        self._back: set[int] = set()
        self.lane = list(lanes.of)
        self._points = [laid.nodes[at] for at in range(self._boxes)]
        self._size = [1.0] * self._boxes
        self._chains: dict[tuple[int, int], list[int]] = {}
        self.before: dict[int, list[int]] = {}
        self.after: dict[int, list[int]] = {}
        for (first, last), bends in laid.ways.items():
            own = range(len(self._points), len(self._points) + len(bends))
            self._points += bends
            self.lane += [lanes.of[first]] * len(bends)
            self._size += [bend] * len(bends)
            self._chains[first, last] = list(own)
            if (first, last) not in onward:
                self._back.update(own)
            for one, other in pairwise((first, *own, last)):
                self.before.setdefault(other, []).append(one)
                self.after.setdefault(one, []).append(other)
        self.columns = self._columns()

    def _columns(self) -> list[list[list[int]]]:
        """Of each column, by lane, its items from the top."""
        columns: dict[int, dict[int, list[int]]] = {}
        order = sorted(range(len(self._points)), key=lambda item: self._points[item][1])
        for item in order:
            column = columns.setdefault(round(self._points[item][0]), {})
            column.setdefault(self.lane[item], []).append(item)
        return [list(columns[at].values()) for at in sorted(columns)]

    def height(self, lane: int) -> float:
        """Room that a lane needs at its fullest column, with that of arrows that lead back."""
        own = (part for column in self.columns for part in column if self.lane[part[0]] == lane)
        most = max(sum(self._size[item] for item in part) for part in own)
        backs = (self._size[item] for item in self._back if self.lane[item] == lane)
        return max(1.0, most) + next(backs, 0.0)

    def settle(
        self,
        column: list[list[int]],
        across: list[float],
        heights: Sequence[float],
        ties: Mapping[int, Sequence[int]],
    ) -> None:
        """Move items to the height of what they are tied to in their lane, in their order."""
        for part in column:
            height = heights[self.lane[part[0]]]
            wanted = [self._wanted(item, across, height, ties) for item in part]
            sizes = [self._size[item] for item in part]
            for item, own in zip(part, stacked(wanted, sizes, height), strict=True):
                across[item] = own

    def _wanted(
        self, item: int, across: list[float], height: float, ties: Mapping[int, Sequence[int]]
    ) -> float:
        """The height of what an item is tied to: a box to what leads on, an arrow back above it."""
        same = [tie for tie in ties.get(item, ()) if self.lane[tie] == self.lane[item]]
        if item in self._back:
            above = (across[tie] - _ABOVE * (tie < self._boxes) for tie in same)
            return min(above, default=across[item])
        onward = [across[tie] for tie in same if tie not in self._back]
        return median(onward) if onward else across[item] or height / 2

    def laid_at(self, across: Sequence[float]) -> Layered:
        """The drawing with everything at its new height."""
        points: list[Point] = [
            (along, own) for (along, _old), own in zip(self._points, across, strict=True)
        ]
        nodes = {at: points[at] for at in range(len(self._laid.nodes))}
        ways = {pair: [points[bend] for bend in own] for pair, own in self._chains.items()}
        return Layered(nodes, ways, self._laid.layers, max(across))


def stacked(wanted: Sequence[float], sizes: Sequence[float], height: float) -> list[float]:
    """Return middles nearest to those wanted, in order, one below the other and within a height."""
    before = [0.0]
    for one, other in pairwise(sizes):
        before.append(before[-1] + (one + other) / 2)
    groups: list[tuple[float, int]] = []
    for own, offset in zip(wanted, before, strict=True):
        mean, count = own - offset, 1
        while groups and groups[-1][0] > mean:
            above, number = groups.pop()
            mean, count = (above * number + mean * count) / (number + count), number + count
        groups.append((mean, count))
    lowest, highest = sizes[0] / 2, height - before[-1] - sizes[-1] / 2
    level = [mean for mean, count in groups for _item in range(count)]
    return [
        min(max(own, lowest), highest) + offset for own, offset in zip(level, before, strict=True)
    ]
