from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tests import factories
from tests.cast import Cast
from uptake.capabilities.customers import actions
from uptake.capabilities.customers.membership import (
    condition,
    heirs,
    overlaps,
    sized_populations,
    why,
)
from uptake.capabilities.customers.models import Person
from uptake.capabilities.customers.populations import attributes_of, fits, read_rules

TEXTS = st.sampled_from(["agent", "lead", "north", "", "nobody"])
OF_TEXT = st.sampled_from(["account", "segment", "team", "role", "manager", "location"])
RULES = st.one_of(
    st.builds(
        lambda field, op, value: {"field": field, "op": op, "value": value},
        OF_TEXT,
        st.sampled_from(["is", "is_not"]),
        TEXTS,
    ),
    st.builds(
        lambda field, op, values: {"field": field, "op": op, "value": values},
        OF_TEXT,
        st.sampled_from(["in", "not_in"]),
        st.lists(TEXTS, max_size=3),
    ),
    st.builds(
        lambda field, op, day: {"field": field, "op": op, "value": day.isoformat()},
        st.sampled_from(["start", "end"]),
        st.sampled_from(["before", "on_or_after"]),
        st.dates(date(2025, 12, 30), date(2026, 1, 3)),
    ),
)


class ConditionsAgreeWithRules(TestCase):
    """What the database finds is what judging person by person finds."""

    def setUp(self) -> None:
        where = factories.workspace("acme")
        north = factories.account(where, "north", segment="agent")
        bare = factories.account(where, "nobody")
        team = factories.team(where, "lead", of=north)
        boss = factories.person(where, "agent", account=north, role="lead")
        start = date(2026, 1, 1)
        factories.person(
            where, "a", account=north, team=team, role="agent", manager=boss, starts_on=start
        )
        factories.person(where, "b", account=bare, role="lead", ends_on=start, location="north")
        factories.person(where, "c", starts_on=date(2025, 12, 31))

    @settings(max_examples=120)
    @given(st.lists(RULES, max_size=3))
    def test_the_same_people_are_found(self, rules: list[Mapping[str, object]]) -> None:
        read = read_rules(rules)

        found = set(Person.objects.filter(condition(read)).values_list("external_id", flat=True))

        everybody = Person.objects.select_related("account", "team", "manager")
        assert found == {p.external_id for p in everybody if fits(attributes_of(p), read)}


@pytest.fixture
def agents(cast: Cast) -> None:
    """Two agents and a lead; agents first, then everybody."""
    for name, role in (("p1", "agent"), ("p2", "agent"), ("p3", "lead")):
        factories.person(cast.workspace, name, role=role)
    rule = {"field": "role", "op": "is", "value": "agent"}
    actions.define_population(cast.olga, "agents", rules=[rule], precedence=0)
    actions.define_population(cast.olga, "everybody", rules=[], precedence=1)


def test_who_fits_several_is_measured_against_the_first(cast: Cast, agents: None) -> None:
    sizes = [(s.population.name, s.fits, s.measured) for s in sized_populations(cast.olga)]

    assert sizes == [("agents", 2, 2), ("everybody", 3, 1)]


def test_overlaps_are_counted(cast: Cast, agents: None) -> None:
    rules = read_rules([{"field": "role", "op": "is_not", "value": "agent"}])
    populations = [sized.population for sized in sized_populations(cast.olga)]

    shared = overlaps(cast.olga, rules, populations)

    assert [(other.name, people) for other, people in shared] == [("everybody", 1)]


def test_a_deleted_population_leaves_its_people_to_the_next(cast: Cast, agents: None) -> None:
    first, second = [sized.population for sized in sized_populations(cast.olga)]

    assert heirs(cast.olga, first) == [("everybody", 2)]
    assert heirs(cast.olga, second) == [("", 1)]


def test_a_person_sees_why_they_are_in(cast: Cast, agents: None) -> None:
    person = Person.objects.get(external_id="p1")

    found = [(w.population.name, w.is_in, w.is_measured) for w in why(cast.olga, person)]

    assert found == [("agents", True, True), ("everybody", True, False)]
