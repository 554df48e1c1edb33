"""Where arrows of a drawing cross from one height to another, so that it is seen which goes where.

Between two columns arrows of one source, or to one target, may run on one line; all others that
would lie on each other run side by side.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from uptake.methods.layering import Point

_APART: Final = (0, -8, 8, -16, 16)
"""How far from the middle between two columns lines run, the first ones first."""

Ends = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Leg:
    """A part of an arrow across, before the column ``at``, from one height to another.

    ``source`` and ``target``: of its arrow, where it leads from or to there; else -1.
    """

    at: float
    begins: float
    ends: float
    source: int
    target: int

    def meets(self, other: Leg) -> bool:
        """Whether both would lie on each other, and are not of one source or target."""
        if self.source == other.source >= 0 or self.target == other.target >= 0:
            return False
        low, high = sorted((self.begins, self.ends))
        under, over = sorted((other.begins, other.ends))
        return low <= over and under <= high


def turned(
    ways: Mapping[Ends, Sequence[Point]], *, between: float, apart: bool
) -> dict[Ends, list[Leg]]:
    """Return the legs of each arrow, from the middles that it passes; ``between``: two columns.

    ``apart``: lines are set side by side, which is too much work for very large drawings.
    """
    legs = {ends: _legs(ends, way) for ends, way in ways.items()}
    lines: dict[float, list[list[Leg]]] = {}
    found = {}
    for ends, own in legs.items():
        found[ends] = [
            replace(
                leg,
                at=leg.at - between / 2 + _APART[_line(leg, lines) % len(_APART) if apart else 0],
            )
            for leg in own
        ]
    return found


def _legs(ends: Ends, way: Sequence[Point]) -> list[Leg]:
    last = len(way) - 2
    return [
        Leg(column, y, across, ends[0] if at == 0 else -1, ends[1] if at == last else -1)
        for at, ((_x, y), (column, across)) in enumerate(pairwise(way))
        if y != across
    ]


def _line(leg: Leg, lines: dict[float, list[list[Leg]]]) -> int:
    """The first line before a column on which a leg meets no other."""
    here = lines.setdefault(leg.at, [])
    for number, line in enumerate(here):
        if not any(leg.meets(other) for other in line):
            line.append(leg)
            return number
    here.append([leg])
    return len(here) - 1
