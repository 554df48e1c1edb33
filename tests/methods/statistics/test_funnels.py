from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from uptake.methods.statistics.funnels import ACTION, WARNING, funnel_limits


@pytest.mark.parametrize(
    ("size", "warning", "action"), [(10, 0.5, 0.4), (20, 0.6, 0.5), (50, 0.68, 0.62)]
)
def test_lower_limits_of_a_target_of_80_percent(size, warning, action):
    assert funnel_limits([size], 0.8, coverage=WARNING).low[0] == pytest.approx(warning)
    assert funnel_limits([size], 0.8, coverage=ACTION).low[0] == pytest.approx(action)


def test_a_group_of_nobody_has_no_limits():
    assert np.isnan(funnel_limits([0], 0.8).low[0])


def test_a_target_above_one_is_refused():
    with pytest.raises(ValueError, match="between 0 and 1"):
        funnel_limits([10], 1.2)


@given(st.integers(1, 300), st.floats(0.05, 0.95))
def test_fewer_than_one_group_in_forty_falls_below_by_chance(size, target):
    low = funnel_limits([size], target).low[0]

    assert stats.binom.cdf(round(low * size) - 1, size, target) <= 0.025
