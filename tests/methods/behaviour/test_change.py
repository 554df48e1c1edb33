from __future__ import annotations

import numpy as np
import pytest

from uptake.methods.behaviour.change import Pace, Verdict, judge_change
from uptake.methods.statistics.change_points import ChangePoint, change_points
from uptake.methods.statistics.control_charts import xmr


def judged(values, since, least=0.1, changes=None, **how):
    chart = xmr(values, baseline=since, bounds=(0.0, 1.0), allow_memory=True)
    if changes is None:
        changes = change_points(values, np.random.default_rng(1))
    return judge_change(chart, changes, since=since, least=least, **how)


def weeks(before, after, *, effect, seed=2):
    noise = np.random.default_rng(seed).normal(0, 0.02, before + after)
    return 0.5 + noise + effect * (np.arange(before + after) >= before)


def test_a_large_lasting_change_at_the_right_time_is_called_one():
    found = judged(weeks(20, 16, effect=0.2), since=20)

    assert found.verdict is Verdict.CHANGED
    assert found.effect == pytest.approx(0.2, abs=0.03)


def test_noise_is_not_a_change():
    assert judged(weeks(20, 16, effect=0.0), since=20).verdict is Verdict.NOT_SHOWN


def test_a_change_smaller_than_agreed_is_not_one():
    found = judged(weeks(20, 16, effect=0.08), since=20, least=0.15)

    assert found.verdict is Verdict.NOT_SHOWN


def test_a_change_for_the_worse_is_not_said_to_be_usual():
    found = judged(weeks(20, 16, effect=-0.2), since=20)

    assert found.verdict is Verdict.NOT_SHOWN
    assert found.conditions[0].evidence.startswith("only for the worse, week 21")


def test_a_change_at_another_time_is_not_the_one():
    values = weeks(12, 24, effect=0.2)

    assert judged(values, since=24).verdict is Verdict.NOT_SHOWN


def test_before_eight_weeks_have_passed_it_is_not_yet_known():
    assert judged(weeks(20, 6, effect=0.2), since=20).verdict is Verdict.NOT_YET


def test_a_change_that_fades_is_not_one():
    values = weeks(20, 16, effect=0.2)
    values[28:] -= 0.2

    assert judged(values, since=20).verdict is Verdict.NOT_SHOWN


def test_a_change_for_the_worse_is_not_the_one_hoped_for():
    assert judged(weeks(20, 16, effect=-0.2), since=20).verdict is Verdict.NOT_SHOWN


def test_where_less_is_better_a_fall_is_the_change():
    found = judged(weeks(20, 16, effect=-0.2), since=20, higher_is_better=False)

    assert found.verdict is Verdict.CHANGED


@pytest.mark.parametrize("since", [0, 5])
def test_without_limits_nothing_is_known(since):
    found = judged(weeks(since, 30 - since, effect=0.3), since=since)

    assert found.verdict is Verdict.NOT_YET
    assert [condition.met for condition in found.conditions] == [None] * 4
    assert found.conditions[0].evidence == f"{since} weeks of baseline, at least 6 are needed"


@pytest.mark.parametrize(("after", "verdict"), [(8, Verdict.NOT_YET), (9, Verdict.NOT_SHOWN)])
def test_no_change_is_said_to_be_shown_once_eight_weeks_are_over(after, verdict):
    assert judged(weeks(20, after, effect=0.0), since=20).verdict is verdict


def moved(position, before=0.5, after=0.7):
    """A change of level, as if it had been found there."""
    return (ChangePoint(position, position, position, before, after),)


def test_a_signal_from_before_is_not_one_since():
    values = np.full(40, 0.5) + 0.02 * (-1.0) ** np.arange(40)
    values[22] = 0.9

    found = judged(values, since=24, changes=moved(24))

    assert found.conditions[0].met is False


def test_a_change_the_other_way_is_not_the_one_however_near():
    found = judged(weeks(20, 16, effect=0.2), since=20, changes=moved(20, 0.7, 0.5))

    assert (found.effect, found.conditions[1].met) == (None, False)


@pytest.mark.parametrize("off", [-3, -2, -1, 0, 1, 2, 3])
def test_the_level_has_to_move_within_two_weeks(off):
    values = weeks(20, 16, effect=0.2)

    found = judged(values, since=20, changes=moved(20 + off))

    assert found.conditions[1].met is (abs(off) <= 2)


@pytest.mark.parametrize(("effect", "met"), [(0.199, False), (0.2, True)])
def test_an_effect_of_what_was_agreed_is_enough_and_less_is_not(effect, met):
    found = judged(
        weeks(20, 16, effect=0.3), since=20, least=0.2, changes=moved(20, 0.5, 0.5 + effect)
    )

    assert found.conditions[2].met is met


@pytest.mark.parametrize(
    ("week", "value", "met"),
    [(27, 0.0, True), (28, 0.0, False), (31, 0.0, False), (32, 0.0, True), (28, 0.62, True)],
)
def test_what_is_left_is_the_mean_of_the_four_weeks_from_the_eighth_on(week, value, met):
    values = np.concatenate([np.full(20, 0.5), np.full(16, 0.62)])
    values[week] = value

    found = judged(values, since=20, least=0.12, changes=moved(20, 0.5, 0.62))

    assert found.conditions[3].met is met


def test_months_count_as_the_weeks_that_they_are():
    pace = Pace(365.25 / 12 / 7, "month")
    values = weeks(12, 3, effect=0.3)

    lasting = judged(values, since=12, changes=moved(12), pace=pace)
    early = judged(values[:14], since=12, changes=moved(12), pace=pace)
    beside = judged(values, since=12, changes=moved(13), pace=pace)

    assert (pace.near, pace.later, pace.after) == (0, 2, 1)
    assert lasting.verdict is Verdict.CHANGED
    assert (early.verdict, early.conditions[3].evidence) == (
        Verdict.NOT_YET,
        "2 months since, 3 are needed",
    )
    assert beside.verdict is Verdict.NOT_SHOWN


def test_noise_is_called_a_change_in_fewer_than_one_of_fifty_series():
    called = [
        judged(weeks(20, 16, effect=0.0, seed=seed), since=20, least=0.01).verdict
        for seed in range(200)
    ]

    assert called.count(Verdict.CHANGED) <= 3
