from __future__ import annotations

from dataclasses import replace

import pytest

from tests.cast import Cast
from uptake.foundation.access import GRANTS, IN_WORDS, WITHIN_ACCOUNT, Permission, Role
from uptake.foundation.actor import Actor
from uptake.foundation.errors import NotAllowed, NotFound


def test_an_owner_may_do_everything(cast: Cast) -> None:
    assert all(cast.olga.may(permission) for permission in Permission)


def test_every_permission_is_said_in_words_that_people_use() -> None:
    assert set(IN_WORDS) == set(Permission)
    assert not any("." in words for words in IN_WORDS.values())


def test_every_role_has_a_written_grant() -> None:
    assert set(GRANTS) == set(Role)


READ = {
    Permission.CUSTOMERS_READ,
    Permission.CONTRACTS_READ,
    Permission.METRICS_READ,
    Permission.TEAM_METRICS_READ,
    Permission.METRICS_EXPORT,
    Permission.BEHAVIOURS_READ,
    Permission.RECORDS_READ,
    Permission.PROCESS_READ,
}


@pytest.mark.parametrize("role", [Role.VIEWER, Role.MEMBER, Role.MANAGER, Role.EXECUTIVE])
def test_roles_that_do_not_edit_may_only_read_what_names_nobody(role: Role) -> None:
    asks_their_team = {Permission.BEHAVIOURS_WRITE} if role is Role.MANAGER else set()

    assert GRANTS[role] - asks_their_team <= READ


def test_end_users_and_managers_see_no_figures_of_the_whole_workspace() -> None:
    may = {role for role in Role if Permission.METRICS_READ in GRANTS[role]}

    assert may == {Role.OWNER, Role.EDITOR, Role.EXECUTIVE, Role.VIEWER}


def test_only_owners_may_erase_people_and_manage_the_workspace() -> None:
    owners_alone = {
        Permission.PERSON_ERASE,
        Permission.WORKSPACE_MANAGE,
        Permission.MEMBERS_MANAGE,
        Permission.KEYS_MANAGE,
        Permission.PRIVACY_MANAGE,
    }

    may = {role for role, granted in GRANTS.items() if granted & owners_alone}

    assert may == {Role.OWNER}


def test_a_viewer_is_told_that_the_role_does_not_allow_it(cast: Cast) -> None:
    with pytest.raises(NotAllowed, match=r"viewer.*change accounts;") as refused:
        cast.victor.require(Permission.CUSTOMERS_WRITE)

    assert refused.value.status == 403


def test_a_stranger_learns_nothing(cast: Cast) -> None:
    with pytest.raises(NotFound, match="no such workspace") as refused:
        cast.stan.require(Permission.CUSTOMERS_READ)

    assert refused.value.status == 404


def test_a_user_who_was_deactivated_is_a_stranger(cast: Cast) -> None:
    user = cast.olga.user
    assert user is not None
    user.is_active = False

    actor = Actor.of(user, cast.workspace)

    assert actor.role is None


def test_whoever_sees_one_account_may_do_nothing_that_reaches_beyond_it(cast: Cast) -> None:
    may = {permission for permission in Permission if cast.carla.may(permission)}

    assert may == GRANTS[Role.EDITOR] & WITHIN_ACCOUNT
    with pytest.raises(NotAllowed, match=r"one account.*change where data comes from;"):
        cast.carla.require(Permission.SOURCES_MANAGE)


def test_a_key_may_only_what_it_was_made_for(cast: Cast) -> None:
    key = replace(cast.olga, scope=frozenset({Permission.METRICS_READ}))

    assert key.may(Permission.METRICS_READ)
    with pytest.raises(NotAllowed, match=r"key does not include customers\.write"):
        key.require(Permission.CUSTOMERS_WRITE)
