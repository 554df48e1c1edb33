from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from uptake.methods.quality.pulse import median, summarise


def summed(minutes, confidence=None, asked=None):
    confidence = [4] * len(minutes) if confidence is None else confidence
    asked = len(minutes) if asked is None else asked
    return summarise(minutes, confidence, asked=asked, rng=np.random.default_rng(1))


def test_limits_of_the_median_are_the_ranks_of_the_textbook():
    """Sixteen values: the fourth and the thirteenth (binomial, 95 %)."""
    found = median(range(1, 17))

    assert found.value == 8.5
    assert (found.interval.low, found.interval.high) == (4, 13)


def test_five_values_have_a_median_without_limits():
    assert median([1, 2, 3, 4, 5]).interval is None


def test_when_all_answered_nothing_is_uncertain():
    found = summed([30, 60, 90])

    assert found.hours == found.told == pytest.approx(3)
    assert found.hours_interval.low == found.hours_interval.high == pytest.approx(3)


def test_those_who_did_not_answer_count_as_much_and_make_it_uncertain():
    found = summed([30, 60, 90, 120] * 5, asked=80)

    assert found.told == pytest.approx(25)
    assert found.hours == pytest.approx(100)
    assert found.hours_interval.low < 88
    assert found.hours_interval.high > 112
    assert found.response.value == 0.25


def test_the_interval_holds_the_truth_about_as_often_as_it_says():
    rng = np.random.default_rng(4)
    everybody = rng.gamma(1.5, 30, 200)
    truth = everybody.sum() / 60

    held = 0
    for _ in range(100):
        answers = rng.choice(everybody, 60, replace=False)
        held += summed(answers, asked=200).hours_interval.contains(truth)

    assert 86 <= held <= 100


def test_without_an_answer_there_is_no_summary():
    assert summed([]) is None


def test_more_answers_than_asked_are_refused():
    with pytest.raises(ValueError, match="was asked"):
        summed([1, 2], asked=1)


@settings(max_examples=20)
@given(st.lists(st.integers(0, 600), min_size=5, max_size=30), st.integers(0, 50))
def test_hours_lie_in_their_interval_and_above_what_was_told(minutes, silent):
    found = summed(minutes, asked=len(minutes) + silent)

    assert found.told <= found.hours_interval.low + 1e-9
    assert found.hours_interval.low <= found.hours_interval.high + 1e-9


def test_confidence_is_told_as_a_share_of_answers():
    found = summed([0] * 5, confidence=[1, 3, 4, 5, 5])

    assert (found.confident.numerator, found.confident.denominator) == (3, 5)
    assert found.confidence.value == 4
