from __future__ import annotations

import pytest

from tests.cast import Cast
from uptake.foundation.access import GRANTS, Permission, Role
from uptake.foundation.actor import Actor
from uptake.foundation.errors import NotAllowed, NotFound


def test_an_owner_may_do_everything(cast: Cast) -> None:
    assert all(cast.olga.may(permission) for permission in Permission)


def test_every_role_has_a_written_grant() -> None:
    assert set(GRANTS) == set(Role)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.MEMBER, Role.MANAGER])
def test_roles_that_do_not_edit_may_only_read_what_names_nobody(role: Role) -> None:
    assert GRANTS[role] == {Permission.CUSTOMERS_READ}


def test_only_owners_may_erase_people_and_manage_the_workspace() -> None:
    owners_alone = {Permission.PERSON_ERASE, Permission.WORKSPACE_MANAGE}

    may = {role for role, granted in GRANTS.items() if granted & owners_alone}

    assert may == {Role.OWNER}


def test_a_viewer_is_told_that_the_role_does_not_allow_it(cast: Cast) -> None:
    with pytest.raises(NotAllowed, match=r"viewer.*customers\.write") as refused:
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
