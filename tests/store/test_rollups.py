"""Rollups are exact, and those of the parts add up to those of the whole."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lake_events import NOON, Row, event, many, table
from uptake.store.encode import encode
from uptake.store.rollups import (
    ROLLUP_KEYS,
    ROLLUP_ORDER,
    merge_rollup_sql,
    negated_account_hours,
    rollup_tables,
)
from uptake.store.schema import ACTIONS_IN_A_MASK, ON_TIME_STEPS, ROLLUPS
from uptake.store.terms import Dictionaries

instants = st.datetimes(
    min_value=datetime(2026, 3, 27),  # noqa: DTZ001 - hypothesis adds the zone
    max_value=datetime(2026, 3, 31),  # noqa: DTZ001 - hypothesis adds the zone
    timezones=st.just(UTC),
).map(lambda moment: moment.replace(microsecond=0))
events = st.lists(
    st.builds(
        event,
        st.just("m"),
        account=st.sampled_from(["a", "b", None]),
        person=st.sampled_from(["p", "q"]),
        module=st.sampled_from(["m", None]),
        action=st.integers(0, 3).map(str),
        occurred_at=instants,
        recorded_at=st.none() | instants,
        quality_ok=st.none() | st.booleans(),
        duration_ms=st.none() | st.integers(0, 2**40),
    ),
    max_size=30,
)


@pytest.fixture(name="connection", scope="module")
def _connection() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


def roll_up(
    connection: duckdb.DuckDBPyConnection, rows: list[Row], dictionaries: Dictionaries
) -> dict[str, pa.Table]:
    coded = encode(table(rows), dictionaries, timezone="Europe/Berlin").table
    return rollup_tables(coded, timezone="Europe/Berlin")


def merged(connection: duckdb.DuckDBPyConnection, name: str, parts: list[pa.Table]) -> list[Row]:
    rows = pa.concat_tables(parts)
    connection.register("rows_to_merge", rows)
    total = connection.sql(merge_rollup_sql(name, "rows_to_merge")).to_arrow_table()
    return sorted(total.to_pylist(), key=lambda row: tuple(row[key] for key in ROLLUP_KEYS[name]))


def test_tables_have_the_schemas_of_the_lake(connection: duckdb.DuckDBPyConnection) -> None:
    tables = roll_up(connection, [event("a")], Dictionaries())

    assert {name: each.schema for name, each in tables.items()} == ROLLUPS


def test_no_events_give_empty_rollups(connection: duckdb.DuckDBPyConnection) -> None:
    tables = roll_up(connection, [], Dictionaries())

    assert {each.num_rows for each in tables.values()} == {0}


def test_counts_say_what_was_timed_judged_and_right(connection: duckdb.DuckDBPyConnection) -> None:
    rows = [
        event("a", recorded_at=NOON + timedelta(hours=1), quality_ok=True, duration_ms=5),
        event("b", recorded_at=NOON + timedelta(hours=1, milliseconds=1), quality_ok=False),
        event("c", recorded_at=NOON + timedelta(days=9), duration_ms=7),
        event("d"),
    ]

    row = roll_up(connection, rows, Dictionaries())["person_day_actions"].to_pylist()[0]

    assert (row["events"], row["timed"], row["judged"], row["right_first_time"]) == (4, 3, 2, 1)
    assert (row["within_1h"], row["within_4h"], row["within_7d"]) == (1, 2, 2)
    assert row["duration_ms"] == 12


def test_hours_are_local(connection: duckdb.DuckDBPyConnection) -> None:
    late = event("a", occurred_at=datetime(2026, 7, 1, 22, 15, tzinfo=UTC))

    hours = roll_up(connection, [late], Dictionaries())["account_hours"].to_pylist()

    assert hours == [{"account": 1, "day": date(2026, 7, 2), "hour": 0, "events": 1}]


def test_masks_hold_every_action_of_the_day(connection: duckdb.DuckDBPyConnection) -> None:
    rows = [event(f"m{at}", action=f"action {at}") for at in range(130)]

    masks = roll_up(connection, rows, Dictionaries())["person_days"].to_pylist()

    codes = {
        row["block"] * ACTIONS_IN_A_MASK + bit
        for row in masks
        for bit in range(ACTIONS_IN_A_MASK)
        if row["actions"] >> bit & 1
    }
    assert codes == set(range(1, 131))


@given(first=events, second=events)
def test_rollups_of_parts_add_up_to_the_rollups_of_the_whole(
    connection: duckdb.DuckDBPyConnection, first: list[Row], second: list[Row]
) -> None:
    dictionaries = Dictionaries()
    parts = [roll_up(connection, rows, dictionaries) for rows in (first, second)]

    whole = roll_up(connection, first + second, dictionaries)

    for name in ROLLUPS:
        assert merged(connection, name, [part[name] for part in parts]) == merged(
            connection, name, [whole[name]]
        )


@given(rows=events)
def test_rollups_equal_a_plain_count(
    connection: duckdb.DuckDBPyConnection, rows: list[Row]
) -> None:
    dictionaries = Dictionaries()
    tables = roll_up(connection, rows, dictionaries)
    coded = encode(table(rows), dictionaries, timezone="Europe/Berlin").table.to_pylist()

    counts = Counter((row["person"], row["day"], row["action"]) for row in coded)
    seen: dict[tuple[int, date, int], int] = defaultdict(int)
    for row in tables["person_day_actions"].to_pylist():
        seen[row["person"], row["day"], row["action"]] += row["events"]
    assert dict(seen) == dict(counts)


def test_negated_hours_take_away_what_was_counted(connection: duckdb.DuckDBPyConnection) -> None:
    coded = encode(many(500), Dictionaries(), timezone="UTC").table
    hours = rollup_tables(coded, timezone="UTC")["account_hours"]

    rest = merged(connection, "account_hours", [hours, negated_account_hours(hours)])

    assert rest == []


_ON_TIME = ", ".join(
    f"count(*) FILTER (epoch_ms(recorded_at) - epoch_ms(occurred_at) <= {seconds * 1000}) AS {name}"
    for name, seconds in ON_TIME_STEPS.items()
)
IN_SQL = {
    "person_day_actions": f"""
        SELECT account, person, product, module, action, day,
               count(*) AS events, count(recorded_at) AS timed, {_ON_TIME},
               count(quality_ok) AS judged, count(*) FILTER (quality_ok) AS right_first_time,
               coalesce(sum(duration_ms), 0)::BIGINT AS duration_ms
        FROM coded GROUP BY ALL""",
    "person_days": f"""
        SELECT account, person, day, action // {ACTIONS_IN_A_MASK} AS block,
               bit_or(1::BIGINT << (action % {ACTIONS_IN_A_MASK})) AS actions
        FROM coded GROUP BY ALL""",
    "account_hours": """
        SELECT account, day, hour(timezone('Europe/Berlin', occurred_at)) AS hour,
               count(*) AS events
        FROM coded GROUP BY ALL""",
}
"""The same rollups in another language."""


def in_sql(connection: duckdb.DuckDBPyConnection, name: str, coded: pa.Table) -> pa.Table:
    connection.register("coded", coded)
    return connection.sql(IN_SQL[name]).to_arrow_table().cast(ROLLUPS[name])


def with_wide_codes(coded: pa.Table) -> pa.Table:
    """The same rows with codes that do not fit into one number together."""
    for name in ("account", "person", "product", "module"):
        wide = pc.multiply(coded[name].cast(pa.int64()), 20_000_003).cast(pa.int32())
        at = coded.schema.get_field_index(name)
        coded = coded.set_column(at, coded.schema.field(at), wide)
    return coded


@pytest.mark.parametrize("widen", [lambda coded: coded, with_wide_codes])
@pytest.mark.parametrize("name", list(ROLLUPS))
def test_rollups_equal_those_of_sql_row_for_row(
    connection: duckdb.DuckDBPyConnection, name: str, widen: Callable[[pa.Table], pa.Table]
) -> None:
    events = encode(many(3_000, people=40), Dictionaries(), timezone="Europe/Berlin").table
    coded = widen(events)

    rolled = rollup_tables(coded, timezone="Europe/Berlin")[name]

    expected = in_sql(connection, name, coded)
    by_key = [(key, "ascending") for key in ROLLUP_KEYS[name]]
    assert rolled.sort_by(by_key) == expected.sort_by(by_key)
    order = ROLLUP_ORDER[name].replace("date_trunc('month', day)", "month").split(", ")
    leading = [tuple(row[key] for key in order) for row in with_months(rolled)]
    assert leading == sorted(leading)


def with_months(rolled: pa.Table) -> list[Row]:
    return [row | {"month": row["day"].replace(day=1)} for row in rolled.to_pylist()]
