"""Synthetic events for the metric benchmark, laid out as the lake lays them out.

Laid out as after compaction: one Parquet file a month of events and of each rollup, made and merged
by the lake's own code, events clustered by account and person. People are skewed (a few do much),
weekends are quiet. The same size gives the same rows.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from uptake.store.aliases import NO_ALIASES
from uptake.store.rollups import ROLLUP_ORDER, merge_rollup_sql, rollup_tables
from uptake.store.schema import EVENT_FILE, ROLLUPS, TermKind
from uptake.store.views import Sources, create_views

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

WEEKS = 78
ACTIONS = 20
ACCOUNTS = 40
MODULES = 5
FIRST = date(2024, 1, 1)
WEEKDAY_SHARE = np.array([0.19, 0.20, 0.20, 0.19, 0.17, 0.03, 0.02])
DAY_MS = 86_400_000
STAGES = ("open", "won", "lost")
AMOUNTS = 20
"""Different amounts that a field says; one in ten says nothing."""

SMALL_LOAD = 5_000
"""Events of a load that comes while pages are shown."""


def people_of(events: int) -> int:
    """How many people do so many events."""
    return max(events // 2500, 6000 if events >= 10_000_000 else 1000)


@dataclass(frozen=True, slots=True)
class Week:
    number: int
    events: int
    people: int
    fields: bool = False


def coded_events(week: Week) -> pa.Table:
    """EVENT_FILE rows of one week."""
    random = np.random.default_rng([7, week.number])
    n = week.events
    person = (week.people * random.random(n) ** 2).astype(np.int32) + 1
    account = (person % ACCOUNTS + 1).astype(np.int32)
    weekday = np.searchsorted(np.cumsum(WEEKDAY_SHARE), random.random(n) * 0.999).astype(np.int32)
    start = (FIRST - date(1970, 1, 1)).days + 7 * week.number
    day = (start + weekday).astype(np.int32)
    order = np.lexsort((day, person, account))
    person, account, day = person[order], account[order], day[order]
    moment = day.astype(np.int64) * DAY_MS + random.integers(7 * 3_600_000, 19 * 3_600_000, n)
    written = moment + (random.exponential(8.0, n) * 3_600_000).astype(np.int64)
    action = (ACTIONS * random.random(n) ** 1.7).astype(np.int32) + 1
    columns: dict[str, pa.Array] = {
        "day": pa.array(day, pa.int32()).cast(pa.date32()),
        "account": pa.array(account),
        "person": pa.array(person),
        "occurred_at": pa.array(moment, pa.timestamp("ms", tz="UTC")),
        "recorded_at": pa.array(written, pa.timestamp("ms", tz="UTC")),
        "received_at": pa.array(written, pa.timestamp("ms", tz="UTC")),
        "product": pa.array(np.ones(n, np.int32)),
        "module": pa.array((action % MODULES + 1).astype(np.int32)),
        "action": pa.array(action),
        "object_type": pa.array(np.zeros(n, np.int32)),
        "quality_ok": pa.array(random.random(n) < 0.85),
        "source": pa.array(np.ones(n, np.int32)),
        "message_text": pa.array(np.arange(n) + week.number * n).cast(pa.string()),
    }
    if week.fields:
        columns["properties"] = _fields(random, n)
    arrays = [columns.get(f.name, pa.nulls(n, f.type)) for f in EVENT_FILE]
    return pa.table(arrays, schema=EVENT_FILE)


def _fields(random: np.random.Generator, n: int) -> pa.Array:
    """What events say of their records: a stage and an amount."""
    amounts = ["n/a" if number % 10 == 0 else str(100 * number) for number in range(AMOUNTS)]
    said = [
        json.dumps({"name": f"deal {amount}", "stage": stage, "amount": amount})
        for stage in STAGES
        for amount in amounts
    ]
    return pa.DictionaryArray.from_arrays(
        pa.array(random.integers(0, len(said), n), pa.int32()), pa.array(said)
    ).cast(pa.string())


def make(folder: Path, size: int, people: int | None = None, *, fields: bool = False) -> Path:
    """The folder of the files of a size, written unless they are there; ``people`` do the work.

    With ``fields`` events say something of their records.
    """
    named = f"events_{size}" if people is None else f"events_{size}_of_{people}"
    target = folder / (f"{named}_with_fields" if fields else named)
    if (target / "done").exists():
        return target
    for name in ("events", *ROLLUPS):
        (target / name).mkdir(parents=True, exist_ok=True)
    for number in range(WEEKS):
        week = Week(number, size // WEEKS, people or people_of(size), fields)
        coded = coded_events(week)
        rows = {"events": coded, **rollup_tables(coded, timezone="UTC")}
        for name, table in rows.items():
            pq.write_table(table, target / name / f"week-{number:03}.parquet", compression="zstd")
    for name in ("events", *ROLLUPS):
        merge(target / name, name)
    (target / "done").touch()
    return target


def small_load(
    folder: Path, number: int, people: int, *, week: int = WEEKS - 1, fields: bool = False
) -> list[Path]:
    """The files of a load of a few events of a week, the last if nothing is said."""
    coded = coded_events(Week(week, SMALL_LOAD + number, people, fields))
    rows = {"events": coded, **rollup_tables(coded, timezone="UTC")}
    paths = []
    for name, table in rows.items():
        paths.append(folder / name / f"load-{time.time_ns()}.parquet")
        pq.write_table(table, paths[-1], compression="zstd")
    return paths


def merge(folder: Path, name: str) -> None:
    """The files of the weeks of a relation as one file a month."""
    weeks = f"read_parquet('{folder}/week-*.parquet')"
    with duckdb.connect(config={"memory_limit": "2GiB"}) as connection:
        connection.execute("SET preserve_insertion_order = false; SET TimeZone = 'UTC'")
        months = f"SELECT DISTINCT date_trunc('month', day)::DATE FROM {weeks} ORDER BY 1"
        for (month,) in connection.execute(months).fetchall():
            days = f"date_trunc('month', day) = DATE '{month}'"
            source = f"(FROM {weeks} WHERE {days})"
            merged = source if name == "events" else f"({merge_rollup_sql(name, source)})"
            path = folder / f"{month:%Y-%m}.parquet"
            order = ROLLUP_ORDER.get(name, "account, person, occurred_at")
            connection.execute(
                f"COPY (FROM {merged} ORDER BY {order}) TO '{path}'"
                " (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)"
            )
    for path in folder.glob("week-*.parquet"):
        path.unlink()


class Snapshot:
    """The relations of the lake over the files of a folder."""

    timezone = "UTC"
    erased: tuple[int, ...] = ()
    aliases = NO_ALIASES

    def __init__(self, folder: Path, threads: int) -> None:
        self.folder = folder
        self.connection = duckdb.connect(config={"threads": threads})
        terms = [("account", c) for c in range(1, ACCOUNTS + 1)]
        terms += [("action", c) for c in range(1, ACTIONS + 1)]
        terms += [("module", c) for c in range(1, MODULES + 1)] + [("product", 1)]
        values = ", ".join(f"('{kind}', {code}, '{kind} {code}')" for kind, code in terms)
        read = {n: f"read_parquet('{folder / n}/*.parquet')" for n in ("events", *ROLLUPS)}
        sources = Sources(**read, terms=f"(VALUES {values}) AS t(kind, code, text)")
        create_views(self.connection, sources)

    def files(self, relation: str) -> tuple[Path, ...]:
        return tuple(sorted((self.folder / relation).glob("*.parquet")))

    def known_as(self) -> dict[str, str]:
        return {}

    def ibis(self) -> Backend:
        import ibis

        return ibis.duckdb.from_connection(self.connection)

    def codes(self, kind: TermKind) -> dict[str, int]:
        return {text: code for code, text in self.texts(kind).items()}

    def texts(self, kind: TermKind) -> dict[int, str]:
        sql = "SELECT code, text FROM terms WHERE kind = ?"
        return dict(self.connection.execute(sql, [kind.value]).fetchall())
