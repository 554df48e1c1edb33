from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from uptake.methods.quality.fitness import Judgement, currency, fit_for_use

shapes = st.tuples(st.integers(1, 20), st.integers(1, 6))
judgements = hnp.arrays(np.int64, shapes, elements=st.integers(0, 2))


def test_completeness_of_294_of_300_is_98_percent():
    found = fit_for_use([[Judgement.PASSED]] * 294 + [[Judgement.FAILED]] * 6)

    assert found.by_rule[0].value == pytest.approx(0.98)


def test_a_record_is_as_good_as_its_worst_rule_that_applies():
    found = fit_for_use([[1, 0, 1], [1, 1, 2], [2, 2, 2]])

    assert found.fit.tolist() == [0, 1, 2]
    assert (found.share.numerator, found.share.denominator) == (1, 2)


def test_a_rule_that_never_applies_has_no_share():
    assert fit_for_use([[2, 1]]).by_rule[0] is None


def test_without_rules_nothing_is_judged():
    assert fit_for_use(np.empty((3, 0))).share is None


@given(judgements)
def test_fewer_records_are_fit_than_pass_any_rule_they_all_answer_to(table):
    found = fit_for_use(table)
    applies_to_all = (table != Judgement.DOES_NOT_APPLY).all(axis=0)

    passed = [s.value for s, all_of in zip(found.by_rule, applies_to_all, strict=True) if all_of]

    assert all(found.share.value <= value for value in passed)


@pytest.mark.parametrize(
    ("age", "volatility", "sensitivity", "value"),
    [(0, 10, 1, 1.0), (5, 10, 1, 0.5), (5, 10, 2, 0.25), (20, 10, 1, 0.0)],
)
def test_currency_falls_from_one_to_nought_over_what_a_value_stays_true(
    age, volatility, sensitivity, value
):
    assert currency(age, volatility, sensitivity) == pytest.approx(value)


def test_a_value_that_stays_true_for_no_time_is_refused():
    with pytest.raises(ValueError, match="more than 0"):
        currency(1, 0)
