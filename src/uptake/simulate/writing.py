"""Writes a simulated vendor to a folder: events, tables, truth, and a note that says so."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from uptake.simulate.activity import realise
from uptake.simulate.config import InvalidSimulation
from uptake.simulate.events import account_batches
from uptake.simulate.plan import Plan
from uptake.simulate.summary import AccountSummary, summarise
from uptake.simulate.vendor import SimulatedVendor
from uptake.store.schema import CANONICAL

MARK = {b"simulated": b"true"}
WORTH_A_PROCESS = 2_000_000
"""Expected person-weeks x events from which a second process pays."""
MOST_PROCESSES = 2
UNIQUE_COLUMNS = {"message_id", "object_id", "case_id"}
TABLES = (
    "accounts",
    "people",
    "contracts",
    "products",
    "seats",
    "deployments",
    "profiles",
    "changes",
    "barriers",
    "plays",
)
Progress = Callable[[int, int], None]
"""Called with accounts written and accounts in all."""


@dataclass(frozen=True, slots=True)
class WrittenVendor:
    """What was written where."""

    folder: Path
    events: int
    files: int
    accounts: int
    people: int


def write(
    vendor: SimulatedVendor,
    out: Path,
    *,
    processes: int | None = None,
    progress: Progress | None = None,
) -> WrittenVendor:
    """Write a vendor to a new or empty folder; the bytes do not depend on ``processes``."""
    _make_folder(out)
    summaries: list[AccountSummary] = []
    events = 0
    for written, summary in _parts(vendor.plan, out, processes or _processes(vendor.plan)):
        summaries.append(summary)
        events += written
        if progress:
            progress(len(summaries), len(vendor.plan.accounts))
    vendor.keep(tuple(summaries))
    _write_tables(vendor, out)
    (out / "truth.json").write_text(json.dumps(vendor.truth, indent=1) + "\n", encoding="utf-8")
    (out / "README.md").write_text(_readme(vendor, events), encoding="utf-8")
    config = vendor.config
    return WrittenVendor(out, events, len(summaries), config.accounts, config.people)


def _make_folder(out: Path) -> None:
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise InvalidSimulation(f"{out} is not empty; name a folder that does not exist yet.")
    (out / "events").mkdir(parents=True, exist_ok=True)


def _processes(plan: Plan) -> int:
    config = plan.config
    expected = config.people * config.weeks * config.events_per_person_week
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return min(MOST_PROCESSES, cores or 1) if expected > WORTH_A_PROCESS else 1


def _parts(plan: Plan, out: Path, processes: int) -> Iterator[tuple[int, AccountSummary]]:
    rows = range(len(plan.accounts))
    if processes == 1:
        for row in rows:
            yield write_account(plan, row, out)
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        yield from pool.map(write_account, [plan] * len(rows), rows, [out] * len(rows))


def write_account(plan: Plan, row: int, out: Path) -> tuple[int, AccountSummary]:
    """Write one account's part file; return its events and its summary."""
    account = plan.accounts[row]
    run = realise(plan, account)
    schema = CANONICAL.with_metadata(MARK)
    dictionary = [name for name in CANONICAL.names if name not in UNIQUE_COLUMNS]
    dictionary = [name for name in dictionary if pa.types.is_string(CANONICAL.field(name).type)]
    path = out / "events" / f"part-{account.number:05d}.parquet"
    events = 0
    with pq.ParquetWriter(
        path, schema, compression="zstd", compression_level=1, use_dictionary=dictionary
    ) as writer:
        for batch in account_batches(plan, account, run):
            writer.write_batch(batch.replace_schema_metadata(MARK))
            events += batch.num_rows
    return events, summarise(plan, run)


def _write_tables(vendor: SimulatedVendor, out: Path) -> None:
    for name in TABLES:
        pa_csv.write_csv(getattr(vendor, name), out / f"{name}.csv")
    truth = vendor.people_truth.replace_schema_metadata(MARK)
    pq.write_table(truth, out / "truth_people.parquet", compression="zstd")


def _readme(vendor: SimulatedVendor, events: int) -> str:
    config = vendor.config
    return f"""# Simulated vendor

Everything in this folder is simulated. No person, customer or contract in it exists.

{config.accounts} accounts, {config.people} people, {config.weeks} weeks from {config.start},
seed {config.seed}, {events} events. The same settings give the same bytes.

| file | content |
|---|---|
| events/part-*.parquet | events in Uptake's canonical schema, one file per account |
| accounts.csv, people.csv, contracts.csv, products.csv | records to import |
| seats.csv, deployments.csv | who has a seat from when to when; go-lives |
| profiles.csv | actions expected of each role in a full week |
| changes.csv, barriers.csv, plays.csv | what was logged, without its true effect |
| truth.json, truth_people.parquet | everything planted: look only to check an answer |

Source ids begin with `simulated:`. How it is made: docs/reference/simulation.md of Uptake.
"""
