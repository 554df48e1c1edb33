"""CSV to lake, as a ratio to DuckDB's own COPY of the same CSV to Parquet.

Run: python bench/imports.py --rows 1000000 [--folder DIR]. The file is made once per size. Each
measurement runs in a process of its own, so that its peak memory is its own.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb

MAKE = """
COPY (
    SELECT 'user_' || lpad((hash(i) % 5000)::VARCHAR, 5, '0') AS user,
        'team ' || (hash(i) % 200) AS team,
        ['opened', 'saved', 'closed', 'sent', 'exported'][1 + (hash(i * 7) % 5)::INT] AS action,
        'module ' || (hash(i * 3) % 12) AS module,
        strftime(TIMESTAMP '2015-01-01' + to_seconds(i * 7), '%Y-%m-%d %H:%M:%S') AS time,
        'INC' || lpad((i // 5)::VARCHAR, 8, '0') AS number,
        (hash(i) % 1000) / 10.0 AS score
    FROM range({rows}) t(i)
) TO '{path}' (HEADER)
"""


Job = Callable[[Path, Path], None]
"""Does something with a file in a folder."""


@dataclass(frozen=True, slots=True)
class Result:
    seconds: float
    cpu_seconds: float
    peak_mib: int


def copy(path: Path, folder: Path) -> None:
    with duckdb.connect() as connection:
        connection.execute("SET enable_progress_bar = false")
        connection.execute(f"COPY (FROM '{path}') TO '{folder / 'copy.parquet'}'")


def read(path: Path, folder: Path) -> None:  # noqa: ARG001 - all jobs are called alike
    from uptake.formats import open_table, propose_mapping, read_events

    with open_table(path) as table:
        file = read_events(table, propose_mapping(table), source_id="bench")
        for _ in file.batches():
            pass


def load(path: Path, folder: Path) -> None:
    assert store(path, folder) == (rows_of(path), 0)


def load_again(path: Path, folder: Path) -> None:
    assert store(path, folder) == (0, rows_of(path))


def store(path: Path, folder: Path) -> tuple[int, int]:
    """Import a file as a whole; how many rows were stored, and how many were already."""
    from uptake.formats import open_table, propose_mapping, read_events
    from uptake.store import Lake

    lake = Lake.open(folder / "lake", f"sqlite:///{folder}/lake.sqlite3")
    lake.create_workspace("bench")
    with open_table(path) as table:
        file = read_events(table, propose_mapping(table), source_id="bench")
        report = lake.bulk_load("bench", file.batches(), import_key="bench", content_keyed=True)
    lake.close()
    return report.stored, report.duplicates


def rows_of(path: Path) -> int:
    return int(path.stem.removeprefix("events-"))


@dataclass(frozen=True, slots=True)
class Step:
    """What is measured, in a folder of its own in which others may have gone before."""

    name: str
    job: Job
    before: Job | None = None


STEPS = (
    Step("COPY", copy),
    Step("reading alone", read),
    Step("CSV to lake", load),
    Step("the same file again", load_again, before=load),
)


def measured(step: Step, path: Path) -> Result:
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        if step.before is not None:
            apart(step.before, path, Path(folder))
        return apart(step.job, path, Path(folder))


def apart(job: Job, path: Path, folder: Path) -> Result:
    """Do it in a process of its own."""
    context = multiprocessing.get_context("spawn")
    pipe, other = context.Pipe()
    process = context.Process(target=run, args=(job, path, folder, other))
    process.start()
    other.close()
    result: Result = pipe.recv()
    process.join()
    return result


def run(job: Job, path: Path, folder: Path, pipe: object) -> None:
    import pandas  # noqa: F401 - pyarrow loads it anyway; not part of the work

    import uptake.formats
    import uptake.store.bulk  # noqa: F401

    started, worked = time.perf_counter(), time.process_time()
    job(path, folder)
    seconds, cpu_seconds = time.perf_counter() - started, time.process_time() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    pipe.send(Result(seconds, cpu_seconds, peak))  # type: ignore[attr-defined]  # Connection is untyped


def made(folder: Path, rows: int) -> Path:
    path = folder / f"events-{rows}.csv"
    if not path.exists():
        duckdb.connect().execute(MAKE.format(rows=rows, path=path))
    return path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000_000])
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "uptake-bench")
    chosen = parser.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    print("| rows | step | seconds | events/s | of COPY | CPU s | of COPY | peak MiB |")
    print("|---|---|---|---|---|---|---|---|")
    for rows in chosen.rows:
        path = made(chosen.folder, rows)
        floor = None
        for step in STEPS:
            best = min(
                (measured(step, path) for _ in range(chosen.repeats)), key=lambda r: r.seconds
            )
            floor = floor or best
            print(
                f"| {rows:,} | {step.name} | {best.seconds:.2f} | {rows / best.seconds:,.0f} "
                f"| {floor.seconds / best.seconds:.2f} | {best.cpu_seconds:.2f} "
                f"| {floor.cpu_seconds / best.cpu_seconds:.2f} | {best.peak_mib} |"
            )


if __name__ == "__main__":
    main()
