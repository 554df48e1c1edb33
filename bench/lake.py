"""The event lake against its floors: ``python bench/lake.py 1e6 1e7 5e7``.

Prints one table per size. Every figure stands beside what the same bytes or rows cost without the
lake, measured in turns with it, because the speed of a machine drifts.

- ingest: two writer processes append batches of 500 events; floor: the same bytes appended to one
  file per process and fsynced after each batch. Events are made before, not while it is measured.
- load: inbox to Parquet, rollups and index, exact de-duplication included; floor: DuckDB's COPY of
  the same rows to Parquet with the same compression.

A reader asks for the latest days of every account all the while.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from lake_events import batch, renewed
from uptake.store import engine
from uptake.store.blob import Codec, decode_blob, encode_blob
from uptake.store.lake import Lake
from uptake.store.loader import Loader
from uptake.store.schema import CANONICAL

WORKSPACE = "bench"
BATCH = 500
ROUND = 1_000_000
BURST = 200
PAUSE = 0.1
READER_PAUSE = 0.5
READY = "ready"
LATEST_DAYS = """
    SELECT account, count(DISTINCT person) FROM person_days
    WHERE day > (SELECT max(day) FROM person_days) - 28 GROUP BY account
"""
START_MS = 1_767_225_600_000
DAY_MS = 86_400_000


@dataclass(slots=True)
class Series:
    """What the rounds of one size added up to."""

    ingest_rate: list[float] = field(default_factory=list)
    floor_rate: list[float] = field(default_factory=list)
    ingest_ms: list[float] = field(default_factory=list)
    floor_ms: list[float] = field(default_factory=list)
    load_rate: list[float] = field(default_factory=list)
    copy_rate: list[float] = field(default_factory=list)
    read_seconds: list[float] = field(default_factory=list)
    memory_mib: dict[str, float] = field(default_factory=dict)


class Process:
    """A child with one function, asked over a pipe; it says so when it is ready to be asked."""

    def __init__(self, role: Any, *arguments: Any) -> None:
        context = multiprocessing.get_context("spawn")
        self._ours, theirs = context.Pipe()
        self._process = context.Process(target=role, args=(theirs, *arguments), daemon=True)
        self._process.start()

    def wait_until_ready(self) -> None:
        if self.answer() != READY:
            raise AssertionError

    def ask(self, *question: Any) -> None:
        self._ours.send(question)

    def answer(self) -> Any:
        return self._ours.recv()

    def stop(self) -> None:
        self.ask("stop")
        self._process.join(30)


def peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def writer(pipe: Connection, root: str, url: str, seed: int) -> None:
    """Answer (prepare, day), (floor), (lake); give the milliseconds of each append."""
    lake, random = Lake.open(Path(root), url), np.random.default_rng(seed)
    models = [batch(random, BATCH, start_ms=START_MS + n * 30_000) for n in range(BURST)]
    floor = os.open(f"{root}/floor-{seed}", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    batches: list[pa.RecordBatch] = []
    blobs: list[bytes] = []
    pipe.send(READY)
    while (question := pipe.recv())[0] != "stop":
        if question[0] == "prepare":
            later = question[1] * DAY_MS // 10
            batches = [renewed(random, model, later_ms=later) for model in models]
            blobs = [encode_blob(each) for each in batches]
            pipe.send(None)
        elif question[0] == "floor":
            pipe.send((timed(partial(append_to_file, floor), blobs), peak_mib()))
        else:
            pipe.send((timed(partial(lake.append, WORKSPACE), batches), peak_mib()))


def append_to_file(file: int, content: bytes) -> None:
    os.write(file, content)
    os.fsync(file)


def timed(work: Callable[[Any], object], items: Sequence[object]) -> list[float]:
    """Milliseconds of the work on each item."""
    taken = []
    for item in items:
        started = time.perf_counter()
        work(item)
        taken.append((time.perf_counter() - started) * 1000)
    return taken


def loader(pipe: Connection, root: str, url: str) -> None:
    """Answer (drain): events stored, seconds, peak memory."""
    lake = Lake.open(Path(root), url)
    loading = Loader(lake)
    warm_up(lake, loading)
    pipe.send(READY)
    while pipe.recv()[0] != "stop":
        report = loading.drain(WORKSPACE)
        pipe.send((report.stored, report.seconds, peak_mib()))


def warm_up(lake: Lake, loading: Loader) -> None:
    """Import and compile what the first load of a process would."""
    lake.create_workspace("warm-up")
    lake.append("warm-up", batch(np.random.default_rng(0), BATCH, start_ms=START_MS))
    loading.drain("warm-up")


def copier(pipe: Connection, target: str) -> None:
    """Answer (copy, seed): seconds of DuckDB's COPY of as many rows."""
    connection = engine.quiet(duckdb.connect())
    random = np.random.default_rng(0)
    models = [batch(random, BATCH, start_ms=START_MS + n * 30_000) for n in range(ROUND // BATCH)]
    pipe.send(READY)
    while (question := pipe.recv())[0] != "stop":
        parts = [renewed(random, model, later_ms=question[1] * DAY_MS) for model in models]
        rows = pa.Table.from_batches(parts, CANONICAL).combine_chunks()
        connection.register("rows", rows)
        started = time.perf_counter()
        connection.execute(f"COPY rows TO '{target}' (FORMAT parquet, COMPRESSION zstd)")
        pipe.send(time.perf_counter() - started)
        connection.unregister("rows")


def reader(pipe: Connection, root: str, url: str) -> None:
    """Ask again and again until told to stop; then give each answer's seconds, and the memory."""
    lake, seconds = Lake.open(Path(root), url), []
    seen = counted_by(lake)
    pipe.send(READY)
    while not pipe.poll(READER_PAUSE):
        started = time.perf_counter()
        counted = counted_by(lake)
        if counted < seen:
            raise AssertionError(f"{counted} events after {seen}")
        seen = counted
        seconds.append(time.perf_counter() - started)
    pipe.recv()
    pipe.send((seconds, peak_mib()))


def counted_by(lake: Lake) -> int:
    """Ask for the latest days of every account; how many events there are."""
    with lake.snapshot(WORKSPACE) as snapshot:
        ask = snapshot.connection.execute
        counted = ask("SELECT coalesce(sum(events), 0) FROM account_hours").fetchall()[0][0]
        ask(LATEST_DAYS).fetchall()
    return int(counted)


def run(size: int, root: Path, url: str) -> Series:
    """Fill and load in rounds of a million until the lake holds ``size`` events.

    Ten rounds, the last among them, or all of fewer, are compared with the floors.
    """
    series = Series()
    with Lake.open(root, url) as lake:
        lake.create_workspace(WORKSPACE)
    writers = [Process(writer, str(root), url, seed) for seed in (1, 2)]
    reading = Process(reader, str(root), url)
    loading, copying = Process(loader, str(root), url), Process(copier, str(root / "copy.parquet"))
    for process in (*writers, reading, loading, copying):
        process.wait_until_ready()
    rounds = size // ROUND
    compared = {rounds - 1 - at * max(1, rounds // 10) for at in range(10)}
    for number in range(rounds):
        for burst in range(ROUND // BATCH // BURST // 2):
            ingest(writers, series, number * 10 + burst, compared=number in compared)
        loading.ask("drain")
        stored, seconds, series.memory_mib["loader"] = loading.answer()
        series.load_rate.append(stored / seconds)
        if number in compared:
            copying.ask("copy", number)
            series.copy_rate.append(ROUND / copying.answer())
        progress(number + 1, rounds)
    for process in (*writers, loading, copying):
        process.stop()
    reading.ask("answer")
    series.read_seconds, series.memory_mib["reader"] = reading.answer()
    return series


def ingest(writers: list[Process], series: Series, day: int, *, compared: bool) -> None:
    """One burst of both writers into the lake, after one to their files to compare it with."""
    ask_all(writers, "prepare", day)
    if not compared:
        ask_all(writers, "lake")
        return
    for kind, rates, each in (
        ("floor", series.floor_rate, series.floor_ms),
        ("lake", series.ingest_rate, series.ingest_ms),
    ):
        started = time.perf_counter()
        answers = ask_all(writers, kind)
        rates.append(len(writers) * BURST * BATCH / (time.perf_counter() - started))
        for taken, memory in answers:
            each.extend(taken)
            series.memory_mib["writer"] = max(memory, series.memory_mib.get("writer", 0))


def ask_all(processes: list[Process], *question: Any) -> list[Any]:
    for process in processes:
        process.ask(*question)
    return [process.answer() for process in processes]


def progress(done: int, total: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{done}/{total} million", end="", file=sys.stderr, flush=True)


def following_loader(pipe: Connection, root: str, url: str) -> None:
    """Load whatever arrives until told to stop, as the worker does."""
    lake = Lake.open(Path(root), url)
    loading = Loader(lake)
    warm_up(lake, loading)
    pipe.send(READY)
    while not pipe.poll(PAUSE):
        loading.run_once()
    pipe.recv()


def compactor(pipe: Connection, root: str, url: str) -> None:
    """Answer (compact): seconds and peak memory."""
    lake = Lake.open(Path(root), url)
    pipe.send(READY)
    while pipe.recv()[0] != "stop":
        report = lake.compact(WORKSPACE, thorough=True)
        pipe.send((report.seconds, peak_mib()))


def freshness(root: Path, url: str, *, seconds: float) -> tuple[float, int, int]:
    """Both writers in bursts beside the loader: events/s and delay p50 and worst p99 in ms."""
    writers = [Process(writer, str(root), url, seed) for seed in (11, 12)]
    loading = Process(following_loader, str(root), url)
    for process in (*writers, loading):
        process.wait_until_ready()
    with Lake.open(root, url) as lake:
        known = lake.status(WORKSPACE).version
        started, events = time.perf_counter(), 0
        while time.perf_counter() - started < seconds:
            ask_all(writers, "prepare", 5_000 + events // ROUND)
            events += sum(len(taken) * BATCH for taken, _ in ask_all(writers, "lake"))
        rate = events / (time.perf_counter() - started)
        while lake.status(WORKSPACE).inbox.events:
            time.sleep(PAUSE)
        with lake.database.reading() as session:
            rows = session.query(
                "SELECT delay_p50_ms, delay_p99_ms FROM lake_load "
                "WHERE workspace = ? AND version > ?",
                (WORKSPACE, known),
            )
    for process in (*writers, loading):
        process.stop()
    return rate, int(np.median([row[0] for row in rows])), max(row[1] for row in rows)


def codec_trade() -> None:
    """What each codec costs and saves, per event of a batch of 500 and of a single one."""
    print("\n| codec | events a batch | bytes/event | encode us/event | decode us/event |")
    print("|---|---:|---:|---:|---:|")
    for count in (1, BATCH):
        events = batch(np.random.default_rng(1), count, start_ms=START_MS)
        for codec in Codec:
            blob = encode_blob(events, codec)
            encode = best_us(lambda events=events, codec=codec: encode_blob(events, codec)) / count
            decode = best_us(lambda blob=blob: decode_blob(blob)) / count
            size = len(blob) / count
            print(f"| {codec.name} | {count} | {size:.0f} | {encode:.3f} | {decode:.3f} |")


def best_us(work: Any) -> float:
    best = float("inf")
    for _ in range(5):
        started = time.perf_counter()
        for _ in range(100):
            work()
        best = min(best, (time.perf_counter() - started) / 100)
    return best * 1e6


def report(size: int, series: Series, root: Path, url: str) -> None:
    """Print the table of one size, then compact and print what is left on the disk."""
    ingest_rate, floor_rate = np.median(series.ingest_rate), np.median(series.floor_rate)
    load_rate, copy_rate = np.median(series.load_rate), np.median(series.copy_rate)
    rows = [
        ("ingest, events/s", f"{ingest_rate:,.0f}", f"{floor_rate:,.0f}", ingest_rate / floor_rate),
        *(percentile_row(series, rank) for rank in (50, 99)),
        ("load, events/s", f"{load_rate:,.0f}", f"{copy_rate:,.0f}", load_rate / copy_rate),
        (
            "load, last tenth : first tenth",
            f"{tenth(series.load_rate, last=True):,.0f}",
            f"{tenth(series.load_rate, last=False):,.0f}",
            tenth(series.load_rate, last=True) / tenth(series.load_rate, last=False),
        ),
    ]
    print(f"\n**{size:,} events, {url.partition(':')[0]}**\n")
    print("| measure | lake | floor | ratio |\n|---|---:|---:|---:|")
    for name, ours, floor, ratio in rows:
        print(f"| {name} | {ours} | {floor} | {ratio:.2f} |")
    with Lake.open(root, url) as lake:
        disk(lake, "as loaded")
        compacting = Process(compactor, str(root), url)
        compacting.wait_until_ready()
        compacting.ask("compact")
        seconds, series.memory_mib["compaction"] = compacting.answer()
        compacting.stop()
        print(f"| reader's answer p50, ms | {1e3 * np.median(series.read_seconds):,.0f} | | |")
        print(f"| compaction, events/s | {size / seconds:,.0f} | | |")
        disk(lake, "compacted")
    for name, memory in series.memory_mib.items():
        print(f"| peak memory of the {name}, MiB | {memory:,.0f} | | |")


def percentile_row(series: Series, rank: int) -> tuple[str, str, str, float]:
    ours, floor = np.percentile(series.ingest_ms, rank), np.percentile(series.floor_ms, rank)
    return f"batch p{rank}, ms", f"{ours:.2f}", f"{floor:.2f}", ours / floor


def tenth(rates: list[float], *, last: bool) -> float:
    count = max(1, len(rates) // 10)
    return float(np.median(rates[-count:] if last else rates[:count]))


def disk(lake: Lake, when: str) -> None:
    status = lake.status(WORKSPACE)
    for name, size in (
        ("events", status.event_bytes),
        ("rollups", status.rollup_bytes),
        ("index", status.index_bytes),
    ):
        print(f"| bytes/event, {name}, {when} | {size / status.events:.1f} | | |")
    print(f"| files, {when} | {status.files} | | |")


@contextmanager
def database(root: Path, *, postgres: bool) -> Iterator[str]:
    """The URL of an empty database: a SQLite file, or a PostgreSQL server of our own."""
    if not postgres:
        yield f"sqlite:///{root}/lake.sqlite3"
        return
    sys.path.insert(0, str(Path(__file__).parent.parent))
    from tests.postgres_server import running_server

    with running_server(durable=True) as server:
        yield server.url()


def main() -> None:
    """Run the sizes given."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("sizes", nargs="*", default=["1e6"], help="events, whole millions")
    arguments.add_argument("--postgres", action="store_true", help="instead of SQLite")
    arguments.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()))
    given = arguments.parse_args()
    codec_trade()
    for text in given.sizes:
        root = Path(tempfile.mkdtemp(prefix="uptake-bench-", dir=given.folder))
        try:
            with database(root, postgres=given.postgres) as url:
                series = run(int(float(text)), root, url)
                report(int(float(text)), series, root, url)
                rate, median, slow = freshness(root, url, seconds=10)
            print(f"| queryable, ms (p50, worst p99), at {rate:,.0f} events/s ", end="")
            print(f"| {median}, {slow} | | |", flush=True)
        finally:
            shutil.rmtree(root)


if __name__ == "__main__":
    main()
