from __future__ import annotations

import re

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import (
    DjangoAssertNumQueries,
    DjangoCaptureOnCommitCallbacks,
    Settings,
)

from tests import factories
from tests.capabilities.administration.conftest import SignIn
from tests.cast import Cast
from uptake.foundation.access import Role
from uptake.foundation.actor import Actor
from uptake.foundation.models import Invitation, Membership, User

PASSWORD = "seven green bottles"


@pytest.fixture
def link(
    cast: Cast,
    signed_in: SignIn,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> str:
    """The path of an invitation to a newcomer: an editor of one account, linked to a person."""
    account = factories.account(cast.workspace, "north")
    factories.person(cast.workspace, "p1", account=account)
    wanted = {
        "email": "new@example.org",
        "role": "editor",
        "account": "north",
        "person": "p1",
        "days": "7",
    }
    with django_capture_on_commit_callbacks(execute=True):
        answer = signed_in(cast.olga).post("/w/acme/settings/members/invite", wanted)
    found = re.search(r"http://127\.0\.0\.1:8000(/invitations/[^<]+/)", answer.content.decode())
    assert found
    return found.group(1)


def test_the_invited_get_the_link_by_mail(link: str) -> None:
    (sent,) = mail.outbox

    assert sent.to == ["new@example.org"]
    assert link in sent.body
    assert "invites you" in sent.body


def test_a_newcomer_makes_an_account_and_arrives(cast: Cast, client: Client, link: str) -> None:
    shown = client.get(link).content.decode()
    answer = client.post(link, {"name": "Nora", "password": PASSWORD})

    user = User.objects.get(email="new@example.org")
    actor = Actor.of(user, cast.workspace)
    assert "Join acme" in shown
    assert "within account north" in shown
    assert answer.headers["Location"] == "/w/acme/"
    assert (actor.role, actor.account) == (Role.EDITOR, "north")
    assert user.people.get().external_id == "p1"
    assert client.get(link).status_code == 404


def test_a_weak_password_is_told_beside_its_field(client: Client, link: str) -> None:
    answer = client.post(link, {"name": "Nora", "password": "short"})

    assert answer.status_code == 422
    assert "too short" in answer.content.decode()


def test_an_old_account_signs_in_and_joins(cast: Cast, client: Client, link: str) -> None:
    factories.user("new")
    asked = client.get(link).content.decode()
    client.force_login(User.objects.get(email="new@example.org"))
    client.post(link)

    assert "Sign in with it" in asked
    assert Membership.objects.get(user__email="new@example.org").account == "north"


def test_somebody_else_is_told_whose_invitation_it_is(
    cast: Cast, signed_in: SignIn, link: str
) -> None:
    stan = signed_in(cast.stan)

    assert "is for new@example.org" in stan.get(link).content.decode()
    assert stan.post(link).status_code == 409


def test_an_account_that_does_not_exist_is_told(cast: Cast, signed_in: SignIn) -> None:
    wanted = {"email": "new@example.org", "role": "viewer", "account": "nowhere", "days": "7"}

    answer = signed_in(cast.olga).post("/w/acme/settings/members/invite", wanted)

    assert answer.status_code == 422
    assert "There is no account" in answer.content.decode()
    assert not Invitation.objects.exists()


def test_mail_that_fails_stops_nobody(
    cast: Cast,
    signed_in: SignIn,
    settings: Settings,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    wanted = {"email": "new@example.org", "role": "viewer", "days": "7"}

    with django_capture_on_commit_callbacks(execute=True):
        answer = signed_in(cast.olga).post("/w/acme/settings/members/invite", wanted)

    assert "/invitations/" in answer.content.decode()


def test_a_member_is_changed_and_linked(cast: Cast, signed_in: SignIn) -> None:
    factories.account(cast.workspace, "north")
    factories.person(cast.workspace, "p1")
    victor = cast.victor.user
    assert victor is not None
    path = f"/w/acme/settings/members/{victor.pk}"

    signed_in(cast.olga).post(path, {"role": "executive", "account": "north", "person": "p1"})
    linked = victor.people.get().external_id
    signed_in(cast.olga).post(path, {"role": "executive", "account": "", "person": ""})

    actor = Actor.of(victor, cast.workspace)
    assert linked == "p1"
    assert (actor.role, actor.account) == (Role.EXECUTIVE, None)
    assert not victor.people.exists()


def test_the_last_owner_is_told_why_not(cast: Cast, signed_in: SignIn) -> None:
    assert cast.olga.user is not None
    path = f"/w/acme/settings/members/{cast.olga.user.pk}"

    answer = signed_in(cast.olga).post(path, {"role": "viewer", "account": "", "person": ""})

    assert answer.status_code == 422
    assert "needs an owner" in answer.content.decode()


def test_who_is_removed_loses_access_at_once(cast: Cast, signed_in: SignIn) -> None:
    victor = signed_in(cast.victor)
    assert cast.victor.user is not None

    signed_in(cast.olga).post(f"/w/acme/settings/members/{cast.victor.user.pk}/remove")

    assert victor.get("/w/acme/settings/privacy").status_code == 404


def test_the_list_of_members_asks_the_same_few_questions_however_many_there_are(
    cast: Cast, signed_in: SignIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    olga = signed_in(cast.olga)
    olga.get("/w/acme/settings/members")
    with CaptureQueriesContext(connection) as few:
        olga.get("/w/acme/settings/members")
    for number in range(20):
        factories.membership(factories.user(f"more{number}"), cast.workspace, Role.VIEWER)

    with django_assert_num_queries(len(few)):
        answer = olga.get("/w/acme/settings/members")

    assert answer.content.decode().count("data-href") == 27
    assert len(few) <= 10
