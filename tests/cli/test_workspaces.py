from __future__ import annotations

import json

from tests.cli.conftest import Installation
from tests.cli.events import many_events


def test_a_workspace_is_created_with_its_place_in_the_lake(migrated: Installation) -> None:
    created = migrated.run("workspace", "create", "acme", "--timezone", "Asia/Tokyo", "--buyer")
    listed = migrated.run("workspace", "list", "--json")

    assert created.returncode == 0
    assert json.loads(listed.stdout)[0] == {
        "slug": "acme",
        "name": "acme",
        "kind": "buyer",
        "timezone": "Asia/Tokyo",
        "retention_months": None,
    }
    with migrated.open_lake() as lake:
        assert lake.status("acme").timezone == "Asia/Tokyo"


def test_retention_is_decided_per_workspace(migrated: Installation) -> None:
    decided = migrated.run("workspace", "retention", "--months", "36")
    listed = migrated.run("workspace", "list")
    undecided = migrated.run("workspace", "retention")

    assert decided.stdout == "Workspace default keeps 36 months of events.\n"
    assert listed.stdout == "default  vendor  UTC  keeps 36 months\n"
    assert undecided.returncode == 2


def test_a_workspace_knows_whose_holidays_are_free(migrated: Installation) -> None:
    said = migrated.run("workspace", "holidays", "de-by")
    taken_back = migrated.run("workspace", "holidays", "--unknown")
    nothing = migrated.run("workspace", "holidays")

    assert said.stdout == "Workspace default: public holidays of DE-BY are free.\n"
    assert taken_back.stdout == "Workspace default: none is known.\n"
    assert nothing.returncode == 2


def test_a_person_is_erased_once_and_then_unknown(migrated: Installation) -> None:
    with migrated.open_lake() as lake:
        lake.append("default", many_events(100))

    erased = migrated.run("erase-person", "person-7", "--yes", "--json")
    unknown = migrated.run("erase-person", "Person-7", "--yes")

    receipt = json.loads(erased.stdout)
    assert (receipt["events"]["events"], receipt["rows"]) == (2, 0)
    assert unknown.returncode == 2
    assert "capitals included" in unknown.stderr
