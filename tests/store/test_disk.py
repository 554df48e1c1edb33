"""A full or read-only disk: nothing is acknowledged, and work goes on once it is mended."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lake_events import event, many, table
from uptake.store import segment_writer
from uptake.store.errors import DiskFailed, LakeFull, LakeReadOnly, LakeUnavailable
from uptake.store.lake import Lake
from uptake.store.loader import Loader
from uptake.store.postgresql import PostgresDatabase

FAILURES = [
    (errno.ENOSPC, LakeFull),
    (errno.EDQUOT, LakeFull),
    (errno.EROFS, LakeReadOnly),
    (errno.EIO, DiskFailed),
]


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


def remount(disk: Path, how: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{how}", str(disk)], check=True)


def fill(disk: Path) -> Path:
    """Leave no room on a disk; the file to delete to have it back."""
    ballast = disk / "ballast"
    ballast.write_bytes(bytes(shutil.disk_usage(disk).free))
    return ballast


class Failing:
    """A system call that fails ``times`` times from its ``first`` call on."""

    def __init__(self, call: Callable[..., int], code: int, *, first: int, times: int) -> None:
        self._call = call
        self._code = code
        self._failing = range(first, first + times)
        self._calls = 0

    def __call__(self, *arguments: object) -> int:
        self._calls += 1
        if self._calls in self._failing:
            raise OSError(self._code, os.strerror(self._code))
        return self._call(*arguments)


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


@pytest.mark.parametrize("call", ["pwrite", "fdatasync"])
@pytest.mark.parametrize(("code", "error"), FAILURES)
def test_a_write_that_fails_acknowledges_nothing_and_work_goes_on(
    lake: Lake, monkeypatch: pytest.MonkeyPatch, call: str, code: int, error: type[Exception]
) -> None:
    lake.append("acme", table([event("m1")]))
    with monkeypatch.context() as patch:
        patch.setattr(segment_writer.os, call, Failing(getattr(os, call), code, first=1, times=1))
        with pytest.raises(error):
            lake.append("acme", table([event("m2")]))

    lake.append("acme", table([event("m3")]))

    assert lake.tail("acme")["message_id"].to_pylist() == ["m3", "m1"]
    Loader(lake).drain()
    assert stored(lake) == ["m1", "m3"]
    assert lake.check("acme") == []


@pytest.mark.parametrize(("code", "error"), FAILURES)
def test_a_first_segment_that_cannot_be_made_is_named(
    lake: Lake, monkeypatch: pytest.MonkeyPatch, code: int, error: type[Exception]
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(segment_writer.os, "pwrite", Failing(os.pwrite, code, first=1, times=9))
        with pytest.raises(error):
            lake.append("acme", table([event("m1")]))

    lake.append("acme", table([event("m2")]))

    assert lake.tail("acme")["message_id"].to_pylist() == ["m2"]
    assert len(list((lake.folder("acme") / "inbox").iterdir())) == 1


def test_a_small_batch_is_taken_when_there_is_no_room_for_a_large_reserve(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    reserving = Failing(os.pwrite, errno.ENOSPC, first=2, times=1)
    monkeypatch.setattr(segment_writer.os, "pwrite", reserving)

    lake.append("acme", table([event("m1")]))

    assert lake.tail("acme")["message_id"].to_pylist() == ["m1"]


def test_a_read_only_disk_refuses_batches_until_it_is_writable(
    small_disk: Path, tmp_path: Path
) -> None:
    with Lake.open(small_disk / "lake", f"sqlite:///{tmp_path}/lake.sqlite3") as lake:
        lake.create_workspace("acme")
        lake.append("acme", table([event("m1")]))
        lake._inbox.close()
        remount(small_disk, "ro")

        with pytest.raises(LakeReadOnly, match="nothing was stored"):
            lake.append("acme", table([event("m2")]))
        remount(small_disk, "rw")
        lake.append("acme", table([event("m3")]))

        assert lake.tail("acme")["message_id"].to_pylist() == ["m3", "m1"]


def test_a_lake_on_a_read_only_disk_says_so(small_disk: Path) -> None:
    url = f"sqlite:///{small_disk}/lake.sqlite3"
    with Lake.open(small_disk / "lake", url) as lake:
        lake.create_workspace("acme")
    remount(small_disk, "ro")

    with pytest.raises(LakeReadOnly):
        Lake.open(small_disk / "lake", url)


@pytest.mark.postgres
def test_connections_that_the_server_has_closed_are_replaced(
    postgres_url: str, tmp_path: Path
) -> None:
    with Lake.open(tmp_path / "lake", postgres_url) as lake:
        lake.create_workspace("acme")
        lake.append("acme", table([event("m1")]))
        Loader(lake).drain()
        other = PostgresDatabase(postgres_url)
        with other.reading() as session:
            session.query(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
                "WHERE pid <> pg_backend_pid() AND application_name = 'uptake-lake'"
            )
        other.close()

        lake.append("acme", table([event("m2")]))

        Loader(lake).drain()
        assert lake.status("acme").events == 2


@pytest.mark.postgres
def test_a_server_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(LakeUnavailable, match="does not answer"):
        Lake.open(tmp_path / "lake", "postgresql://nobody@127.0.0.1:1/nothing")
