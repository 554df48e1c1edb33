"""The processes of the crash test: each runs until it is killed or told to stop."""

from __future__ import annotations

import json
import os
import random
import signal
import time
from pathlib import Path

from lake_model import by_content

from lake_events import Row, event, table
from uptake.store.bulk import bulk_load
from uptake.store.compaction import compact
from uptake.store.lake import Lake
from uptake.store.loader import Loader

WORKSPACE = "acme"
RESEND_OLD = 0.1
RETRY_UNACKNOWLEDGED = 0.5


class Journal:
    """Lines that survive a kill of the process: one write call each."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def note(self, **facts: object) -> None:
        os.write(self._file, (json.dumps(facts) + "\n").encode())

    def lines(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self._path.read_text().splitlines()]


def batch_rows(writer: int, number: int) -> list[Row]:
    """The events of a writer's n-th batch: the same whenever it is sent."""
    size = 1 + (number * 7 + writer) % 40
    name = f"w{writer}-b{number}"
    return [
        event(f"{name}-{at}", case_id=name, object_id=str(size), person=f"p{(number + at) % 50}")
        for at in range(size)
    ]


def write(folder: str, url: str, name: str) -> None:
    """Send batches; note each before it is sent and once it is acknowledged."""
    root, writer = Path(folder), int(name)
    journal = Journal(root / f"write-{writer}.journal")
    tried = {int(line["number"]) for line in journal.lines() if line["step"] == "try"}
    acknowledged = {int(line["number"]) for line in journal.lines() if line["step"] == "ack"}
    dice = random.Random(f"{writer}-{len(tried)}")
    lake = Lake.open(root / "lake", url)
    number = max(tried, default=-1) + 1
    for lost in sorted(tried - acknowledged):
        if dice.random() < RETRY_UNACKNOWLEDGED:
            _send(lake, journal, writer, lost)
    while not (root / "stop").exists():
        _send(lake, journal, writer, number)
        if dice.random() < RESEND_OLD:
            _send(lake, journal, writer, dice.randrange(number + 1))
        number += 1
        time.sleep(dice.random() * 0.02)


def _send(lake: Lake, journal: Journal, writer: int, number: int) -> None:
    journal.note(step="try", number=number)
    lake.append(WORKSPACE, table(batch_rows(writer, number)))
    journal.note(step="ack", number=number)


def load(folder: str, url: str) -> None:
    """Load whatever waits, and compact now and then."""
    root = Path(folder)
    lake = Lake.open(root / "lake", url)
    loader = Loader(lake)
    journal = Journal(root / "load.journal")
    loads = 0
    while not (root / "stop").exists():
        report = loader.run_once()
        loads += bool(report.batches)
        if report.batches:
            journal.note(stored=report.stored, duplicates=report.duplicates)
        if loads % 8 == 7:
            compact(lake, WORKSPACE)
            loads += 1
        time.sleep(0.01)


def read(folder: str, url: str) -> None:
    """Look again and again, noting what is seen."""
    root = Path(folder)
    journal = Journal(root / "read.journal")
    lake = Lake.open(root / "lake", url)
    while not (root / "stop").exists():
        with lake.snapshot(WORKSPACE) as snapshot:
            ask = snapshot.connection.execute
            partial = ask(
                "SELECT case_id FROM events GROUP BY case_id "
                "HAVING count(*) <> max(object_id::INTEGER)"
            ).fetchall()
            time.sleep(0.02)
            events = ask("SELECT count(*) FROM events").fetchall()[0][0]
            rolled = ask("SELECT coalesce(sum(events), 0)::BIGINT FROM account_hours").fetchall()
            journal.note(
                version=snapshot.version, events=events, rolled=rolled[0][0], partial=partial
            )


def load_and_die(folder: str, url: str, point: str) -> None:
    """Load what waits, but be killed at one of the loader's points."""

    def fault(reached: str) -> None:
        if reached == point:
            os.kill(os.getpid(), signal.SIGKILL)

    Loader(Lake.open(Path(folder) / "lake", url), fault=fault).drain()


def send_at(folder: str, url: str, moment: str) -> None:
    """Send one and the same batch at a moment (seconds since 1970)."""
    lake = Lake.open(Path(folder) / "lake", url)
    time.sleep(max(0.0, float(moment) - time.time()))
    lake.append(WORKSPACE, table(batch_rows(0, 5)))


def open_lake(folder: str, url: str, moment: str) -> None:
    """Open a lake that does not exist yet, at a moment (seconds since 1970)."""
    time.sleep(max(0.0, float(moment) - time.time()))
    Lake.open(Path(folder) / "lake", url).create_workspace(WORKSPACE)


def hold_snapshot(folder: str, url: str) -> None:
    """Keep a snapshot open until killed; the file ``held`` says that it is."""
    with Lake.open(Path(folder) / "lake", url).snapshot(WORKSPACE):
        (Path(folder) / "held").touch()
        time.sleep(600)


def file_rows() -> list[Row]:
    """The rows of a file without message ids: every third one comes several times."""
    rows = [event("-", person=f"p{at % 40}", object_id=f"o{at // 3}") for at in range(1_500)]
    return by_content(rows + rows[::3])


def import_file(folder: str, url: str) -> None:
    """Import the file in small chunks."""
    batches = iter(table(file_rows()).to_batches(max_chunksize=50))
    with Lake.open(Path(folder) / "lake", url) as lake:
        bulk_load(lake, WORKSPACE, batches, import_key="file", content_keyed=True, chunk_rows=100)


def compact_thoroughly(folder: str, url: str) -> None:
    """Merge whatever can be merged into small files."""
    with Lake.open(Path(folder) / "lake", url) as lake:
        compact(lake, WORKSPACE, thorough=True, full_rows=300)


def erase(folder: str, url: str, person: str) -> None:
    """Erase a person."""
    with Lake.open(Path(folder) / "lake", url) as lake:
        lake.erase_person(WORKSPACE, person)
