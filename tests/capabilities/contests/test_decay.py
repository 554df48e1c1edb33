"""What is left of a contest four and eight weeks later, each against the weeks before it."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import numpy as np

from uptake.capabilities.contests.decay import decay
from uptake.capabilities.contests.figures import When
from uptake.methods.arrays import Counts
from uptake.methods.behaviour.contests import ByPerson

MET = {When.BEFORE: 1, When.DURING: 4, When.FOUR: 3, When.EIGHT: 1}
"""Weeks of four that half of ten people met; the others met half of them throughout."""


def group(_rows: Counts, when: When) -> ByPerson:
    return ByPerson(np.array([MET[when]] * 5 + [2] * 5), np.full(10, 4))


SEEN = SimpleNamespace(
    by_person=group,
    within=lambda when: when,
    is_due=lambda _when: True,
    days=lambda _when: (date(2025, 6, 2), date(2025, 6, 29)),
)


def test_four_and_eight_weeks_are_each_held_against_the_weeks_before() -> None:
    found = decay(SEEN, np.arange(10), 5)  # type: ignore[arg-type]  # what is looked at

    levels = [each.level.value for each in found.levels]
    assert levels == [0.4, 0.75, 0.6, 0.4]  # 15, 30, 25 and 15 of 40, in steps
    assert found.gain is not None
    assert found.kept_four is not None
    assert found.kept_eight is not None
    moves = (found.gain, found.kept_four, found.kept_eight)
    assert [each.value for each in moves] == [0.38, 0.25, 0.0]
    assert (found.left_four, found.left_eight) == ("partly kept", "gone")
