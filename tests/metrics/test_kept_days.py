"""Days kept file by file say what the events say, whatever happens to the lake meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import ibis
import pytest

from tests.metrics.logs import CALENDAR, Event, canonical, day, uses
from uptake.metrics.catalogue import catalogue
from uptake.metrics.compiled import Query, query_of
from uptake.metrics.evaluate import evaluate
from uptake.metrics.kept_days import FiledView, KeptRows
from uptake.metrics.measurement import Measurement, Window
from uptake.metrics.relations import Relations
from uptake.store import Lake, Loader
from uptake.store.schema import PERSON_DAYS

WINDOW = Window(day(0), day(69))


@pytest.fixture
def lake(tmp_path: Path) -> Iterator[Lake]:
    opened = Lake.open(tmp_path / "lake", f"sqlite:///{tmp_path}/lake.sqlite3")
    opened.create_workspace("acme")
    yield opened
    opened.close()


def load(lake: Lake, key: str, events: list[Event]) -> None:
    lake.append("acme", canonical(events, prefix=key))
    Loader(lake).run_once("acme")


def measured(lake: Lake) -> tuple[list[Measurement], list[Measurement]]:
    """Every metric from raw events and from rollups."""
    with lake.snapshot("acme") as view:
        assert isinstance(view, FiledView)
        raw = Relations.from_events(view, calendar=CALENDAR)
        kept = Relations.from_rollups(view, calendar=CALENDAR)
        asked = list(catalogue.values())
        return (
            evaluate(asked, raw, window=WINDOW, minimum_people=1),
            evaluate(asked, kept, window=WINDOW, minimum_people=1),
        )


def query(*columns: str) -> Query:
    """Some columns of the person-days."""
    table = ibis.table(ibis.Schema.from_pyarrow(PERSON_DAYS), "person_days")
    return query_of(table.select(*columns))


def test_a_person_whose_days_lie_in_several_files_is_counted_once(lake: Lake) -> None:
    load(lake, "first", [*uses("ann", 0, 1, 40), *uses("bob", 3)])
    load(lake, "second", [*uses("ann", 0, 2, 41), *uses("cid", 50)])

    raw, kept = measured(lake)

    assert raw == kept
    assert {m.key: m.value for m in kept}["active_people"] == 3


def test_an_erased_person_is_gone_from_what_was_kept(lake: Lake) -> None:
    load(lake, "first", [*uses("ann", 0, 1, 40), *uses("bob", 3)])
    before = measured(lake)
    lake.erase_person("acme", "bob")

    raw, kept = measured(lake)

    assert raw == kept
    assert {m.key: m.value for m in before[1]}["active_people"] == 2
    assert {m.key: m.value for m in kept}["active_people"] == 1


def test_a_lake_without_events_has_no_days(lake: Lake) -> None:
    raw, kept = measured(lake)

    assert raw == kept


def test_after_a_load_only_the_new_file_is_read(lake: Lake) -> None:
    rows = KeptRows()
    sql = query("account", "person", "day")
    load(lake, "first", uses("ann", 0, 1))
    with lake.snapshot("acme") as view:
        rows.of(view, "person_days", sql)
        (old,) = view.files("person_days")
    load(lake, "second", uses("ann", 2))
    with lake.snapshot("acme") as view:
        found = rows.of(view, "person_days", sql)
        paths = view.files("person_days")

    assert len(found) == 3
    assert old in paths
    assert {path for path, _ in rows._rows} == set(paths)


def test_rows_that_were_not_asked_for_longest_go_first(lake: Lake) -> None:
    load(lake, "first", uses("ann", 0, 1))
    rows = KeptRows(most_bytes=1)
    with lake.snapshot("acme") as view:
        for columns in ("account", "person", "day"):
            rows.of(view, "person_days", query(columns))

    assert [sql.split(" ", 1)[1] for _, sql in rows._rows] == [query("day").sql]


def test_rows_of_files_that_are_gone_are_not_kept(lake: Lake) -> None:
    rows = KeptRows()
    sql = query("account", "person", "day")
    for number in range(2):
        load(lake, f"load {number}", uses("ann", number))
    with lake.snapshot("acme") as view:
        rows.of(view, "person_days", sql)
    lake.compact("acme", thorough=True)
    with lake.snapshot("acme") as view:
        found = rows.of(view, "person_days", sql)
        paths = view.files("person_days")

    assert len(found) == 2
    assert {path for path, _ in rows._rows} == set(paths)
