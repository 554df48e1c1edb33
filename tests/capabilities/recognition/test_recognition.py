"""Somebody is nominated, a manager confirms it, and nothing is public unless the person says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from django.utils.timezone import localdate

from tests import factories
from tests.capabilities.behaviours.test_keeping import asked
from tests.cast import Cast
from uptake.capabilities.customers.models import Person
from uptake.capabilities.recognition.actions import Seen, answer, decide, nominate
from uptake.capabilities.recognition.models import Nomination, Standing
from uptake.capabilities.recognition.queries import (
    counts_by_team,
    nominations_to_decide,
    own_nominations,
    public_nominations,
)
from uptake.foundation.actor import Actor
from uptake.foundation.delivery.messages import read
from uptake.foundation.delivery.models import ChatChannel, Delivery
from uptake.foundation.errors import Conflict, Invalid, NotAllowed, NotFound

KIND = "Her notes let me call back at once."


@pytest.fixture
def ursula(cast: Cast) -> Person:
    """Ursula, in a team of five that Mark leads."""
    mark = factories.person(cast.workspace, "mark", user=cast.mark.user)
    team = factories.team(cast.workspace, "inside")
    for number in range(4):
        factories.person(cast.workspace, f"p{number}", team=team, manager=mark)
    return factories.person(
        cast.workspace, "u1", name="Ursula", user=cast.ursula.user, team=team, manager=mark
    )


def seen(cast: Cast, who: str = "ursula@example.org") -> Seen:
    return Seen(who, asked(cast).pk, localdate(), KIND)


def chat(cast: Cast) -> ChatChannel:
    return ChatChannel.objects.create(
        workspace=cast.workspace,
        name="#thanks",
        kind="slack",
        sealed_address="x",
        host="hooks.slack.com",
        added_by="olga",
    )


def client(who: Actor) -> Client:
    found = Client()
    assert who.user is not None
    found.force_login(who.user)
    return found


def test_it_becomes_public_once_a_manager_and_the_person_agree(cast: Cast, ursula: Person) -> None:
    said = nominate(cast.edith, seen(cast))
    assert not own_nominations(cast.ursula).exists()

    decide(cast.mark, said.pk, confirm=True)
    assert not public_nominations(cast.victor).exists()
    answer(cast.ursula, said.pk, publish=True)

    (public,) = public_nominations(cast.victor)
    assert (public.person, public.text) == (ursula, KIND)
    assert not Delivery.objects.exists()


def test_it_goes_to_the_channel_once_and_only_if_the_person_agrees(
    cast: Cast, ursula: Person
) -> None:
    said = nominate(cast.edith, seen(cast))
    decide(cast.edith, said.pk, confirm=True, chat=chat(cast).pk)

    answer(cast.ursula, said.pk, publish=False)
    assert not Delivery.objects.exists()
    for _ in range(2):
        answer(cast.ursula, said.pk, publish=True)

    (delivery,) = Delivery.objects.all()
    assert read(delivery.message).subject == "Thank you, Ursula"
    assert delivery.person == ursula.external_id


def test_one_may_take_it_back(cast: Cast, ursula: Person) -> None:
    said = nominate(cast.edith, seen(cast))
    decide(cast.mark, said.pk, confirm=True)
    answer(cast.ursula, said.pk, publish=True)

    answer(cast.ursula, said.pk, publish=False)

    assert not public_nominations(cast.olga).exists()
    assert own_nominations(cast.ursula).exists()


def test_what_is_declined_reaches_nobody(cast: Cast, ursula: Person) -> None:
    said = nominate(cast.edith, seen(cast))

    decide(cast.mark, said.pk, confirm=False)

    assert not own_nominations(cast.ursula).exists()
    with pytest.raises(NotFound):
        decide(cast.mark, said.pk, confirm=True)


def test_an_end_user_nominates_a_colleague_of_the_same_account(cast: Cast, ursula: Person) -> None:
    elsewhere = factories.account(cast.workspace, "south")
    factories.person(cast.workspace, "far", account=elsewhere)
    wanted = seen(cast, "p1")

    assert nominate(cast.ursula, wanted).person.external_id == "p1"
    with pytest.raises(NotFound):
        nominate(cast.ursula, replace(wanted, who="far"))


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"who": "nobody@example.org"}, NotFound),
        ({"who": " "}, NotFound),
        ({"text": " "}, Invalid),
        ({"text": "x" * 601}, Invalid),
        ({"day": localdate() + timedelta(days=2)}, Invalid),
        ({"day": localdate() - timedelta(days=100)}, Invalid),
        ({"behaviour": 10_000}, NotFound),
    ],
)
def test_it_has_to_be_about_somebody_and_something_lately(
    cast: Cast, ursula: Person, changed: dict[str, object], problem: type[Exception]
) -> None:
    with pytest.raises(problem):
        nominate(cast.edith, replace(seen(cast), **changed))  # type: ignore[arg-type]  # of a test


def test_the_same_is_said_once_a_week(cast: Cast, ursula: Person) -> None:
    said = seen(cast)
    nominate(cast.edith, said)

    with pytest.raises(Conflict):
        nominate(cast.edith, said)


def test_nobody_nominates_confirms_or_answers_who_may_not(cast: Cast, ursula: Person) -> None:
    wanted = seen(cast)
    with pytest.raises(NotFound):
        nominate(cast.ursula, wanted)  # oneself
    for actor in cast.who_may_not_write:
        with pytest.raises((NotAllowed, NotFound)):
            nominate(actor, wanted)
    said = nominate(cast.edith, wanted)
    for actor in (*cast.who_may_not_write, cast.ursula, cast.xenia, cast.carla):
        with pytest.raises((NotAllowed, NotFound)):
            decide(actor, said.pk, confirm=True)
    decide(cast.mark, said.pk, confirm=True)
    for actor in (*cast.who_may_not_write, cast.olga, cast.mark):
        with pytest.raises(NotFound):
            answer(actor, said.pk, publish=True)

    assert Nomination.objects.get().standing == Standing.CONFIRMED


def test_a_manager_decides_about_the_people_they_lead_alone(cast: Cast, ursula: Person) -> None:
    factories.person(cast.workspace, "other")
    nominate(cast.edith, seen(cast, "other"))

    assert not nominations_to_decide(cast.mark).exists()
    assert nominations_to_decide(cast.olga).count() == 1


def test_nobody_confirms_what_is_said_of_themselves(cast: Cast, ursula: Person) -> None:
    factories.person(cast.workspace, "edith", user=cast.edith.user)
    said = nominate(cast.olga, seen(cast, "edith@example.org"))

    with pytest.raises(NotAllowed, match="about you"):
        decide(cast.edith, said.pk, confirm=True)


def test_teams_are_counted_unless_they_are_too_small(cast: Cast, ursula: Person) -> None:
    factories.person(cast.workspace, "one", team=factories.team(cast.workspace, "tiny"))
    said = nominate(cast.edith, seen(cast))
    decide(cast.mark, said.pk, confirm=True)

    told = {each.team: each.times for each in counts_by_team(cast.victor)}

    assert told == {"inside": 1, "tiny": None}
    assert [each.team for each in counts_by_team(cast.mark)] == ["inside"]
    for actor in (cast.ursula, cast.stan):
        with pytest.raises((NotAllowed, NotFound)):
            counts_by_team(actor)


def test_the_pages_lead_from_seeing_to_telling(cast: Cast, ursula: Person) -> None:
    about = asked(cast).pk
    typed = {"who": "u1", "behaviour": about, "day": localdate().isoformat(), "text": KIND}
    path = "/w/acme/recognition"

    refused = client(cast.edith).post(f"{path}/nominate", typed | {"who": "x"})
    client(cast.edith).post(f"{path}/nominate", typed)
    said = Nomination.objects.get()
    assert refused.status_code == 422
    assert "1 nomination waits for you" in client(cast.mark).get(path).content.decode()
    client(cast.mark).post(f"{path}/{said.pk}/decide", {"confirm": "1"})
    assert "decide whether others may know" in client(cast.ursula).get(path).content.decode()
    client(cast.ursula).post(f"{path}/{said.pk}/answer", {"publish": "1"})

    shown = client(cast.victor).get(path).content.decode()
    assert "Her notes let me call back" in shown
    assert "1 time somebody was seen doing it well" in shown


def test_what_was_said_goes_with_the_person(cast: Cast, ursula: Person) -> None:
    nominate(cast.edith, seen(cast))

    ursula.delete()

    assert not Nomination.objects.exists()


def test_a_manager_and_who_sees_one_account_say_what_they_saw_too(
    cast: Cast, ursula: Person
) -> None:
    north = factories.account(cast.workspace, "north")
    factories.person(cast.workspace, "n1", account=north)
    wanted = seen(cast)

    assert nominate(cast.mark, wanted).person == ursula
    assert nominate(cast.carla, replace(wanted, who="n1")).person.external_id == "n1"
    with pytest.raises(NotFound):
        nominate(cast.carla, wanted)
