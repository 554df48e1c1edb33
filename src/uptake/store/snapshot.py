"""A snapshot: one workspace at one version, as relations to query, however long it takes."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from uptake.store.aliases import ALIAS_TABLE, AliasCache, Aliases
from uptake.store.database import Database, Session
from uptake.store.leases import Lease
from uptake.store.manifest import EVENTS, Manifest, read_manifest, read_version
from uptake.store.schema import EVENT_FILE, ROLLUPS, TermKind
from uptake.store.views import Sources, create_views, parquet

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

TERMS = pa.schema([("kind", pa.string()), ("code", pa.int32()), ("text", pa.string())])
_TERM_TABLE = "lake_terms"


class TermCache:
    """The terms of one workspace, kept between snapshots; only what is new is read again.

    A term that is forgotten comes again as new, without its text: then all are read afresh.
    """

    __slots__ = ("_table", "_version")

    def __init__(self) -> None:
        self._table = TERMS.empty_table()
        self._version = -1

    def table(self, session: Session, manifest: Manifest) -> pa.Table:
        """The terms at the manifest's version, read in the manifest's transaction."""
        table, version = self._table, self._version
        if manifest.version > version:
            rows = _terms_since(session, manifest.workspace, version)
            if any(text is None for _, _, text in rows):
                table, rows = TERMS.empty_table(), _terms_since(session, manifest.workspace, -1)
            table = pa.concat_tables([table, _term_table(rows)]) if rows else table
            self._table, self._version = table, manifest.version
        return table


@dataclass(frozen=True, slots=True)
class NameCache:
    """What a process keeps of a workspace's names between snapshots."""

    terms: TermCache = field(default_factory=TermCache)
    aliases: AliasCache = field(default_factory=AliasCache)


class Snapshot:
    """A consistent view of one workspace; a context manager.

    ``connection`` has the views events, events_text, person_days, person_day_actions,
    account_hours, terms and person_codes. A person in them is whoever the identifier stands for.
    Whatever is loaded, compacted or deleted meanwhile, it stays as it is.
    """

    __slots__ = ("_folder", "_lease", "_terms", "aliases", "connection", "manifest")

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        manifest: Manifest,
        *,
        terms: pa.Table,
        aliases: Aliases,
        folder: Path,
        lease: Lease,
    ) -> None:
        self.connection = connection
        self.manifest = manifest
        self.aliases = aliases
        self._terms = terms
        self._lease = lease
        self._folder = folder
        connection.register(_TERM_TABLE, terms)
        if len(aliases):
            connection.register(ALIAS_TABLE, aliases.table())
        sources = _sources(manifest, folder)
        create_views(connection, sources, erased=manifest.erased, aliased=len(aliases) > 0)

    @property
    def workspace(self) -> str:
        """The name of the workspace."""
        return self.manifest.workspace

    @property
    def timezone(self) -> str:
        """The time zone in which the workspace's days begin."""
        return self.manifest.timezone

    @property
    def version(self) -> int:
        """The version of the workspace; it rises with every load."""
        return self.manifest.version

    @property
    def erased(self) -> tuple[int, ...]:
        """Codes of people who are erased and may still be in the files."""
        return self.manifest.erased

    def files(self, relation: str) -> tuple[Path, ...]:
        """The files of a relation; a file never changes."""
        return tuple(self._folder / file.path for file in self.manifest.of_kind(relation))

    def codes(self, kind: TermKind) -> dict[str, int]:
        """Code of every text of a kind; of an identifier, that of the person it stands for."""
        texts = self.texts(kind)
        if kind is not TermKind.PERSON or not len(self.aliases):
            return {text: code for code, text in texts.items()}
        same_as = self.aliases.pairs()
        return {text: same_as.get(code, code) for code, text in texts.items()}

    def known_as(self) -> dict[str, str]:
        """The person that each identifier stands for which stands for another than itself."""
        if not len(self.aliases):
            return {}
        pairs = self.aliases.pairs()
        concerned = pc.is_in(self._terms["code"], pa.array([*pairs, *pairs.values()], pa.int32()))
        texts = _texts(TermKind.PERSON, self._terms.filter(concerned))
        return {
            texts[code]: texts[person]
            for code, person in pairs.items()
            if code in texts and person in texts
        }

    def texts(self, kind: TermKind) -> dict[int, str]:
        """Text of every code of a kind."""
        return _texts(kind, self._terms)

    def ibis(self) -> Backend:
        """An Ibis backend over the same connection."""
        import ibis  # importing it takes a second

        return ibis.duckdb.from_connection(self.connection)

    def close(self) -> None:
        """Let the files of this version go."""
        self.connection.close()
        self._lease.close()

    def __enter__(self) -> Snapshot:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def take_snapshot(
    database: Database,
    connection: duckdb.DuckDBPyConnection,
    workspace: str,
    *,
    folder: Path,
    cache: NameCache,
) -> Snapshot:
    """The workspace as of now; ``connection`` then belongs to the snapshot."""
    with database.reading() as session:
        known = read_version(session, workspace)
    lease = Lease(folder, known)
    try:
        with database.reading() as session:
            manifest = read_manifest(session, workspace)
            terms = cache.terms.table(session, manifest)
            aliases = cache.aliases.aliases(session, manifest)
        return Snapshot(
            connection, manifest, terms=terms, aliases=aliases, folder=folder, lease=lease
        )
    except BaseException:
        lease.close()
        connection.close()
        raise


def _texts(kind: TermKind, terms: pa.Table) -> dict[int, str]:
    rows = terms.filter(pc.equal(terms["kind"], kind.value))
    return dict(zip(rows["code"].to_pylist(), rows["text"].to_pylist(), strict=True))


def _sources(manifest: Manifest, folder: Path) -> Sources:
    """Where each relation of the workspace lies."""
    schemas = {EVENTS: EVENT_FILE, **ROLLUPS}
    read = {
        kind: parquet([folder / file.path for file in manifest.of_kind(kind)], schema)
        for kind, schema in schemas.items()
    }
    return Sources(**read, terms=_TERM_TABLE)


def _terms_since(
    session: Session, workspace: str, version: int
) -> list[tuple[str, int, str | None]]:
    return session.query(
        "SELECT kind, code, text FROM lake_term WHERE workspace = ? AND version > ?",
        (workspace, version),
    )


def _term_table(rows: list[tuple[str, int, str | None]]) -> pa.Table:
    kinds, codes, texts = zip(*rows, strict=True)
    columns = [pa.array(kinds), pa.array(codes, pa.int32()), pa.array(texts, pa.string())]
    every = pa.table(columns, schema=TERMS)
    return every.filter(pc.is_valid(every["text"]))
