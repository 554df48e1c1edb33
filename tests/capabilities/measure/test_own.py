from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils.timezone import localdate

from tests import factories
from tests.capabilities.measure.acme import LAST, WEEKS, small_world
from uptake.capabilities.customers.models import Person
from uptake.capabilities.measure.queries import own_adoption, team_picture
from uptake.foundation import privacy
from uptake.foundation.access import Role
from uptake.foundation.actor import Actor
from uptake.foundation.errors import NotAllowed, NotFound
from uptake.foundation.models import Workspace

pytestmark = pytest.mark.django_db


@pytest.fixture
def acme(db: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    with small_world(tmp_path_factory.mktemp("var")) as workspace:
        yield workspace


def _linked(workspace: Workspace, person: str, role: Role) -> Actor:
    user = factories.user(person)
    factories.membership(user, workspace, role)
    Person.objects.filter(workspace=workspace, external_id=person).update(user=user)
    return Actor.of(user, workspace)


def test_one_sees_ones_own_days_and_what_is_expected(acme: Workspace) -> None:
    view = own_adoption(_linked(acme, "p0", Role.MEMBER))

    assert (view.as_of, view.active_days, view.active_days_before) == (LAST, 8, 8)
    assert [(week.active_days, week.actions) for week in view.weeks] == [(2, 2)] * WEEKS
    assert view.usual_days == 2
    assert view.population == "agents"
    assert view.expected_met == (1, 1)
    assert view.sentences[0].startswith("You used it on 8 days in the four weeks to")


def test_an_expectation_can_be_missed(acme: Workspace) -> None:
    view = own_adoption(_linked(acme, "p1", Role.MEMBER))

    assert view.expected_met == (0, 1)
    assert view.actions[0].times_a_week == 1


def test_one_sees_who_has_looked(acme: Workspace) -> None:
    owner = factories.user("olga")
    factories.membership(owner, acme, Role.OWNER)
    olga = Actor.of(owner, acme)
    policy = privacy.NamedViewsPolicy(
        decided_by="works council",
        legal_basis="agreement of 2025",
        scope="coaching",
        decided_on=localdate(),
        expires_on=localdate() + timedelta(days=30),
    )
    privacy.allow_named_views(olga, policy)
    olga = Actor.of(owner, Workspace.objects.get(pk=acme.pk))
    privacy.look_at_people(olga, ["p0"], page="people", purpose="coaching talk")

    mine = own_adoption(_linked(olga.workspace, "p0", Role.MEMBER))
    other = own_adoption(_linked(olga.workspace, "p1", Role.MEMBER))

    assert [(look.who, look.purpose) for look in mine.looks] == [
        ("olga@example.org", "coaching talk")
    ]
    assert other.looks == ()
    assert "works council" in mine.who_can_see


def test_who_is_no_person_has_no_own_numbers(acme: Workspace) -> None:
    user = factories.user("olga")
    factories.membership(user, acme, Role.OWNER)

    with pytest.raises(NotFound, match="which person you are"):
        own_adoption(Actor.of(user, acme))


def test_a_manager_sees_the_people_they_lead_together(acme: Workspace) -> None:
    view = team_picture(_linked(acme, "mia", Role.MANAGER))

    rate = view.number("adoption_rate")
    assert rate is not None
    assert (view.people, rate.denominator, rate.numerator) == (8, 8, 8)
    assert view.sentences[0].startswith("8 of your 8 people used it")


def test_fewer_than_five_people_are_no_picture(acme: Workspace) -> None:
    Person.objects.filter(external_id__in=["p0", "p1", "p2", "p3"]).update(manager=None)

    view = team_picture(_linked(acme, "mia", Role.MANAGER))

    assert view.missing == "Numbers are shown for 5 people or more; you lead 4 people."
    assert (view.numbers, view.weeks, view.state) == ((), (), None)


def test_who_leads_nobody_has_no_team(acme: Workspace) -> None:
    with pytest.raises(NotFound, match="Nobody is listed"):
        team_picture(_linked(acme, "p0", Role.MANAGER))


def test_an_end_user_sees_no_team(acme: Workspace) -> None:
    with pytest.raises(NotAllowed):
        team_picture(_linked(acme, "p0", Role.MEMBER))
