from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from uptake.methods.adoption.licences import (
    licence_use,
    renewal_exposure,
    seats_per_day,
    shelfware_cost,
)


def test_the_three_ratios_are_weighted_by_time():
    use = licence_use(
        entitled=[100, 100, 200],
        provisioned=[80, 80, 140],
        activated=[40, 60, 120],
        active28=[30, 50, 100],
        yearly_price=120,
    )

    assert use.provisioned is not None
    assert use.provisioned.value == pytest.approx(300 / 400)
    assert use.activated is not None
    assert use.activated.value == pytest.approx(220 / 300)
    assert use.active is not None
    assert use.active.value == pytest.approx(180 / 400)
    assert use.shelfware == pytest.approx((70 + 50 + 100) / 3 * 120)


def test_the_interval_counts_seats_not_seat_days():
    month, day = (licence_use(entitled=[50] * n, active28=[30] * n) for n in (30, 1))

    assert month.active is not None
    assert day.active is not None
    assert month.active.interval == day.active.interval


def test_over_use_is_kept_and_flagged():
    use = licence_use(entitled=[10, 10], active28=[15, 7], yearly_price=100)

    assert use.active is not None
    assert use.active.value == 1.1
    assert use.active.over_use
    assert use.active.interval is None
    assert (use.over_used_seats, use.unused_seats, use.days_over) == (2.5, 1.5, 1)


def test_over_use_on_one_day_does_not_pay_for_idle_seats_of_another():
    assert shelfware_cost([10, 10], [15, 7], 100) == 150


def test_what_is_not_known_is_not_measurable():
    use = licence_use(entitled=[10], active28=[5])

    assert (use.provisioned, use.activated, use.shelfware) == (None, None, None)


def test_no_entitlement_gives_no_ratio():
    use = licence_use(entitled=[0, 0], active28=[3, 3], yearly_price=10)

    assert (use.active, use.unused_seats, use.shelfware) == (None, None, None)


def test_negative_seats_are_refused():
    with pytest.raises(ValueError, match="look at provisioned"):
        licence_use(entitled=[1], provisioned=[-1], active28=[1])


def test_columns_of_different_length_are_refused():
    with pytest.raises(ValueError, match="lengths differ"):
        licence_use(entitled=[1, 2], active28=[1])


def test_seats_of_overlapping_contracts_add_up_and_end_after_their_last_day():
    days = np.arange("2026-01-01", "2026-01-07", dtype="datetime64[D]")

    seats = seats_per_day(
        days,
        first=[date(2025, 6, 1), date(2026, 1, 3), date(2026, 2, 1)],
        last=[date(2026, 1, 4), None, None],
        seats=[10, 5, 99],
    )

    assert seats.tolist() == [10, 10, 15, 15, 5, 5]


@given(
    st.lists(
        st.tuples(st.integers(0, 50), st.integers(0, 50), st.floats(0, 1000)),
        min_size=1,
        max_size=20,
    )
)
def test_shelfware_is_never_negative_and_never_above_the_whole_bill(rows):
    entitled, active, price = (np.array(column) for column in zip(*rows, strict=True))

    cost = shelfware_cost(entitled, active, price)

    assert 0 <= cost <= float(np.mean(entitled * price)) + 1e-9


def test_expected_seats_at_renewal_carry_the_uncertainty_of_use():
    exposure = renewal_exposure(entitled=100, active28=60, yearly_price=200)

    assert exposure is not None
    assert exposure.expected_seats == pytest.approx(66)
    assert exposure.at_risk == pytest.approx(34 * 200)
    assert exposure.low < exposure.expected_seats < exposure.high
    assert exposure.at_risk_most > exposure.at_risk


def test_nothing_is_at_risk_when_every_seat_is_used():
    exposure = renewal_exposure(entitled=50, active28=55, yearly_price=10)

    assert exposure is not None
    assert exposure.at_risk == 0


def test_no_seats_no_exposure():
    assert renewal_exposure(entitled=0, active28=0, yearly_price=10) is None
