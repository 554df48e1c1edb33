from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from uptake.methods.behaviour.attainment import (
    Standing,
    asked_of,
    count_attainment,
    opportunity_attainment,
    roll_up,
)

shapes = st.tuples(st.integers(1, 6), st.integers(1, 6))
tables = hnp.arrays(np.int64, shapes, elements=st.integers(0, 12))


@pytest.mark.parametrize(
    ("amount", "share", "asked"),
    [(5, 1.0, 5), (5, 0.6, 3), (5, 0.5, 2), (2, 0.2, 0), (1, 0.5, 0), (1, 0.6, 1), (5, 0.0, 0)],
)
def test_what_is_asked_is_pro_rated_in_favour_of_the_person(amount, share, asked):
    assert asked_of(amount, share) == asked


def test_a_share_above_one_is_refused():
    with pytest.raises(ValueError, match="between 0 and 1"):
        asked_of(5, 1.2)


def test_only_records_of_the_agreed_quality_count():
    found = count_attainment([[6]], [[2]], [[4]])

    assert found.standing[0, 0] == Standing.MISSED
    assert found.share[0, 0] == 0.5


def test_more_than_asked_is_worth_no_more_than_met():
    found = count_attainment([[9, 2]], [[9, 2]], [[4, 4]])

    assert roll_up(found).quantity.numerator == 6


def test_the_three_roll_ups_are_sums_of_their_parts():
    found = count_attainment([[5, 0], [2, 8]], [[5, 0], [1, 6]], [[4, 4], [2, 4]])

    rolled = roll_up(found)

    assert (rolled.quantity.numerator, rolled.quantity.denominator) == (9, 14)
    assert (rolled.people.numerator, rolled.people.denominator) == (2, 4)
    assert (rolled.quality.numerator, rolled.quality.denominator) == (12, 15)


def test_an_opportunity_that_did_not_come_up_is_not_due():
    found = opportunity_attainment([[0, 3]], [[0, 4]], threshold=0.75)

    assert found.standing.tolist() == [[Standing.NOT_DUE, Standing.MET]]
    assert np.isnan(found.share[0, 0])


def test_exempt_people_are_judged_by_nothing():
    found = count_attainment([[0, 0]], [[0, 0]], [[4, 4]], exempt=[[True, True]])

    assert roll_up(found) == (roll_up(found).__class__)(None, None, None)


def test_before_the_deadline_only_what_is_met_is_said():
    found = count_attainment([[4, 1]], [[4, 1]], [[4, 4]], still_open=[[True, True]])

    assert found.standing.tolist() == [[Standing.MET, Standing.OPEN]]


def test_quality_is_unknown_where_nothing_was_done():
    assert roll_up(count_attainment([[0]], [[0]], [[3]])).quality is None


def test_more_good_records_than_records_are_refused():
    with pytest.raises(ValueError, match="check the counts"):
        count_attainment([[1]], [[2]], [[1]])


@given(tables, st.integers(0, 5))
def test_parts_of_people_sum_to_the_whole(done, asked):
    found = count_attainment(done, done // 2, asked)
    people = np.arange(len(done))[:, np.newaxis] + np.zeros_like(done)

    parts = [roll_up(found, where=people == person).people for person in range(len(done))]

    whole = roll_up(found).people
    assert sum(p.numerator for p in parts if p) == (whole.numerator if whole else 0)
    assert sum(p.denominator for p in parts if p) == (whole.denominator if whole else 0)


@given(tables, st.integers(1, 5))
def test_doing_one_more_well_never_lowers_anything(done, asked):
    before = roll_up(count_attainment(done, done, asked))
    after = roll_up(count_attainment(done + 1, done + 1, asked))

    assert after.quantity.numerator >= before.quantity.numerator
    assert after.people.numerator >= before.people.numerator
