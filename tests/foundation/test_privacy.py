from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.utils.timezone import localdate

from tests.cast import Cast
from uptake.foundation import privacy
from uptake.foundation.errors import DomainError, Invalid, NotAllowed
from uptake.foundation.models import NamedView
from uptake.foundation.privacy import NamedViewsPolicy


@pytest.fixture
def policy() -> NamedViewsPolicy:
    today = localdate()
    return NamedViewsPolicy(
        decided_by="Works council",
        legal_basis="Works agreement of 2 March",
        scope="Team leads, their own team, to offer help",
        decided_on=today,
        expires_on=today + timedelta(days=90),
    )


def test_without_a_policy_nobody_is_named(cast: Cast) -> None:
    with pytest.raises(NotAllowed, match="no policy allows it"):
        privacy.look_at_people(cast.olga, ["p1"], page="People", purpose="to help")

    assert not NamedView.objects.exists()


def test_each_look_is_written_down_for_each_person(cast: Cast, policy: NamedViewsPolicy) -> None:
    privacy.allow_named_views(cast.olga, policy)
    cast.workspace.refresh_from_db()

    privacy.look_at_people(cast.edith, ["p1", "p2"], page="People", purpose=" to help ")

    look = privacy.looks_at(cast.workspace, "p1").get()
    assert (look.viewer, look.page, look.purpose) == (cast.edith.user, "People", "to help")
    assert privacy.visible_looks(cast.olga).count() == 2


def test_a_look_needs_a_purpose_and_the_right_to_names(
    cast: Cast, policy: NamedViewsPolicy
) -> None:
    privacy.allow_named_views(cast.olga, policy)
    cast.workspace.refresh_from_db()

    with pytest.raises(Invalid, match="what you need the names for"):
        privacy.look_at_people(cast.edith, ["p1"], page="People", purpose=" ")
    for actor in (cast.victor, cast.xenia, cast.ursula, cast.stan):
        with pytest.raises(DomainError):
            privacy.look_at_people(actor, ["p1"], page="People", purpose="to help")


def test_a_policy_ends_by_itself_and_can_be_withdrawn(cast: Cast, policy: NamedViewsPolicy) -> None:
    workspace = privacy.allow_named_views(cast.olga, policy)

    assert privacy.policy_in_force(workspace) == policy
    assert not policy.is_in_force(policy.expires_on + timedelta(days=1))
    assert not policy.is_in_force(policy.decided_on - timedelta(days=1))
    assert privacy.policy_in_force(privacy.forbid_named_views(cast.olga)) is None


@pytest.mark.parametrize("missing", ["decided_by", "legal_basis", "scope"])
def test_a_policy_says_who_why_and_for_what(
    cast: Cast, policy: NamedViewsPolicy, missing: str
) -> None:
    with pytest.raises(Invalid):
        privacy.allow_named_views(cast.olga, replace(policy, **{missing: " "}))


def test_a_policy_that_is_over_cannot_be_recorded(cast: Cast, policy: NamedViewsPolicy) -> None:
    over = replace(policy, decided_on=date(2020, 1, 1), expires_on=date(2020, 12, 31))

    with pytest.raises(Invalid, match="later last day"):
        privacy.allow_named_views(cast.olga, over)


@pytest.mark.parametrize("people", [4, 0, 101])
def test_groups_are_never_smaller_than_five(cast: Cast, people: int) -> None:
    with pytest.raises(Invalid):
        privacy.set_minimum_group(cast.olga, people)


def test_larger_groups_can_be_asked_for(cast: Cast) -> None:
    assert privacy.set_minimum_group(cast.olga, 12).minimum_group == 12


def test_nobody_but_owners_decides_on_privacy(cast: Cast, policy: NamedViewsPolicy) -> None:
    for actor in (*cast.who_may_not_write, cast.edith, cast.carla):
        with pytest.raises(DomainError):
            privacy.allow_named_views(actor, policy)
        with pytest.raises(DomainError):
            privacy.forbid_named_views(actor)
        with pytest.raises(DomainError):
            privacy.set_minimum_group(actor, 10)
        with pytest.raises(DomainError):
            privacy.visible_looks(actor)
