"""Days packed into masks: a row holds 62 days of a person, one bit each.

A person's years are a few rows, so windows and periods are bit operations on little data. Blocks
are fixed (``masks.day_block``); periods hardly ever begin where blocks do, so the bits are first
moved into chunks: as many whole periods as fit into one mask.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis import _

from uptake.metrics.masks import bits_set
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


def within(rows: ir.Table, window: Window, wanted: WantedDay | None = None) -> ir.Table:
    """The rows with their masks cut to a window and to wanted days; rows without any are gone."""
    first, last = number(window.first), number(window.last)
    blocks = range(first // BITS, last // BITS + 1)
    inside = rows.filter(rows.block.between(blocks[0], blocks[-1]))
    cuts = {block: _cut(block, (first, last), wanted) for block in blocks}
    branches = [
        (inside.block == block, inside.days & _mask(mask))
        for block, mask in cuts.items()
        if mask != EVERY_BIT
    ]
    if branches:
        inside = inside.mutate(days=ibis.cases(*branches, else_=inside.days))
    return inside.filter(inside.days != 0)


def first_day(rows: ir.Table) -> ir.DateValue:
    """The day of the lowest bit of ``rows.days``, which is not 0."""
    lowest = bits_set((rows.days & -rows.days) - 1)
    return _day(rows.block * BITS + lowest)


def last_day(rows: ir.Table) -> ir.DateValue:
    """The day of the highest bit of ``rows.days``, which is not 0."""
    filled = rows.days
    for distance in (1, 2, 4, 8, 16, 32):
        filled = filled | (filled >> distance)
    return _day(rows.block * BITS + bits_set(filled) - 1)


def unpacked_rows(rows: ir.Table) -> ir.Table:
    """One row a day, with column ``day`` in place of ``block`` and ``days``."""
    bits = ibis.memtable(pa.table({"bit": pa.array(range(BITS), pa.int64())}))
    each = rows.cross_join(bits)
    kept = each.filter(((each.days >> each.bit) & 1) != 0)
    return kept.mutate(day=_day(kept.block * BITS + kept.bit)).drop("block", "days", "bit")


@dataclass(frozen=True, slots=True)
class Chunk:
    """Consecutive periods that fit into one mask, whose bit 0 is day ``first``."""

    first: int
    last: int
    periods: range


def chunks(windows: list[Window], *, most: int = BITS) -> list[Chunk]:
    """Consecutive windows put together while they fit; none reaches over a multiple of ``most``."""
    found: list[Chunk] = []
    for at, window in enumerate(windows):
        first, last = number(window.first), number(window.last)
        if found and last - found[-1].first < BITS and at % most:
            found[-1] = Chunk(found[-1].first, last, range(found[-1].periods.start, at + 1))
        else:
            found.append(Chunk(first, last, range(at, at + 1)))
    return found


def moved(rows: ir.Table, into: list[Chunk]) -> ir.Table:
    """The rows with their bits moved into chunks (column ``chunk``); rows without any are gone.

    A chunk reaches over two blocks at most, so it gets up to two rows of a person.
    """
    pieces = [piece for at, chunk in enumerate(into) for piece in _pieces(at, chunk)]
    names = ("chunk", "block", "keep", "left", "right")
    columns = zip(*pieces, strict=True)
    table = pa.table({n: pa.array(c, pa.int64()) for n, c in zip(names, columns, strict=True)})
    joined = rows.join(ibis.memtable(table), "block")
    shifted = ((joined.days & joined.keep) << joined.left) >> joined.right
    return joined.mutate(days=shifted).filter(_.days != 0).drop("block", "keep", "left", "right")


def by_period(
    rows: ir.Table, windows: list[Window], into: list[Chunk], wanted: WantedDay | None = None
) -> ir.Table:
    """Rows of chunks told apart by period: column ``bucket`` in place of ``chunk``."""
    masks = [
        (at, period, _period(chunk, windows[period], wanted))
        for at, chunk in enumerate(into)
        for period in chunk.periods
    ]
    names = ("chunk", "bucket", "mask")
    columns = zip(*masks, strict=True)
    table = pa.table({n: pa.array(c, pa.int64()) for n, c in zip(names, columns, strict=True)})
    joined = rows.join(ibis.memtable(table), "chunk")
    return joined.mutate(days=joined.days & joined.mask).filter(_.days != 0).drop("chunk", "mask")


def number(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - EPOCH).days


def _day(days: ir.IntegerValue) -> ir.DateValue:
    return (ibis.literal(EPOCH) + days.cast("int32").as_interval("D")).cast("date")


def _mask(bits: int) -> ir.IntegerScalar:
    return ibis.literal(bits).cast("int64")


def _cut(block: int, span: tuple[int, int], wanted: WantedDay | None) -> int:
    start = block * BITS
    first, last = max(span[0], start), min(span[1], start + BITS - 1)
    return _bits(start, (first, last), wanted)


def _period(chunk: Chunk, window: Window, wanted: WantedDay | None) -> int:
    return _bits(chunk.first, (number(window.first), number(window.last)), wanted)


def _bits(origin: int, span: tuple[int, int], wanted: WantedDay | None) -> int:
    """The bits of the wanted days of a span, bit 0 being day ``origin``."""
    first, last = span
    if wanted is None:
        return ((1 << (last - first + 1)) - 1) << (first - origin)
    days = (n for n in range(first, last + 1) if wanted(EPOCH + timedelta(days=n)))
    return sum(1 << (n - origin) for n in days)


def _pieces(at: int, chunk: Chunk) -> Iterator[tuple[int, int, int, int, int]]:
    """Chunk, block, bits to keep, places to move them left and right."""
    for block in range(chunk.first // BITS, chunk.last // BITS + 1):
        keep = _cut(block, (chunk.first, chunk.last), None)
        distance = block * BITS - chunk.first
        yield at, block, keep, max(distance, 0), max(-distance, 0)
