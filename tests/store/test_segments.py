"""Segments: what was acknowledged is read, whatever befalls their ends and their middles."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lake_events import damage, event, table
from uptake.store import Lake, Loader
from uptake.store.segment_writer import SegmentWriter
from uptake.store.segments import (
    FIRST,
    Content,
    SegmentReader,
    Stretch,
    is_finished,
    packed,
    segments,
)

BLOBS = [b"first", b"second" * 1_000, b"", b"third" * 300_000, b"last"]


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[SegmentWriter]:
    with closing(SegmentWriter(tmp_path / "inbox")) as writer:
        yield writer


@pytest.fixture
def inbox(lake: Lake) -> Path:
    return lake.folder("acme") / "inbox"


def contents(blobs: list[bytes]) -> list[Content]:
    return [Content(at, at + 1, blob) for at, blob in enumerate(blobs)]


def stretches(path: Path, *, finished: bool = True) -> list[Stretch]:
    with SegmentReader(path) as reader:
        return list(reader.stretches(FIRST, finished=finished))


def intact(path: Path, *, finished: bool = True) -> list[bytes]:
    return [each.blob for each in stretches(path, finished=finished) if each.intact]


def waiting_ids(lake: Lake) -> list[str]:
    return sorted(lake.tail("acme", 1_000)["message_id"].to_pylist())


@given(blobs=st.lists(st.binary(max_size=300), max_size=20), cut=st.integers(0, 2_000))
def test_of_a_segment_that_ends_early_every_whole_record_is_read(
    tmp_path_factory: pytest.TempPathFactory, blobs: list[bytes], cut: int
) -> None:
    path = tmp_path_factory.mktemp("torn") / "segment.log"
    records, offsets = packed(contents(blobs), FIRST)
    length = max(FIRST, FIRST + len(records) - cut)
    path.write_bytes((b"\0" * FIRST + records)[:length])

    ends = [*offsets[1:], FIRST + len(records)][: len(blobs)]
    trailer = 4  # the length again, which says nothing new
    whole = [blob for blob, end in zip(blobs, ends, strict=True) if end - trailer <= length]

    assert intact(path) == whole
    assert intact(path, finished=False) == whole


@given(
    blobs=st.lists(st.binary(min_size=1, max_size=300), min_size=2, max_size=12),
    data=st.data(),
)
def test_a_damaged_record_costs_no_other_one(
    tmp_path_factory: pytest.TempPathFactory, blobs: list[bytes], data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("damaged") / "segment.log"
    records, offsets = packed(contents(blobs), FIRST)
    hurt = data.draw(st.integers(0, len(blobs) - 2))
    at = data.draw(st.integers(offsets[hurt], offsets[hurt + 1] - 5)) - FIRST
    spoilt = records[:at] + bytes([records[at] ^ 0xFF]) + records[at + 1 :]
    path.write_bytes(b"\0" * FIRST + spoilt + b"\0" * 5_000)

    found = stretches(path)

    assert [each.blob for each in found if each.intact] == blobs[:hurt] + blobs[hurt + 1 :]
    assert [each.offset for each in found if not each.intact] == [offsets[hurt]]


def test_records_are_read_while_their_segment_is_written(writer: SegmentWriter) -> None:
    (name, _) = writer.append(contents(BLOBS[:2]))[0]
    path = writer._folder / name
    first = intact(path, finished=False)

    writer.append(contents(BLOBS[2:]))

    assert first == BLOBS[:2]
    assert intact(path, finished=False) == BLOBS
    assert not is_finished(path)


def test_records_can_be_walked_backwards(writer: SegmentWriter) -> None:
    places = writer.append(contents(BLOBS))
    path = writer._folder / places[0][0]

    with SegmentReader(path) as reader:
        last = list(reader.headers(FIRST))[-1]
        before = reader.record_before(last.offset)
        none = reader.record_before(FIRST)

    assert before is not None
    assert before.offset == places[-2][1]
    assert none is None


def test_a_full_segment_is_left_for_a_new_one(tmp_path: Path) -> None:
    with closing(SegmentWriter(tmp_path, segment_bytes=1_000)) as writer:
        names = [writer.append([Content(1, 1, bytes(400))])[0][0] for _ in range(5)]

    assert len(set(names)) == 3
    assert names == sorted(names)
    assert all(is_finished(path) for path in segments(tmp_path))


def test_a_batch_larger_than_a_segment_has_one_of_its_own(tmp_path: Path) -> None:
    with closing(SegmentWriter(tmp_path, segment_bytes=1_000)) as writer:
        writer.append([Content(1, 1, bytes(5_000))])

    assert [len(blob) for path in segments(tmp_path) for blob in intact(path)] == [5_000]


def test_a_writer_whose_segment_was_removed_stores_the_batch_anew(lake: Lake, inbox: Path) -> None:
    lake.append("acme", table([event("m1")]))
    segments(inbox)[0].unlink()

    lake.append("acme", table([event("m2")]))

    assert waiting_ids(lake) == ["m2"]


def test_loaded_segments_stay_as_long_as_they_have_a_writer(lake: Lake, inbox: Path) -> None:
    lake.append("acme", table([event("m1")]))
    Loader(lake).drain()
    held = segments(inbox)

    lake._inbox.close()
    Loader(lake).run_once()

    assert len(held) == 1
    assert segments(inbox) == []
    with lake.database.reading() as session:
        assert session.query("SELECT * FROM lake_segment") == []


def test_a_segment_with_batches_that_wait_stays_when_its_writer_is_gone(
    lake: Lake, inbox: Path
) -> None:
    for number in range(3):
        lake.append("acme", table([event(f"m{number}")]))
    lake._inbox.close()

    report = Loader(lake, events_at_once=1).run_once("acme")

    assert (report.stored, waiting_ids(lake)) == (1, ["m1", "m2"])
    assert len(segments(inbox)) == 1


def test_a_torn_record_of_a_dead_writer_is_passed_over_and_the_segment_removed(
    lake: Lake, inbox: Path
) -> None:
    lake.append("acme", table([event("m1")]))
    lake.append("acme", table([event("torn")]))
    lake._inbox.close()
    (path,) = segments(inbox)
    path.write_bytes(path.read_bytes()[:-10])

    report = Loader(lake).drain()

    assert (report.stored, report.rejected) == (1, 0)
    assert segments(inbox) == []


def test_batches_of_several_processes_are_loaded_in_the_order_of_their_arrival(
    lake: Lake, inbox: Path
) -> None:
    with closing(SegmentWriter(inbox)) as one, closing(SegmentWriter(inbox)) as other:
        for moment in range(0, 6, 2):
            for writer, at in ((other, moment), (one, moment + 1)):
                writer.append([Content(at, 1, b"unreadable")])

        Loader(lake, events_at_once=3).run_once("acme")

    with lake.database.reading() as session:
        rows = session.query("SELECT received_at FROM lake_unreadable ORDER BY received_at")
    assert [moment for (moment,) in rows] == [0, 1, 2]


def test_a_half_made_segment_of_a_dead_writer_is_removed(lake: Lake, inbox: Path) -> None:
    lake.append("acme", table([event("m1")]))
    (inbox / "0-1-1-1.log.new").touch()

    Loader(lake).drain()

    assert list(inbox.glob("*.new")) == []


def test_a_damaged_batch_is_named_by_a_check(lake: Lake, inbox: Path) -> None:
    damaged = lake.append("acme", table([event("m1")]))
    lake.append("acme", table([event("m2")]))
    damage(inbox, damaged.batch_id)

    (found,) = lake.check("acme")

    assert found.subject == f"inbox/{damaged.batch_id}"
    assert "damaged" in found.problem


def test_rows_of_an_earlier_release_wait_in_the_inbox_once_the_lake_is_opened(
    lake: Lake, inbox: Path, database_url: str
) -> None:
    lake.append("acme", table([event("m1"), event("m2")]))
    with SegmentReader(segments(inbox)[0]) as reader:
        blob = next(reader.stretches(FIRST, finished=False)).blob
    with lake.database.transaction() as session:
        for moment in (5, 6):
            session.execute(
                "INSERT INTO lake_inbox (workspace, received_at, events, bytes, blob) "
                "VALUES ('acme', ?, 2, 0, ?)",
                (moment, blob),
            )

    with Lake.open(lake.root, database_url) as opened:
        status = opened.status("acme")
        report = Loader(opened).drain()

    assert (status.inbox.batches, status.inbox.oldest_ms) == (3, 5)
    assert (report.stored, report.duplicates) == (2, 4)
    with lake.database.reading() as session:
        assert session.query("SELECT * FROM lake_inbox") == []
