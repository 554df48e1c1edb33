from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from uptake.methods.behaviour.attainment import Standing
from uptake.methods.behaviour.streaks import streaks

CODES = {"+": Standing.MET, "-": Standing.MISSED, "n": Standing.NOT_DUE, "e": Standing.EXEMPT}


def followed(history: str):
    return streaks([[CODES[sign] for sign in history]])


@pytest.mark.parametrize(
    ("history", "current", "longest"),
    [
        ("", 0, 0),
        ("+++", 3, 3),
        ("+++-", 3, 3),
        ("+++-+", 4, 4),
        ("+++--", 0, 3),
        ("++-+-", 0, 3),
        ("++-++-", 0, 4),
        ("++-+++-", 5, 5),
        ("--++", 2, 2),
        ("+++eee-", 3, 3),
        ("+++ee-n-", 0, 3),
        ("+en+", 2, 2),
    ],
)
def test_one_miss_in_four_holds_a_streak_and_two_end_it(history, current, longest):
    found = followed(history) if history else streaks(np.empty((1, 0)))

    assert (found.current[0], found.longest[0]) == (current, longest)


def test_an_established_streak_lasts_until_its_relapse():
    found = followed("-++++++--+")

    assert (found.established[0], found.lasted[0], found.relapsed[0]) == (5, 4, True)


def test_a_streak_that_still_holds_has_not_relapsed():
    found = followed("++++-+++")

    assert (found.established[0], found.lasted[0], found.relapsed[0]) == (4, 4, False)


@given(st.text(alphabet="+-ne", min_size=1, max_size=60))
def test_it_agrees_with_the_rule_written_out(history):
    streak, longest, judged = 0, 0, []
    for sign in history.replace("n", "").replace("e", ""):
        judged.append(sign)
        held = judged[-4:].count("-") <= 1
        streak = streak + 1 if sign == "+" else streak if held else 0
        longest = max(longest, streak)

    found = followed(history)

    assert (found.current[0], found.longest[0], found.due[0]) == (streak, longest, len(judged))


@given(st.lists(st.text(alphabet="+-ne", min_size=8, max_size=8), min_size=2, max_size=5))
def test_people_do_not_touch_each_other(histories):
    together = streaks([[CODES[sign] for sign in history] for history in histories])

    assert together.current.tolist() == [followed(h).current[0] for h in histories]
