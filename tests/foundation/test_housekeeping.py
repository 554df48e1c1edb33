from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.events import many_events
from uptake.foundation import housekeeping
from uptake.foundation.housekeeping import due_chores, keep_house
from uptake.foundation.lake import ensure_lake_workspaces
from uptake.foundation.models import JobRun, Workspace
from uptake.store import Lake, Loader
from uptake.store.errors import LakeBusy

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def acme(db: None) -> Workspace:
    return Workspace.objects.create(slug="acme", name="Acme", retention_months=1)


@pytest.fixture
def lake(acme: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lake]:
    def open_lake() -> Lake:
        return Lake.open(tmp_path / "lake", f"sqlite:///{tmp_path}/lake.sqlite3")

    monkeypatch.setattr(housekeeping, "open_lake", open_lake)
    with open_lake() as lake:
        ensure_lake_workspaces(lake)
        yield lake


def _due(moment: datetime) -> list[str]:
    return [chore.name for _, chore in due_chores(moment)]


def test_every_chore_of_a_new_workspace_is_due(acme: Workspace) -> None:
    assert _due(NOON) == ["retention", "compaction"]


def test_a_chore_is_due_again_after_its_interval(acme: Workspace) -> None:
    for job in ("retention", "compaction"):
        JobRun.objects.create(workspace=acme, job=job, finished_at=NOON, said="done")

    assert _due(NOON + timedelta(hours=5)) == []
    assert _due(NOON + timedelta(hours=6)) == ["compaction"]
    assert _due(NOON + timedelta(hours=24)) == ["retention", "compaction"]


def test_keeping_house_drops_what_is_too_old_and_says_so(lake: Lake) -> None:
    lake.append("acme", many_events(100))
    loader = Loader(lake)
    loader.run_once()
    loader.close()

    done = keep_house()

    assert done == 2
    assert lake.status("acme").events == 0
    assert JobRun.objects.get(job="retention").said.startswith("100 events before ")


def test_keeping_house_twice_does_each_chore_once(lake: Lake) -> None:
    keep_house()

    assert keep_house() == 0


def test_a_chore_that_fails_is_due_again_and_stops_no_other(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(_lake: Lake, workspace: str, **_options: object) -> None:
        raise LakeBusy(workspace)

    monkeypatch.setattr(Lake, "compact", busy)

    assert keep_house() == 1
    assert [job.job for job in JobRun.objects.all()] == ["retention"]
