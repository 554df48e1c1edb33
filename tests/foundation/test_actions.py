from __future__ import annotations

import pytest
from django.db import IntegrityError

from tests import factories
from tests.cast import Cast
from uptake.foundation import actions, queries
from uptake.foundation.access import Role
from uptake.foundation.activity import visible_activities
from uptake.foundation.actor import Actor
from uptake.foundation.errors import Conflict, DomainError, Invalid, NotFound
from uptake.foundation.models import Membership, User


def _user(actor: Actor) -> User:
    assert actor.user is not None
    return actor.user


def test_whoever_creates_a_workspace_owns_it(cast: Cast) -> None:
    workspace = actions.create_workspace("new-one", owner=_user(cast.stan), timezone="Asia/Tokyo")

    actor = queries.access_workspace(_user(cast.stan), "new-one")

    assert actor.role is Role.OWNER
    assert workspace.timezone == "Asia/Tokyo"
    assert [entry.verb for entry in visible_activities(actor)] == ["workspace.created"]


def test_a_name_is_taken_once(cast: Cast) -> None:
    with pytest.raises(Conflict, match="exists already"):
        actions.create_workspace("acme", owner=_user(cast.stan))


@pytest.mark.parametrize(
    ("slug", "zone"), [("No Spaces", "UTC"), ("../up", "UTC"), ("fine", "Mars/Base")]
)
def test_a_workspace_needs_a_usable_name_and_time_zone(db: None, slug: str, zone: str) -> None:
    with pytest.raises(Invalid):
        actions.create_workspace(slug, timezone=zone)


def test_a_stranger_finds_no_workspace(cast: Cast) -> None:
    with pytest.raises(NotFound):
        queries.access_workspace(_user(cast.stan), "acme")


def test_the_system_says_how_a_missing_workspace_comes_into_being(db: None) -> None:
    with pytest.raises(NotFound, match="uptake workspace create"):
        queries.system_actor("nowhere")


def test_retention_is_set_and_recorded(cast: Cast) -> None:
    workspace = actions.set_retention(cast.olga, months=24)

    recorded = visible_activities(cast.olga).get()
    assert workspace.retention_months == 24
    assert recorded.facts == {"before": None, "after": 24}
    assert recorded.actor_name == "olga@example.org"


def test_retention_of_no_month_is_refused(cast: Cast) -> None:
    with pytest.raises(Invalid, match="one month at least"):
        actions.set_retention(cast.olga, months=0)


def test_a_member_gets_another_role(cast: Cast) -> None:
    actions.set_member(cast.olga, _user(cast.victor), role=Role.EDITOR)

    assert Actor.of(_user(cast.victor), cast.workspace).role is Role.EDITOR


def test_a_member_can_be_limited_to_one_account(cast: Cast) -> None:
    actions.set_member(cast.olga, _user(cast.victor), role=Role.EDITOR, account="north")

    assert Actor.of(_user(cast.victor), cast.workspace).account == "north"


def test_an_owner_is_never_limited(cast: Cast) -> None:
    with pytest.raises(Invalid, match="whole workspace"):
        actions.set_member(cast.olga, _user(cast.victor), role=Role.OWNER, account="north")
    with pytest.raises(IntegrityError, match="owners_see_everything"):
        factories.membership(factories.user("x"), cast.workspace, Role.OWNER, account="north")


def test_the_last_owner_cannot_leave_nor_step_down(cast: Cast) -> None:
    with pytest.raises(Conflict, match="needs an owner"):
        actions.remove_member(cast.olga, _user(cast.olga))
    with pytest.raises(Conflict, match="needs an owner"):
        actions.set_member(cast.olga, _user(cast.olga), role=Role.VIEWER)


def test_a_removed_member_is_a_stranger(cast: Cast) -> None:
    actions.remove_member(cast.olga, _user(cast.victor))

    assert Actor.of(_user(cast.victor), cast.workspace).role is None


def test_removing_somebody_who_is_no_member_says_so(cast: Cast) -> None:
    with pytest.raises(NotFound, match="no member"):
        actions.remove_member(cast.olga, _user(cast.stan))


def test_viewer_and_stranger_may_not_run_the_workspace(cast: Cast) -> None:
    somebody = factories.user("newcomer")
    before = Membership.objects.filter(workspace=cast.workspace).count()

    for actor in cast.who_may_not_write:
        with pytest.raises(DomainError):
            actions.set_retention(actor, months=12)
        with pytest.raises(DomainError):
            actions.set_member(actor, somebody, role=Role.OWNER)
        with pytest.raises(DomainError):
            actions.remove_member(actor, _user(cast.edith))

    assert Membership.objects.filter(workspace=cast.workspace).count() == before
