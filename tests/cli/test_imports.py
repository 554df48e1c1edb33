"""Imports from the command line: shown, rehearsed, run, and harmless to repeat."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.cli.conftest import Installation
from tests.formats.reading import rejected

EVENTS = """user,time,event,team
ann,01/02/2024 08:00,opened,Sales
ann,25/02/2024 08:00,opened,Sales
ann,25/02/2024 08:00,opened,Sales
bob,yesterday,opened,Sales
"""


def run(installation: Installation, *arguments: str) -> dict[str, Any]:  # Any: JSON
    done = installation.run("import", *arguments, "--json")
    assert done.returncode == 0, done.stderr
    outcome: dict[str, Any] = json.loads(done.stdout)
    return outcome


def counts(outcome: dict[str, Any]) -> tuple[int, int, int, int]:
    return tuple(outcome[name] for name in ("new", "changed", "unchanged", "rejected"))


def test_events_are_rehearsed_imported_once_and_never_twice(installation: Installation) -> None:
    (installation.folder / "events.csv").write_text(EVENTS, encoding="utf-8")
    too_early = installation.run("import", "events", "events.csv")
    installation.run("migrate")

    rehearsed = run(installation, "events", "events.csv", "--dry-run")
    imported = run(installation, "events", "events.csv")
    again = run(installation, "events", "events.csv")

    assert too_early.returncode == 2
    assert too_early.stderr.startswith("Error: ")
    assert "run `uptake migrate` first" in too_early.stderr
    assert counts(rehearsed) == counts(imported) == (3, 0, 0, 1)
    assert counts(again) == (0, 0, 3, 1)
    assert imported["reasons"] == {"not a time": 1}
    assert rejected(installation.folder / imported["rejects"]) == [
        (5, "not a time", "bob,yesterday,opened,Sales")
    ]
    with installation.open_lake() as lake, lake.snapshot("default") as snapshot:
        stored = snapshot.connection.execute("SELECT count(*) FROM events").fetchall()
    assert stored == [(3,)]


def test_help_names_every_kind_of_import(tmp_path: Path) -> None:
    done = Installation(tmp_path, "").run("import", "--help")

    kinds = ("events", "people", "accounts", "contracts", "products")
    assert all(kind in done.stdout for kind in kinds)
