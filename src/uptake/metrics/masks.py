"""Sets as bits: actions by code, days by number; bit ``n % 62`` of block ``n // 62``."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import ibis
import ibis.expr.types as ir

from uptake.store.schema import ACTIONS_IN_A_MASK


def bit_of(action: ir.IntegerValue) -> ir.IntegerValue:
    """The bit of an action code within the mask of its block."""
    return ibis.literal(1).cast("int64") << (action % ACTIONS_IN_A_MASK)


def day_number(day: ir.DateValue) -> ir.IntegerValue:
    """Days since 1970-01-01."""
    return day.delta(date(1970, 1, 1), unit="day").cast("int64")


def day_block(day: ir.DateValue) -> ir.IntegerValue:
    """The block of 62 days that a day's bit lies in."""
    return (day_number(day) // ACTIONS_IN_A_MASK).cast("int64")


def packed_days(rows: ir.Table, *columns: str) -> ir.Table:
    """``columns, block, days`` of rows with a day: a mask for every 62 days."""
    placed = rows.mutate(block=day_block(rows.day), bit=bit_of(day_number(rows.day)))
    return placed.aggregate(by=[*columns, "block"], days=placed.bit.bit_or())


def masks(actions: Iterable[int]) -> dict[int, int]:
    """The mask of each block that has one of these actions."""
    blocks: dict[int, int] = {}
    for code in actions:
        block, bit = divmod(code, ACTIONS_IN_A_MASK)
        blocks[block] = blocks.get(block, 0) | 1 << bit
    return blocks


def expected_bits(rows: ir.Table, actions: Iterable[int]) -> ir.IntegerValue:
    """The bits of ``rows.actions`` that stand for one of these actions."""
    branches = [
        (rows.block == block, rows.actions & ibis.literal(mask).cast("int64"))
        for block, mask in sorted(masks(actions).items())
    ]
    nothing = ibis.literal(0).cast("int64")
    return ibis.cases(*branches, else_=nothing) if branches else nothing


def overlaps(rows: ir.Table, actions: Iterable[int]) -> ir.BooleanValue:
    """Say whether ``rows.actions`` holds one of these actions."""
    return expected_bits(rows, actions) != 0


@ibis.udf.scalar.builtin(name="bit_count")  # type: ignore[untyped-decorator]  # Ibis is untyped
def bits_set(mask: int) -> int:
    """How many bits of a mask are set."""
    raise NotImplementedError
