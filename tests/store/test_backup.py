"""Backup and restore, from and into either database, while events go on arriving."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from lake_events import event, many, table
from uptake.store.backup import LakeNotEmpty
from uptake.store.errors import UptakeError
from uptake.store.lake import Lake
from uptake.store.loader import Loader


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def other_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Another empty database, once of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/other.sqlite3"
    return str(request.getfixturevalue("postgres_server").schema())


def stored(lake: Lake, workspace: str = "acme") -> list[str]:
    with lake.snapshot(workspace) as snapshot:
        rows = snapshot.connection.execute("SELECT message_id FROM events_text").fetchall()
    return sorted(text for (text,) in rows)


def test_a_restored_lake_answers_and_loads_as_the_one_that_was_backed_up(
    lake: Lake, tmp_path: Path, other_url: str
) -> None:
    lake.append("acme", many(400))
    Loader(lake).drain()
    lake.append("acme", table([event("waiting")]))
    lake.create_workspace("empty")

    written = lake.backup(tmp_path / "backup")
    restored = Lake.restore(tmp_path / "backup", tmp_path / "other", other_url)

    assert written == restored
    assert (written.events, written.waiting_batches) == ({"acme": 400, "empty": 0}, 1)
    with Lake.open(tmp_path / "other", other_url) as other:
        assert stored(other) == stored(lake)
        assert other.check("acme") == []
        other.append("acme", many(400))
        other.append("acme", table([event("newcomer", person="newcomer")]))
        report = Loader(other).drain()
        assert (report.stored, report.duplicates) == (2, 400)
        assert stored(other) == sorted([*stored(lake), "waiting", "newcomer"])


def test_a_backup_taken_while_others_write_is_of_one_moment(
    lake: Lake, open_lake: Callable[[], Lake], tmp_path: Path
) -> None:
    busy, stop = open_lake(), threading.Event()

    def go_on() -> None:
        loader, first = Loader(busy), 0
        while not stop.is_set():
            busy.append("acme", many(50, first=first))
            loader.run_once()
            busy.compact("acme")
            first += 50

    other = threading.Thread(target=go_on)
    other.start()
    try:
        backups = [lake.backup(tmp_path / f"backup-{number}") for number in range(5)]
    finally:
        stop.set()
        other.join()

    events = [backup.events["acme"] for backup in backups]
    assert events == sorted(events)
    for number, count in enumerate(events):
        url = f"sqlite:///{tmp_path}/restored-{number}.sqlite3"
        Lake.restore(tmp_path / f"backup-{number}", tmp_path / f"restored-{number}", url)
        with Lake.open(tmp_path / f"restored-{number}", url) as restored:
            assert restored.check("acme") == []
            assert len(stored(restored)) == count


def test_a_lake_with_events_is_only_replaced_on_purpose(
    lake: Lake, tmp_path: Path, database_url: str
) -> None:
    lake.append("acme", table([event("m1")]))
    Loader(lake).drain()
    lake.backup(tmp_path / "backup")
    lake.append("acme", table([event("m2")]))
    Loader(lake).drain()

    with pytest.raises(LakeNotEmpty):
        Lake.restore(tmp_path / "backup", lake.root, database_url)
    kept = stored(lake)
    Lake.restore(tmp_path / "backup", lake.root, database_url, replace=True)

    assert kept == ["m1", "m2"]
    with Lake.open(lake.root, database_url) as again:
        assert stored(again) == ["m1"]
        assert again.check("acme") == []


def test_who_was_erased_after_the_backup_is_known_after_restoring_it(
    lake: Lake, tmp_path: Path, database_url: str
) -> None:
    lake.append("acme", table([event("m1", person="gone"), event("m2", person="stays")]))
    Loader(lake).drain()
    lake.backup(tmp_path / "backup")
    receipts = [lake.erase_person("acme", name, even_unknown=True) for name in ("gone", "quiet")]

    restored = Lake.restore(tmp_path / "backup", lake.root, database_url, replace=True)

    with Lake.open(lake.root, database_url) as again:
        known = again.erased_among("acme", [*again.people("acme"), "quiet"])
        repeated = again.erase_person("acme", "gone")
        assert (restored.erasures_carried, restored.erasures_lost) == (2, 0)
        assert known == {"gone": receipts[0].erased_at, "quiet": receipts[1].erased_at}
        assert (repeated.receipt_id, repeated.events) == (receipts[0].receipt_id, 1)
        assert stored(again) == ["m2"]
        assert again.people("acme") == ["stays"]
        assert again.check("acme") == []


def test_a_backup_that_knows_of_an_erasure_is_restored_with_it(
    lake: Lake, tmp_path: Path, database_url: str
) -> None:
    lake.erase_person("acme", "gone", even_unknown=True)
    lake.backup(tmp_path / "backup")
    lake.erase_person("acme", "later", even_unknown=True)

    restored = Lake.restore(tmp_path / "backup", lake.root, database_url, replace=True)

    with Lake.open(lake.root, database_url) as again:
        assert set(again.erased_among("acme", ["gone", "later"])) == {"gone", "later"}
    assert restored.erasures_carried == 1


def test_erasures_that_a_foreign_backup_cannot_recognise_are_counted(
    lake: Lake, tmp_path: Path, database_url: str, other_url: str
) -> None:
    lake.erase_person("acme", "gone", even_unknown=True)
    with Lake.open(tmp_path / "foreign", other_url) as foreign:
        foreign.create_workspace("acme")
        foreign.erase_person("acme", "stranger", even_unknown=True)
        foreign.backup(tmp_path / "backup")

    restored = Lake.restore(tmp_path / "backup", lake.root, database_url, replace=True)

    assert (restored.erasures_carried, restored.erasures_lost) == (0, 1)


def test_a_backup_needs_an_empty_folder(lake: Lake, tmp_path: Path) -> None:
    (tmp_path / "backup").mkdir()
    (tmp_path / "backup" / "something").touch()

    with pytest.raises(LakeNotEmpty):
        lake.backup(tmp_path / "backup")


def test_a_folder_without_a_backup_cannot_be_restored(tmp_path: Path) -> None:
    with pytest.raises(UptakeError, match="no backup"):
        Lake.restore(tmp_path, tmp_path / "lake", f"sqlite:///{tmp_path}/lake.sqlite3")
