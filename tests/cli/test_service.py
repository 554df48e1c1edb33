from __future__ import annotations

import json
import signal
import time
from collections.abc import Callable
from pathlib import Path

from tests.cli.conftest import Installation
from tests.cli.events import many_events
from uptake.config import Settings
from uptake.store import Lake

EVENTS = 5_000


def _wait_until(is_so: Callable[[], bool], *, seconds: float = 300.0) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.05)


def _stored(lake: Lake) -> int:
    return lake.status("default").events


def test_migrating_twice_changes_nothing(migrated: Installation) -> None:
    again = migrated.run("migrate", "--json")

    assert json.loads(again.stdout) == {"applied": [], "workspace_created": None}


def test_two_migrations_at_once_are_safe(installation: Installation) -> None:
    command = ("migrate", "--json")

    with installation.start(*command) as first, installation.start(*command) as second:
        reports = [json.loads(process.communicate()[0]) for process in (first, second)]

    assert (first.returncode, second.returncode) == (0, 0)
    assert sorted(len(report["applied"]) > 0 for report in reports) == [False, True]
    assert {report["workspace_created"] for report in reports} == {"default", None}


def test_the_worker_loads_what_arrives_and_stops_when_asked(migrated: Installation) -> None:
    with migrated.start("worker") as worker, migrated.open_lake() as lake:
        lake.append("default", many_events(EVENTS))
        _wait_until(lambda: _stored(lake) == EVENTS)
        worker.send_signal(signal.SIGTERM)
        _, log = worker.communicate(timeout=300)

    told = [json.loads(line)["event"] for line in log.splitlines()]
    assert worker.returncode == 0
    assert told[0] == "worker.started"
    assert "loader.loaded" in told
    assert told[-1] == "worker.stopped"


def test_a_worker_stopped_amid_work_loses_nothing(migrated: Installation) -> None:
    with migrated.open_lake() as lake:
        for part in range(20):
            lake.append("default", many_events(EVENTS, first=part * EVENTS))
        with migrated.start("worker") as worker:
            _wait_until(lambda: _stored(lake) > 0)
            worker.send_signal(signal.SIGINT)
            worker.communicate(timeout=300)

        status = lake.status("default")

    assert worker.returncode == 0
    assert status.events + status.inbox.events == 20 * EVENTS


def test_the_worker_asks_for_a_migration(tmp_path: Path) -> None:
    refused = Installation(tmp_path, "").run("worker")

    assert refused.returncode == 2
    assert refused.stderr == (
        "Error: The database is not up to date; run `uptake migrate` first.\n"
    )


def test_a_healthy_installation_passes(migrated: Installation) -> None:
    examined = migrated.run("doctor", "--json")

    findings = json.loads(examined.stdout)
    assert examined.returncode == 0
    assert {finding["level"] for finding in findings} == {"ok"}
    assert {"database", "lake database", "files of default"} <= {
        finding["subject"] for finding in findings
    }


def test_doctor_sends_a_new_installation_to_migrate(installation: Installation) -> None:
    examined = installation.run("doctor")

    assert examined.returncode == 1
    assert "fail  migrations: " in examined.stdout
    assert "-> Run `uptake migrate`." in examined.stdout


def test_every_setting_is_shown_and_secrets_are_not(tmp_path: Path) -> None:
    installation = Installation(tmp_path, "postgresql://me:hidden@127.0.0.1:1/db")

    shown = json.loads(installation.run("settings", "--json").stdout)

    assert set(shown) == {f"UPTAKE_{name.upper()}" for name in Settings.model_fields}
    assert shown["UPTAKE_DATABASE_URL"] == "postgresql://me:***@127.0.0.1:1/db"


def test_several_folders_of_a_setting_are_shown(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"UPTAKE_IMPORT_ROOTS={tmp_path},/srv")

    shown = json.loads(Installation(tmp_path, "").run("settings", "--json").stdout)

    assert shown["UPTAKE_IMPORT_ROOTS"] == f"{tmp_path.resolve()},/srv"


def test_a_setting_that_cannot_be_used_is_a_finding_of_doctor(tmp_path: Path) -> None:
    examined = Installation(tmp_path, "mysql://localhost/db").run("doctor", "--json")

    (found,) = json.loads(examined.stdout)
    assert examined.returncode == 1
    assert (found["level"], found["subject"]) == ("fail", "settings")
    assert found["says"].startswith("UPTAKE_DATABASE_URL cannot be used: ")


def test_a_data_folder_that_cannot_be_made_is_a_finding_of_doctor(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file where a folder should be")

    examined = Installation(tmp_path, "").run("doctor")

    assert examined.returncode == 1
    assert examined.stdout.startswith(f"fail  data folder: {tmp_path / 'var'} cannot be used: ")


def test_doctor_refuses_what_is_no_option_of_it(tmp_path: Path) -> None:
    assert Installation(tmp_path, "").run("doctor", "--everything").returncode == 2


def test_a_setting_that_cannot_be_used_is_one_sentence(tmp_path: Path) -> None:
    refused = Installation(tmp_path, "mysql://localhost/db").run("migrate")

    assert refused.returncode == 2
    assert refused.stderr.startswith("Error: UPTAKE_DATABASE_URL cannot be used: ")
    assert refused.stderr.count("\n") == 1


def test_a_place_that_cannot_be_used_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file where a folder should be")

    refused = Installation(tmp_path, "").run("migrate")

    assert refused.returncode == 2
    assert refused.stderr.startswith(f"Error: {tmp_path / 'var'} cannot be used: ")
    assert refused.stderr.count("\n") == 1


def test_doctor_reports_a_database_that_does_not_answer(tmp_path: Path) -> None:
    examined = Installation(tmp_path, "postgresql://me:hidden@127.0.0.1:1/db").run("doctor")

    assert examined.returncode == 1
    assert "fail  database: " in examined.stdout
    assert "-> Start the database or correct UPTAKE_DATABASE_URL." in examined.stdout
    assert "hidden" not in examined.stdout + examined.stderr
