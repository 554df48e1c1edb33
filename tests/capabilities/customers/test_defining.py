from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from tests import factories
from tests.cast import Cast
from uptake.capabilities.customers import actions, defining
from uptake.capabilities.customers.defining import PopulationFacts
from uptake.capabilities.customers.models import ChangeKind, Population
from uptake.foundation.actor import Actor
from uptake.foundation.errors import Conflict, Invalid, NotAllowed, NotFound
from uptake.foundation.models import Activity

AGENT = {"field": "role", "op": "is", "value": "agent"}


@pytest.fixture
def three(cast: Cast) -> list[Population]:
    return [
        defining.add_population(cast.olga, PopulationFacts(name, [AGENT]))
        for name in ("one", "two", "three")
    ]


def _order(cast: Cast) -> list[str]:
    rows = Population.objects.filter(workspace=cast.workspace)
    return list(rows.values_list("name", flat=True))


def test_a_new_population_counts_last(cast: Cast, three: list[Population]) -> None:
    assert _order(cast) == ["one", "two", "three"]


def test_a_population_moves_past_its_neighbour(cast: Cast, three: list[Population]) -> None:
    defining.move_population(cast.edith, three[2].pk, up=True)
    defining.move_population(cast.edith, three[0].pk, up=True)

    assert _order(cast) == ["one", "three", "two"]


def test_a_name_is_taken_once(cast: Cast, three: list[Population]) -> None:
    with pytest.raises(Conflict, match="another name"):
        defining.add_population(cast.olga, PopulationFacts("one", []))
    with pytest.raises(Conflict, match="another name"):
        defining.change_population(cast.olga, three[1].pk, PopulationFacts("one", []))


def test_a_change_keeps_place_and_profile(cast: Cast, three: list[Population]) -> None:
    action = factories.action(factories.product(cast.workspace))
    actions.expect(cast.olga, "two", actions=[actions.Expected(action.pk)])

    facts = PopulationFacts("zwei", [], "more deals", Decimal(4))
    changed = defining.change_population(cast.edith, three[1].pk, facts)

    assert _order(cast) == ["one", "zwei", "three"]
    assert (changed.goal, changed.days_a_week, changed.expected.count()) == (
        "more deals",
        Decimal(4),
        1,
    )
    verbs = set(Activity.objects.values_list("verb", flat=True))
    assert {"population.renamed", "population.changed"} <= verbs


def test_impossible_facts_are_refused(cast: Cast, three: list[Population]) -> None:
    with pytest.raises(Invalid):
        defining.change_population(
            cast.olga, three[0].pk, PopulationFacts("one", [], days_a_week=Decimal(8))
        )
    with pytest.raises(Invalid):
        defining.change_population(cast.olga, three[0].pk, PopulationFacts("one", [{"field": "x"}]))


def test_a_deleted_population_is_remembered_by_the_feed(
    cast: Cast, three: list[Population]
) -> None:
    defining.remove_population(cast.olga, three[1].pk)

    assert _order(cast) == ["one", "three"]
    assert Activity.objects.get(verb="population.removed").object_label == "two"


DEEDS: list[Callable[[Actor, int], object]] = [
    lambda actor, key: defining.add_population(actor, PopulationFacts("four", [])),
    lambda actor, key: defining.change_population(actor, key, PopulationFacts("four", [])),
    lambda actor, key: defining.move_population(actor, key, up=True),
    defining.remove_population,
    defining.confirm_profile,
    lambda actor, key: defining.propose_profile(actor, key, []),
]


@pytest.mark.parametrize("deed", DEEDS)
def test_viewers_customers_and_strangers_change_nothing(
    cast: Cast, three: list[Population], deed: Callable[[Actor, int], object]
) -> None:
    for actor in (cast.victor, cast.carla):
        with pytest.raises(NotAllowed):
            deed(actor, three[0].pk)
    with pytest.raises(NotFound):
        deed(cast.stan, three[0].pk)
    assert _order(cast) == ["one", "two", "three"]


def test_a_logged_change_is_corrected_and_remembered(cast: Cast) -> None:
    change = actions.record_change(cast.edith, ChangeKind.STAFF, day=date(2026, 3, 2))

    actions.correct_change(
        cast.edith,
        change.pk,
        kind=ChangeKind.STRUCTURE,
        day=date(2026, 3, 9),
        description="Regions",
    )

    change.refresh_from_db()
    assert (change.kind, change.happened_on) == ("structure", date(2026, 3, 9))
    facts = Activity.objects.get(verb="change.corrected").facts
    assert (facts["before_kind"], facts["before_day"]) == ("staff", "2026-03-02")


def test_a_go_live_is_corrected_with_its_deployment(cast: Cast) -> None:
    factories.account(cast.workspace, "north")
    factories.product(cast.workspace)
    deployment = actions.record_go_live(cast.olga, "north", "crm", day=date(2026, 3, 2))
    change = deployment.account.changes.get()

    with pytest.raises(Invalid, match="where its product stands"):
        actions.correct_change(
            cast.olga, change.pk, kind=ChangeKind.STAFF, day=date(2026, 3, 9), description=""
        )


def test_changes_are_corrected_by_those_who_may(cast: Cast) -> None:
    change = actions.record_change(cast.edith, ChangeKind.STAFF, day=date(2026, 3, 2))
    facts = {"kind": ChangeKind.STAFF, "day": date(2026, 3, 9), "description": ""}

    for actor in (cast.victor, cast.carla):
        with pytest.raises(NotAllowed):
            actions.correct_change(actor, change.pk, **facts)  # type: ignore[arg-type]  # a bundle
    with pytest.raises(NotFound):
        actions.correct_change(cast.stan, change.pk, **facts)  # type: ignore[arg-type]  # a bundle
