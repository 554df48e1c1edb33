from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from uptake.methods.statistics.agreement import (
    Scale,
    agreement,
    agreement_with,
    krippendorff_alpha,
)

_ = np.nan
FOUR_OBSERVERS = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, _, _, _],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, _, 3],
    [_, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, _],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, _],
]


@pytest.mark.parametrize(
    ("scale", "alpha"), [(Scale.NOMINAL, 0.743), (Scale.ORDINAL, 0.815), (Scale.INTERVAL, 0.849)]
)
def test_it_gives_the_values_of_krippendorff_2011(scale, alpha):
    assert krippendorff_alpha(FOUR_OBSERVERS, scale) == pytest.approx(alpha, abs=0.0006)


def test_perfect_agreement_is_one():
    assert krippendorff_alpha([[1, 2, 3], [1, 2, 3]]) == pytest.approx(1.0)


@pytest.mark.parametrize("ratings", [[[1, 2, 3]], [[2, 2], [2, 2]], [[1, _], [_, 2]]])
def test_it_is_unknown_where_nothing_was_rated_twice_or_nothing_varies(ratings):
    assert krippendorff_alpha(ratings) is None


def test_ratings_by_chance_agree_by_chance():
    rng = np.random.default_rng(1)

    assert krippendorff_alpha(rng.integers(1, 6, (2, 4000))) == pytest.approx(0, abs=0.05)


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), min_size=2, max_size=40))
def test_the_order_of_raters_does_not_matter(pairs):
    table = np.array(pairs).T

    first, second = krippendorff_alpha(table), krippendorff_alpha(table[::-1])

    assert first == pytest.approx(second) if first is not None else second is None


def rated_alike(share, things=400, seed=3):
    """Two raters of yes and no, who agree by themselves on such a share, else throw a coin."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 2, things)
    coins = rng.integers(0, 2, (2, things))
    return np.where(rng.random((2, things)) < share, truth, coins).astype(float)


def test_the_interval_holds_the_agreement_that_was_planted():
    """Both know the truth with probability 0.8, so alpha is 0.8 squared."""
    found = agreement(rated_alike(0.8), Scale.NOMINAL, rng=np.random.default_rng(1))

    assert found.things == 400
    assert found.interval.contains(0.64)
    assert 0.1 < found.interval.high - found.interval.low < 0.2


def test_few_things_rated_alike_are_not_certain():
    ratings = np.array([[1, 1, 1, 0, 0, 0]] * 2)

    few = agreement(ratings, Scale.NOMINAL, rng=np.random.default_rng(1))
    many = agreement(np.tile(ratings, 20), Scale.NOMINAL, rng=np.random.default_rng(1))

    assert few.value == many.value == pytest.approx(1)
    assert few.interval.low < 0.3 < 0.9 < many.interval.low


def test_without_anything_that_varies_there_is_neither_value_nor_interval():
    found = agreement([[2, 2], [2, 2]], rng=np.random.default_rng(1))

    assert (found.value, found.interval) == (None, None)


def test_agreement_with_rules_is_the_mean_over_raters():
    rules = [1, 1, 0, 0, 1, 0, _]
    ratings = [[1, 1, 0, 0, 1, 0, 1], [0, 1, 0, 1, 1, 0, 0]]

    found = agreement_with(rules, ratings, rng=np.random.default_rng(1))

    second = krippendorff_alpha([rules, ratings[1]], Scale.NOMINAL)
    assert found.things == 6
    assert found.value == pytest.approx((1 + second) / 2)
