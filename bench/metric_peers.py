"""The questions of the metric benchmark as other people would write them.

Every question is about all 78 weeks and split by account where that makes sense, because answers
for one 28-day window are over in milliseconds. Value actions are codes 1 to 16. Hand-written SQL
answers exactly what Uptake answers, the people behind each number included.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

VALUE = "action <= 16"
WEEK = "(day - DATE '2024-01-01') // 7"
CH_WEEK = "intDiv(dateDiff('day', toDate32('2024-01-01'), day), 7)"

Frame = Callable[[pl.LazyFrame], pl.LazyFrame]


@dataclass(frozen=True, slots=True)
class Question:
    """One metric: Uptake's key, SQL for DuckDB, and how Polars and ClickHouse's engine say it.

    ``columns`` are those that the raw scan of the floor must read. ``from_person_days`` marks the
    questions that the person x day rollup answers.
    """

    key: str
    by_account: bool
    weekly: bool
    columns: tuple[str, ...]
    sql: str
    clickhouse: str | None = None
    polars: Frame | None = None
    from_person_days: bool = False


def _value(frame: pl.LazyFrame) -> pl.LazyFrame:
    return frame.filter(pl.col("action") <= 16)


def _week() -> pl.Expr:
    return ((pl.col("day") - pl.date(2024, 1, 1)).dt.total_days() // 7).alias("week")


_SHARE = """SELECT account, {week} AS week, {numerator} AS numerator, {denominator} AS denominator,
    count(DISTINCT person) FILTER ({known}) AS people
    FROM events WHERE {value} GROUP BY account, week"""

QUESTIONS = (
    Question(
        key="active_people",
        by_account=True,
        weekly=True,
        columns=("account", "person", "day", "action"),
        sql=f"SELECT account, {WEEK} AS week, count(DISTINCT person) AS numerator"
        f" FROM events WHERE {VALUE} GROUP BY account, week",
        clickhouse=f"SELECT account, {CH_WEEK} AS week, uniqExact(person) AS numerator"
        f" FROM events WHERE {VALUE} GROUP BY account, week",
        polars=lambda events: (
            _value(events).group_by("account", _week()).agg(pl.col("person").n_unique())
        ),
        from_person_days=True,
    ),
    Question(
        key="active_days",
        by_account=True,
        weekly=True,
        columns=("account", "person", "day", "action"),
        sql=f"""SELECT account, week, count(*) AS numerator, count(DISTINCT person) AS denominator
            FROM (SELECT DISTINCT account, {WEEK} AS week, person, day FROM events WHERE {VALUE})
            GROUP BY account, week""",
        clickhouse=f"""SELECT account, week, count() AS numerator, uniqExact(person) AS denominator
            FROM (SELECT DISTINCT account, {CH_WEEK} AS week, person, day FROM events
                  WHERE {VALUE}) GROUP BY account, week""",
        polars=lambda events: (
            _value(events)
            .select("account", _week(), "person", "day")
            .unique()
            .group_by("account", "week")
            .agg(pl.len(), pl.col("person").n_unique())
        ),
        from_person_days=True,
    ),
    Question(
        key="stickiness",
        by_account=True,
        weekly=False,
        columns=("account", "person", "day", "action"),
        sql=f"""WITH days AS (SELECT DISTINCT account, person, day FROM events WHERE {VALUE}),
            spans AS (SELECT *, least(day + 28, coalesce(lead(day) OVER (
                PARTITION BY account, person ORDER BY day), day + 28)) AS lapse FROM days)
            SELECT account, moved, sum(change) AS change, sum(active) AS active FROM (
                SELECT account, day AS moved, 1 AS change, 1 AS active FROM spans
                UNION ALL SELECT account, lapse, -1, 0 FROM spans) GROUP BY account, moved""",
        from_person_days=True,
    ),
    Question(
        key="retention",
        by_account=True,
        weekly=False,
        columns=("account", "person", "day", "action"),
        sql=f"""SELECT account, person, bit_or(1::HUGEINT << {WEEK}) AS weeks
            FROM events WHERE {VALUE} GROUP BY account, person""",
        clickhouse=f"""SELECT account, person, groupBitOr(bitShiftLeft(toUInt128(1), {CH_WEEK}))
            FROM events WHERE {VALUE} GROUP BY account, person""",
        polars=lambda events: _value(events).select("account", "person", _week()).unique(),
        from_person_days=True,
    ),
    Question(
        key="adoption_curve",
        by_account=True,
        weekly=False,
        columns=("account", "person", "day", "action"),
        sql=f"""SELECT account, first, count(*) AS persons FROM (
            SELECT account, person, min(day) AS first FROM events WHERE {VALUE}
            GROUP BY account, person) GROUP BY account, first""",
        clickhouse=f"""SELECT account, first, count() AS persons FROM (
            SELECT account, person, min(day) AS first FROM events WHERE {VALUE}
            GROUP BY account, person) GROUP BY account, first""",
        polars=lambda events: (
            _value(events)
            .group_by("account", "person")
            .agg(pl.col("day").min())
            .group_by("account", "day")
            .agg(pl.len())
        ),
        from_person_days=True,
    ),
    Question(
        key="breadth",
        by_account=True,
        weekly=False,
        columns=("account", "person", "day", "action"),
        sql=f"""SELECT account, sum(used) AS used, count(*) AS active FROM (
            SELECT account, person, count(DISTINCT action) AS used FROM events WHERE {VALUE}
            GROUP BY account, person) GROUP BY account""",
        clickhouse=f"""SELECT account, sum(used) AS used, count() AS active FROM (
            SELECT account, person, uniqExact(action) AS used FROM events WHERE {VALUE}
            GROUP BY account, person) GROUP BY account""",
        polars=lambda events: (
            _value(events)
            .group_by("account", "person")
            .agg(pl.col("action").n_unique())
            .group_by("account")
            .agg(pl.col("action").sum(), pl.len())
        ),
        from_person_days=True,
    ),
    Question(
        key="timeliness",
        by_account=True,
        weekly=True,
        columns=("account", "person", "day", "action", "occurred_at", "recorded_at"),
        sql=_SHARE.format(
            week=WEEK,
            numerator="count(*) FILTER (recorded_at <= occurred_at + INTERVAL 1 DAY)",
            denominator="count(recorded_at)",
            known="recorded_at IS NOT NULL",
            value=VALUE,
        ),
        clickhouse=f"""SELECT account, {CH_WEEK} AS week,
            countIf(recorded_at <= occurred_at + INTERVAL 1 DAY), count(recorded_at),
            uniqExactIf(person, recorded_at IS NOT NULL)
            FROM events WHERE {VALUE} GROUP BY account, week""",
        polars=lambda events: (
            _value(events)
            .group_by("account", _week())
            .agg(
                (pl.col("recorded_at") <= pl.col("occurred_at") + pl.duration(days=1)).sum(),
                pl.col("recorded_at").count().alias("known"),
                pl.col("person").n_unique(),
            )
        ),
    ),
    Question(
        key="first_time_right",
        by_account=True,
        weekly=True,
        columns=("account", "person", "day", "action", "quality_ok"),
        sql=_SHARE.format(
            week=WEEK,
            numerator="count(*) FILTER (quality_ok)",
            denominator="count(quality_ok)",
            known="quality_ok IS NOT NULL",
            value=VALUE,
        ),
        clickhouse=f"""SELECT account, {CH_WEEK} AS week, countIf(quality_ok), count(quality_ok),
            uniqExactIf(person, quality_ok IS NOT NULL)
            FROM events WHERE {VALUE} GROUP BY account, week""",
        polars=lambda events: (
            _value(events)
            .group_by("account", _week())
            .agg(
                pl.col("quality_ok").sum(),
                pl.col("quality_ok").count().alias("known"),
                pl.col("person").n_unique(),
            )
        ),
    ),
    Question(
        key="depth",
        by_account=True,
        weekly=False,
        columns=("account", "person", "day", "action"),
        sql=f"""SELECT account, action, count(*) AS events, count(DISTINCT person) AS everyone
            FROM events WHERE {VALUE} GROUP BY account, action""",
        clickhouse=f"""SELECT account, action, count(), uniqExact(person)
            FROM events WHERE {VALUE} GROUP BY account, action""",
        polars=lambda events: (
            _value(events).group_by("account", "action").agg(pl.len(), pl.col("person").n_unique())
        ),
    ),
    Question(
        key="concentration",
        by_account=True,
        weekly=False,
        columns=("account", "person", "day", "action"),
        sql=f"""SELECT account, events, count(*) AS persons FROM (
            SELECT account, person, count(*) AS events FROM events WHERE {VALUE}
            GROUP BY account, person) GROUP BY account, events""",
        clickhouse=f"""SELECT account, events, count() AS persons FROM (
            SELECT account, person, count() AS events FROM events WHERE {VALUE}
            GROUP BY account, person) GROUP BY account, events""",
        polars=lambda events: (
            _value(events)
            .group_by("account", "person")
            .agg(pl.len().alias("events"))
            .group_by("account", "events")
            .agg(pl.len())
        ),
    ),
    Question(
        key="weekday_hours",
        by_account=True,
        weekly=False,
        columns=("account", "day", "occurred_at"),
        sql="""SELECT account, isodow(day) AS weekday, hour(occurred_at) AS hour, count(*) AS events
            FROM events GROUP BY account, weekday, hour""",
        clickhouse="""SELECT account, toDayOfWeek(day) AS weekday, toHour(occurred_at) AS hour,
            count() FROM events GROUP BY account, weekday, hour""",
        polars=lambda events: events.group_by(
            "account", pl.col("day").dt.weekday(), pl.col("occurred_at").dt.hour()
        ).agg(pl.len()),
    ),
)
