from __future__ import annotations

import pytest
from django.urls.exceptions import NoReverseMatch

from tests import factories
from tests.capabilities.administration.conftest import SignIn
from tests.cast import Cast
from uptake.capabilities.administration import finders
from uptake.capabilities.customers.models import Deployment
from uptake.foundation.actor import Actor


@pytest.fixture
def customers(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two accounts with a deployment and a person each; every page has an address."""
    product = factories.product(cast.workspace, "crm")
    for name in ("north", "rival"):
        account = factories.account(cast.workspace, name, name=f"{name.title()} Ltd")
        Deployment.objects.create(account=account, product=product)
        factories.person(cast.workspace, f"{name}-1", name=f"Nell of {name}", account=account)
    monkeypatch.setattr(
        finders, "reverse", lambda view, args: f"/{view}/{'/'.join(map(str, args))}"
    )


def _found(actor: Actor, text: str) -> set[str]:
    return {
        hit.name
        for find in (finders.find_accounts, finders.find_deployments, finders.find_people)
        for hit in find(actor, text)
    }


def test_what_is_called_so_is_found(cast: Cast, customers: None) -> None:
    assert _found(cast.edith, "nort") == {"North Ltd", "Nell of north"}


def test_several_words_narrow_deployments(cast: Cast, customers: None) -> None:
    assert [hit.name for hit in finders.find_deployments(cast.edith, "ltd crm")] == [
        "North Ltd",
        "Rival Ltd",
    ]
    assert [hit.name for hit in finders.find_deployments(cast.edith, "rival crm")] == ["Rival Ltd"]


def test_whoever_sees_one_account_finds_nothing_of_others(cast: Cast, customers: None) -> None:
    assert _found(cast.carla, "ltd") == {"North Ltd"}
    assert _found(cast.carla, "rival") == set()


def test_names_are_found_by_those_who_may_read_them(cast: Cast, customers: None) -> None:
    assert "Nell of north" not in _found(cast.victor, "nort")
    assert _found(cast.ursula, "nort") == set()


def test_an_identifier_that_fits_no_address_is_left_out(
    cast: Cast, customers: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_view: object, **_args: object) -> str:
        raise NoReverseMatch

    monkeypatch.setattr(finders, "reverse", refuse)

    assert _found(cast.edith, "north") == set()


def test_pages_are_found_by_name(cast: Cast, signed_in: SignIn) -> None:
    olga, victor = signed_in(cast.olga), signed_in(cast.victor)

    assert "Members" in olga.get("/w/acme/search?q=memb").content.decode()
    part = victor.get("/w/acme/search?q=memb", headers={"HX-Request": "true"}).content.decode()
    assert "Nothing that you may see matches" in part
    assert "<html" not in part
