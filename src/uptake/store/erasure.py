"""Erasing one person: out of every answer at once, out of the files, and not let in again.

What stays is a keyed hash of the identifier, which recognises the person in a later import without
saying who it was, and the receipt.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
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
    """One person's erasure on its way."""

    receipt_id: str
    workspace: str
    code: int
    person_hash: str
    erased_at_ms: int
    events: int


def erase_person(lake: Lake, workspace: str, person: str) -> ErasureReceipt:
    """Erase every event of a person and refuse new ones; raises ``UnknownPerson``.

    What waits in the inbox is loaded first, so that it goes, too. A crash on the way leaves the
    person out of every answer; running this again or compacting finishes the rest.
    """
    loader = Loader(lake)
    with lake.writing(workspace) as writer, engine.connect(lake.scratch) as connection:
        writer.collect_orphans()
        while loader.load_with(writer).batches:
            pass
        erasure = _hide(lake, writer, connection, person)
        compaction = Compaction(lake.database, writer, Rewriter(connection, writer))
        purge = compaction.purge_erased()
        writer.collect_retired()
        receipt = _receipt(lake, erasure, purge.files, purge.remains)
    loader.close()
    sweep(lake.scratch)
    return receipt


def _hide(
    lake: Lake, writer: WorkspaceWriter, connection: duckdb.DuckDBPyConnection, person: str
) -> _Erasure:
    """Take the person out of every answer, in one transaction; again gives the first erasure."""
    with lake.database.transaction() as session:
        person_hash = keyed_hash(create_key(session, writer.workspace), person)
        earlier = _earlier(session, writer.workspace, person_hash)
        code = _code_of(session, writer.workspace, person)
    if code is None:
        if earlier is None:
            raise UnknownPerson(writer.workspace)
        return earlier
    hours = _account_hours(connection, writer, code)
    events = sum(hours["events"].to_pylist())
    erasure = _Erasure(uuid4().hex, writer.workspace, code, person_hash, now_ms(), events)

    def also(session: Session, version: int) -> None:
        _record(session, erasure, version)

    writer.commit(add=_correction(writer, hours), also=also)
    return erasure


def _record(session: Session, erasure: _Erasure, version: int) -> None:
    """Tombstone, forgotten identifier and the hash by which it is refused from now on."""
    session.execute(
        "INSERT INTO lake_tombstone (workspace, person, erased_version, erased_at) "
        "VALUES (?, ?, ?, ?)",
        (erasure.workspace, erasure.code, version, erasure.erased_at_ms),
    )
    session.execute(
        "UPDATE lake_term SET text = NULL, version = ? "
        "WHERE workspace = ? AND kind = ? AND code = ?",
        (version, erasure.workspace, TermKind.PERSON.value, erasure.code),
    )
    session.execute(
        "INSERT INTO lake_erasure (id, workspace, person_hash, person, erased_at, events) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        (
            *(erasure.receipt_id, erasure.workspace, erasure.person_hash),
            *(erasure.code, erasure.erased_at_ms, erasure.events),
        ),
    )


def _account_hours(
    connection: duckdb.DuckDBPyConnection, writer: WorkspaceWriter, code: int
) -> pa.Table:
    """What the rollup by account and hour, which names no person, has to lose."""
    files = [writer.folder / file.path for file in writer.manifest.of_kind(EVENTS)]
    schema = ROLLUPS[ACCOUNT_HOURS]
    if not files:
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
