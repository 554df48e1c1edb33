"""Carla leads adoption at one customer: nothing of any other account reaches her."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

import pytest
from django.db.models import QuerySet
from pytest_django.fixtures import DjangoAssertNumQueries

from tests import factories
from tests.cast import Cast
from uptake.capabilities.customers import actions, queries
from uptake.capabilities.customers.imports import import_accounts
from uptake.capabilities.customers.models import Change, ChangeKind, Contract, Deployment
from uptake.foundation.actor import Actor
from uptake.foundation.errors import Invalid, NotAllowed, NotFound


@pytest.fixture
def accounts(cast: Cast) -> None:
    """Carla's account with a plant below, a rival, and everything that hangs from them."""
    north = factories.account(cast.workspace, "north")
    plant = factories.account(cast.workspace, "plant", parent=north)
    rival = factories.account(cast.workspace, "rival")
    product = factories.product(cast.workspace)
    for account in (north, plant, rival):
        name = account.external_id
        factories.person(cast.workspace, f"of {name}", account=account)
        factories.team(cast.workspace, f"team {name}", of=account)
        Deployment.objects.create(account=account, product=product)
        Contract.objects.create(workspace=cast.workspace, external_id=name, account=account)
        Change.objects.create(
            workspace=cast.workspace,
            account=account,
            kind=ChangeKind.STAFF,
            happened_on=date(2026, 3, 2),
        )
    factories.person(cast.workspace, "of nobody")
    factories.team(cast.workspace, "team of nobody")


def _accounts(rows: Iterable[object]) -> set[str]:
    return {row.account.external_id for row in rows}  # type: ignore[attr-defined]  # all have one


def test_an_account_and_what_is_below_it_is_seen(cast: Cast, accounts: None) -> None:
    seen = {account.external_id for account in queries.visible_accounts(cast.carla)}

    assert seen == {"north", "plant"}


@pytest.mark.parametrize(
    "door",
    [
        queries.visible_deployments,
        queries.visible_people,
        queries.visible_contracts,
        queries.visible_changes,
        queries.visible_teams,
    ],
)
def test_rows_of_other_accounts_are_not(
    cast: Cast, accounts: None, door: Callable[[Actor], QuerySet]
) -> None:
    assert _accounts(door(cast.carla)) == {"north", "plant"}
    assert door(cast.olga).count() >= 3


def test_what_concerns_all_accounts_is_seen(cast: Cast, accounts: None) -> None:
    release = actions.record_change(cast.olga, ChangeKind.OFFERING, day=date(2026, 3, 9))

    assert release in queries.visible_changes(cast.carla)


def test_other_accounts_and_their_people_do_not_exist(cast: Cast, accounts: None) -> None:
    with pytest.raises(NotFound):
        queries.access_account(cast.carla, "rival")
    with pytest.raises(NotFound):
        queries.access_person(cast.carla, "of rival")


def test_a_limit_to_an_account_that_is_gone_shows_nothing(cast: Cast) -> None:
    factories.account(cast.workspace, "rival")

    assert not queries.visible_accounts(cast.carla).exists()


def test_an_account_of_the_same_name_elsewhere_is_not_meant(cast: Cast) -> None:
    factories.account(factories.workspace("other"), "north")

    assert not queries.visible_accounts(cast.carla).exists()


@pytest.mark.parametrize(
    ("field", "mine", "theirs"),
    [
        ("account", "plant", "rival"),
        ("team", "team north", "team rival"),
        ("manager", "of north", "of rival"),
    ],
)
def test_populations_whose_rules_name_others_are_hidden(
    cast: Cast, accounts: None, field: str, mine: str, theirs: str
) -> None:
    for name, value in (("mine", mine), ("theirs", theirs)):
        rule = {"field": field, "op": "is", "value": value}
        actions.define_population(cast.olga, name, rules=[rule])
    actions.define_population(
        cast.olga, "agents", rules=[{"field": "role", "op": "is", "value": "agent"}]
    )

    seen = {population.name for population in queries.visible_populations(cast.carla)}

    assert seen == {"mine", "agents"}


def test_only_people_of_the_account_are_counted(cast: Cast, accounts: None) -> None:
    everybody = actions.define_population(cast.olga, "everybody", rules=[])

    assert queries.count_members(cast.carla, everybody) == 2
    assert queries.count_members(cast.olga, everybody) == 4


def test_a_deep_hierarchy_takes_one_query(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    above = factories.account(cast.workspace, "north")
    for depth in range(12):
        above = factories.account(cast.workspace, f"level {depth}", parent=above)

    with django_assert_num_queries(1):
        seen = list(queries.visible_accounts(cast.carla))

    assert len(seen) == 13


def test_what_reaches_beyond_the_account_is_refused(cast: Cast, accounts: None) -> None:
    with pytest.raises(NotAllowed):
        actions.define_population(cast.carla, "mine", rules=[])
    with pytest.raises(NotAllowed):
        import_accounts(cast.carla, [])
    with pytest.raises(Invalid, match="which account"):
        actions.record_change(cast.carla, ChangeKind.STAFF, day=date(2026, 3, 9))
    with pytest.raises(NotFound):
        actions.record_go_live(cast.carla, "rival", "crm", day=date(2026, 3, 9))


def test_the_own_account_is_kept_up(cast: Cast, accounts: None) -> None:
    deployment = actions.record_go_live(cast.carla, "plant", "crm", day=date(2026, 3, 9))

    assert deployment.go_live == date(2026, 3, 9)


def test_everybody_sees_themselves(cast: Cast, accounts: None) -> None:
    for actor in (cast.ursula, cast.carla):
        factories.person(cast.workspace, actor.name, user=actor.user)

        assert actor.name in {person.external_id for person in queries.visible_people(actor)}
        assert queries.person_of(actor) == queries.access_person(actor, actor.name)
    assert queries.person_of(cast.olga) is None
