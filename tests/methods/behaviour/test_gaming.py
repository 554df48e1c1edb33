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


def flat(level, *, just, below=2, k=4):
    """Person-periods with the same number of every count but those around the amount asked for."""
    often = dict.fromkeys(range(2 * k + 1), level) | {k - 1: below, k: just}
    return [count for count, times in often.items() for _ in range(times)]


@pytest.mark.parametrize(
    ("level", "just", "suspicious"),
    [
        (40, 59, False),  # 1.475 times as many, which chance explains once in 345
        (40, 61, True),
        (8, 15, False),  # 1.875 times as many, which chance explains once in 58
        (8, 16, True),  # twice as many, once in 121
    ],
)
def test_bunching_takes_half_as_many_again_and_one_chance_in_a_hundred(level, just, suspicious):
    found = bunching(flat(level, just=just), 4)

    assert found.at_threshold == just
    assert found.expected == pytest.approx(level)
    assert found.suspicious is suspicious


def test_the_chance_of_bunching_is_that_of_so_many_or_more():
    assert bunching(flat(8, just=16), 4).p == pytest.approx(0.008231, abs=1e-6)


def test_what_is_expected_at_the_amount_is_read_off_a_parabola_of_logarithms():
    at = np.arange(9)
    smooth = np.exp(4.5 - 0.1 * (at - 3) ** 2)
    often = np.round(smooth * 1000).astype(int)

    found = bunching(np.repeat(at, often), 4)

    assert found.expected == pytest.approx(smooth[4] * 1000, rel=1e-3)
    assert found.ratio == pytest.approx(1, rel=1e-3)


@pytest.mark.parametrize("counts", [[5] * 49, [5] * 200, []])
def test_nothing_is_said_of_too_few_or_one_sided_counts(counts):
    assert bunching(counts, 5) is None


@pytest.mark.parametrize(("late", "suspicious"), [(20, False), (60, True), (25, False), (0, False)])
def test_work_before_the_deadline_is_suspicious_from_twice_its_time_on(late, suspicious):
    assert last_hours(100, late, 0.2).suspicious is suspicious


@pytest.mark.parametrize(("late", "suspicious"), [(224, False), (225, True)])
def test_the_whole_interval_of_the_last_hours_lies_above_twice_their_part(late, suspicious):
    found = last_hours(1000, late, 0.1)  # Wilson's lower end: 0.19924 and 0.20020

    assert found.suspicious is suspicious
    assert found.lift == pytest.approx(late / 100)


def test_without_records_nothing_is_said_of_their_hours():
    assert last_hours(0, 0, 0.2) is None


def test_copied_texts_have_less_entropy():
    before = text_entropy(["called about invoice", "asked for new price", "sends contract friday"])
    after = text_entropy(["called customer"] * 3)

    assert has_collapsed(before, after)
    assert not has_collapsed(before, before)


def test_entropy_is_told_in_bits_and_collapses_at_three_quarters():
    assert text_entropy(["a b", "c d"]) == pytest.approx(2)
    assert text_entropy(["call call call", "Call sold"]) == pytest.approx(0.721928, abs=1e-6)
    assert has_collapsed(4.0, 3.0)
    assert not has_collapsed(4.0, 3.01)


def test_entropy_of_one_word_is_nought_and_of_none_unknown():
    assert text_entropy(["call call", "call"]) == 0
    assert text_entropy(["", " "]) is None
    assert has_collapsed(None, 1.0) is None


def test_newcombe_gives_his_interval_of_a_difference():
    interval = difference(Share(48, 80), Share(56, 70))

    assert (round(interval.low, 4), round(interval.high, 4)) == (0.0524, 0.3339)


@pytest.mark.parametrize(
    ("before", "now", "passes"),
    [
        ((50, 1000), (52, 1000), True),
        ((50, 1000), (80, 1000), False),  # 0.03 worse, up to 0.0520
        ((50, 1000), (110, 1000), False),
        ((1, 20), (1, 20), False),
    ],
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
