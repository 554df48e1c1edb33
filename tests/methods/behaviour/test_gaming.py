from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from uptake.methods.behaviour.gaming import (
    bunching,
    difference,
    has_collapsed,
    last_hours,
    not_worse,
    text_entropy,
)
from uptake.methods.statistics.proportions import Share


def honest(seed: int, people: int = 2000, mean: float = 6.0):
    return np.random.default_rng(seed).negative_binomial(4, 4 / (4 + mean), people)


def test_planted_bunching_is_found():
    counts = honest(1)
    lifted = np.where((counts >= 2) & (counts < 5), 5, counts)

    found = bunching(lifted, 5)

    assert found.suspicious
    assert found.ratio > 2


def test_honest_counts_are_seldom_suspicious():
    found = [bunching(honest(seed), 5).suspicious for seed in range(100)]

    assert sum(found) <= 3


@pytest.mark.parametrize("counts", [[5] * 49, [5] * 200, []])
def test_nothing_is_said_of_too_few_or_one_sided_counts(counts):
    assert bunching(counts, 5) is None


@pytest.mark.parametrize(("late", "suspicious"), [(20, False), (60, True), (25, False), (0, False)])
def test_work_before_the_deadline_is_suspicious_from_twice_its_time_on(late, suspicious):
    assert last_hours(100, late, 0.2).suspicious is suspicious


def test_without_records_nothing_is_said_of_their_hours():
    assert last_hours(0, 0, 0.2) is None


def test_copied_texts_have_less_entropy():
    before = text_entropy(["called about invoice", "asked for new price", "sends contract friday"])
    after = text_entropy(["called customer"] * 3)

    assert has_collapsed(before, after)
    assert not has_collapsed(before, before)


def test_entropy_of_one_word_is_nought_and_of_none_unknown():
    assert text_entropy(["call call", "call"]) == 0
    assert text_entropy(["", " "]) is None
    assert has_collapsed(None, 1.0) is None


def test_newcombe_gives_his_interval_of_a_difference():
    interval = difference(Share(48, 80), Share(56, 70))

    assert (round(interval.low, 4), round(interval.high, 4)) == (0.0524, 0.3339)


@pytest.mark.parametrize(
    ("before", "now", "passes"),
    [((50, 1000), (52, 1000), True), ((50, 1000), (110, 1000), False), ((1, 20), (1, 20), False)],
)
def test_a_counter_metric_passes_when_worse_by_the_margin_can_be_ruled_out(before, now, passes):
    assert not_worse(Share(*before), Share(*now), 0.05).passes is passes


def test_a_counter_metric_without_data_neither_passes_nor_fails():
    assert not_worse(Share(0, 0), Share(1, 10), 0.05).passes is None


@given(st.integers(1, 300), st.integers(1, 300), st.data())
def test_the_interval_of_a_difference_holds_the_difference(first, second, data):
    a, b = data.draw(st.integers(0, first)), data.draw(st.integers(0, second))

    interval = difference(Share(a, first), Share(b, second))

    assert -1 - 1e-9 <= interval.low <= b / second - a / first <= interval.high <= 1 + 1e-9
