from __future__ import annotations

from datetime import date

import pytest
from pytest_django import DjangoAssertNumQueries

from tests import factories
from tests.api.asking import Api
from tests.cast import Cast
from uptake.capabilities.customers.models import Account, Change, Contract, Person, Population
from uptake.foundation.lake import open_lake

UPSERTS = [
    ("/accounts", {"external_id": "north", "name": "North"}),
    ("/people", {"external_id": "p1", "role": "agent"}),
    ("/products", {"product": "crm", "action": "call logged"}),
]


@pytest.fixture
def lake(cast: Cast) -> None:
    with open_lake() as opened:
        opened.create_workspace("acme")


def test_accounts_come_page_by_page_whatever_is_added_meanwhile(cast: Cast, key: Api) -> None:
    for name in ("a", "c", "e"):
        factories.account(cast.workspace, name)

    first = key.get("/accounts", limit=2).json()
    factories.account(cast.workspace, "b")
    factories.account(cast.workspace, "d")
    second = key.get("/accounts", limit=2, cursor=first["next"]).json()

    assert [row["external_id"] for row in first["items"]] == ["a", "c"]
    assert [row["external_id"] for row in second["items"]] == ["d", "e"]
    assert second["next"] is None


def test_changes_of_one_day_come_page_by_page(cast: Cast, key: Api) -> None:
    for kind in ("staff", "structure", "offering"):
        Change.objects.create(workspace=cast.workspace, kind=kind, happened_on=date(2026, 3, 1))
    Change.objects.create(workspace=cast.workspace, kind="staff", happened_on=date(2026, 1, 1))

    seen, cursor = [], ""
    for _ in range(4):
        page = key.get("/changes", limit=1, cursor=cursor).json()
        seen += [row["kind"] for row in page["items"]]
        cursor = page["next"]

    assert seen == ["offering", "structure", "staff", "staff"]
    assert cursor is None


@pytest.mark.parametrize("cursor", ["x", "W10", "WzFd", "bnVsbA", "WyJhIiwgMV0", "é"])
def test_a_cursor_that_is_none_of_ours_is_refused(key: Api, cursor: str) -> None:
    assert key.get("/changes", cursor=cursor).status_code == 422


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/accounts", 2),
        ("/people", 3),
        ("/contracts", 2),
        ("/products", 2),
        ("/actions", 2),
        ("/changes", 2),
        ("/deployments", 2),
        ("/populations", 2),
    ],
)
def test_a_list_takes_the_same_few_queries_however_long(
    cast: Cast, key: Api, django_assert_num_queries: DjangoAssertNumQueries, path: str, most: int
) -> None:
    _many_of_everything(cast)
    key.get("/accounts")

    with django_assert_num_queries(most):
        found = key.items(path)

    assert len(found) == 12


def _many_of_everything(cast: Cast) -> None:
    top = factories.account(cast.workspace, "top")
    crm = factories.product(cast.workspace)
    boss = factories.person(cast.workspace, "boss")
    for n in range(12):
        account = factories.account(cast.workspace, f"a{n}", parent=top) if n < 11 else top
        team = factories.team(cast.workspace, f"t{n}", account)
        if n < 11:
            factories.person(cast.workspace, f"p{n}", account=account, team=team, manager=boss)
            factories.product(cast.workspace, f"product {n}")
        factories.action(crm, f"act {n}")
        Contract.objects.create(
            workspace=cast.workspace, external_id=f"c{n}", account=account, product=crm
        )
        account.deployments.create(product=crm)
        Change.objects.create(
            workspace=cast.workspace,
            account=account,
            product=crm,
            kind="staff",
            happened_on=date(2026, 1, 1),
        )
        Population.objects.create(workspace=cast.workspace, name=f"p{n}")


def test_who_is_limited_to_an_account_sees_that_one_and_what_is_below(
    cast: Cast, customers_key: Api, carla: Api
) -> None:
    north = factories.account(cast.workspace, "north")
    factories.account(cast.workspace, "north/harbour", parent=north)
    south = factories.account(cast.workspace, "south")
    for account in (north, south):
        factories.person(cast.workspace, f"of {account}", account=account)
        Contract.objects.create(
            workspace=cast.workspace, external_id=f"of {account}", account=account
        )
        Change.objects.create(
            workspace=cast.workspace, account=account, kind="staff", happened_on=date(2026, 1, 1)
        )

    for api in (customers_key, carla):
        assert [row["external_id"] for row in api.items("/accounts")] == ["north", "north/harbour"]
        assert [row["external_id"] for row in api.items("/people")] == ["of north"]
        assert [row["external_id"] for row in api.items("/contracts")] == ["of north"]
        assert [row["account"] for row in api.items("/changes")] == ["north"]
        assert api.get("/accounts/north/harbour").json()["parent"] == "north"
        assert api.get("/accounts/south").status_code == 404
        assert api.get("/people/of%20south").status_code == 404
        assert api.get("/discoveries", account="south").status_code == 404


@pytest.mark.parametrize(("path", "record"), UPSERTS)
def test_records_are_taken_over_once(
    key: Api, lake: None, path: str, record: dict[str, str]
) -> None:
    first = key.post(path, {"records": [record]}).json()
    second = key.post(path, {"records": [record]}).json()

    assert (first["new"], first["rejected"]) == (1, 0)
    assert (second["new"], second["unchanged"]) == (0, 1)


@pytest.mark.parametrize(("path", "record"), UPSERTS)
def test_a_dry_run_says_what_would_happen(
    key: Api, lake: None, path: str, record: dict[str, str]
) -> None:
    said = key.post(path, {"records": [record], "dry_run": True}).json()
    again = key.post(path, {"records": [record], "dry_run": True}).json()

    assert said["new"] == again["new"] == 1


def test_a_contract_is_taken_over_with_its_price(cast: Cast, key: Api) -> None:
    factories.account(cast.workspace, "north")
    contract = {"external_id": "c", "account": "north", "price": "1200.50", "currency": "EUR"}

    taken = key.post("/contracts", {"records": [contract]}).json()

    assert taken["new"] == 1
    assert key.items("/contracts")[0]["price"] == "1200.500000"


def test_a_record_that_is_refused_says_which_and_why(key: Api) -> None:
    records = [{"external_id": "a"}, {"external_id": "b", "parent": "nobody"}]

    taken = key.post("/accounts", {"records": records}).json()

    assert (taken["new"], taken["rejected"]) == (1, 1)
    assert taken["refused"][0]["record"] == 2
    assert "nobody" in taken["refused"][0]["reason"]
    assert Account.objects.get().external_id == "a"


def test_only_who_defines_populations_may_count_who_fits_any_rule(
    cast: Cast, victor: Api, olga: Api
) -> None:
    for n in range(4):
        factories.person(cast.workspace, f"p{n}", role="agent")
    rules = {"rules": [{"field": "role", "op": "is", "value": "agent"}]}

    refused = victor.post("/populations/preview", rules)
    shown = olga.post("/populations/preview", rules).json()

    assert refused.status_code == 403
    assert shown == {"people": 4, "state": "measured"}
    assert Population.objects.count() == 0


def test_the_size_of_a_small_population_is_hidden_from_who_sees_no_people(
    cast: Cast, victor: Api, olga: Api
) -> None:
    for n in range(4):
        factories.person(cast.workspace, f"p{n}", role="agent")
    rules = [{"field": "role", "op": "is", "value": "agent"}]
    olga.send("PUT", "/populations/Agents", {"rules": rules})

    hidden = victor.get("/populations/Agents/size").json()
    shown = olga.get("/populations/Agents/size").json()

    assert hidden == {"people": None, "state": "suppressed"}
    assert shown == {"people": 4, "state": "measured"}


def test_a_population_is_defined_changed_and_listed_with_its_people(cast: Cast, olga: Api) -> None:
    factories.person(cast.workspace, "ann", role="agent")
    factories.person(cast.workspace, "bob", role="clerk")
    rules = [{"field": "role", "op": "in", "value": ["agent"]}]

    olga.send("PUT", "/populations/Agents", {"rules": rules})
    changed = olga.send("PUT", "/populations/Agents", {"rules": rules, "days_a_week": "2.5"})

    assert changed.json()["days_a_week"] == "2.5"
    assert olga.get("/populations/Agents").json()["rules"] == rules
    assert [row["external_id"] for row in olga.items("/populations/Agents/people")] == ["ann"]
    assert Population.objects.count() == 1


def test_what_is_on_record_about_an_account_is_written_and_read(cast: Cast, olga: Api) -> None:
    factories.account(cast.workspace, "north")
    factories.product(cast.workspace)
    live = {"account": "north", "product": "crm", "day": "2026-01-05"}
    note = {"account": "north", "day": "2026-02-01", "struggles": "No time."}

    deployment = olga.post("/go-lives", live).json()
    olga.post("/discoveries", note)
    olga.post("/notes", {"account": "north", "day": "2026-02-02", "text": "Call again."})
    said = {"executive": "CFO", "horizon_years": 1, "definition": "Paper is gone."}
    success = olga.post(
        "/success-definitions", said | {"deployment": deployment["id"], "day": "2026-02-01"}
    )

    assert deployment["go_live"] == "2026-01-05"
    assert olga.items("/changes")[0]["kind"] == "go_live"
    assert olga.items("/discoveries", account="north")[0]["struggles"] == "No time."
    assert [note["text"] for note in olga.items("/notes", account="north")] == ["Call again."]
    assert success.json()["horizon_years"] == 1
    assert Person.objects.count() == 0
