"""Days packed into masks: a row holds 62 days of a person, one bit each.

A person's years are a few rows, so windows and periods are bit operations on little data. Blocks
are fixed, see ``masks.packed_days``.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache

import ibis
import ibis.expr.types as ir

from uptake.metrics.measurement import Window
from uptake.store.schema import ACTIONS_IN_A_MASK

BITS = ACTIONS_IN_A_MASK
EVERY_BIT = (1 << BITS) - 1
EPOCH = date(1970, 1, 1)

WantedDay = Callable[[date], bool]
"""Says whether a day counts."""


def is_packed(rows: ir.Table) -> bool:
    """Say whether rows hold masks of days rather than one day each."""
    return "days" in rows.columns


def within(rows: ir.Table, window: Window) -> ir.Table:
    """The rows with their masks cut to a window; rows without any days are gone."""
    span = number(window.first), number(window.last)
    blocks = range(span[0] // BITS, span[1] // BITS + 1)
    inside = rows.filter(rows.block.between(blocks[0], blocks[-1]))
    cuts = {block: cut(block, span) for block in {blocks[0], blocks[-1]}}
    branches = [
        (inside.block == block, inside.days & ibis.literal(mask).cast("int64"))
        for block, mask in sorted(cuts.items())
        if mask != EVERY_BIT
    ]
    if branches:
        inside = inside.mutate(days=ibis.cases(*branches, else_=inside.days))
    return inside.filter(inside.days != 0)


@lru_cache(maxsize=4096)
def cut(block: int, span: tuple[int, int], wanted: WantedDay | None = None) -> int:
    """The bits of a block that stand for (wanted) days of a span of day numbers."""
    start = block * BITS
    first, last = max(span[0], start), min(span[1], start + BITS - 1)
    if wanted is None:
        return ((1 << (last - first + 1)) - 1) << (first - start)
    days = (n for n in range(first, last + 1) if wanted(day_of(n)))
    return sum(1 << (n - start) for n in days)


def number(day: date) -> int:
    """Days since 1970-01-01."""
    return day.toordinal() - _EPOCH


def day_of(number: int) -> date:
    """The day of a number."""
    return EPOCH + timedelta(days=number)


_EPOCH = EPOCH.toordinal()
