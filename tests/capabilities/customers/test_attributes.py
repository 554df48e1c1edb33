from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests import factories
from tests.cast import Cast
from uptake.capabilities.customers import actions
from uptake.capabilities.customers.actions import Expected
from uptake.capabilities.customers.attributes import (
    attributes,
    expected_days,
    expected_profile,
    price_per_seat_and_year,
)
from uptake.capabilities.customers.models import Contract
from uptake.foundation.errors import NotFound
from uptake.metrics.attributes import GoLive, Member, Seats
from uptake.metrics.profiles import Expectation, Profile

FIRST, LAST = date(2025, 1, 1), date(2025, 12, 31)


def test_people_come_with_the_population_that_counts_first(cast: Cast) -> None:
    north = factories.account(cast.workspace, "north")
    sales = factories.team(cast.workspace, "sales", of=north)
    lead = factories.person(cast.workspace, "p1", role="lead")
    factories.person(
        cast.workspace, "p2", account=north, team=sales, role="agent", manager=lead, starts_on=FIRST
    )
    rules = [{"field": "team", "op": "is", "value": "sales"}]
    actions.define_population(cast.edith, "Later", rules=rules, precedence=2)
    actions.define_population(cast.edith, "Sales force", rules=rules, precedence=1)

    people = attributes(cast.victor).people

    assert people == (
        Member("p1", role="lead", population="lead"),
        Member(
            "p2",
            account="north",
            team="sales",
            role="agent",
            manager="p1",
            start=FIRST,
            population="Sales force",
        ),
    )


@pytest.mark.parametrize(
    ("away", "back", "leave"),
    [
        (None, None, ()),
        (FIRST, LAST, ((FIRST, LAST),)),
        (FIRST, None, ((FIRST, date.max),)),
        (None, LAST, ((date.min, LAST),)),
    ],
)
def test_working_time_and_leave_come_with_the_person(
    cast: Cast, away: date | None, back: date | None, leave: tuple[tuple[date, date], ...]
) -> None:
    times = {"days_a_week": Decimal("2.5"), "leave_starts_on": away, "leave_ends_on": back}
    factories.person(cast.workspace, "p1", **times)

    assert attributes(cast.victor).people == (Member("p1", days_a_week=2.5, leave=leave),)


def test_days_a_week_are_known_of_populations_without_expected_actions(cast: Cast) -> None:
    actions.define_population(cast.edith, "Agents", rules=[], days_a_week=Decimal("3.5"))
    actions.define_population(cast.edith, "Others", rules=[])

    days = expected_days(cast.victor)

    assert days == {"Agents": 3.5}
    assert Profile(Expectation(frozenset({1}), 2.0)).on_days(days).of("Agents") == Expectation(
        frozenset({1}), 3.5
    )


def test_seats_carry_a_price_for_those_who_may_see_it(cast: Cast) -> None:
    _contract(cast, seats=10, price=Decimal(100), price_covers="month", price_is_per_seat=True)

    assert attributes(cast.edith).seats == (
        Seats("north", entitled=10, first=FIRST, last=LAST, product="crm", price=1200.0),
    )
    assert attributes(cast.victor).seats[0].price is None


@pytest.mark.parametrize(
    ("facts", "price"),
    [
        ({"price": Decimal(1200), "price_covers": "year"}, 120.0),
        ({"price": Decimal(300), "price_covers": "quarter"}, 120.0),
        ({"price": Decimal(10), "price_covers": "month", "price_is_per_seat": True}, 120.0),
        ({"price": Decimal(1200), "price_covers": "term"}, pytest.approx(120.08, abs=0.01)),
        ({"price": Decimal(1200), "price_covers": "term", "ends_on": None}, None),
        ({"price": Decimal(1200), "price_covers": "year", "seats": None}, None),
        ({"price": Decimal(1200)}, None),
        ({"price_covers": "year"}, None),
    ],
)
def test_the_price_of_a_seat_and_year_or_none(
    cast: Cast, facts: dict[str, object], price: float | None
) -> None:
    contract = _contract(cast, **{"seats": 10, **facts})

    assert price_per_seat_and_year(contract) == price


def test_go_lives_are_those_on_record(cast: Cast) -> None:
    factories.account(cast.workspace, "north")
    factories.product(cast.workspace, "crm")
    actions.record_go_live(cast.edith, "north", "crm", day=FIRST)

    assert attributes(cast.victor).go_lives == (GoLive("north", FIRST, "crm"),)


def test_a_profile_is_what_populations_are_expected_to_do(cast: Cast) -> None:
    crm = factories.product(cast.workspace)
    log = factories.action(crm, "call logged", is_value_action=True)
    factories.action(crm, "visit planned", is_value_action=True)
    factories.action(crm, "never seen", is_value_action=True)
    factories.action(crm, "signed in", is_value_action=False)
    actions.define_population(cast.edith, "Agents", rules=[], days_a_week=Decimal("3.5"))
    actions.expect(cast.edith, "Agents", actions=[Expected(log.pk)])

    profile = expected_profile(cast.victor, {"call logged": 1, "visit planned": 2, "signed in": 3})

    assert profile is not None
    assert profile.everyone == Expectation(frozenset({1, 2}))
    assert profile.of("Agents") == Expectation(frozenset({1}), 3.5)
    assert not profile.proposed


def test_value_actions_nobody_confirmed_for_a_population_are_a_proposal(cast: Cast) -> None:
    factories.action(factories.product(cast.workspace), "call logged", is_value_action=True)

    profile = expected_profile(cast.victor, {"call logged": 1})

    assert profile is not None
    assert profile.proposed


def test_without_a_word_about_actions_there_is_no_profile(cast: Cast) -> None:
    factories.action(factories.product(cast.workspace), "call logged")

    assert expected_profile(cast.victor, {"call logged": 1}) is None


def test_a_stranger_gets_no_bundle(cast: Cast) -> None:
    with pytest.raises(NotFound):
        attributes(cast.stan)
    with pytest.raises(NotFound):
        expected_profile(cast.stan, {})
    with pytest.raises(NotFound):
        expected_days(cast.stan)


def _contract(cast: Cast, **facts: object) -> Contract:
    return Contract.objects.create(
        workspace=cast.workspace,
        external_id="c1",
        account=factories.account(cast.workspace, "north"),
        product=factories.product(cast.workspace, "crm"),
        **{"starts_on": FIRST, "ends_on": LAST, **facts},
    )
