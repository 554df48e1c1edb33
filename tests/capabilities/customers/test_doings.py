from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import factories
from tests.capabilities.measure.acme import LAST, small_world
from uptake.capabilities.customers import defining
from uptake.capabilities.customers.doings import _Coarse, doings, doings_of, events_of, rounded
from uptake.capabilities.customers.models import Person, Population
from uptake.foundation.access import Role
from uptake.foundation.actor import Actor
from uptake.foundation.errors import Conflict
from uptake.foundation.models import Workspace

pytestmark = pytest.mark.django_db


@pytest.fixture
def acme(db: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    with small_world(tmp_path_factory.mktemp("var")) as workspace:
        yield workspace


@pytest.fixture
def olga(acme: Workspace) -> Actor:
    user = factories.user("olga")
    factories.membership(user, acme, Role.OWNER)
    return Actor.of(user, acme)


AGENTS = [f"p{n}" for n in range(8)]


def test_a_group_is_told_in_steps_of_five(olga: Actor) -> None:
    found = doings(olga, AGENTS)

    assert (found.people, found.last, found.is_hidden) == (8, LAST, False)
    assert found.active == 5
    assert set(found.weeks) == {5}
    assert [(d.product, d.action, d.people, d.times_a_week) for d in found.actions] == [
        ("crm", "create", 5, 1.0)
    ]


def test_a_small_group_is_hidden(olga: Actor) -> None:
    found = doings(olga, AGENTS[:4])

    assert found.is_hidden
    assert (found.active, found.actions, found.proposal) == (0, (), None)


def test_few_active_among_many_are_hidden(olga: Actor) -> None:
    found = doings(olga, ["mia", *(f"nobody {n}" for n in range(9))])

    assert (found.active, found.actions, found.proposal) == (0, (), None)


def test_one_person_is_told_exactly(acme: Workspace) -> None:
    found = doings_of("acme", "p0")

    assert [week.days for week in found.weeks] == [2] * 8
    assert found.actions == {"create": 2.0}
    assert events_of("acme", "p0") == 24


def test_a_proposal_keeps_what_is_confirmed(olga: Actor) -> None:
    population = Population.objects.get(name="agents")

    defining.propose_profile(olga, population.pk, AGENTS)

    (row,) = population.expected.all()
    assert (row.times_per_week, row.is_proposed) == (Decimal(2), False)
    population.refresh_from_db()
    assert population.days_a_week == Decimal(1)


def test_a_proposal_waits_for_confirmation(olga: Actor) -> None:
    population = Population.objects.get(name="agents")
    population.expected.all().delete()

    defining.propose_profile(olga, population.pk, AGENTS)
    proposed = [(r.action.external_id, r.is_proposed) for r in population.expected.all()]
    defining.confirm_profile(olga, population.pk)

    assert proposed == [("create", True)]
    assert not population.expected.filter(is_proposed=True).exists()
    with pytest.raises(Conflict):
        defining.confirm_profile(olga, population.pk)


def test_nothing_is_proposed_of_too_few(olga: Actor) -> None:
    Person.objects.filter(external_id__in=AGENTS[4:]).delete()
    population = Population.objects.get(name="agents")

    with pytest.raises(Conflict, match="by hand"):
        defining.propose_profile(olga, population.pk, AGENTS[:4])


@given(st.integers(0, 400), st.integers(0, 400))
def test_coarse_counts_stay_near_and_never_below_the_least(people: int, others: int) -> None:
    group = [str(n) for n in range(people + others)]

    shown = _Coarse(group, 5)("anything", people)

    assert shown % 5 == 0
    assert (shown == 0) == (people < 5)
    assert shown == 0 or abs(shown - people) <= 5
    assert shown == _Coarse(group, 5)("anything", people)


def test_times_are_rounded_to_what_one_would_say() -> None:
    assert [rounded(times) for times in (0.1, 0.8, 2.3, 4.9, 12.4)] == [0.5, 1.0, 2.5, 5.0, 12.0]
