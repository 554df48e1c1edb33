"""Who may open which page of administration: a line each, tried by everybody."""

from __future__ import annotations

import pytest

from tests.capabilities.administration.conftest import SignIn
from tests.cast import Cast

OWNERS = {"olga"}
READERS = OWNERS | {"edith"}
MEMBERS = {"olga", "edith", "mark", "xenia", "ursula", "carla", "victor"}
EVERYBODY = (*sorted(MEMBERS), "stan")

PAGES = {
    "settings/members": OWNERS,
    "settings/members/invite": OWNERS,
    "settings/members/{victor}": OWNERS,
    "settings/keys": OWNERS,
    "settings/keys/new": OWNERS,
    "settings/privacy": MEMBERS,
    "settings/privacy/record": OWNERS,
    "settings/privacy/looks": OWNERS,
    "settings/audit": READERS,
    "settings/audit.csv": READERS,
    "settings/workspace": OWNERS,
    "search?q=a": MEMBERS,
}
DEEDS = {
    "settings/members/invite": OWNERS,
    "settings/members/{victor}": OWNERS,
    "settings/members/{victor}/remove": OWNERS,
    "settings/invitations/0/revoke": OWNERS,
    "settings/keys/new": OWNERS,
    "settings/keys/0/revoke": OWNERS,
    "settings/privacy/record": OWNERS,
    "settings/privacy/withdraw": OWNERS,
    "settings/privacy/smallest-group": OWNERS,
    "settings/workspace": OWNERS,
}


def _expected(who: str, may: set[str]) -> set[int]:
    if who == "stan":
        return {404}
    return {200, 302, 404, 422} if who in may else {403}


@pytest.mark.parametrize("address", PAGES)
def test_pages_open_for_those_who_may(cast: Cast, signed_in: SignIn, address: str) -> None:
    path = f"/w/acme/{address.format(victor=cast.victor.user.pk)}"  # type: ignore[union-attr]  # Victor has a user

    answers = {who: signed_in(getattr(cast, who)).get(path).status_code for who in EVERYBODY}

    assert {who for who, status in answers.items() if status == 200} == PAGES[address]
    assert {status for who, status in answers.items() if who not in PAGES[address]} <= {403, 404}
    assert answers["stan"] == 404


@pytest.mark.parametrize("address", DEEDS)
@pytest.mark.parametrize("who", ["victor", "stan", "carla", "edith", "olga"])
def test_deeds_are_done_by_those_who_may(
    cast: Cast, signed_in: SignIn, address: str, who: str
) -> None:
    path = f"/w/acme/{address.format(victor=cast.victor.user.pk)}"  # type: ignore[union-attr]  # Victor has a user

    answer = signed_in(getattr(cast, who)).post(path, {})

    assert answer.status_code in _expected(who, DEEDS[address])


def test_the_rail_shows_only_what_can_be_opened(cast: Cast, signed_in: SignIn) -> None:
    for who in sorted(MEMBERS):
        client = signed_in(getattr(cast, who))
        rail = client.get("/w/acme/settings/privacy").context["shell"]

        assert {client.get(line.address).status_code for line in rail.settings} == {200}
