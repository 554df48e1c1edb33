"""Bulk loads store a file's rows once, however often it is loaded and wherever it was killed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pytest
from lake_model import as_text, by_content, numbered, stored_rows

from lake_events import event, many, table
from uptake.store import Lake, LoadReport
from uptake.store import occurrences as occurrences_module
from uptake.store.bulk import bulk_load, chunks, finished_import
from uptake.store.encode import Hashes, identified
from uptake.store.occurrences import Occurrences
from uptake.store.schema import CONTENT_KEYED


def load(
    lake: Lake,
    events: pa.Table,
    *,
    content_keyed: bool = False,
    chunk_rows: int = 700,
    progress: Callable[[LoadReport], None] | None = None,
) -> LoadReport:
    return bulk_load(
        lake,
        "acme",
        iter(events.to_batches(max_chunksize=300)),
        import_key="file.csv",
        content_keyed=content_keyed,
        progress=progress,
        chunk_rows=chunk_rows,
    )


def test_every_row_of_a_file_is_stored(lake: Lake) -> None:
    events = many(2_000)

    report = load(lake, events)

    assert (report.stored, report.duplicates, report.rejected) == (2_000, 0, 0)
    assert stored_rows(lake) == Counter(as_text(row) for row in events.to_pylist())


def test_the_same_file_twice_changes_nothing(lake: Lake) -> None:
    events = table(by_content([event("-", person=f"p{at % 3}") for at in range(50)]))
    load(lake, events, content_keyed=True, chunk_rows=7)
    before = stored_rows(lake)

    again = load(lake, events, content_keyed=True, chunk_rows=11)

    assert (again.stored, again.duplicates) == (0, 50)
    assert stored_rows(lake) == before


def test_ids_as_bytes_and_as_texts_meet(lake: Lake) -> None:
    rows = by_content([event("-", person=f"p{at % 3}") for at in range(50)])
    as_bytes = [UUID(row["message_id"]).bytes for row in rows]
    keyed = table(rows).set_column(1, CONTENT_KEYED.field(1), pa.array(as_bytes, pa.binary(16)))
    load(lake, table(rows), content_keyed=True, chunk_rows=7)
    before = stored_rows(lake)

    again = load(lake, keyed, content_keyed=True, chunk_rows=11)

    assert (again.stored, again.duplicates) == (0, 50)
    assert stored_rows(lake) == before


def test_identical_rows_of_one_file_are_all_kept(lake: Lake) -> None:
    rows = by_content([event("-", person="ann")] * 9 + [event("-", person="bob")] * 4)

    load(lake, table(rows), content_keyed=True, chunk_rows=2)

    assert stored_rows(lake) == Counter(as_text(row) for row in numbered(rows))


def test_overlapping_exports_merge(lake: Lake) -> None:
    monday, tuesday, wednesday = ([event("-", action=day)] * 2 for day in ("mon", "tue", "wed"))
    load(lake, table(by_content(monday + tuesday)), content_keyed=True)

    report = load(lake, table(by_content(tuesday + wednesday)), content_keyed=True)

    assert (report.stored, report.duplicates) == (2, 2)


def test_a_message_id_that_comes_again_in_a_file_is_a_duplicate(lake: Lake) -> None:
    report = load(lake, pa.concat_tables([many(900), many(100)]))

    assert (report.stored, report.duplicates) == (900, 100)


def test_bulk_and_inbox_know_of_each_other(lake: Lake) -> None:
    load(lake, many(1_000))
    lake.append("acme", many(1_500))

    from uptake.store import Loader

    report = Loader(lake).drain("acme")

    assert (report.stored, report.duplicates) == (500, 1_000)


def test_progress_is_told_after_each_chunk_and_the_end_is_remembered(lake: Lake) -> None:
    told: list[int] = []

    load(lake, many(2_000), progress=lambda report: told.append(report.stored))

    assert told == [300, 900, 1_800, 2_000]
    assert finished_import(lake, "acme", "file.csv") is not None
    assert finished_import(lake, "acme", "another.csv") is None


def test_a_load_that_breaks_off_is_finished_by_running_it_again(lake: Lake) -> None:
    events = many(2_000)

    def stop(report: LoadReport) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load(lake, events, progress=stop)

    report = load(lake, events)

    assert (report.stored, report.duplicates) == (1_700, 300)


def test_a_row_that_comes_again_much_later_is_kept(lake: Lake) -> None:
    rows = by_content([event("-", person=f"p{at}") for at in range(60)])
    again = rows[:3] + rows

    load(lake, table(rows + again), content_keyed=True, chunk_rows=10)
    report = load(lake, table(rows + again), content_keyed=True, chunk_rows=50)

    assert (report.stored, report.duplicates) == (0, 123)
    assert stored_rows(lake) == Counter(as_text(row) for row in numbered(rows + again))


def test_chunks_are_cut_by_rows_and_by_bytes() -> None:
    events = many(100)

    by_rows = [len(part) for part in chunks(iter(events.to_batches()), rows=40)]
    by_bytes = list(chunks(iter(events.to_batches(max_chunksize=10)), rows=1_000, most_bytes=1))

    assert by_rows == [40, 40, 20]
    assert len(by_bytes) == 10
    assert list(chunks(iter(()), rows=10)) == []


class _Anything:
    """An index that has seen everything."""

    def contains(self, sorted_hashes: Hashes) -> npt.NDArray[np.bool_]:
        return np.ones(len(sorted_hashes), dtype=np.bool_)


def test_what_a_pass_has_seen_stays_in_few_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(occurrences_module, "FEW", 0)
    occurrences = Occurrences(tmp_path)
    stored = 0

    for at in range(60):
        events = many(50, first=at * 40)
        known = occurrences.identify(identified(events), _Anything())
        stored += len(set(known.hashes.tolist()))

    assert stored == 60 * 50
    assert len(list(tmp_path.iterdir())) <= 8
