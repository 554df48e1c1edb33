from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.cli.events import many_events
from uptake.cli import app
from uptake.config import load_settings
from uptake.store import Lake


@pytest.fixture
def lake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lake]:
    """The lake of an installation whose settings point into the test's folder."""
    monkeypatch.setenv("UPTAKE_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("UPTAKE_DATABASE_URL", raising=False)
    load_settings.cache_clear()
    settings = load_settings()
    with Lake.open(settings.lake_dir, settings.lake_url) as lake:
        lake.create_workspace("default")
        yield lake
    load_settings.cache_clear()


def run(*arguments: str, answer: str = "") -> Result:
    return CliRunner().invoke(app, ["lake", *arguments], input=answer, catch_exceptions=False)


def as_json(*arguments: str) -> object:
    return json.loads(run(*arguments, "--json").stdout)


def test_what_waits_is_shown_and_loaded(lake: Lake) -> None:
    lake.append("default", many_events(30))

    assert "30 events of 1 batches wait" in run("status").stdout
    assert run("load").stdout.startswith("Stored 30 events")
    assert "default: 30 events in 5 files" in run("status").stdout
    assert "Queryable" in run("status").stdout


def test_reads_and_reports_are_printed_for_machines(lake: Lake) -> None:
    lake.append("default", many_events(3))

    tail = as_json("tail", "2")
    loaded = as_json("load")
    status = as_json("status")

    assert [event["message_id"] for event in tail] == ["m2", "m1"]
    assert loaded["stored"] == 3
    assert (status["events"], status["inbox"]["events"]) == (3, 0)


def test_the_tail_has_a_line_for_each_event(lake: Lake) -> None:
    lake.append("default", many_events(3))

    lines = run("tail", "2").stdout.splitlines()

    assert lines[0] == "2026-03-02 09:02:00  account-2  person-2  call logged"
    assert len(lines) == 2


def test_an_empty_inbox_is_said_to_be_empty(lake: Lake) -> None:
    result = run("tail")

    assert (result.stdout, result.stderr) == ("", "No events wait in the inbox.\n")


def test_compaction_says_what_became_of_the_files(lake: Lake) -> None:
    for first in (0, 10, 20):
        lake.append("default", many_events(10, first=first))
        run("load")

    assert as_json("compact", "--thorough")["files_after"] == 5
    assert run("compact").stdout.startswith("5 files of")


def test_erasing_events_alone_says_what_is_left_and_how_to_erase_it(lake: Lake) -> None:
    lake.append("default", many_events(100))
    run("load")

    asked = run("erase-person", "person-7", answer="n\n")
    done = run("erase-person", "person-7", "--yes")

    assert "only the events" in asked.output
    assert "still there: run `uptake erase-person`" in " ".join(done.output.split())


def test_a_person_is_erased_only_when_confirmed(lake: Lake) -> None:
    lake.append("default", many_events(100))
    run("load")

    declined = run("erase-person", "person-7", answer="n\n")
    receipt = as_json("erase-person", "person-7", "--yes")

    assert declined.exit_code == 1
    assert (receipt["workspace"], receipt["events"]) == ("default", 2)
    assert lake.status("default").events == 98


def test_months_past_retention_are_dropped_only_when_confirmed(lake: Lake) -> None:
    lake.append("default", many_events(10))
    run("load")

    declined = run("retention", "1", answer="n\n")
    report = as_json("retention", "1", "--yes")

    assert declined.exit_code == 1
    assert report["events"] == 10


@pytest.mark.parametrize("command", ["status", "tail", "compact"])
def test_an_unknown_workspace_is_named(lake: Lake, command: str) -> None:
    result = run(command, "--workspace", "nobody")

    assert result.exit_code == 2
    assert "no workspace 'nobody'" in result.stderr


def test_without_a_lake_the_next_step_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UPTAKE_DATA_DIR", str(tmp_path / "nowhere"))
    load_settings.cache_clear()

    result = run("status")
    load_settings.cache_clear()

    assert result.exit_code == 2
    assert "run `uptake migrate` first" in result.stderr
