from __future__ import annotations

import json

import pytest

from tests.cli.conftest import Installation
from tests.metrics.logs import Event, canonical


@pytest.fixture
def loaded(migrated: Installation) -> Installation:
    people = "id,account,team,role\n" + "".join(f"p{n},north,sales,agent\n" for n in range(9))
    (migrated.folder / "accounts.csv").write_text("id,name,segment\nnorth,North,large\n")
    (migrated.folder / "people.csv").write_text(people)
    for kind in ("accounts", "people"):
        done = migrated.run("import", kind, f"{kind}.csv")
        assert done.returncode == 0, done.stderr
    events = [Event(f"p{n}", day, account="north") for n in range(9) for day in range(n, 56, 7)]
    with migrated.open_lake() as lake:
        lake.append("default", canonical(events))
    assert migrated.run("lake", "load").returncode == 0
    return migrated


def test_portfolio_deployment_and_explore_read_the_same_numbers(loaded: Installation) -> None:
    portfolio = loaded.run("portfolio", "--json")
    deployment = loaded.run("deployment", "north", "--json")
    shown = loaded.run("portfolio")
    explore = loaded.run("explore", "adoption_rate", "--by", "account", "--json")
    accounts = loaded.run("account", "list", "--json")

    row = json.loads(portfolio.stdout)["rows"][0]
    view = json.loads(deployment.stdout)
    (series,) = json.loads(explore.stdout)["series"]
    assert (row["account"], row["active"]["denominator"]) == ("north", 9)
    assert "1 of 1 deployment works." in shown.stdout
    assert view["row"]["active"] == row["active"]
    assert series["points"][-1]["value"] == row["active"]["value"]
    assert [account["name"] for account in json.loads(accounts.stdout)] == ["North"]


def test_a_question_that_makes_no_sense_is_refused_with_a_sentence(
    migrated: Installation,
) -> None:
    refused = migrated.run("explore", "adoption_rate", "--by", "shoe size")

    assert refused.returncode == 2
    assert refused.stderr.startswith("Error: 'shoe size' is not a valid Split")
