"""A full or read-only disk: nothing is acknowledged, and work goes on once it is mended."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from lake_events import event, many, table
from uptake.store.database import Database
from uptake.store.errors import LakeFull, LakeReadOnly, LakeUnavailable
from uptake.store.lake import Lake
from uptake.store.loader import Loader
from uptake.store.postgresql import PostgresDatabase

REFUSE = """
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'refused' USING ERRCODE = '{code}'; END $$;
    CREATE TRIGGER refusing BEFORE INSERT ON lake_inbox EXECUTE FUNCTION refuse()
"""


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of six megabytes."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a real full disk needs the right to mount one: run as root")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def stored(lake: Lake) -> list[str]:
    with lake.snapshot("acme") as snapshot:
        rows = snapshot.connection.execute("SELECT message_id FROM events_text").fetchall()
    return sorted(text for (text,) in rows)


def fill(disk: Path) -> Path:
    """Leave no room on a disk; the file to delete to have it back."""
    ballast = disk / "ballast"
    ballast.write_bytes(bytes(shutil.disk_usage(disk).free))
    return ballast


def execute(database: Database, statement: str) -> None:
    """Run a statement on the connection that the next batch will use."""
    with database.appending() as session:
        session.execute(statement)


def test_a_full_disk_refuses_batches_until_there_is_room_again(small_disk: Path) -> None:
    with Lake.open(small_disk / "lake", f"sqlite:///{small_disk}/lake.sqlite3") as lake:
        lake.create_workspace("acme")
        lake.append("acme", table([event("before")]))
        ballast = fill(small_disk)

        with pytest.raises(LakeFull, match="nothing was stored"):
            lake.append("acme", many(3_000))
        ballast.unlink()
        lake.append("acme", table([event("after")]))

        Loader(lake).drain()
        assert stored(lake) == ["after", "before"]


def test_a_full_disk_stops_the_loader_until_there_is_room_again(
    small_disk: Path, tmp_path: Path
) -> None:
    with Lake.open(small_disk / "lake", f"sqlite:///{tmp_path}/lake.sqlite3") as lake:
        lake.create_workspace("acme")
        lake.append("acme", many(2_000))
        loader = Loader(lake)
        ballast = fill(small_disk)

        with pytest.raises(LakeFull):
            loader.drain()
        waiting = lake.status("acme").inbox.events
        ballast.unlink()
        report = loader.drain()

        assert (waiting, report.stored, report.duplicates) == (2_000, 2_000, 0)
        assert lake.check("acme") == []


def test_a_database_that_may_not_grow_refuses_batches_until_it_may(tmp_path: Path) -> None:
    with Lake.open(tmp_path / "lake", f"sqlite:///{tmp_path}/lake.sqlite3") as lake:
        lake.create_workspace("acme")
        execute(lake.database, "PRAGMA max_page_count = 30")

        with pytest.raises(LakeFull):
            lake.append("acme", many(5_000))
        lake.append("acme", many(5_000))  # a new connection, which has no such limit

        assert lake.status("acme").inbox.events == 5_000


def test_a_read_only_database_refuses_batches_until_it_is_writable(tmp_path: Path) -> None:
    with Lake.open(tmp_path / "lake", f"sqlite:///{tmp_path}/lake.sqlite3") as lake:
        lake.create_workspace("acme")
        execute(lake.database, "PRAGMA query_only = 1")

        with pytest.raises(LakeReadOnly, match="nothing was stored"):
            lake.append("acme", table([event("m1")]))
        lake.append("acme", table([event("m2")]))

        assert lake.tail("acme")["message_id"].to_pylist() == ["m2"]


def test_a_lake_on_a_read_only_disk_says_so(small_disk: Path) -> None:
    url = f"sqlite:///{small_disk}/lake.sqlite3"
    with Lake.open(small_disk / "lake", url) as lake:
        lake.create_workspace("acme")
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)

    with pytest.raises(LakeReadOnly):
        Lake.open(small_disk / "lake", url)


@pytest.mark.postgres
@pytest.mark.parametrize(("code", "error"), [("53100", LakeFull), ("25006", LakeReadOnly)])
def test_a_server_that_refuses_to_write_is_named(
    postgres_url: str, tmp_path: Path, code: str, error: type[Exception]
) -> None:
    with Lake.open(tmp_path / "lake", postgres_url) as lake:
        lake.create_workspace("acme")
        execute(lake.database, REFUSE.format(code=code))

        with pytest.raises(error):
            lake.append("acme", table([event("m1")]))
        execute(lake.database, "DROP TRIGGER refusing ON lake_inbox")
        lake.append("acme", table([event("m2")]))

        assert lake.tail("acme")["message_id"].to_pylist() == ["m2"]


@pytest.mark.postgres
def test_connections_that_the_server_has_closed_are_replaced(
    postgres_url: str, tmp_path: Path
) -> None:
    with Lake.open(tmp_path / "lake", postgres_url) as lake:
        lake.create_workspace("acme")
        lake.append("acme", table([event("m1")]))
        other = PostgresDatabase(postgres_url)
        with other.reading() as session:
            session.query(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
                "WHERE pid <> pg_backend_pid() AND application_name = 'uptake-lake'"
            )
        other.close()

        lake.append("acme", table([event("m2")]))

        assert lake.status("acme").inbox.events == 2


@pytest.mark.postgres
def test_a_server_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(LakeUnavailable, match="does not answer"):
        Lake.open(tmp_path / "lake", "postgresql://nobody@127.0.0.1:1/nothing")
