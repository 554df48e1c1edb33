"""A worker that is killed in the middle of an import: the next one completes it, exactly once."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Installation, migrated
from uptake.store import Lake

__all__ = ["migrated"]  # a fixture

pytestmark = pytest.mark.crash

ROWS = 40_000
KILLS = 3
PATIENCE = 300.0
SMALL_CHUNKS = "from uptake.store import bulk; bulk.bulk_load.__kwdefaults__['chunk_rows'] = 2_000"
WORKER = """
import sys
from uptake.cli import main
sys.argv = ["uptake", "worker"]
main()
"""
HESITANT = """
import time
read_ahead = bulk.read_ahead
def hesitant(tables):
    for number, table in enumerate(read_ahead(tables)):
        time.sleep(3_600 if number == {most} else 0)
        yield table
bulk.read_ahead = hesitant
"""
"""Never gets to the end, however late it is killed: it waits once it has stored ``most`` chunks."""
MOST_MORE = 4
ASK = """
import sys
from pathlib import Path
from uptake.foundation.boot import boot
boot()
from uptake.capabilities.imports import actions, uploading
from uptake.foundation.queries import system_actor
actor = system_actor("default")
data = Path(sys.argv[1]).read_bytes()
upload = uploading.start_upload(actor, "usage.csv", size=len(data))
uploading.append_chunk(actor, upload.pk, offset=0, data=data)
job = actions.create_import(actor, uploading.finish_upload(actor, upload.pk), kind="events")
from uptake.capabilities.imports.working import work_off
from uptake.foundation.lake import open_lake
with open_lake() as lake:
    work_off(job, lake)
actions.ask_for_run(actor, job.pk)
"""


def python(where: Installation, code: str, *arguments: str) -> subprocess.Popen[bytes]:
    with (where.folder / "worker.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-c", code, *arguments],
            env=where.environment(),
            cwd=where.folder,
            stdout=log,
            stderr=log,
        )


def wait_for(reached: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not reached():
        assert time.monotonic() < deadline, "the worker did not get on"
        assert process.poll() is None, "the worker died by itself"
        time.sleep(0.05)


def stored(lake: Lake) -> int:
    return lake.status("default").events


def states(where: Installation) -> list[dict[str, object]]:
    done = where.run("import", "list", "--json")
    assert done.returncode == 0, done.stderr
    listed: list[dict[str, object]] = json.loads(done.stdout)
    return listed


def test_the_import_is_completed_once_and_undone_whole(migrated: Installation) -> None:
    file = migrated.folder / "usage.csv"
    lines = (
        f"p{n % 300},2026-{1 + n % 9:02}-{1 + n % 27:02} 10:00,open,{n}\n" for n in range(ROWS)
    )
    file.write_text("user,time,event,ticket\n" + "".join(lines), encoding="utf-8")
    asked = python(migrated, ASK, str(file))
    assert asked.wait(PATIENCE) == 0, (migrated.folder / "worker.log").read_text()

    with migrated.open_lake() as lake:
        for kill in range(1, KILLS + 1):
            before = stored(lake)
            until_then = HESITANT.format(most=MOST_MORE * kill)
            worker = python(migrated, f"{SMALL_CHUNKS}\n{until_then}\n{WORKER}")
            wait_for(lambda seen=before: stored(lake) > seen, worker)
            worker.kill()
            worker.wait(PATIENCE)
        in_the_middle = stored(lake)
        worker = python(migrated, f"{SMALL_CHUNKS}\n{WORKER}")
        wait_for(lambda: stored(lake) == ROWS, worker)
        wait_for(lambda: states(migrated)[0]["state"] == "done", worker)
        worker.terminate()
        worker.wait(PATIENCE)
        faults = lake.check("default")

    job = states(migrated)[0]
    undone = migrated.run("import", "undo", str(job["number"]), "--yes", "--json")

    assert 0 < in_the_middle < ROWS
    assert [job[name] for name in ("rows", "new", "unchanged", "rejected")] == [ROWS, ROWS, 0, 0]
    assert faults == []
    assert json.loads(undone.stdout)["state"] == "undone"
    with migrated.open_lake() as lake:
        assert stored(lake) == 0
    assert not list(Path(migrated.folder / "var" / "uploads").glob("*/usage.csv"))
