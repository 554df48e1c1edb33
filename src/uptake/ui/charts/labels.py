"""Where names stand beside marks, so that no name covers another or runs out of the picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

LETTER = 6.6
"""Pixels of a letter at 12 pixels."""

LONGEST_NAME = 190
"""Pixels after which a name is cut with an ellipsis."""

AWAY = 11
"""Pixels between a mark and its name."""

LINE = 15
"""Pixels from one line of text to the next."""

RADIUS = 9
"""Pixels around the middle of a mark that no other mark's name may cover."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """A mark, in pixels from the upper left of the plot, and the name it should get."""

    x: float
    y: float
    name: str


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a name stands: aligned by its ``align`` side, ``dy`` pixels below its mark."""

    align: str
    dy: int


@dataclass(frozen=True, slots=True)
class _Box:
    left: float
    right: float
    top: float
    bottom: float

    def meets(self, other: _Box) -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


SPOTS = tuple(
    Spot(align, dy) for dy in (0, -LINE, LINE, -2 * LINE, 2 * LINE) for align in ("left", "right")
)
"""Tried in this order: beside the mark, then a line higher or lower."""


def spots(
    anchors: Sequence[Anchor], *, width: float, height: float, marks: Sequence[Anchor] = ()
) -> tuple[Spot | None, ...]:
    """Return where each name stands, the first ones first; None where there is no room for it.

    ``marks`` are all marks of the picture, those without a name as well.
    """
    taken = [
        _Box(mark.x - RADIUS, mark.x + RADIUS, mark.y - RADIUS, mark.y + RADIUS) for mark in marks
    ]
    found: list[Spot | None] = []
    for anchor in anchors:
        spot = next((s for s in SPOTS if _is_free(_box(anchor, s), taken, width, height)), None)
        found.append(spot)
        taken += [_box(anchor, spot)] if spot else []
    return tuple(found)


def _is_free(box: _Box, taken: Sequence[_Box], width: float, height: float) -> bool:
    inside = box.left >= 0 and box.right <= width and box.top >= 0 and box.bottom <= height
    return inside and not any(box.meets(other) for other in taken)


def _box(anchor: Anchor, spot: Spot) -> _Box:
    length = min(LONGEST_NAME, LETTER * len(anchor.name))
    left = anchor.x + AWAY if spot.align == "left" else anchor.x - AWAY - length
    middle = anchor.y + spot.dy
    return _Box(left, left + length, middle - LINE / 2, middle + LINE / 2)
