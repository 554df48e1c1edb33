"""A file's events in memory are the same relations as those of the lake."""

from __future__ import annotations

from pathlib import Path

import pytest

from lake_events import event, many, table
from uptake.store.localtime import UnknownTimeZone
from uptake.store.memory import snapshot_of
from uptake.store.schema import CANONICAL, EVENT_FILE, ROLLUPS, TermKind


def test_every_relation_has_the_columns_of_the_lake() -> None:
    with snapshot_of(iter(many(50).to_batches())) as snapshot:
        columns = {
            name: snapshot.connection.sql(f"FROM {name}").columns for name in ("events", *ROLLUPS)
        }

    assert columns == {"events": EVENT_FILE.names, **{n: s.names for n, s in ROLLUPS.items()}}


def test_events_can_be_read_back_as_they_came() -> None:
    events = many(300)

    with snapshot_of(iter(events.to_batches())) as snapshot:
        texts = snapshot.connection.sql(
            f"SELECT {', '.join(CANONICAL.names)} FROM events_text"
        ).to_arrow_table()

    back = texts.cast(CANONICAL).sort_by("message_id")
    assert back.equals(events.sort_by("message_id"))


def test_an_identity_that_comes_twice_counts_twice() -> None:
    with snapshot_of(iter(table([event("a"), event("a")]).to_batches())) as snapshot:
        counted = snapshot.connection.sql("SELECT sum(events) FROM person_day_actions").fetchall()

    assert counted == [(2,)]


def test_codes_and_texts_are_each_others_inverse() -> None:
    with snapshot_of(iter(many(50).to_batches())) as snapshot:
        codes, texts = snapshot.codes(TermKind.PERSON), snapshot.texts(TermKind.PERSON)

    assert {text: code for code, text in texts.items()} == codes
    assert min(texts) == 1


def test_no_batches_are_an_empty_snapshot() -> None:
    with snapshot_of(iter(()), timezone="Europe/Berlin") as snapshot:
        counted = snapshot.connection.sql("SELECT count(*) FROM events_text").fetchall()
        assert snapshot.codes(TermKind.PERSON) == {}

    assert counted == [(0,)]
    assert snapshot.timezone == "Europe/Berlin"


@pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")  # inside Ibis
def test_ibis_reads_the_same_relations() -> None:
    with snapshot_of(iter(many(20).to_batches())) as snapshot:
        rows = snapshot.ibis().table("events").count().execute()

    assert rows == 20


def test_an_unknown_time_zone_is_refused() -> None:
    with pytest.raises(UnknownTimeZone):
        snapshot_of(iter(()), timezone="Mars/Base")


def test_nothing_is_written_beside_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    with snapshot_of(iter(many(20).to_batches())):
        written = list(tmp_path.iterdir())

    assert written == []
