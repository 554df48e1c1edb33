"""People by weeks: who was active in which week of all data, as one bit a week.

The database sends a bit mask per person and 62 weeks, which is small; whatever is about the order
of a person's weeks (retention, rhythm) is computed on the matrix that it unpacks to.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import ibis
import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from uptake.methods.arrays import Counts, Days, Flags
from uptake.metrics.active_days import WEEK, masks_of_weeks
from uptake.metrics.measurement import Window
from uptake.metrics.metric import Context
from uptake.metrics.relations import Relations
from uptake.metrics.scope import Scope
from uptake.metrics.unpacking import unpacked


def active_weeks(relations: Relations, scope: Scope) -> ir.Table:
    """``[group,] person, block, weeks, start, end``: mask of the weeks with a value action."""
    history = relations.history(scope)
    people = masks_of_weeks(relations, history, first_day(history.window))
    if relations.members is None:
        never = ibis.null("date")
        return people.mutate(start=never, end=never)
    return people.join(relations.members.select("person", "start", "end"), "person")


def first_day(window: Window) -> date:
    """The first day of week 0: weeks end with the window's last day, the first may be partial."""
    weeks = -(-window.days // WEEK)
    return date.fromordinal(window.last.toordinal() - weeks * WEEK + 1)


@dataclass(frozen=True, slots=True)
class PeopleWeeks:
    """One row per group and person: was the person active in each week?

    ``group`` holds positions in ``groups``. ``watched``: weeks until the person left (all of them
    for those who did not). ``before``: whole weeks between the person's start and week 0, 0 for
    those who started in the data or of whom it is not known.
    """

    groups: list[str | None]
    group: Counts
    active: Flags
    watched: Counts
    before: Counts

    def of(self, position: int) -> PeopleWeeks:
        """The people of one group."""
        kept = self.group == position
        return PeopleWeeks(
            self.groups, self.group[kept], self.active[kept], self.watched[kept], self.before[kept]
        )


def people_weeks(rows: pa.Table, context: Context) -> PeopleWeeks:
    """The matrix of people by weeks from the rows of ``active_weeks``."""
    window = context.relations.history(context.scope).window
    origin = np.datetime64(first_day(window), "D")
    weeks = int((np.datetime64(window.last, "D") - origin).astype(int)) // WEEK + 1
    groups, group = _positions(rows, context)
    _, first, row = np.unique(
        keys_of(group, rows["person"].to_numpy()), return_index=True, return_inverse=True
    )
    start, end = _days(rows["start"])[first], _days(rows["end"])[first]
    return PeopleWeeks(
        groups,
        group[first],
        unpacked(
            rows["weeks"].to_numpy(),
            rows["block"].to_numpy(),
            row.ravel(),
            people=len(first),
            first=0,
            count=weeks,
        ),
        np.where(np.isnat(end), weeks, np.clip(_whole(end - origin) + 1, 0, weeks)),
        np.where(np.isnat(start), 0, np.maximum(_whole(origin - start), 0)),
    )


def keys_of(group: Counts, person: npt.NDArray[np.int32]) -> Counts:
    """One number for each pair, in the order of the pairs."""
    return np.asarray((group.astype(np.int64) << 32) + person, dtype=np.int64)


def _positions(rows: pa.Table, context: Context) -> tuple[list[str | None], Counts]:
    """Names of the groups in order, and the position of each row's group among them."""
    if "group" not in rows.column_names:
        return [None], np.zeros(len(rows), dtype=np.int64)
    encoded = rows["group"].combine_chunks().dictionary_encode()
    names = [context.name(code) for code in encoded.dictionary.to_pylist()]
    order = sorted(range(len(names)), key=lambda i: names[i] or "")
    place = np.empty(len(names), dtype=np.int64)
    place[order] = np.arange(len(names))
    return [names[i] for i in order], place[encoded.indices.to_numpy()]


def _days(column: pa.ChunkedArray) -> Days:
    return np.asarray(column.cast(pa.date32()).to_numpy().astype("datetime64[D]"))


def _whole(span: npt.NDArray[np.timedelta64]) -> Counts:
    """Whole weeks in spans of days, downwards; spans that are not known give 0."""
    days = np.where(np.isnat(span), 0, span.astype("timedelta64[D]").astype(np.int64))
    return np.asarray(days // WEEK, dtype=np.int64)
