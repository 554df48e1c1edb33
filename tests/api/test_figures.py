from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests import factories
from tests.api.asking import Api
from tests.capabilities.measure.vendor import SLUG, LoadedVendor, joined, loaded
from uptake.capabilities.customers.models import Person
from uptake.foundation.access import Role
from uptake.foundation.keys import create_key

pytestmark = pytest.mark.django_db
PARTS = {"value", "numerator", "denominator", "low", "high", "unit", "window", "state", "reason"}


@pytest.fixture(autouse=True)
def data_dir() -> None:
    """The vendor brings a data folder of its own."""


@pytest.fixture(scope="module")
def vendor(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LoadedVendor]:
    with django_db_blocker.unblock(), loaded(tmp_path_factory.mktemp("vendor")) as vendor:
        yield vendor


def _key(vendor: LoadedVendor, *scopes: str, account: str = "") -> Api:
    owner = joined(vendor, "owner", Role.OWNER)
    issued = create_key(owner, "test", scopes=frozenset(scopes), account=account)
    return Api(Client(), {"Authorization": f"Bearer {issued.key}"}, workspace=SLUG)


@pytest.fixture
def reader(vendor: LoadedVendor) -> Api:
    return _key(vendor, "metrics:read", "contracts:read")


def test_the_portfolio_comes_page_by_page_in_the_order_asked_for(
    vendor: LoadedVendor, reader: Api
) -> None:
    whole = reader.get("/portfolio", sort="adoption", limit=200).json()
    cursor, seen = "", []
    while cursor is not None:
        page = reader.get("/portfolio", sort="adoption", limit=2, cursor=cursor).json()
        seen += page["items"]
        cursor = page["next"]

    assert seen == whole["items"]
    assert whole["fitting"] == whole["all_rows"] == len(vendor.rows("deployments"))


def test_the_portfolio_is_filtered(reader: Api) -> None:
    page = reader.get("/portfolio", products="crm", limit=200).json()

    assert {row["product"] for row in page["items"]} == {"crm"}
    assert page["fitting"] == len(page["items"]) < page["all_rows"]


def test_every_number_explains_itself(vendor: LoadedVendor, reader: Api) -> None:
    shown = reader.get("/deployments/a001").json()

    for number in (*shown["numbers"], *shown["curve"]):
        assert number.keys() >= PARTS
        assert number["basis"]["lake_version"] == shown["basis"]["lake_version"]
        assert number["how"].startswith(f"/api/v1/workspaces/{SLUG}/how/{number['key']}?")
    explained = reader.client.get(shown["numbers"][0]["how"], headers=reader.headers).json()
    assert explained["number"] == shown["numbers"][0]


def test_a_number_of_a_team_leads_to_how_it_came_about(vendor: LoadedVendor, reader: Api) -> None:
    deployments = [reader.get(f"/deployments/a00{n}").json() for n in range(1, 4)]
    numbers = [n for found in deployments for team in found["teams"] for n in team["numbers"]]
    number = next(n for n in numbers if n["state"] == "measured" and n["point"] is None)

    explained = reader.client.get(number["how"], headers=reader.headers).json()

    assert explained["number"] == number


def test_who_sees_no_prices_gets_none(vendor: LoadedVendor) -> None:
    rows = _key(vendor, "metrics:read").get("/portfolio", limit=200).json()["items"]

    assert {row["unused"] for row in rows} == {None}
    assert {row["currency"] for row in rows} == {""}


def test_a_key_of_one_account_sees_that_account(vendor: LoadedVendor) -> None:
    api = _key(vendor, "metrics:read", account="a002")

    assert {row["account"] for row in api.items("/portfolio")} == {"a002"}
    assert api.get("/deployments/a002").status_code == 200
    assert api.get("/deployments/a001").status_code == 404
    assert api.get("/how/adoption_rate", account="a001").status_code == 404
    assert api.get("/explore", account="a001").status_code == 404
    assert len(api.items("/explore")) == 1


def test_explore_answers_by_group_page_by_page(reader: Api) -> None:
    first = reader.get("/explore", by="account", limit=2).json()
    second = reader.get("/explore", by="account", limit=2, cursor=first["next"]).json()

    assert len(first["items"]) == len(second["items"]) == 2
    assert first["how"]["key"] == "adoption_rate"
    assert {s["group"] for s in first["items"]}.isdisjoint(s["group"] for s in second["items"])


@pytest.mark.parametrize(
    "asked",
    [
        {"filter": "team:sales"},
        {"account": "a001", "filter": "sales"},
        {"account": "a001", "by": "role", "filter": "role:agent"},
        {"grain": "hour"},
    ],
)
def test_questions_that_are_not_answered_say_why(reader: Api, asked: dict[str, str]) -> None:
    answer = reader.get("/explore", **asked)

    assert answer.status_code == 422
    assert answer.json()["detail"]


def test_a_metric_that_is_not_there_is_not_found(reader: Api) -> None:
    assert reader.get("/explore", metric="mood").status_code == 404
    assert reader.get("/metrics/mood").status_code == 404
    assert reader.get("/how/mood", account="a001").status_code == 404


def test_the_catalogue_is_listed(reader: Api) -> None:
    keys = [metric["key"] for metric in reader.items("/metrics", limit=200)]

    assert "adoption_rate" in keys
    assert reader.get("/metrics/adoption_rate").json()["formula"]


def test_one_sees_ones_own_adoption_and_a_key_is_nobody(vendor: LoadedVendor, reader: Api) -> None:
    person = Person.objects.filter(workspace=vendor.workspace).order_by("external_id")[0]
    ursula = joined(vendor, "ursula", Role.MEMBER)
    Person.objects.filter(pk=person.pk).update(user=ursula.user)
    client = Client()
    assert ursula.user is not None
    client.force_login(ursula.user)

    shown = Api(client, workspace=SLUG).get("/me/adoption")

    assert shown.json()["name"] in (person.name, person.external_id)
    assert reader.get("/me/adoption").status_code == 404
    assert reader.get("/me/team").status_code == 404


@pytest.mark.parametrize("role", [Role.MEMBER, Role.MANAGER])
def test_who_may_not_read_figures_is_told_so(vendor: LoadedVendor, role: Role) -> None:
    somebody = joined(vendor, "somebody", role)
    client = Client()
    assert somebody.user is not None
    client.force_login(somebody.user)
    api = Api(client, workspace=SLUG)

    answers = [api.get(path) for path in ("/portfolio", "/deployments/a001", "/explore")]

    assert [answer.status_code for answer in answers] == [403, 403, 403]


def test_strangers_learn_nothing_about_figures(vendor: LoadedVendor) -> None:
    client = Client()
    client.force_login(factories.user("stan"))

    assert Api(client, workspace=SLUG).get("/portfolio").status_code == 404


def test_the_portfolio_takes_the_same_few_queries_however_long(
    vendor: LoadedVendor, reader: Api, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    reader.get("/portfolio")

    with django_assert_num_queries(2):
        reader.get("/portfolio", limit=1)
    with django_assert_num_queries(2):
        reader.get("/portfolio", limit=200)
