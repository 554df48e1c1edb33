"""Erasing one person: out of every answer at once, out of the files, and not let in again.

What stays is a keyed hash of the identifier, which recognises the person in a later import without
saying who it was, and the receipt.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING
from uuid import uuid4

import duckdb
import pyarrow as pa

from uptake.store import engine
from uptake.store.admission import create_key, keyed_hash
from uptake.store.compaction import ACCOUNT_HOURS, Compaction
from uptake.store.database import Session, now_ms
from uptake.store.errors import UptakeError
from uptake.store.files import write_rollup
from uptake.store.loader import Loader
from uptake.store.localtime import local_hours
from uptake.store.manifest import EVENTS, FileEntry
from uptake.store.rewrite import Rewriter
from uptake.store.rollups import negated_account_hours
from uptake.store.schema import ROLLUPS, TermKind
from uptake.store.scratch import sweep
from uptake.store.views import parquet
from uptake.store.writer import WorkspaceWriter

if TYPE_CHECKING:
    from uptake.store.lake import Lake

_BATCH = 1 << 20


class UnknownPerson(UptakeError):
    """No event of this person was ever stored."""

    def __init__(self, workspace: str) -> None:
        super().__init__(
            f"Workspace {workspace!r} has no events of this person: check the spelling of the "
            "identifier, capitals included."
        )


@dataclass(frozen=True, slots=True)
class ErasureReceipt:
    """What was erased, when, and what is left; the person is named by a keyed hash alone.

    ``files_awaiting_readers`` are replaced files that go as soon as the last query on them ends;
    ``unreadable_batches`` are damaged batches whose people nobody can know; ``remains`` are
    sentences about copies that the lake cannot reach.
    """

    receipt_id: str
    workspace: str
    person_hash: str
    erased_at: datetime
    events: int
    files_rewritten: tuple[str, ...]
    files_awaiting_readers: int
    unreadable_batches: int
    remains: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Erasure:
    """One person's erasure on its way; ``code`` is ``None`` if there never were events."""

    receipt_id: str
    workspace: str
    code: int | None
    person_hash: str
    erased_at_ms: int
    events: int


def erase_person(
    lake: Lake, workspace: str, person: str, *, even_unknown: bool = False
) -> ErasureReceipt:
    """Erase every event of a person and refuse new ones; raises ``UnknownPerson``.

    With ``even_unknown``, a person without events is refused from now on, too. What waits in the
    inbox is loaded first, so that it goes as well. A crash on the way leaves the person out of
    every answer; running this again or compacting finishes the rest.
    """
    loader = Loader(lake)
    with lake.writing(workspace) as writer, engine.connect(lake.scratch) as connection:
        writer.collect_orphans()
        while loader.load_with(writer).batches:
            pass
        erasure = _hide(lake, writer, connection, person, even_unknown=even_unknown)
        compaction = Compaction(lake.database, writer, Rewriter(connection, writer))
        purge = compaction.purge_erased()
        writer.collect_retired()
        receipt = _receipt(lake, erasure, purge.files, purge.remains)
    loader.close()
    sweep(lake.scratch)
    return receipt


def _hide(
    lake: Lake,
    writer: WorkspaceWriter,
    connection: duckdb.DuckDBPyConnection,
    person: str,
    *,
    even_unknown: bool,
) -> _Erasure:
    """Take the person out of every answer, in one transaction; again gives the first erasure."""
    with lake.database.transaction() as session:
        person_hash = keyed_hash(create_key(session, writer.workspace), person)
        earlier = _earlier(session, writer.workspace, person_hash)
        code = _code_of(session, writer.workspace, person)
    if code is None and earlier is not None:
        return earlier
    if code is None and not even_unknown:
        raise UnknownPerson(writer.workspace)
    hours = _account_hours(connection, writer, code)
    erasure = _Erasure(
        receipt_id=earlier.receipt_id if earlier else uuid4().hex,
        workspace=writer.workspace,
        code=code,
        person_hash=person_hash,
        erased_at_ms=earlier.erased_at_ms if earlier else now_ms(),
        events=sum(hours["events"].to_pylist()),
    )
    writer.commit(add=_correction(writer, hours), also=partial(_record, erasure))
    return erasure


def _record(erasure: _Erasure, session: Session, version: int) -> None:
    """The hash by which the person is refused from now on; tombstone and forgotten identifier."""
    session.execute(
        "INSERT INTO lake_erasure (id, workspace, person_hash, person, erased_at, events) "
        "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (workspace, person_hash) "
        "DO UPDATE SET person = excluded.person, events = excluded.events, purged_at = NULL",
        (
            *(erasure.receipt_id, erasure.workspace, erasure.person_hash),
            *(erasure.code, erasure.erased_at_ms, erasure.events),
        ),
    )
    if erasure.code is not None:
        _hide_code(session, erasure.workspace, erasure.code, version, erasure.erased_at_ms)


def _hide_code(
    session: Session, workspace: str, code: int, version: int, erased_at_ms: int
) -> None:
    session.execute(
        "INSERT INTO lake_tombstone (workspace, person, erased_version, erased_at) "
        "VALUES (?, ?, ?, ?)",
        (workspace, code, version, erased_at_ms),
    )
    session.execute(
        "UPDATE lake_term SET text = NULL, version = ? "
        "WHERE workspace = ? AND kind = ? AND code = ?",
        (version, workspace, TermKind.PERSON.value, code),
    )


def _account_hours(
    connection: duckdb.DuckDBPyConnection, writer: WorkspaceWriter, code: int | None
) -> pa.Table:
    """What the rollup by account and hour, which names no person, has to lose."""
    files = [writer.folder / file.path for file in writer.manifest.of_kind(EVENTS)]
    schema = ROLLUPS[ACCOUNT_HOURS]
    if not files or code is None:
        return schema.empty_table()
    connection.execute("SET TimeZone = 'UTC'")
    reader = connection.sql(
        f"SELECT account, day, epoch_ms(occurred_at) AS moment FROM {parquet(files, schema)} "
        f"WHERE person = {code}"
    ).to_arrow_reader(_BATCH)
    parts = [
        _hours_of(pa.Table.from_batches([batch]), writer.manifest.timezone) for batch in reader
    ]
    return pa.concat_tables([schema.empty_table(), *parts])


def _hours_of(moments: pa.Table, timezone: str) -> pa.Table:
    hours = pa.array(local_hours(moments["moment"].to_numpy(), timezone), pa.int8())
    keyed = moments.select(["account", "day"]).append_column("hour", hours)
    counted = keyed.group_by(["account", "day", "hour"]).aggregate([([], "count_all")])
    return counted.rename_columns({"count_all": "events"}).cast(ROLLUPS[ACCOUNT_HOURS])


def _correction(writer: WorkspaceWriter, hours: pa.Table) -> list[FileEntry]:
    """Rows that, summed with those stored, take these events away."""
    if not len(hours):
        return []
    taken = negated_account_hours(hours)
    return [write_rollup(writer.folder, writer.workspace, ACCOUNT_HOURS, taken, level=0)]


def _code_of(session: Session, workspace: str, person: str) -> int | None:
    rows = session.query(
        "SELECT code FROM lake_term WHERE workspace = ? AND kind = ? AND text = ?",
        (workspace, TermKind.PERSON.value, person),
    )
    return int(rows[0][0]) if rows else None


def _earlier(session: Session, workspace: str, person_hash: str) -> _Erasure | None:
    rows = session.query(
        "SELECT id, workspace, person, person_hash, erased_at, events FROM lake_erasure "
        "WHERE workspace = ? AND person_hash = ?",
        (workspace, person_hash),
    )
    return _Erasure(*rows[0]) if rows else None


def _receipt(
    lake: Lake, erasure: _Erasure, files: tuple[str, ...], remains: tuple[str, ...]
) -> ErasureReceipt:
    with lake.database.reading() as session:
        waiting = session.query(
            "SELECT COUNT(*) FROM lake_file WHERE workspace = ? AND retired_version IS NOT NULL",
            (erasure.workspace,),
        )[0][0]
        unreadable = session.query(
            "SELECT COUNT(*) FROM lake_unreadable WHERE workspace = ?", (erasure.workspace,)
        )[0][0]
    return ErasureReceipt(
        receipt_id=erasure.receipt_id,
        workspace=erasure.workspace,
        person_hash=erasure.person_hash,
        erased_at=datetime.fromtimestamp(erasure.erased_at_ms / 1000, UTC),
        events=erasure.events,
        files_rewritten=files,
        files_awaiting_readers=int(waiting),
        unreadable_batches=int(unreadable),
        remains=remains,
    )
