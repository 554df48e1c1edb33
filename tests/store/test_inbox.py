"""Threads that send batches at the same time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from lake_events import event, table
from uptake.store.blob import Codec, UnreadableBlob, decode_blob, encode_blob
from uptake.store.database import Database, Session
from uptake.store.errors import LakeFull
from uptake.store.inbox import Inbox
from uptake.store.lake import Lake

THREADS = 8


class Gated:
    """A database whose first commit waits until the others queue behind it."""

    def __init__(self, database: Database, error: Exception | None = None) -> None:
        self._database = database
        self._error = error
        self.open = threading.Event()
        self.commits = 0

    @contextmanager
    def appending(self) -> Iterator[Session]:
        self.commits += 1
        self.open.wait(30)
        if self._error is not None:
            raise self._error
        with self._database.appending() as session:
            yield session


def send_together(inbox: Inbox, gated: Gated) -> list[BaseException | None]:
    """One batch from each thread, all of them waiting before the first commits."""
    with ThreadPoolExecutor(THREADS) as pool:
        sending = [
            pool.submit(inbox.append, "acme", table([event(f"m{number}")]))
            for number in range(THREADS)
        ]
        while len(inbox._queue) < THREADS - 1:
            threading.Event().wait(0.001)
        gated.open.set()
    return [future.exception() for future in sending]


def test_batches_that_arrive_together_share_a_commit(lake: Lake) -> None:
    gated = Gated(lake.database)

    errors = send_together(Inbox(gated), gated)  # type: ignore[arg-type]  # only appends

    assert errors == [None] * THREADS
    assert gated.commits == 2
    assert lake.status("acme").inbox.batches == THREADS


def test_nobody_is_told_yes_when_the_shared_commit_fails(lake: Lake) -> None:
    gated = Gated(lake.database, LakeFull())

    errors = send_together(Inbox(gated), gated)  # type: ignore[arg-type]  # only appends

    assert {type(error) for error in errors} == {LakeFull}
    assert lake.status("acme").inbox.batches == 0


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
