from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from uptake.methods.statistics.agreement import Scale, krippendorff_alpha

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
