from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import now

from tests import factories
from tests.cast import Cast
from uptake.foundation import invitations
from uptake.foundation.access import Role
from uptake.foundation.actor import Actor
from uptake.foundation.errors import Conflict, DomainError, Invalid, NotFound
from uptake.foundation.models import Invitation, User

PASSWORD = "seven green bottles"


def test_the_link_is_not_stored(cast: Cast) -> None:
    issued = invitations.invite(cast.olga, "New@Example.org", role=Role.VIEWER)

    stored = Invitation.objects.values().get()

    assert issued.token not in str(stored)
    assert stored["email"] == "new@example.org"


def test_who_accepts_holds_the_role_and_the_limit(cast: Cast) -> None:
    issued = invitations.invite(
        cast.olga, "new@example.org", role=Role.EDITOR, account="north", days=1
    )

    user = invitations.accept_as_new_user(issued.token, name=" New ", password=PASSWORD)

    actor = Actor.of(user, cast.workspace)
    assert (actor.role, actor.account, user.name) == (Role.EDITOR, "north", "New")
    assert user.check_password(PASSWORD)


def test_a_link_works_once(cast: Cast) -> None:
    issued = invitations.invite(cast.olga, "new@example.org", role=Role.VIEWER)
    user = invitations.accept_as_new_user(issued.token, name="", password=PASSWORD)

    with pytest.raises(NotFound, match="no longer valid"):
        invitations.accept_invitation(user, issued.token)


def test_a_link_ends(cast: Cast) -> None:
    issued = invitations.invite(cast.olga, "new@example.org", role=Role.VIEWER)
    Invitation.objects.update(expires_at=now() - timedelta(seconds=1))

    with pytest.raises(NotFound, match="no longer valid"):
        invitations.access_invitation(issued.token)


def test_a_withdrawn_link_leads_nowhere(cast: Cast) -> None:
    issued = invitations.invite(cast.olga, "new@example.org", role=Role.VIEWER)

    invitations.revoke_invitation(cast.olga, issued.invitation.pk)

    with pytest.raises(NotFound):
        invitations.access_invitation(issued.token)


def test_a_second_invitation_replaces_the_first(cast: Cast) -> None:
    first = invitations.invite(cast.olga, "new@example.org", role=Role.VIEWER)
    second = invitations.invite(cast.olga, "new@example.org", role=Role.EDITOR)

    assert invitations.access_invitation(second.token).role == Role.EDITOR
    with pytest.raises(NotFound):
        invitations.access_invitation(first.token)


def test_a_link_is_of_no_use_to_somebody_else(cast: Cast) -> None:
    issued = invitations.invite(cast.olga, "new@example.org", role=Role.OWNER)
    stan = cast.stan.user
    assert stan is not None

    with pytest.raises(Conflict, match=r"is for new@example\.org"):
        invitations.accept_invitation(stan, issued.token)

    assert Actor.of(stan, cast.workspace).role is None


def test_an_account_that_exists_is_not_taken_over(cast: Cast) -> None:
    factories.user("known")
    issued = invitations.invite(cast.olga, "known@example.org", role=Role.VIEWER)

    with pytest.raises(Conflict, match="sign in with it"):
        invitations.accept_as_new_user(issued.token, name="", password=PASSWORD)


@pytest.mark.parametrize("weak", ["short", "password1234", ""])
def test_a_weak_password_is_refused_and_the_link_stays_good(cast: Cast, weak: str) -> None:
    issued = invitations.invite(cast.olga, "new@example.org", role=Role.VIEWER)

    with pytest.raises(Invalid):
        invitations.accept_as_new_user(issued.token, name="", password=weak)

    assert not User.objects.filter(email="new@example.org").exists()
    assert invitations.access_invitation(issued.token)


def test_members_need_no_invitation(cast: Cast) -> None:
    with pytest.raises(Conflict, match="member already"):
        invitations.invite(cast.olga, "victor@example.org", role=Role.EDITOR)


@pytest.mark.parametrize(
    ("email", "role", "account", "days"),
    [
        ("no address", Role.VIEWER, "", 7),
        ("new@example.org", Role.OWNER, "north", 7),
        ("new@example.org", Role.VIEWER, "", 0),
        ("new@example.org", Role.VIEWER, "", 91),
    ],
)
def test_what_makes_no_sense_is_refused(
    cast: Cast, email: str, role: Role, account: str, days: int
) -> None:
    with pytest.raises(Invalid):
        invitations.invite(cast.olga, email, role=role, account=account, days=days)


def test_viewer_and_stranger_may_not_invite(cast: Cast) -> None:
    issued = invitations.invite(cast.olga, "new@example.org", role=Role.VIEWER)

    for actor in (*cast.who_may_not_write, cast.edith, cast.carla):
        with pytest.raises(DomainError):
            invitations.invite(actor, "other@example.org", role=Role.OWNER)
        with pytest.raises(DomainError):
            invitations.revoke_invitation(actor, issued.invitation.pk)


def test_invitations_of_other_workspaces_are_out_of_reach(cast: Cast) -> None:
    issued = invitations.invite(cast.olga, "new@example.org", role=Role.VIEWER)
    elsewhere = Actor.of(cast.stan.user, factories.Workspace.objects.get(slug="elsewhere"))  # type: ignore[arg-type]  # Stan has a user

    with pytest.raises(NotFound):
        invitations.revoke_invitation(elsewhere, issued.invitation.pk)
