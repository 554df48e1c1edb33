from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from uptake.methods.statistics.variance import between_share

SHROUT_FLEISS = [
    [9, 2, 5, 8],
    [6, 1, 3, 2],
    [8, 4, 6, 8],
    [7, 1, 2, 6],
    [10, 5, 6, 9],
    [6, 2, 4, 7],
]


def test_it_is_the_first_coefficient_of_shrout_and_fleiss_1979():
    values = np.array(SHROUT_FLEISS, dtype=float)

    share = between_share(values.ravel(), np.repeat(np.arange(6), 4))

    assert share == pytest.approx(0.17, abs=0.005)


def test_teams_that_are_each_of_one_mind_share_everything():
    assert between_share([1, 1, 0, 0], ["a", "a", "b", "b"]) == 1.0


@pytest.mark.parametrize(
    ("values", "groups"),
    [([], []), ([1, 0, 1], ["a", "a", "a"]), ([1, 0], ["a", "b"]), ([1, 1, 1, 1], [1, 1, 2, 2])],
)
def test_it_is_unknown_where_nothing_can_be_compared(values, groups):
    assert between_share(values, groups) is None


def test_a_planted_share_is_recovered_with_teams_of_different_size():
    rng = np.random.default_rng(1)
    sizes = rng.integers(3, 40, 400)
    group = np.repeat(np.arange(400), sizes)
    values = rng.normal(0, np.sqrt(0.4), 400)[group] + rng.normal(0, np.sqrt(0.6), len(group))

    assert between_share(values, group) == pytest.approx(0.4, abs=0.05)


def test_people_without_a_value_are_left_out():
    with_gap = between_share([1, 0, 1, 1, np.nan], [1, 1, 2, 2, 2])

    assert with_gap == between_share([1, 0, 1, 1], [1, 1, 2, 2])


@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 4)), min_size=2, max_size=60))
def test_it_is_never_above_one(rows):
    share = between_share([v for v, _ in rows], [g for _, g in rows])

    assert share is None or share <= 1 + 1e-9
