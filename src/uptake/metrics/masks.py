"""Sets as bits: actions by code, days by number; bit ``n % 62`` of block ``n // 62``."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import ibis
import ibis.expr.types as ir

from uptake.metrics.scope import quotient
from uptake.store.schema import ACTIONS_IN_A_MASK

_BLOCKS_BEFORE = 1000
"""Blocks of days before 1970; SQL counts from the first of them, for it divides towards nought."""

_FIRST = date(1970, 1, 1) - timedelta(days=_BLOCKS_BEFORE * ACTIONS_IN_A_MASK)


def one_of(code: ir.IntegerValue, codes: Iterable[int]) -> ir.BooleanValue:
    """Say whether a code is one of these; a range where none is missing, which is less to ask."""
    known = sorted(codes)
    if known and known[-1] - known[0] + 1 == len(known):
        return code.between(known[0], known[-1])
    return code.isin(known)


def bit_of(action: ir.IntegerValue) -> ir.IntegerValue:
    """The bit of an action code within the mask of its block."""
    return ibis.literal(1).cast("int64") << (action % ACTIONS_IN_A_MASK)


def packed_days(rows: ir.Table, *columns: str) -> ir.Table:
    """``columns, block, days`` of rows with a day: a mask for every 62 days.

    The bit of a day is ``n % 62`` and its block ``n // 62``, ``n`` days after 1970-01-01; days
    before it are in negative blocks.
    """
    since = rows.day.delta(_FIRST, unit="day").cast("int64")
    placed = rows.mutate(block=quotient(since, ACTIONS_IN_A_MASK), bit=bit_of(since))
    found = placed.aggregate(by=[*columns, "block"], days=placed.bit.bit_or())
    return found.mutate(block=found.block - _BLOCKS_BEFORE)


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
