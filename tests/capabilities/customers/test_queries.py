from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db.models import QuerySet

from tests import factories
from tests.cast import Cast
from uptake.capabilities.customers import queries
from uptake.foundation.actor import Actor
from uptake.foundation.errors import NotAllowed, NotFound


def test_an_account_comes_with_everything_below_it(cast: Cast) -> None:
    group = factories.account(cast.workspace, "group")
    north = factories.account(cast.workspace, "north", parent=group)
    factories.account(cast.workspace, "plant", parent=north)
    factories.account(cast.workspace, "other")

    found = queries.account_with_descendants(cast.victor, "group")

    assert [account.external_id for account in found] == ["group", "north", "plant"]


def test_prices_are_not_for_viewers(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        queries.visible_contracts(cast.victor)


@pytest.mark.parametrize(
    "door",
    [
        queries.visible_accounts,
        queries.visible_products,
        queries.visible_actions,
        queries.visible_deployments,
        queries.visible_people,
        queries.visible_contracts,
        queries.visible_changes,
        queries.visible_populations,
        queries.visible_expected_actions,
    ],
)
def test_a_stranger_finds_no_door(cast: Cast, door: Callable[[Actor], QuerySet]) -> None:
    with pytest.raises(NotFound):
        door(cast.stan)


def test_rows_of_other_workspaces_do_not_exist(cast: Cast) -> None:
    other = factories.workspace("other")
    factories.account(other, "hidden")
    factories.product(other, "hidden")
    factories.person(other, "hidden")

    with pytest.raises(NotFound):
        queries.access_account(cast.olga, "hidden")
    with pytest.raises(NotFound):
        queries.access_product(cast.olga, "hidden")
    with pytest.raises(NotFound):
        queries.access_person(cast.olga, "hidden")
    with pytest.raises(NotFound):
        queries.access_population(cast.olga, "hidden")
