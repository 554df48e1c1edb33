"""People held against their own past."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from uptake.methods.behaviour.attainment import Standing
from uptake.methods.behaviour.improving import improvement

M, X, E, N = Standing.MET, Standing.MISSED, Standing.EXEMPT, Standing.NOT_DUE


def test_two_more_of_the_newest_four_are_an_improvement_and_one_more_is_none() -> None:
    found = improvement([[M, X, X, X, M, M, M, X], [M, M, X, X, M, M, M, X]])

    assert found.before.tolist() == [1, 2]
    assert found.since.tolist() == [3, 3]
    assert found.improved.tolist() == [True, False]


def test_periods_that_were_not_due_count_on_neither_side() -> None:
    found = improvement([[X, E, X, N, X, X, M, M, E, M, M, Standing.OPEN]])

    assert (found.before.tolist(), found.since.tolist()) == ([0], [4])
    assert found.improved.tolist() == [True]


def test_too_short_a_past_says_nothing() -> None:
    found = improvement([[X, X, X, M, M, M, M]])

    assert (found.known.tolist(), found.improved.tolist()) == ([False], [False])


@given(arrays(np.int64, (3, 12), elements=st.integers(0, 4)))
def test_nobody_improves_who_met_fewer(table: np.ndarray) -> None:
    found = improvement(table)

    assert np.all(found.since[found.improved] >= found.before[found.improved] + 2)
    assert np.all(found.since <= 4)
