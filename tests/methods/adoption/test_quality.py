from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from uptake.methods.adoption.quality import Rework, first_time_right, rework
from uptake.methods.statistics.proportions import Share

steps = st.lists(st.tuples(st.integers(0, 5), st.sampled_from("abcd")), min_size=1, max_size=40)


def test_records_not_judged_are_left_out_not_wrong():
    assert first_time_right([1, 0, np.nan, 1]) == Share(2, 3)


def test_nothing_judged_is_no_share():
    assert first_time_right([np.nan]) is None


def test_a_repeated_activity_is_rework():
    result = rework(["c1", "c1", "c1", "c2", "c2"], ["ask", "check", "ask", "ask", "check"])

    assert result == Rework(cases=Share(1, 2), steps=Share(1, 5))


def test_no_steps_no_rework():
    assert rework([], []) is None


def test_two_of_the_six_cases_of_the_running_example_were_begun_again(shared_data):
    log = pd.read_csv(shared_data / "process" / "running-example.csv")

    result = rework(log["case:concept:name"].to_numpy(), log["Activity"].to_numpy(dtype=str))

    assert result is not None
    assert result.cases == Share(2, 6)


@given(steps)
def test_steps_of_rework_are_those_beyond_the_first_of_each_activity(rows):
    cases, activities = zip(*rows, strict=True)

    result = rework(cases, activities)

    assert result is not None
    assert result.steps.numerator == len(rows) - len(set(rows))
    assert (result.cases.numerator == 0) == (result.steps.numerator == 0)


@pytest.mark.parametrize("order", [1, -1])
def test_the_order_of_rows_does_not_matter(order):
    rows = [("c1", "ask"), ("c1", "ask"), ("c2", "check")][::order]
    cases, activities = zip(*rows, strict=True)

    assert rework(cases, activities) == Rework(Share(1, 2), Share(1, 3))
