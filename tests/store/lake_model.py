"""The lake as a few lines of plain Python, and the things that can happen to both."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import md5
from typing import Protocol
from uuid import UUID

import pyarrow as pa

from lake_events import Row, event, table
from uptake.store import Lake, Loader, LoadReport
from uptake.store.bulk import bulk_load
from uptake.store.compaction import compact
from uptake.store.rollups import ROLLUP_KEYS, merge_rollup_sql, rollup_tables
from uptake.store.schema import CANONICAL, EVENT_FILE, ROLLUPS

WORKSPACE = "acme"


@dataclass(slots=True)
class Model:
    """What a lake must hold: rows by identity; what waits; who is known, erased and whom."""

    stored: dict[tuple[str, str], Row] = field(default_factory=dict)
    waiting: list[Row] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    erased: set[str] = field(default_factory=set)
    same_as: dict[str, str] = field(default_factory=dict)

    def store(self, rows: list[Row]) -> None:
        """Rows of living people, the first of each identity."""
        for row in (row for row in rows if row["person"] not in self.erased):
            self.known.add(row["person"])
            self.stored.setdefault((row["source_id"], row["message_id"]), row)

    def load(self) -> None:
        """What waits is stored."""
        self.store(self.waiting)
        self.waiting = []

    def erase(self, person: str) -> None:
        """No row of the person is left, and none comes in again."""
        self.load()
        others = {name for name in self.same_as if self.whole(name) == self.whole(person)}
        self.erased |= {person, self.whole(person), *others} if person in self.known else set()
        kept = {key: row for key, row in self.stored.items() if row["person"] not in self.erased}
        self.stored = kept

    def join(self, name: str, person: str) -> None:
        """One identifier stands for the person of the other, and with it all that stood for it."""
        end = self.whole(person)
        if end == name or {name, person} & self.erased:
            return
        self.same_as |= {other: end for other, whole in self.same_as.items() if whole == name}
        self.same_as[name] = end

    def whole(self, name: str) -> str:
        """The person whom an identifier stands for."""
        return self.same_as.get(name, name)

    def rows(self) -> Counter[str]:
        """Every stored row, as comparable text."""
        shown = (row | {"person": self.whole(row["person"])} for row in self.stored.values())
        return Counter(as_text(row) for row in shown)


class Step(Protocol):
    """Something that happens to the lake."""

    def happen(self, lake: Lake) -> None:
        """To the lake."""

    def expect(self, model: Model) -> None:
        """To the model."""


@dataclass(frozen=True)
class Append:
    """A batch arrives."""

    rows: list[Row]

    def happen(self, lake: Lake) -> None:
        lake.append(WORKSPACE, table(self.rows))

    def expect(self, model: Model) -> None:
        model.waiting += self.rows


@dataclass(frozen=True)
class Load:
    """The loader takes what waits."""

    def happen(self, lake: Lake) -> None:
        loader = Loader(lake)
        loader.drain(WORKSPACE)
        loader.close()

    def expect(self, model: Model) -> None:
        model.load()


@dataclass(frozen=True)
class Bulk:
    """A file with message ids of its own is imported."""

    rows: list[Row]

    def happen(self, lake: Lake) -> None:
        batches = iter(table(self.rows).to_batches(max_chunksize=2))
        load_in_chunks(lake, batches, content_keyed=False)

    def expect(self, model: Model) -> None:
        model.store(self.rows)


@dataclass(frozen=True)
class BulkByContent:
    """A file without message ids is imported."""

    rows: list[Row]

    def happen(self, lake: Lake) -> None:
        batches = iter(table(by_content(self.rows)).to_batches(max_chunksize=2))
        load_in_chunks(lake, batches, content_keyed=True)

    def expect(self, model: Model) -> None:
        model.store(numbered(by_content(self.rows)))


@dataclass(frozen=True)
class Compact:
    """Files are merged."""

    thorough: bool

    def happen(self, lake: Lake) -> None:
        compact(lake, WORKSPACE, thorough=self.thorough, full_rows=4)

    def expect(self, model: Model) -> None:
        pass


@dataclass(frozen=True)
class Erase:
    """A person who was stored is erased."""

    person: str

    def happen(self, lake: Lake) -> None:
        lake.append(WORKSPACE, table([erasable(self.person)]))
        lake.erase_person(WORKSPACE, self.person)

    def expect(self, model: Model) -> None:
        model.waiting.append(erasable(self.person))
        model.erase(self.person)


@dataclass(frozen=True)
class Join:
    """An identifier turns out to be another person's."""

    name: str
    person: str

    def happen(self, lake: Lake) -> None:
        lake.join_people(WORKSPACE, {self.name: self.person})

    def expect(self, model: Model) -> None:
        model.join(self.name, self.person)


def load_in_chunks(
    lake: Lake, batches: Iterator[pa.RecordBatch], *, content_keyed: bool
) -> LoadReport:
    """Import a file three rows at a time."""
    return bulk_load(
        lake,
        WORKSPACE,
        batches,
        import_key="file",
        content_keyed=content_keyed,
        chunk_rows=3,
    )


def erasable(person: str) -> Row:
    """An event that makes a person known."""
    return event(f"known-{person}", person=person, source_id="seen")


def by_content(rows: list[Row]) -> list[Row]:
    """Rows whose message id is the MD5 of their content, as imports hand them over."""
    return [row | {"source_id": "file", "message_id": _md5(as_text(row))} for row in rows]


def numbered(rows: list[Row]) -> list[Row]:
    """Rows with the identity that the k-th identical one of a file gets."""
    seen: Counter[str] = Counter()
    result = []
    for row in rows:
        time = seen[row["message_id"]]
        again = {"message_id": _md5(f"{row['message_id']}#{time}")} if time else {}
        result.append(row | again)
        seen[row["message_id"]] += 1
    return result


def stored_rows(lake: Lake) -> Counter[str]:
    """Every row that the lake shows, as comparable text."""
    with lake.snapshot(WORKSPACE) as snapshot:
        columns = ", ".join(CANONICAL.names)
        shown = snapshot.connection.sql(f"SELECT {columns} FROM events_text").to_arrow_table()
    return Counter(as_text(row) for row in shown.cast(CANONICAL).to_pylist())


def rollups(lake: Lake) -> dict[str, list[Row]]:
    """The rollups that the lake shows, one row a key."""
    with lake.snapshot(WORKSPACE) as snapshot:
        return {name: _merged(snapshot.connection, name, name) for name in ROLLUPS}


def rollups_from_events(lake: Lake) -> dict[str, list[Row]]:
    """The same rollups, from the events."""
    with lake.snapshot(WORKSPACE) as snapshot:
        connection = snapshot.connection
        events = connection.sql("FROM events").to_arrow_table().cast(EVENT_FILE)
        tables = rollup_tables(events, timezone=snapshot.timezone)
        return {name: _merged_table(connection, name, tables[name]) for name in ROLLUPS}


def _merged_table(connection: object, name: str, rows: pa.Table) -> list[Row]:
    connection.register("rows_of_rollup", rows)  # type: ignore[attr-defined]
    return _merged(connection, name, "rows_of_rollup")


def _merged(connection: object, name: str, source: str) -> list[Row]:
    merged = connection.sql(merge_rollup_sql(name, source)).to_arrow_table()  # type: ignore[attr-defined]
    keys = ROLLUP_KEYS[name]
    return sorted(merged.to_pylist(), key=lambda row: tuple(row[key] for key in keys))


def as_text(row: Row) -> str:
    """A row in a form that can be compared and counted."""
    return json.dumps({name: row[name] for name in CANONICAL.names}, default=str)


def _md5(text: str) -> str:
    return str(UUID(bytes=md5(text.encode(), usedforsecurity=False).digest()))
