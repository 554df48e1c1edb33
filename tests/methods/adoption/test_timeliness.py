from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uptake.methods.adoption.timeliness import lag_curve, timeliness
from uptake.methods.statistics.proportions import Share

lags = st.lists(st.tuples(st.floats(0, 100), st.booleans()), min_size=1, max_size=40)


def test_due_actions_are_those_done_or_past_their_window():
    result = timeliness([1, 30, 5, 50], [True, True, False, False], window=24)

    assert result.share == Share(1, 3)
    assert result.not_yet_due == 1


def test_records_written_ahead_are_in_time_and_counted():
    result = timeliness([-2, 3], [True, True], window=24)

    assert result.share == Share(2, 2)
    assert result.written_ahead == 1


def test_nothing_due_is_no_share():
    assert timeliness([1], [False], window=24).share.value is None


def test_the_median_lag_does_not_forget_what_is_open():
    closed = lag_curve([1, 2, 3], [True] * 3)
    opened = lag_curve([1, 2, 3, 40, 40, 40], [True] * 3 + [False] * 3)

    assert closed is not None
    assert opened is not None
    assert closed.median == 2
    assert opened.median == 3


def test_a_missing_lag_is_refused():
    with pytest.raises(ValueError, match="time waited so far"):
        timeliness([float("nan")], [True], window=1)


@given(lags, st.floats(0, 100))
def test_every_action_is_in_time_late_or_not_yet_due(rows, window):
    lag, done = zip(*rows, strict=True)

    result = timeliness(lag, done, window)

    assert result.share.denominator + result.not_yet_due == len(rows)


@given(lags, st.floats(0, 99))
def test_a_wider_window_never_has_fewer_actions_in_time(rows, window):
    lag, done = zip(*rows, strict=True)

    narrow, wide = timeliness(lag, done, window), timeliness(lag, done, window + 1)

    assert wide.share.numerator >= narrow.share.numerator
