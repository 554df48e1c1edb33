"""Seats bought, handed out, opened and used, weighted by the days they were there."""

from __future__ import annotations

import pytest

from tests.metrics.asking import by_group, one
from tests.metrics.logs import Event, day, rollups, uses
from uptake.metrics.attributes import Attributes, Member, Seats
from uptake.metrics.measurement import MeasurementState
from uptake.metrics.scope import Grouping

ALWAYS = day(-100)


def test_seats_in_use_average_the_rolling_actives_over_the_window() -> None:
    # ann is among the actives of all 28 days, ben of the last 14
    log = [*uses("ann", 0), *uses("ben", 14)]
    seats = Attributes(seats=(Seats("acme", 4, ALWAYS),))

    answer = one("seats_active", rollups(log, seats))

    assert answer.numerator == 1.5
    assert answer.denominator == 4.0


def test_seats_that_began_in_the_window_count_for_their_days() -> None:
    seats = Attributes(seats=(Seats("acme", 4, ALWAYS), Seats("acme", 4, day(14))))

    assert one("seats_active", rollups(uses("ann", 0), seats)).denominator == 6.0


def test_idle_seats_cost_their_price_and_over_use_elsewhere_does_not_pay_for_them() -> None:
    log = [*uses("ann", 0), *uses("ben", 0, account="bolt"), *uses("cem", 0, account="bolt")]
    seats = Attributes(
        seats=(Seats("acme", 3, ALWAYS, price=120.0), Seats("bolt", 1, ALWAYS, price=100.0))
    )

    answer = one("shelfware", rollups(log, seats))

    assert answer.value == pytest.approx(240.0)
    assert answer.numerator == pytest.approx(2.0)


def test_the_cost_is_not_measurable_without_a_price() -> None:
    seats = Attributes(seats=(Seats("acme", 3, ALWAYS),))

    answer = one("shelfware", rollups(uses("ann", 1), seats))

    assert answer.state is MeasurementState.NOT_MEASURABLE
    assert "price" in answer.reason


def test_seats_of_a_product_are_used_by_people_of_that_product() -> None:
    log = [Event("ann", 0, product="crm"), Event("ben", 0, product="erp")]
    seats = Attributes(
        seats=(Seats("acme", 2, ALWAYS, product="crm"), Seats("acme", 5, ALWAYS, product="erp"))
    )

    answer = one("seats_active", rollups(log, seats))

    assert (answer.numerator, answer.denominator) == (2.0, 7.0)


def test_listed_people_stand_in_for_seats_handed_out() -> None:
    known = Attributes(
        people=(Member("ann", "acme"), Member("ben", "acme")), seats=(Seats("acme", 4, ALWAYS),)
    )
    relations = rollups(uses("ann", -30), known)

    assert one("seats_provisioned", relations).value == 0.5
    assert one("seats_activated", relations).value == 0.5


def test_seats_handed_out_are_taken_as_given() -> None:
    known = Attributes(seats=(Seats("acme", 4, ALWAYS, provisioned=3),))

    assert one("seats_provisioned", rollups(uses("ann", 1), known)).value == 0.75


def test_without_contracts_nothing_is_said_about_seats() -> None:
    answer = one("seats_active", rollups(uses("ann", 1)))

    assert answer.state is MeasurementState.NOT_MEASURABLE
    assert "contracts" in answer.reason


def test_more_people_than_seats_is_said_and_has_no_interval() -> None:
    known = Attributes(seats=(Seats("acme", 1, ALWAYS),))
    log = [*uses("ann", 0), *uses("ben", 0)]

    answer = by_group("seats_active", rollups(log, known), Grouping.ACCOUNT)["acme"]

    assert (answer.value, answer.low) == (2.0, None)
    assert answer.reason == "more people than seats"
