"""Erasing one person: out of every answer at once, out of the files, and not let in again.

A person goes with every identifier that stands for them. What stays is a keyed hash of each
identifier, which recognises the person in a later import without saying who it was, and the
receipt.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING
from uuid import uuid4

import duckdb
import pyarrow as pa

from uptake.store import engine
from uptake.store.admission import create_key, keyed_hash
from uptake.store.aliases import codes_of, names_of, read_aliases, together
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
    """One identifier's erasure on its way; ``code`` is ``None`` if there never were events.

    The events are counted with the identifier that was asked for.
    """

    receipt_id: str
    workspace: str
    code: int | None
    person_hash: str
    erased_at_ms: int
    events: int


def erase_person(
    lake: Lake,
    workspace: str,
    person: str,
    *,
    even_unknown: bool = False,
    also: Collection[str] = (),
) -> ErasureReceipt:
    """Erase every event of a person and refuse new ones; raises ``UnknownPerson``.

    The person goes with all identifiers that the lake knows of them and with those in ``also``.
    With ``even_unknown``, a person without events is refused from now on, too. What waits in the
    inbox is loaded first, so that it goes as well. A crash on the way leaves the person out of
    every answer; running this again or compacting finishes the rest.
    """
    loader = Loader(lake)
    with lake.writing(workspace) as writer, engine.connect(lake.scratch) as connection:
        writer.collect_orphans()
        while loader.load_with(writer).batches:
            pass
        asked = _Asked(person, frozenset(also), even_unknown)
        erasure = _hide(lake, writer, connection, asked)
        compaction = Compaction(lake.database, writer, Rewriter(connection, writer))
        purge = compaction.purge_erased()
        writer.collect_retired()
        receipt = _receipt(lake, erasure, purge.files, purge.remains)
    loader.close()
    sweep(lake.scratch)
    return receipt


@dataclass(frozen=True, slots=True)
class _Asked:
    """Whom to erase: by which identifier, with which others, and even if nothing is there."""

    person: str
    also: frozenset[str]
    even_unknown: bool


@dataclass(frozen=True, slots=True)
class _Found:
    """Every identifier of the person with its code, the one asked for first; earlier erasures."""

    codes: dict[str, int | None]
    hashes: dict[str, str]
    earlier: dict[str, _Erasure]

    @property
    def known(self) -> list[int]:
        """The codes of those identifiers that have events."""
        return [code for code in self.codes.values() if code is not None]


def _hide(
    lake: Lake, writer: WorkspaceWriter, connection: duckdb.DuckDBPyConnection, asked: _Asked
) -> _Erasure:
    """Take the person out of every answer, in one transaction; again gives the first erasure."""
    with lake.database.transaction() as session:
        found = _find(session, writer.workspace, asked)
    earlier = found.earlier.get(asked.person)
    if not found.known and earlier is not None and found.codes.keys() == found.earlier.keys():
        return earlier
    if not found.known and earlier is None and not asked.even_unknown:
        raise UnknownPerson(writer.workspace)
    hours = _account_hours(connection, writer, found.known)
    erasures = _erasures(writer.workspace, found, events=sum(hours["events"].to_pylist()))
    writer.commit(add=_correction(writer, hours), also=partial(_record_all, erasures))
    return erasures[0]


def _find(session: Session, workspace: str, asked: _Asked) -> _Found:
    """The identifiers to erase: those asked for, and those that stand for the same person."""
    key = create_key(session, workspace)
    named = codes_of(session, workspace, {asked.person, *asked.also})
    every = together(read_aliases(session, workspace), named.values())
    texts = {asked.person, *asked.also, *names_of(session, workspace, every)}
    named = codes_of(session, workspace, texts)
    ordered = [asked.person, *sorted(texts - {asked.person})]
    hashes = {text: keyed_hash(key, text) for text in ordered}
    earlier = {text: _earlier(session, workspace, hashes[text]) for text in ordered}
    return _Found(
        codes={text: named.get(text) for text in ordered},
        hashes=hashes,
        earlier={text: found for text, found in earlier.items() if found is not None},
    )


def _erasures(workspace: str, found: _Found, *, events: int) -> list[_Erasure]:
    """One erasure for each identifier; what was erased before under it keeps receipt and date."""
    now = now_ms()
    new = [
        _Erasure(
            receipt_id=earlier.receipt_id if earlier else uuid4().hex,
            workspace=workspace,
            code=code,
            person_hash=found.hashes[text],
            erased_at_ms=earlier.erased_at_ms if earlier else now,
            events=0,
        )
        for text, code in found.codes.items()
        for earlier in [found.earlier.get(text)]
    ]
    return [replace(new[0], events=events), *new[1:]]


def _record_all(erasures: Sequence[_Erasure], session: Session, version: int) -> None:
    for erasure in erasures:
        _record(erasure, session, version)


def _record(erasure: _Erasure, session: Session, version: int) -> None:
    """The hash by which the person is refused from now on; tombstone and forgotten identifier."""
    session.execute(
        "INSERT INTO lake_erasure (id, workspace, person_hash, person, erased_at, events) "
        "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (workspace, person_hash) "
        "DO UPDATE SET person = COALESCE(excluded.person, lake_erasure.person), "
        "events = excluded.events, purged_at = NULL",
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
    connection: duckdb.DuckDBPyConnection, writer: WorkspaceWriter, codes: Sequence[int]
) -> pa.Table:
    """What the rollup by account and hour, which names no person, has to lose."""
    files = [writer.folder / file.path for file in writer.manifest.of_kind(EVENTS)]
    schema = ROLLUPS[ACCOUNT_HOURS]
    if not files or not codes:
        return schema.empty_table()
    connection.execute("SET TimeZone = 'UTC'")
    reader = connection.sql(
        f"SELECT account, day, epoch_ms(occurred_at) AS moment FROM {parquet(files, schema)} "
        f"WHERE person IN ({', '.join(map(str, codes))})"
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
