from __future__ import annotations

import numpy as np
import pytest

from uptake.methods.behaviour.change import Verdict, judge_change
from uptake.methods.statistics.change_points import change_points
from uptake.methods.statistics.control_charts import xmr


def judged(values, since, least=0.1, **how):
    chart = xmr(values, baseline=since, bounds=(0.0, 1.0), allow_memory=True)
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


def test_noise_is_called_a_change_in_fewer_than_one_of_fifty_series():
    called = [
        judged(weeks(20, 16, effect=0.0, seed=seed), since=20, least=0.01).verdict
        for seed in range(200)
    ]

    assert called.count(Verdict.CHANGED) <= 3
