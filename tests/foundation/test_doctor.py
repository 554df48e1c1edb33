from __future__ import annotations

import os
import shutil
from collections import namedtuple
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.utils.timezone import now

from tests.cast import Cast
from tests.cli.events import many_events
from uptake.config import Settings
from uptake.foundation import doctor
from uptake.foundation.doctor import examine
from uptake.foundation.findings import Finding, Level
from uptake.foundation.lake import open_lake
from uptake.foundation.models import Activity, Workspace
from uptake.store import Loader

MIB = 1024 * 1024
Usage = namedtuple("Usage", "free")


@pytest.fixture
def settings_here(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name in [name for name in os.environ if name.startswith("UPTAKE_")]:
        monkeypatch.delenv(name)
    here = Settings(data_dir=tmp_path)
    with open_lake(here) as lake:
        lake.create_workspace("acme")
        lake.append("acme", many_events(50))
        loader = Loader(lake)
        loader.run_once()
        loader.close()
    return here


def _about(subject: str, settings: Settings) -> list[Finding]:
    return [finding for finding in examine(settings) if finding.subject == subject]


def test_a_well_installation_has_nothing_to_say(settings_here: Settings) -> None:
    assert {finding.level for finding in examine(settings_here)} == {Level.OK}


def test_a_misspelled_variable_is_pointed_out(
    settings_here: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UPTAKE_TIMEZOME", "UTC")

    warned = _about("settings", settings_here)[0]

    assert (warned.level, warned.says) == (Level.WARN, "UPTAKE_TIMEZOME is no setting")


def test_a_secret_that_others_can_read_is_pointed_out(settings_here: Settings) -> None:
    settings_here.signing_secret()
    settings_here.secret_file.chmod(0o644)

    (warned,) = _about("secret", settings_here)

    assert warned.level is Level.WARN
    assert warned.advice.startswith("chmod 600 ")


@pytest.mark.parametrize(
    ("free", "level"), [(50, Level.FAIL), (500, Level.WARN), (5_000, Level.OK)]
)
def test_a_disk_that_fills_is_noticed_in_time(
    settings_here: Settings, monkeypatch: pytest.MonkeyPatch, free: int, level: Level
) -> None:
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda _path: Usage(free * MIB))

    (found,) = _about("disk", settings_here)

    assert found.level is level


def test_a_data_folder_that_is_gone_stops_no_other_examination(settings_here: Settings) -> None:
    shutil.rmtree(settings_here.data_dir)

    findings = examine(settings_here)

    failed = {finding.subject for finding in findings if finding.level is Level.FAIL}
    assert failed == {"data folder", "disk", "lake database"}
    assert all(finding.advice for finding in findings if finding.level is Level.FAIL)


@pytest.mark.parametrize(("ahead", "level"), [(30, Level.WARN), (3_600, Level.FAIL)])
def test_records_from_the_future_mean_that_the_clock_went_back(
    settings_here: Settings, cast: Cast, ahead: int, level: Level
) -> None:
    Activity.objects.create(
        workspace=cast.workspace, actor_name="x", verb="x", at=now() + timedelta(seconds=ahead)
    )

    (found,) = _about("clock and records", settings_here)

    assert found.level is level


def test_an_unknown_time_zone_is_a_failure(settings_here: Settings) -> None:
    Workspace.objects.create(slug="acme", name="Acme", timezone="Atlantis/Centre")

    (found,) = _about("time zones", settings_here)

    assert found.level is Level.FAIL


def test_events_that_wait_for_long_ask_after_the_worker(
    settings_here: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    long_ago = int((datetime.now(UTC) - timedelta(hours=1)).timestamp() * 1000)
    monkeypatch.setattr("uptake.store.inbox.now_ms", lambda: long_ago)
    with open_lake(settings_here) as lake:
        lake.append("acme", many_events(10, first=50))

    (found,) = _about("inbox of acme", settings_here)

    assert found.level is Level.WARN
    assert "10 events wait" in found.says
    assert "uptake worker" in found.advice


def test_a_missing_file_is_a_failure(settings_here: Settings) -> None:
    lost = next((settings_here.lake_dir / "acme").rglob("*.parquet"))
    lost.unlink()

    (found,) = _about("files of acme", settings_here)

    assert found.level is Level.FAIL
    assert lost.name in found.says
