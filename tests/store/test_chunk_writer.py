"""A file is stored exactly, whoever else writes to the workspace between two of its chunks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pyarrow as pa
import pytest
from lake_model import as_text, by_content, numbered, stored_rows

from lake_events import event, many, table
from uptake.store import Lake, Loader, LoadReport
from uptake.store.bulk import bulk_load
from uptake.store.chunk_writer import COMMITTED, FILES_WRITTEN
from uptake.store.index import ALIKE, runs_alike
from uptake.store.leases import oldest_lease


def load(
    lake: Lake,
    events: pa.Table,
    *,
    between: Callable[[], object] = lambda: None,
    content_keyed: bool = False,
    fault: Callable[[str], None] = lambda _: None,
) -> LoadReport:
    """Import in chunks of 100 rows and do something after each, when the next is ready."""

    def told(_report: LoadReport) -> None:
        between()

    return bulk_load(
        lake,
        "acme",
        iter(events.to_batches(max_chunksize=100)),
        import_key="file.csv",
        content_keyed=content_keyed,
        progress=told,
        chunk_rows=100,
        fault=fault,
    )


def test_a_loader_that_comes_between_two_chunks_has_its_events_counted_once(lake: Lake) -> None:
    events, loaded = many(400), []
    waiting = iter(range(350, 0, -70))

    def live() -> None:
        first = next(waiting)
        new = [event(f"live-{first}", person=f"new-{first}", action=f"new-{first}")]
        lake.append("acme", pa.concat_tables([events.slice(first, 40), table(new)]))
        loaded.append(Loader(lake).drain().stored)

    report = load(lake, events, between=live)

    rows = stored_rows(lake)
    assert report.stored + sum(loaded) == rows.total() == 404
    assert rows >= Counter(as_text(row) for row in events.to_pylist())
    assert lake.check("acme") == []


def test_a_loader_between_two_chunks_leaves_identical_rows_of_the_file_apart(lake: Lake) -> None:
    rows = by_content([event("-", person=f"p{at % 7}") for at in range(300)])
    waiting = iter(range(100))

    def live() -> None:
        lake.append("acme", table([event(f"live-{next(waiting)}", source_id="other")]))
        Loader(lake).drain()

    load(lake, table(rows), between=live, content_keyed=True)

    expected = Counter(as_text(row) for row in numbered(rows))
    assert stored_rows(lake) >= expected
    assert load(lake, table(rows), content_keyed=True).stored == 0


def test_whoever_is_erased_between_two_chunks_stays_away(lake: Lake) -> None:
    rows = [event(f"m{at}", person=f"p{at % 5}") for at in range(300)]

    report = load(lake, table(rows), between=lambda: lake.erase_person("acme", "p3"))

    assert report.rejected == 40
    with lake.snapshot("acme") as snapshot:
        people = snapshot.connection.execute("SELECT DISTINCT person FROM events_text").fetchall()
    assert sorted(people) == [("p0",), ("p1",), ("p2",), ("p4",)]


def test_a_compaction_between_two_chunks_takes_no_file_away_that_is_needed(lake: Lake) -> None:
    events = pa.concat_tables([many(300), many(350)])

    report = load(lake, events, between=lambda: lake.compact("acme", thorough=True))

    assert (report.stored, report.duplicates) == (350, 300)
    assert lake.check("acme") == []


def test_a_message_that_comes_again_while_it_is_written_is_a_duplicate(lake: Lake) -> None:
    report = load(lake, pa.concat_tables([many(100)] * 6))

    assert (report.stored, report.duplicates) == (100, 500)


def test_a_pass_leaves_no_lease_no_left_over_file_and_few_runs(lake: Lake) -> None:
    load(lake, many(400))

    status = lake.status("acme")
    assert oldest_lease(lake.folder("acme")) is None
    assert lake.check("acme") == []
    assert len(list((lake.folder("acme") / "index").iterdir())) == 1
    assert (status.events, status.index_bytes) == (400, 8 * 400)


@pytest.mark.parametrize("point", [FILES_WRITTEN, COMMITTED])
def test_a_pass_that_breaks_off_while_it_writes_is_finished_by_another(
    lake: Lake, point: str
) -> None:
    reached = iter(range(1_000))

    def broken(at: str) -> None:
        if at == point and next(reached) == 2:
            raise OSError("the disk is gone")

    with pytest.raises(OSError, match="gone"):
        load(lake, many(400), fault=broken)

    report = load(lake, many(400))

    assert report.stored + report.duplicates == stored_rows(lake).total() == 400
    assert lake.check("acme") == []


def test_runs_of_a_size_are_merged_once_there_are_many() -> None:
    assert runs_alike([]) == ()
    assert runs_alike([500] * (ALIKE - 1) + [4_000] * (ALIKE - 1)) == ()
    assert runs_alike([4_000] + [500] * ALIKE) == tuple(range(1, ALIKE + 1))
    assert runs_alike([0] * ALIKE) == tuple(range(ALIKE))
