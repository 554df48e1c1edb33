"""Threads that send batches at the same time, workspaces by the hundred, forked processes."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lake_events import event, table
from uptake.store import inbox as inboxes
from uptake.store.blob import Codec, UnreadableBlob, decode_blob, encode_blob
from uptake.store.errors import LakeFull
from uptake.store.inbox import Inbox, WorkspaceLog
from uptake.store.lake import Lake
from uptake.store.loader import Loader
from uptake.store.segment_writer import SegmentWriter
from uptake.store.segments import Content

THREADS = 8


class Gated(SegmentWriter):
    """A writer whose first write waits until the others queue behind it."""

    def __init__(self, folder: Path, error: Exception | None = None) -> None:
        super().__init__(folder)
        self.error = error
        self.open = threading.Event()
        self.writes = 0

    def append(self, contents: object) -> list[tuple[str, int]]:
        self.writes += 1
        self.open.wait(600)
        if self.error is not None:
            raise self.error
        return super().append(contents)  # type: ignore[arg-type]  # passed on as it came


def send_together(gated: Gated) -> list[BaseException | None]:
    """One batch from each thread, all of them waiting before the first write."""
    log = WorkspaceLog(gated)
    with ThreadPoolExecutor(THREADS) as pool:
        sending = [pool.submit(log.append, Content(1, 1, b"blob")) for _ in range(THREADS)]
        while len(log._queue) < THREADS - 1:
            threading.Event().wait(0.001)
        gated.open.set()
    log.close()
    return [future.exception() for future in sending]


def test_batches_that_arrive_together_share_a_write(lake: Lake) -> None:
    gated = Gated(lake.folder("acme") / "inbox")

    errors = send_together(gated)

    assert errors == [None] * THREADS
    assert gated.writes == 2
    assert lake.status("acme").inbox.batches == THREADS


def test_nobody_is_told_yes_when_the_shared_write_fails(lake: Lake) -> None:
    errors = send_together(Gated(lake.folder("acme") / "inbox", LakeFull()))

    assert {type(error) for error in errors} == {LakeFull}
    assert lake.status("acme").inbox.batches == 0


def test_threads_of_many_workspaces_lose_and_mix_nothing(lake: Lake) -> None:
    names = [f"workspace-{number}" for number in range(THREADS)]
    for name in names:
        lake.create_workspace(name)

    def send(name: str) -> None:
        for number in range(20):
            lake.append(name, table([event(f"{name}-{number}")]))

    with ThreadPoolExecutor(2 * THREADS) as pool:
        list(pool.map(send, [*names, *names]))

    for name in names:
        sent = {f"{name}-{number}" for number in range(20)}
        assert lake.status(name).inbox.events == 40
        assert set(lake.tail(name, 100)["message_id"].to_pylist()) == sent


def test_a_process_holds_few_segments_open_however_many_workspaces_it_serves(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inboxes, "MOST_OPEN", 3)
    names = [f"workspace-{number}" for number in range(9)]
    inbox = Inbox(lake.root)

    for name in [*names, *names]:
        inbox.append(name, table([event("m1")]))

    logs = inbox._logs.values()
    assert sum(log.is_open for log in logs) == 3
    assert [len(list((lake.folder(name) / "inbox").iterdir())) for name in names] == [2] * 9
    inbox.close()


@pytest.fixture
def child() -> Callable[[Callable[[], None]], int]:
    """Run something in a fork of this process; how it ended."""

    def run(work: Callable[[], None]) -> int:
        pid = os.fork()
        if not pid:
            try:
                work()
            except BaseException:
                os._exit(1)
            os._exit(0)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

    return run


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_a_forked_child_writes_to_a_segment_of_its_own(
    lake: Lake, child: Callable[[Callable[[], None]], int]
) -> None:
    lake.append("acme", table([event("parent 1")]))

    ending = child(lambda: lake._inbox.append("acme", table([event("child")])) and None)
    lake.append("acme", table([event("parent 2")]))

    assert ending == 0
    assert len(list((lake.folder("acme") / "inbox").iterdir())) == 2
    newest = lake.tail("acme")["message_id"].to_pylist()
    assert sorted(newest) == ["child", "parent 1", "parent 2"]


def test_the_newest_batches_are_shown_before_and_after_their_load(lake: Lake) -> None:
    for number in range(4):
        lake.append("acme", table([event(f"m{number}")]))
    Loader(lake).drain()
    lake.append("acme", table([event("m4")]))

    arrivals = lake.arrivals("acme", 3)

    shown = [(each.events["message_id"].to_pylist(), each.loaded) for each in arrivals]
    assert shown == [(["m4"], False), (["m3"], True), (["m2"], True)]


def test_events_of_erased_people_are_not_among_the_newest(lake: Lake) -> None:
    lake.erase_person("acme", "gone", even_unknown=True)

    lake.append("acme", table([event("m1", person="gone"), event("m2")]))

    assert lake.tail("acme")["message_id"].to_pylist() == ["m2"]


@pytest.mark.parametrize("codec", list(Codec))
def test_a_blob_holds_the_batch_whatever_the_codec(codec: Codec) -> None:
    batch = table([event("m1"), event("m2", duration_ms=5)]).combine_chunks().to_batches()[0]

    assert decode_blob(encode_blob(batch, codec)).equals(batch)


@pytest.mark.parametrize(
    "blob", [b"", b"\x01", b"\x09\x00\x00\x00\x00\x00", b"\x01\x01\xff\xff\0\0x"]
)
def test_damaged_bytes_are_named(blob: bytes) -> None:
    with pytest.raises(UnreadableBlob):
        decode_blob(blob)
