"""The event lake: the one door to a folder of events and the database beside it."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa

from uptake.store import engine
from uptake.store.admission import erased_among, read_admission
from uptake.store.aliases import identifiers_of, known_as
from uptake.store.blob import Codec
from uptake.store.database import Database, now_ms, open_database
from uptake.store.disk import naming_disk_errors
from uptake.store.errors import InvalidWorkspaceName, LakeBusy
from uptake.store.inbox import BatchReceipt, Inbox
from uptake.store.inbox_rows import move_rows
from uptake.store.loads import Freshness, LoadReport, freshness
from uptake.store.localtime import zone_of
from uptake.store.manifest import EVENTS, INDEX, read_manifest, read_version
from uptake.store.schema import CANONICAL, ROLLUPS, TermKind
from uptake.store.segments import FOLDER as INBOX
from uptake.store.snapshot import NameCache, Snapshot, take_snapshot
from uptake.store.terms import Dictionaries
from uptake.store.waiting import (
    Arrival,
    InboxStatus,
    inbox_status,
    newest_batches,
    newest_waiting,
    read_loaded,
)
from uptake.store.writer import WorkspaceWriter

if TYPE_CHECKING:
    from uptake.store.backup import LakeBackup
    from uptake.store.compaction import CompactionReport
    from uptake.store.consistency import Inconsistency
    from uptake.store.erasure import ErasureReceipt
    from uptake.store.retention import RetentionReport
    from uptake.store.undo import UndoReport

SCRATCH = ".scratch"
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


@dataclass(frozen=True, slots=True)
class LakeStatus:
    """A workspace in figures: what is stored, what waits, how fresh the answers are."""

    workspace: str
    timezone: str
    version: int
    events: int
    files: int
    event_bytes: int
    rollup_bytes: int
    index_bytes: int
    inbox: InboxStatus
    unreadable_batches: int
    freshness: Freshness


class Lake:
    """Events of separate workspaces under ``root``, with their bookkeeping in ``database``.

    Safe to share between threads; other processes open their own over the same root and database.
    """

    def __init__(self, root: Path, database: Database, *, codec: Codec = Codec.LZ4) -> None:
        self.root = root
        self.database = database
        self._inbox = Inbox(root, codec)
        self._known: set[str] = set()
        self._names: dict[str, NameCache] = {}
        self._engine: tuple[int, duckdb.DuckDBPyConnection] | None = None
        self._engine_lock = threading.Lock()

    @classmethod
    def open(cls, root: Path, database_url: str) -> Lake:
        """Open a lake, creating its folder and its tables or bringing them up to date."""
        database = open_database(database_url)
        database.migrate()
        root = root.absolute()
        with naming_disk_errors():
            root.mkdir(parents=True, exist_ok=True)
            move_rows(database, root)
        return cls(root, database)

    @property
    def scratch(self) -> Path:
        """Where queries larger than memory spill; may be deleted when nothing runs."""
        return self.root / SCRATCH

    def create_workspace(self, workspace: str, *, timezone: str = "UTC") -> None:
        """Create a workspace whose days begin at midnight in ``timezone``; idempotent."""
        if not _SLUG.fullmatch(workspace):
            raise InvalidWorkspaceName(workspace)
        zone_of(timezone)
        with self.database.transaction() as session:
            session.execute(
                "INSERT INTO lake_workspace (workspace, timezone, version, created_at) "
                "VALUES (?, ?, 0, ?) ON CONFLICT (workspace) DO NOTHING",
                (workspace, timezone, now_ms()),
            )
        self.folder(workspace).mkdir(exist_ok=True)

    def workspaces(self) -> list[str]:
        """The names of all workspaces."""
        with self.database.reading() as session:
            rows = session.query("SELECT workspace FROM lake_workspace ORDER BY workspace")
        return [name for (name,) in rows]

    def folder(self, workspace: str) -> Path:
        """The folder that holds a workspace's files and nothing else's."""
        return self.root / workspace

    def append(self, workspace: str, events: pa.Table | pa.RecordBatch) -> BatchReceipt:
        """Store a batch of ``CANONICAL`` events; it survives a power loss once this returns.

        Raises UnknownWorkspace, InvalidBatch, LakeFull, LakeReadOnly or LakeUnavailable.
        """
        self._require(workspace)
        return self._inbox.append(workspace, events)

    def tail(self, workspace: str, count: int = 20) -> pa.Table:
        """The newest events still in the inbox, newest first, as ``CANONICAL``."""
        newest: list[pa.Table] = []
        missing = count
        for each in self._arriving(workspace, count, newest_waiting):
            events = each.events
            newest.append(events.take(pa.array(range(len(events) - 1, -1, -1))))
            missing -= len(events)
            if missing <= 0:
                break
        return pa.concat_tables([CANONICAL.empty_table(), *newest]).slice(0, count)

    def arrivals(self, workspace: str, count: int = 20) -> list[Arrival]:
        """The newest batches, newest first, waiting or loaded just now; quick, for live views.

        A loaded batch is shown as long as its part of the inbox is not removed or wiped. Events
        that a load would refuse, as those of erased people, are left out.
        """
        return list(self._arriving(workspace, count, newest_batches))

    def _arriving(
        self,
        workspace: str,
        count: int,
        find: Callable[[Path, Mapping[str, int], int], Iterator[Arrival]],
    ) -> Iterator[Arrival]:
        """Batches of the inbox as far as they are asked for, without events to be refused."""
        with self.database.reading() as session:
            timezone = read_manifest(session, workspace).timezone
            admission = read_admission(session, workspace)
            loaded = read_loaded(session, workspace)
        nobody = Dictionaries([])
        for each in find(self.folder(workspace) / INBOX, loaded, count):
            events = admission.admit(each.events, nobody, timezone=timezone)
            yield replace(each, events=events)

    def snapshot(self, workspace: str) -> Snapshot:
        """What is queryable now, unchanged until it is closed; writers and readers never wait."""
        return take_snapshot(
            self.database,
            self._cursor(),
            workspace,
            folder=self.folder(workspace),
            cache=self._names.setdefault(workspace, NameCache()),
        )

    def bulk_load(
        self,
        workspace: str,
        batches: Iterator[pa.RecordBatch],
        *,
        import_key: str,
        content_keyed: bool,
        progress: Callable[[LoadReport], None] | None = None,
    ) -> LoadReport:
        """Store a file's events without the inbox; run it again after a crash (store/bulk.py)."""
        from uptake.store.bulk import bulk_load

        return bulk_load(
            self,
            workspace,
            batches,
            import_key=import_key,
            content_keyed=content_keyed,
            progress=progress,
        )

    def undo(self, workspace: str, source_id: str, received_at: datetime) -> UndoReport:
        """Take away what one import stored: all of a source at one moment (store/undo.py)."""
        from uptake.store.undo import Delivery, undo

        return undo(self, workspace, Delivery(source_id, received_at))

    def events_of(self, workspace: str, source_id: str, received_at: datetime) -> int:
        """How many events are stored that a source delivered at one moment."""
        from uptake.store.undo import Delivery, events_of

        return events_of(self, workspace, Delivery(source_id, received_at))

    def compact(self, workspace: str, *, thorough: bool = False) -> CompactionReport:
        """Merge small files and take erased people out of all (store/compaction.py)."""
        from uptake.store.compaction import compact

        return compact(self, workspace, thorough=thorough)

    def join_people(self, workspace: str, same_as: Mapping[str, str]) -> int:
        """Count identifiers as the people they stand for, in what is stored, too (aliases.py)."""
        from uptake.store.aliases import join_people

        return join_people(self, workspace, same_as)

    def identifiers_of(self, workspace: str, person: str) -> list[str]:
        """Every identifier that is known here of whoever this one stands for."""
        self._require(workspace)
        with self.database.reading() as session:
            return identifiers_of(session, workspace, person)

    def known_as(self, workspace: str) -> dict[str, str]:
        """The person that each identifier stands for which stands for another than itself."""
        self._require(workspace)
        with self.database.reading() as session:
            return known_as(session, workspace)

    def erase_person(
        self,
        workspace: str,
        person: str,
        *,
        even_unknown: bool = False,
        also: Collection[str] = (),
    ) -> ErasureReceipt:
        """Erase a person's events and refuse new ones (store/erasure.py)."""
        from uptake.store.erasure import erase_person

        return erase_person(self, workspace, person, even_unknown=even_unknown, also=also)

    def erased_among(self, workspace: str, people: Iterable[str]) -> dict[str, datetime]:
        """Those of the identifiers whose people were erased here, and when."""
        self._require(workspace)
        with self.database.reading() as session:
            return erased_among(session, workspace, people)

    def admitted(self, workspace: str, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.Table]:
        """Those of the events that a load would not refuse (store/admission.py)."""
        with self.database.reading() as session:
            timezone = read_manifest(session, workspace).timezone
            admission = read_admission(session, workspace)
        nobody = Dictionaries([])
        for batch in batches:
            yield admission.admit(pa.Table.from_batches([batch]), nobody, timezone=timezone)

    def people(self, workspace: str) -> list[str]:
        """The identifiers of everybody of whom events are loaded."""
        self._require(workspace)
        with self.database.reading() as session:
            rows = session.query(
                "SELECT text FROM lake_term WHERE workspace = ? AND kind = ? "
                "AND text IS NOT NULL ORDER BY code",
                (workspace, TermKind.PERSON.value),
            )
        return [text for (text,) in rows]

    def apply_retention(self, workspace: str, months: int, today: date) -> RetentionReport:
        """Drop whole months older than the policy (store/retention.py)."""
        from uptake.store.retention import apply_retention

        return apply_retention(self, workspace, months=months, today=today)

    def status(self, workspace: str) -> LakeStatus:
        """The workspace in figures."""
        with self.database.reading() as session:
            manifest = read_manifest(session, workspace)
            unreadable = session.query(
                "SELECT COUNT(*) FROM lake_unreadable WHERE workspace = ?", (workspace,)
            )[0][0]
            fresh, loaded = freshness(session, workspace), read_loaded(session, workspace)
        sizes = {kind: sum(f.bytes for f in manifest.of_kind(kind)) for kind in (EVENTS, INDEX)}
        return LakeStatus(
            workspace=workspace,
            timezone=manifest.timezone,
            version=manifest.version,
            events=sum(file.rows for file in manifest.of_kind(EVENTS)),
            files=len(manifest.files),
            event_bytes=sizes[EVENTS],
            rollup_bytes=sum(file.bytes for file in manifest.files if file.kind in ROLLUPS),
            index_bytes=sizes[INDEX],
            inbox=inbox_status(self.folder(workspace) / INBOX, loaded),
            unreadable_batches=unreadable,
            freshness=fresh,
        )

    def backup(self, target: Path) -> LakeBackup:
        """Write everything into an empty folder while others go on (store/backup.py)."""
        from uptake.store.backup import backup

        return backup(self, target)

    @staticmethod
    def restore(
        source: Path, root: Path, database_url: str, *, replace: bool = False
    ) -> LakeBackup:
        """Put a backup in place of an empty lake, or of any with ``replace``."""
        from uptake.store.backup import restore

        return restore(source, root, database_url, replace=replace)

    def check(self, workspace: str) -> list[Inconsistency]:
        """What is wrong with a workspace's files, rollups and index; nothing, mostly."""
        from uptake.store.consistency import check

        return check(self, workspace)

    @contextmanager
    def writing(self, workspace: str) -> Iterator[WorkspaceWriter]:
        """Be the one writer of a workspace; waits for its turn."""
        with self.try_writing(workspace, wait=True) as writer:
            if writer is None:
                raise LakeBusy(workspace)
            yield writer

    @contextmanager
    def try_writing(self, workspace: str, *, wait: bool) -> Iterator[WorkspaceWriter | None]:
        """Be the one writer of a workspace, or get None when another is and we won't wait."""
        self._require(workspace)
        with (
            naming_disk_errors(),
            self.database.exclusive(f"workspace-{workspace}", wait=wait) as lock,
        ):
            folder = self.folder(workspace)
            if lock is None:
                yield None
                return
            yield WorkspaceWriter(self.database, lock, folder=folder, workspace=workspace)

    def close(self) -> None:
        """Close the connections and leave the inbox; open snapshots stay usable."""
        self._inbox.close()
        self.database.close()
        if self._engine is not None:
            self._engine[1].close()
            self._engine = None

    def __enter__(self) -> Lake:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _require(self, workspace: str) -> None:
        if workspace in self._known:
            return
        with self.database.reading() as session:
            read_version(session, workspace)
        self._known.add(workspace)

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        """A session of this process's engine, with views of its own."""
        with self._engine_lock:
            if self._engine is None or self._engine[0] != os.getpid():
                self._engine = (os.getpid(), engine.connect(self.scratch))
            return engine.quiet(self._engine[1].cursor())
