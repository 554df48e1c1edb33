from __future__ import annotations

import re
import sqlite3
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from tests.cli.conftest import Installation
from uptake.cli import demo, demo_world

SMALL = ("demo", "--accounts", "2", "--people", "120", "--weeks", "26", "--no-serve")
ELSEWHERE = ("--port", "8043")


def test_the_demo_is_served_by_a_program_begun_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[tuple[str, tuple[str, ...]]] = []
    monkeypatch.setattr("os.execv", lambda program, words: begun.append((program, words)))

    demo._serve(8043)

    served = ("-m", "uptake", "serve", "--host", "127.0.0.1", "--port", "8043")
    assert begun == [(sys.executable, (sys.executable, *served))]


def test_nothing_in_the_demo_was_written_down_after_its_last_day() -> None:
    moments = [datetime(2026, 11, 15, 23, 59, tzinfo=UTC), datetime(2026, 11, 16, tzinfo=UTC)]
    kind = pa.timestamp("ms", tz="UTC")
    batch = pa.record_batch({"received_at": pa.array(moments, kind)})

    (kept,) = demo_world.arrived([batch], date(2026, 11, 15))

    assert kept.column("received_at").to_pylist() == moments[:1]


def test_the_demo_loads_both_workspaces_and_admits_somebody_of_each_role(
    tmp_path: Path,
) -> None:
    empty = Installation(folder=tmp_path, database_url="")

    first = empty.run(*SMALL, *ELSEWHERE)
    again = empty.run(*SMALL, *ELSEWHERE)

    assert first.returncode == 0, first.stderr
    assert re.search(r"lead@demo\.example +Simulated vendor +editor", first.stdout)
    assert re.search(r"buyer-lead@demo\.example +Simulated buyer +editor", first.stdout)
    assert (empty.folder / "demo.report.html").stat().st_size > 50_000
    assert "is in" in again.stderr
    assert again.stdout == first.stdout
    assert _addresses_told(empty) == {"127.0.0.1:8043"}
    assert _memberships(empty) == {
        ("owner", "vendor", "owner", False),
        ("success", "vendor", "editor", False),
        ("lead", "vendor", "editor", True),
        ("manager", "vendor", "manager", True),
        ("executive", "vendor", "executive", True),
        ("user", "vendor", "member", True),
        ("viewer", "vendor", "viewer", False),
        ("owner", "buyer", "owner", False),
        ("buyer-lead", "buyer", "editor", False),
        ("executive", "buyer", "executive", False),
    }


def _memberships(installation: Installation) -> set[tuple[str, str, str, bool]]:
    """Name before the @, kind of workspace, role, whether limited to an account."""
    query = """
        SELECT replace(u.email, '@demo.example', ''), w.kind, m.role, m.account <> ''
        FROM foundation_membership m
        JOIN foundation_user u ON u.id = m.user_id
        JOIN foundation_workspace w ON w.id = m.workspace_id
    """
    (file,) = installation.folder.glob("**/uptake.sqlite3")
    with sqlite3.connect(file) as database:
        return {(*row[:3], bool(row[3])) for row in database.execute(query)}


def _addresses_told(installation: Installation) -> set[str]:
    """Where the links lead that stand in what was written to people."""
    (file,) = installation.folder.glob("**/uptake.sqlite3")
    with sqlite3.connect(file) as database:
        texts = database.execute("SELECT message FROM delivery_delivery")
        return {found for row in texts for found in re.findall(r"http://([^/]+)/", row[0])}
