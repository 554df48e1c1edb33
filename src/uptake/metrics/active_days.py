"""Who did a value action on which days: the same questions to rows of days and to masks of days.

Raw events (and what is split by product, module or action) are rows of one day; rollups are packed
into masks of 62 days, see ``day_blocks``. Every function answers both alike.
"""

from __future__ import annotations

from datetime import date
from functools import reduce
from operator import or_

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis import _

from uptake.metrics import day_blocks
from uptake.metrics.day_blocks import Chunk, WantedDay, is_packed
from uptake.metrics.masks import bit_of, bits_set, day_block, day_number
from uptake.metrics.measurement import Window
from uptake.metrics.relations import Relations
from uptake.metrics.scope import Grain, Scope, quotient
from uptake.store.schema import ACTIONS_IN_A_MASK

WEEK = 7


def active(relations: Relations, scope: Scope) -> ir.Table:
    """``[group,] [bucket,] person``: those with a value action, one row each.

    Where people are listed only they count, while they belong, in the account, team and so on of
    the list.
    """
    rows = relations.value_rows(scope)
    if not is_packed(rows):
        return relations.by_person(rows, scope)
    found = _masks(rows, relations, scope)
    return found.drop("days") if scope.grain else found


def first_active(relations: Relations, scope: Scope) -> ir.Table:
    """``[group,] person, first``: the first day with a value action."""
    rows = relations.value_rows(scope)
    if not is_packed(rows):
        return relations.by_person(rows, scope, first=_.day.min())
    inside = day_blocks.within(rows, scope.window)
    dated = inside.mutate(first=day_blocks.first_day(inside))
    return relations.of_people(dated, scope, first=_.first.min())


def last_active(relations: Relations, scope: Scope) -> ir.Table:
    """``[group,] person, last``: the last day with a value action."""
    rows = relations.value_rows(scope)
    if not is_packed(rows):
        return relations.by_person(rows, scope, last=_.day.max())
    inside = day_blocks.within(rows, scope.window)
    dated = inside.mutate(last=day_blocks.last_day(inside))
    return relations.of_people(dated, scope, last=_.last.max())


def days_active(relations: Relations, scope: Scope, *, working: bool = False) -> ir.Table:
    """``[group,] [bucket,] person, active``: the number of (working) days with a value action."""
    rows = relations.value_days if working else relations.value_rows(scope)
    if is_packed(rows) and scope.grain:
        wanted = relations.calendar.is_working if working else None
        people = _masks(rows, relations, scope, wanted)
        return people.mutate(active=bits_set(people.days).cast("int64")).drop("days")
    masks = _days(rows, relations, scope, working=working)
    keys = [key for key in masks.columns if key not in ("block", "days")]
    return masks.aggregate(by=keys, active=bits_set(masks.days).sum().cast("int64"))


def masks_of_days(rows: ir.Table, relations: Relations, scope: Scope, *columns: str) -> ir.Table:
    """``[group,] [columns,] person, block, days``: the days of rows with person and day, as bits.

    ``days`` is a mask per person and 62 days, which is far fewer groups than person-days.
    """
    if is_packed(rows):
        placed = day_blocks.within(rows, scope.window)
    else:
        inside = scope.rows(rows)
        bit = bit_of(day_number(inside.day))
        placed = inside.mutate(days=bit, block=day_block(inside.day))
    return relations.of_people(placed, scope, *columns, "block", days=_.days.bit_or())


def each_active_day(relations: Relations, scope: Scope) -> ir.Table:
    """``[group,] person, day``: every day with a value action."""
    rows = relations.value_rows(scope)
    if not is_packed(rows):
        return relations.by_person(rows, scope, "day")
    return day_blocks.unpacked_rows(masks_of_days(rows, relations, scope))


def masks_of_weeks(relations: Relations, scope: Scope, first: date) -> ir.Table:
    """``[group,] person, block, weeks``: the weeks with a value action, from day ``first`` on."""
    rows = relations.value_days
    if is_packed(rows):
        placed = _packed_weeks(rows, scope, first)
    else:
        inside = scope.rows(rows)
        week = quotient(inside.day.delta(first, unit="day"), WEEK)
        placed = inside.mutate(block=quotient(week, ACTIONS_IN_A_MASK), weeks=bit_of(week))
    return relations.of_people(placed, scope, "block", weeks=_.weeks.bit_or())


def _days(rows: ir.Table, relations: Relations, scope: Scope, *, working: bool) -> ir.Table:
    """Masks of days, of working days alone where it matters."""
    if not working:
        return masks_of_days(rows, relations, scope)
    if not is_packed(rows):
        return masks_of_days(rows.filter(relations.is_working(rows.day)), relations, scope)
    inside = day_blocks.within(rows, scope.window, relations.calendar.is_working)
    return relations.of_people(inside, scope, "block", days=_.days.bit_or())


def _masks(
    rows: ir.Table, relations: Relations, scope: Scope, wanted: WantedDay | None = None
) -> ir.Table:
    """Active people; with a grain, in each period, with a mask of their days in it."""
    if not scope.grain:
        return relations.of_people(day_blocks.within(rows, scope.window), scope)
    windows = scope.windows
    if not windows:
        nobody = rows.filter(ibis.literal(False)).mutate(bucket=ibis.literal(0, "int64"))
        return relations.of_people(nobody, scope, days=_.days.bit_or())
    chunks = day_blocks.chunks(windows)
    moved = day_blocks.moved(rows, chunks)
    keys, grouped = relations.grouped(moved, scope)
    people = grouped.aggregate(by=[*keys, "person", "chunk"], days=_.days.bit_or())
    return relations.belonging(day_blocks.by_period(people, windows, chunks, wanted), scope)


def _packed_weeks(rows: ir.Table, scope: Scope, first: date) -> ir.Table:
    """A mask of weeks per row of days; a week in two rows is in the masks of both."""
    whole = Scope(Window(first, scope.window.last), scope.by, Grain.WEEK)
    chunks = day_blocks.chunks(whole.windows, most=ACTIONS_IN_A_MASK)
    moved = day_blocks.moved(rows, chunks)
    seven = (1 << WEEK) - 1
    bits = [
        ((moved.days & ibis.literal(seven << (WEEK * n)).cast("int64")) != 0).cast("int64") << n
        for n in range(ACTIONS_IN_A_MASK // WEEK)
    ]
    placed = moved.mutate(weeks=reduce(or_, bits)).join(_places(chunks), "chunk")
    return placed.mutate(weeks=placed.weeks << placed.place)


def _places(chunks: list[Chunk]) -> ir.Table:
    """The bit and block at which the weeks of each chunk begin."""
    starts = [divmod(chunk.periods.start, ACTIONS_IN_A_MASK) for chunk in chunks]
    columns = {
        "chunk": pa.array(range(len(chunks)), pa.int64()),
        "block": pa.array([block for block, _place in starts], pa.int64()),
        "place": pa.array([place for _block, place in starts], pa.int64()),
    }
    return ibis.memtable(pa.table(columns))
