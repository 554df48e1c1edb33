from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import now
from pytest_django.fixtures import DjangoAssertNumQueries

from tests.cast import Cast
from uptake.foundation import keys
from uptake.foundation.access import Permission
from uptake.foundation.errors import DomainError, Invalid, NotFound
from uptake.foundation.models import ApiKey

READ = frozenset({"metrics:read"})


def test_the_key_is_not_stored(cast: Cast) -> None:
    issued = keys.create_key(cast.olga, "export", scopes=READ)

    assert issued.key not in str(ApiKey.objects.values().get())
    assert issued.key.startswith(issued.row.prefix)


def test_a_key_acts_within_its_scopes(cast: Cast) -> None:
    issued = keys.create_key(cast.olga, "export", scopes=READ)

    actor = keys.actor_of_key(issued.key)

    assert actor is not None
    assert {permission for permission in Permission if actor.may(permission)} == keys.SCOPES[
        "metrics:read"
    ]
    assert (actor.workspace, actor.name, actor.user) == (cast.workspace, "key export", None)


def test_a_key_may_be_limited_to_an_account(cast: Cast) -> None:
    issued = keys.create_key(
        cast.olga, "export", scopes=frozenset({"metrics:read", "data:write"}), account="north"
    )

    actor = keys.actor_of_key(issued.key)

    assert actor is not None
    assert actor.account == "north"
    assert not actor.may(Permission.IMPORTS_RUN)


def test_no_scope_reaches_members_keys_or_privacy() -> None:
    everything = frozenset[Permission]().union(*keys.SCOPES.values())

    assert not everything & {
        Permission.WORKSPACE_MANAGE,
        Permission.MEMBERS_MANAGE,
        Permission.KEYS_MANAGE,
        Permission.PRIVACY_MANAGE,
        Permission.PERSON_ERASE,
    }
    assert set(keys.SCOPE_WORDS) == set(keys.SCOPES)


def test_a_revoked_key_is_of_no_use(cast: Cast) -> None:
    issued = keys.create_key(cast.olga, "export", scopes=READ)

    keys.revoke_key(cast.olga, issued.row.pk)

    assert keys.actor_of_key(issued.key) is None
    with pytest.raises(NotFound):
        keys.revoke_key(cast.olga, issued.row.pk)


def test_a_key_ends(cast: Cast) -> None:
    issued = keys.create_key(cast.olga, "export", scopes=READ, expires_at=now() + timedelta(days=1))
    ApiKey.objects.update(expires_at=now() - timedelta(seconds=1))

    assert keys.actor_of_key(issued.key) is None


@pytest.mark.parametrize("key", ["", "uptk_", "nonsense"])
def test_an_unknown_key_is_nobody(db: None, key: str) -> None:
    assert keys.actor_of_key(key) is None


def test_use_is_noted_but_not_each_time(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    issued = keys.create_key(cast.olga, "export", scopes=READ)
    keys.actor_of_key(issued.key)
    noted = ApiKey.objects.get().last_used_at

    with django_assert_num_queries(1):
        keys.actor_of_key(issued.key)

    assert noted is not None
    assert ApiKey.objects.get().last_used_at == noted


def test_a_key_needs_a_name_a_purpose_and_a_future(cast: Cast) -> None:
    with pytest.raises(Invalid, match="name"):
        keys.create_key(cast.olga, " ", scopes=READ)
    with pytest.raises(Invalid, match="what the key is for"):
        keys.create_key(cast.olga, "x", scopes=frozenset())
    with pytest.raises(Invalid, match="what the key is for"):
        keys.create_key(cast.olga, "x", scopes=frozenset({"everything"}))
    with pytest.raises(Invalid, match="later day"):
        keys.create_key(cast.olga, "x", scopes=READ, expires_at=now())


def test_nobody_but_owners_makes_or_revokes_keys(cast: Cast) -> None:
    issued = keys.create_key(cast.olga, "export", scopes=READ)

    for actor in (*cast.who_may_not_write, cast.edith, cast.carla):
        with pytest.raises(DomainError):
            keys.create_key(actor, "mine", scopes=READ)
        with pytest.raises(DomainError):
            keys.revoke_key(actor, issued.row.pk)
        with pytest.raises(DomainError):
            keys.visible_keys(actor)
