"""Who may open which page of people, populations and accounts: a line each, tried by everybody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from tests import factories
from tests.capabilities.measure.vendor import own_data_folder
from tests.cast import Cast
from uptake.capabilities.customers import actions
from uptake.capabilities.customers.models import Change, ChangeKind, Deployment, Population
from uptake.foundation.actor import Actor
from uptake.foundation.lake import shared_lake

OWNERS = {"olga"}
EDITORS = OWNERS | {"edith"}
WITH_CARLA = EDITORS | {"carla"}
READERS = WITH_CARLA | {"xenia", "victor"}
MEMBERS = READERS | {"mark", "ursula"}
EVERYBODY = (*sorted(MEMBERS), "stan")

PAGES = {
    "people": MEMBERS,
    "people.csv": WITH_CARLA,
    "teams": MEMBERS,
    "people/p1": WITH_CARLA,
    "people/p1/erase": OWNERS,
    "people/of rival": EDITORS,
    "populations": MEMBERS,
    "populations/new": EDITORS,
    "populations/{population}": MEMBERS,
    "populations/{population}/edit": EDITORS,
    "populations/{population}/expected": EDITORS,
    "populations/{population}/delete": EDITORS,
    "accounts": MEMBERS,
    "accounts/north": MEMBERS,
    "accounts/rival": MEMBERS - {"carla"},
    "accounts/north/change": WITH_CARLA,
    "accounts/north/discovery": READERS,
    "accounts/rival/discovery": READERS - {"carla"},
    "accounts/north/discovery/new": WITH_CARLA,
    "accounts/north/go-live": WITH_CARLA,
    "accounts/north/phases/{deployment}": WITH_CARLA,
    "accounts/north/success": WITH_CARLA,
    "changes/new": EDITORS,
    "changes/{change}": WITH_CARLA,
    "changes/{rival_change}": EDITORS,
}
DEEDS = {
    "people/p1/numbers": WITH_CARLA,
    "people/p1/link": OWNERS,
    "people/p1/unlink": OWNERS,
    "people/p1/erase": OWNERS,
    "populations/new": EDITORS,
    "populations/preview": EDITORS,
    "populations/{population}/edit": EDITORS,
    "populations/{population}/expected": EDITORS,
    "populations/{population}/propose": EDITORS,
    "populations/{population}/confirm": EDITORS,
    "populations/{population}/move": EDITORS,
    "populations/{population}/delete": EDITORS,
    "accounts/north/change": WITH_CARLA,
    "accounts/rival/change": EDITORS,
    "accounts/north/discovery/new": WITH_CARLA,
    "accounts/rival/discovery/new": EDITORS,
    "accounts/north/go-live": WITH_CARLA,
    "accounts/north/phases/{deployment}": WITH_CARLA,
    "accounts/north/success": WITH_CARLA,
    "changes/new": EDITORS,
    "changes/{change}": WITH_CARLA,
    "changes/{rival_change}": EDITORS,
}


@pytest.fixture
def world(cast: Cast, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, int]]:
    """Carla's account and a rival, with a person, a change and a deployment each."""
    product = factories.product(cast.workspace)
    changes, deployments = {}, {}
    for name, person in (("north", "p1"), ("rival", "of rival")):
        account = factories.account(cast.workspace, name)
        factories.person(cast.workspace, person, account=account, role="agent")
        changes[name] = Change.objects.create(
            workspace=cast.workspace,
            account=account,
            kind=ChangeKind.STAFF,
            happened_on=date(2026, 3, 2),
        )
        deployments[name] = Deployment.objects.create(account=account, product=product)
    rule = {"field": "role", "op": "is", "value": "agent"}
    population = actions.define_population(cast.olga, "agents", rules=[rule])
    with own_data_folder(tmp_path_factory.mktemp("var")):
        shared_lake().create_workspace("acme")
        yield {
            "population": population.pk,
            "change": changes["north"].pk,
            "rival_change": changes["rival"].pk,
            "deployment": deployments["north"].pk,
        }


def _client(actor: Actor) -> Client:
    assert actor.user is not None
    client = Client()
    client.force_login(actor.user)
    return client


@pytest.mark.parametrize("address", PAGES)
def test_pages_open_for_those_who_may(cast: Cast, world: dict[str, int], address: str) -> None:
    path = f"/w/acme/{address.format(**world)}"

    answers = {who: _client(getattr(cast, who)).get(path).status_code for who in EVERYBODY}

    assert {who for who, status in answers.items() if status == 200} == PAGES[address]
    assert {status for who, status in answers.items() if who not in PAGES[address]} <= {403, 404}
    assert answers["stan"] == 404


@pytest.mark.parametrize("address", DEEDS)
@pytest.mark.parametrize("who", ["victor", "ursula", "stan", "carla", "edith", "olga"])
def test_deeds_are_done_by_those_who_may(
    cast: Cast, world: dict[str, int], address: str, who: str
) -> None:
    answer = _client(getattr(cast, who)).post(f"/w/acme/{address.format(**world)}", {})

    allowed = {200, 302, 409, 422} if who in DEEDS[address] else {403, 404}
    assert answer.status_code in allowed
    assert who != "stan" or answer.status_code == 404


def test_nothing_of_a_rival_reaches_a_customer(cast: Cast, world: dict[str, int]) -> None:
    carla = _client(cast.carla)

    for address in ("people", "teams", "populations", "accounts", "accounts/north"):
        assert "rival" not in carla.get(f"/w/acme/{address}").content.decode()


def test_the_rail_shows_only_what_can_be_opened(cast: Cast, world: dict[str, int]) -> None:
    for who in ("olga", "carla", "victor", "mark"):
        client = _client(getattr(cast, who))
        rail = client.get("/w/acme/people").context["shell"]

        named = {line.name for line in rail.work}
        assert {"People", "Populations", "Accounts"} <= named


def _many(cast: Cast, more: int) -> None:
    account = factories.account(cast.workspace, f"account {more}")
    lead = factories.person(cast.workspace, f"lead {more}", account=account, role="lead")
    team = factories.team(cast.workspace, f"team {more}", of=account)
    for n in range(more):
        factories.person(
            cast.workspace, f"{more}-{n}", account=account, team=team, role="agent", manager=lead
        )
        Population.objects.create(workspace=cast.workspace, name=f"{more}-{n}", rules=[])


@pytest.mark.parametrize(
    ("address", "queries"), [("people", 14), ("teams", 12), ("populations", 12), ("accounts", 14)]
)
def test_lists_take_as_many_queries_however_long(
    cast: Cast,
    world: dict[str, int],
    django_assert_max_num_queries: DjangoAssertNumQueries,
    address: str,
    queries: int,
) -> None:
    olga = _client(cast.olga)
    olga.get(f"/w/acme/{address}")
    for more in (3, 9):
        _many(cast, more)

        with django_assert_max_num_queries(queries):
            olga.get(f"/w/acme/{address}")


def test_a_look_needs_a_policy(cast: Cast, world: dict[str, int]) -> None:
    answer = _client(cast.edith).post("/w/acme/people/p1/numbers", {"purpose": "coaching"})

    assert answer.status_code == 403
    assert "no policy allows it" in answer.content.decode()


def test_days_are_not_lost_on_the_way(cast: Cast, world: dict[str, int]) -> None:
    tomorrow = date(2026, 5, 4) + timedelta(days=1)
    sent = {"product": "crm", "day": tomorrow.isoformat()}

    _client(cast.carla).post("/w/acme/accounts/north/go-live", sent)

    assert Deployment.objects.get(account__external_id="north").go_live == tomorrow
