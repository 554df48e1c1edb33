"""Rollups are exact, and those of the parts add up to those of the whole."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lake_events import NOON, Row, event, many, table

from uptake.store.encode import encode
from uptake.store.rollups import (
    ROLLUP_KEYS,
    merge_rollup_sql,
    negated_account_hours,
    rollup_tables,
)
from uptake.store.schema import ACTIONS_IN_A_MASK, ROLLUPS
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
    return rollup_tables(connection, coded, timezone="Europe/Berlin")


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
    hours = rollup_tables(connection, coded, timezone="UTC")["account_hours"]

    rest = merged(connection, "account_hours", [hours, negated_account_hours(hours)])

    assert rest == []
