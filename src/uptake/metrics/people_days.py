"""Which days people did a value action, as bits: the part that most metrics count in.

The database sends a mask of days per person and 62 days, from raw events, from rollups or from days
packed before; here they become one row of bits a person. A window is then a few bit operations on
each block of 62 days, whatever it is asked: who was active, on how many days, since when.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pyarrow as pa
from ibis import _

from uptake.methods.arrays import Counts, Flags
from uptake.metrics.day_blocks import BITS, WantedDay, cut, day_of, is_packed, number, within
from uptake.metrics.masks import packed_days
from uptake.metrics.measurement import Window
from uptake.metrics.people import ALWAYS, FOREVER, People, everyone
from uptake.metrics.relations import Relations
from uptake.metrics.scope import ALL_DAYS, OF_ACTIVITY, Grouping, Scope

NEVER = -(2**31)
"""The day number of what never happened."""


@dataclass(frozen=True, slots=True)
class PeopleDays:
    """The days with a value action of each row of ``people``.

    ``words`` is blocks of 62 days x people; bit ``n`` of row ``b`` is day
    ``62 * (block + b) + n`` since 1970-01-01.
    """

    people: People
    block: int
    words: npt.NDArray[np.int64]

    def active(self, window: Window, wanted: WantedDay | None = None) -> Flags:
        """Who did a value action on a (wanted) day of the window."""
        found = np.zeros(len(self.people), dtype=np.int64)
        for _block, masks in self._blocks(window, wanted):
            found |= masks
        return np.asarray(found != 0)

    def count(self, window: Window, wanted: WantedDay | None = None) -> Counts:
        """On how many (wanted) days of the window each person did one."""
        days = np.zeros(len(self.people), dtype=np.int64)
        for _block, masks in self._blocks(window, wanted):
            days += np.bitwise_count(masks)
        return days

    def first(self, window: Window) -> Counts:
        """The number of each person's first day in the window, ``NEVER`` for none."""
        days = np.full(len(self.people), NEVER, dtype=np.int64)
        for block, masks in reversed(list(self._blocks(window))):
            lowest = np.bitwise_count((masks & -masks) - 1).astype(np.int64)
            days = np.where(masks != 0, block * BITS + lowest, days)
        return days

    def first_since(self, start: Counts, last: date) -> Counts:
        """The number of each person's first day from a day of their own on, up to the last."""
        whole = Window(min(day_of(self.block * BITS), last), last)
        days = np.full(len(self.people), NEVER, dtype=np.int64)
        for block, masks in reversed(list(self._blocks(whole))):
            passed = np.clip(start - block * BITS, 0, BITS)
            later = masks & ~((np.int64(1) << passed) - 1)
            lowest = np.bitwise_count((later & -later) - 1).astype(np.int64)
            days = np.where(later != 0, block * BITS + lowest, days)
        return days

    def last(self, window: Window) -> Counts:
        """The number of each person's last day in the window, ``NEVER`` for none."""
        days = np.full(len(self.people), NEVER, dtype=np.int64)
        for block, masks in self._blocks(window):
            filled = masks
            for distance in (1, 2, 4, 8, 16, 32):
                filled = filled | (filled >> distance)
            highest = np.bitwise_count(filled).astype(np.int64) - 1
            days = np.where(masks != 0, block * BITS + highest, days)
        return days

    def each(self, window: Window) -> Flags:
        """People x days of the window."""
        first, last = number(window.first), number(window.last)
        flags = np.zeros((len(self.people), window.days), dtype=bool)
        for block, masks in self._blocks(window):
            start = max(first, block * BITS)
            octets = np.ascontiguousarray(masks).astype("<i8").view(np.uint8).reshape(-1, 8)
            bits = np.unpackbits(octets, axis=1, bitorder="little")
            inside = slice(start - block * BITS, min(last + 1, (block + 1) * BITS) - block * BITS)
            end = start - first + inside.stop - inside.start
            flags[:, start - first : end] = bits[:, inside]
        return flags

    def where(self, kept: Flags) -> PeopleDays:
        """Nothing of the others."""
        return PeopleDays(self.people, self.block, self.words * kept)

    def _blocks(
        self, window: Window, wanted: WantedDay | None = None
    ) -> Iterator[tuple[int, npt.NDArray[np.int64]]]:
        """Blocks that the window touches, with their days inside it."""
        span = number(window.first), number(window.last)
        lowest = max(span[0] // BITS, self.block)
        for block in range(lowest, min(span[1] // BITS + 1, self.block + len(self.words))):
            yield block, self.words[block - self.block] & np.int64(cut(block, span, wanted))


def people_days(relations: Relations, scope: Scope, reach: Window | None = None) -> PeopleDays:
    """The days of the people that a scope is about, in its window or in ``reach``."""
    packed = is_packed(relations.value_rows(scope))
    window = ALL_DAYS if packed else (reach or scope.window)
    return relations.part(("days", scope.by, window), lambda: _read(relations, scope.by, window))


def pool_days(relations: Relations, window: Window) -> PeopleDays:
    """The days of people in each account and product, by what was done."""
    question = Scope(window, Grouping.PRODUCT)
    rows = relations.ask_files(_masks_by_pool, question, "person_day_actions")
    return _of_rows(relations, rows, ("account", "group"))


def first_days(relations: Relations, scope: Scope) -> tuple[People, Counts]:
    """The people of a scope, and the number of each one's first day in it, ``NEVER`` for none.

    Raw events are asked for that day alone, which takes less than packing all of them.
    """
    if is_packed(relations.value_rows(scope)) or scope.by in OF_ACTIVITY:
        days = people_days(relations, scope)
        return days.people, days.first(scope.window)
    own = _of_account(relations, scope.by)
    question = _firsts_by_account if own else _firsts
    rows = relations.ask(question, relations.unbounded(Scope(scope.window)))
    people = everyone(relations, scope.by)
    at = people.positions(rows, "account" if own else None)
    found = np.full(len(people), FOREVER, dtype=np.int64)
    np.minimum.at(found, at[at >= 0], rows["first"].cast(pa.int32()).to_numpy()[at >= 0])
    return people, np.where(found == FOREVER, NEVER, found)


def _firsts(relations: Relations, scope: Scope) -> ir.Table:
    return scope.rows(relations.value_days).aggregate(by=["person"], first=_.day.min())


def _firsts_by_account(relations: Relations, scope: Scope) -> ir.Table:
    return scope.rows(relations.value_days).aggregate(by=["account", "person"], first=_.day.min())


def _read(relations: Relations, by: Grouping | None, window: Window) -> PeopleDays:
    scope = Scope(window, by)
    if by in OF_ACTIVITY:
        rows = relations.ask_files(_masks_by_group, scope, "person_day_actions")
        return _of_rows(relations, rows, ("group",))
    own = _of_account(relations, by)
    question = _masks_by_account if own else _masks
    rows = relations.ask(question, relations.unbounded(Scope(window)))
    people = everyone(relations, by)
    return _filled(people, people.positions(rows, "account" if own else None), rows)


def _of_account(relations: Relations, by: Grouping | None) -> bool:
    """Say whether people are in a group by the account that they did something in."""
    return by is Grouping.ACCOUNT and relations.members is None


def _masks(relations: Relations, scope: Scope) -> ir.Table:
    return _packed(relations.value_days, scope)


def _masks_by_account(relations: Relations, scope: Scope) -> ir.Table:
    return _packed(relations.value_days, scope, "account")


def _masks_by_group(relations: Relations, scope: Scope) -> ir.Table:
    _keys, rows = relations.grouped(relations.value_activity, scope)
    return _packed(rows, scope, "group")


def _masks_by_pool(relations: Relations, scope: Scope) -> ir.Table:
    _keys, rows = relations.grouped(relations.value_activity, scope)
    return _packed(rows, scope, "account", "group")


def _packed(rows: ir.Table, scope: Scope, *columns: str) -> ir.Table:
    """``[columns,] person, block, days``: a mask of days per person and 62 days."""
    if not is_packed(rows):
        return packed_days(scope.rows(rows), *columns, "person")
    placed = rows if scope.window == ALL_DAYS else within(rows, scope.window)
    return placed.aggregate(by=[*columns, "person", "block"], days=_.days.bit_or())


def _of_rows(relations: Relations, rows: pa.Table, keys: tuple[str, ...]) -> PeopleDays:
    """Days of the people that the rows name in groups of what they did."""
    listed = everyone(relations, None)
    at = listed.positions(rows, None)
    if relations.members is not None:
        rows, at = rows.filter(pa.array(at >= 0)), at[at >= 0]
    names = [rows[key].to_pylist() for key in keys]
    groups = list(zip(*names, strict=True)) if len(keys) > 1 else names[0]
    known = sorted(set(groups))
    place = {group: position for position, group in enumerate(known)}
    group = np.array([place[g] for g in groups], dtype=np.int64)
    pairs = np.asarray((group << 32) + rows["person"].to_numpy(), dtype=np.int64)
    _distinct, first, row = np.unique(pairs, return_index=True, return_inverse=True)
    people = _named(listed, known, group[first], at[first], relations.members is not None)
    return _filled(people, row.ravel(), rows)


def _named(
    listed: People, groups: list[object], group: Counts, at: Counts, bounded: bool
) -> People:
    unknown = np.full(len(at), np.nan)
    return People(
        groups=tuple(groups),
        group=group,
        person=listed.person[at],
        population=listed.population[at],
        start=listed.start[at] if bounded else np.full(len(at), ALWAYS),
        end=listed.end[at] if bounded else np.full(len(at), FOREVER),
        days_a_week=unknown,
    )


def _filled(people: People, row: Counts, rows: pa.Table) -> PeopleDays:
    """The masks of rows on the axis of people; strangers (-1) are left out."""
    block, days = rows["block"].to_numpy().astype(np.int64), rows["days"].to_numpy()
    kept = row >= 0
    row, block, days = row[kept], block[kept], days[kept]
    lowest = int(block.min(initial=2**31)) if len(block) else 0
    count = int(block.max()) - lowest + 1 if len(block) else 0
    words = np.zeros((count, len(people)), dtype=np.int64)
    np.bitwise_or.at(words, (block - lowest, row), days)
    return PeopleDays(people, lowest, words)
