"""Whatever came up and asked for something: was it answered in time?

Looked at day by day and kept: of an opportunity only what follows it until its time is over
matters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
import pyarrow as pa

from uptake.methods.arrays import Counts
from uptake.metrics.behaviours.files import Columns, File, Files, among
from uptake.metrics.behaviours.grid import Grid
from uptake.metrics.behaviours.sql import Codes, is_good, matches
from uptake.metrics.behaviours.sums import Axes
from uptake.metrics.behaviours.wanted import Answer, Wanted

_ROWS = ("person", "end_at", "ok")


def opportunities(
    events: Files, behaviour: Wanted, codes: Codes, grid: Grid, axes: Axes
) -> tuple[Counts, Counts]:
    """Opportunities by the period in which their time ends, and those answered well by then.

    The answer is the first good one on the same case, or object where there is no case, by
    whomever; the opportunity is that of the person who had it. Those whose time is not over by the
    last event are left out.
    """
    answer = behaviour.answer
    if answer is None or not grid.periods:
        nothing = axes.table(np.empty(0, dtype=np.int64), None)
        return nothing, nothing
    sql = _sql(behaviour, answer, codes)
    ahead = -(-answer.within // timedelta(days=1)) + 1

    def look(source: str, days: Sequence[date]) -> pa.Table:
        asked = sql.format(came=among(days), followed=among(days, after=ahead))
        return events.view.connection.sql(f"{source} FROM ({asked})").to_arrow_table()

    since = grid.periods[0].first - answer.within - behaviour.deadline.grace - timedelta(days=8)
    parts = events.by_day(sql, look, since=since, around=(0, ahead))
    rows = Columns.together(_ROWS, parts).values
    end_at = rows["end_at"].astype(np.int64)
    period = np.where(end_at <= _newest(events), _period_of(end_at, grid), -1)
    places = axes.places(rows["person"], period)
    return axes.table(places, None), axes.table(places, rows["ok"])


def _sql(behaviour: Wanted, answer: Answer, codes: Codes) -> str:
    """``day, person, end_at, ok``; to be filled in: which days."""
    chance, reply = (
        matches(p, codes).replace("{", "{{").replace("}", "}}")
        for p in (behaviour.predicate, answer.predicate)
    )
    good = is_good(behaviour.quality).replace("{", "{{").replace("}", "}}")
    milliseconds = round(answer.within.total_seconds() * 1000)
    on = "coalesce(case_id, object_id) AS thing"
    return (
        f"WITH chance AS (SELECT day, person, occurred_at AS came, {on} FROM events "
        f"WHERE {{came}} AND {chance} AND coalesce(case_id, object_id) IS NOT NULL), "
        f"reply AS (SELECT occurred_at AS replied, {on} FROM events "
        f"WHERE {{followed}} AND {reply} AND {good}) "
        f"SELECT day, person, epoch_ms(came) + {milliseconds} AS end_at, "
        f"coalesce(epoch_ms(replied) <= epoch_ms(came) + {milliseconds}, false)::UTINYINT AS ok "
        "FROM chance ASOF LEFT JOIN reply ON chance.thing = reply.thing AND replied >= came"
    )


def _period_of(moments: Counts, grid: Grid) -> Counts:
    """The position of the period of each moment; -1 outside of all."""
    spans = grid.periods
    opens = [*(span.opens for span in spans), spans[-1].closes]
    place = np.searchsorted(np.array([_milliseconds(at) for at in opens]), moments) - 1
    return np.where(place < len(spans), place, -1)


def _milliseconds(moment: datetime) -> int:
    """The last one of the second of a moment, which is in time (as for what is counted)."""
    return round(moment.timestamp()) * 1000 + 999


@dataclass(frozen=True, slots=True)
class _Moment:
    at: int
    nbytes: int = 8


def _newest(events: Files) -> int:
    """When the last event of all happened."""

    def newest(source: str) -> _Moment:
        sql = f"{source} SELECT coalesce(max(epoch_ms(occurred_at)), 0) FROM events"
        ((at,),) = events.view.connection.execute(sql).fetchall()
        return _Moment(int(at))

    def of(file: File) -> int:
        return events.made([file], "newest", newest).at

    return max((of(file) for file in events.every), default=0)
