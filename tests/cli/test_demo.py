from __future__ import annotations

import re
import sqlite3
from pathlib import Path

from tests.cli.conftest import Installation

SMALL = ("demo", "--accounts", "2", "--people", "120", "--weeks", "26", "--no-serve")


def test_the_demo_loads_both_workspaces_and_admits_somebody_of_each_role(
    tmp_path: Path,
) -> None:
    empty = Installation(folder=tmp_path, database_url="")

    first = empty.run(*SMALL)
    again = empty.run(*SMALL)

    assert first.returncode == 0, first.stderr
    assert re.search(r"lead@demo\.example +Simulated vendor +editor", first.stdout)
    assert re.search(r"buyer-lead@demo\.example +Simulated buyer +editor", first.stdout)
    assert (empty.folder / "demo.report.html").stat().st_size > 50_000
    assert "is in" in again.stderr
    assert again.stdout == first.stdout
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
