"""The classifier finds the states planted in groups of simulated people."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from uptake.methods.adoption.frequency import median_frequency
from uptake.methods.adoption.states import AdoptionState, Evidence, classify
from uptake.methods.statistics.proportions import Share

EXPECTED_DAYS = 16
GROUPS = 60


@dataclass(frozen=True)
class Habit:
    """How a planted group uses the system: chances of people, days and records."""

    begins: float = 0.9
    on_a_day: float = 0.6
    follows: float = 0.88
    in_time: float = 0.9
    right: float = 0.92
    looks: bool = True
    ever: bool = True


HABITS = {
    AdoptionState.WORKING: Habit(),
    AdoptionState.NO_DATA: Habit(begins=0.0, ever=False),
    AdoptionState.IDLE: Habit(begins=0.0, looks=False),
    AdoptionState.BARELY_USED: Habit(begins=0.2, on_a_day=0.3),
    AdoptionState.WRONG_WAY: Habit(follows=0.25, in_time=0.4),
    AdoptionState.BAD_DATA: Habit(right=0.45),
}


def group(habit: Habit, random: np.random.Generator) -> Evidence:
    people = int(random.integers(15, 80))
    uses = random.uniform(size=people) < habit.begins
    days = np.where(uses, random.binomial(EXPECTED_DAYS, habit.on_a_day, people), 0)
    records = int(random.poisson(2 * days).sum())
    return Evidence(
        people=people,
        active28=int(np.count_nonzero(days)),
        records28=records,
        records_ever=records + 1_000 * habit.ever,
        other_events28=50 * habit.looks,
        frequency=median_frequency(days[days > 0], np.full((days > 0).sum(), EXPECTED_DAYS)),
        conformance=Share(int(random.binomial(records, habit.follows)), records),
        timeliness=Share(int(random.binomial(records, habit.in_time)), records),
        quality=Share(int(random.binomial(records, habit.right)), records),
    )


@pytest.mark.parametrize("planted", HABITS)
def test_planted_states_are_recovered_or_named_as_possible(planted):
    random = np.random.default_rng(31)
    results = [classify(group(HABITS[planted], random)) for _ in range(GROUPS)]

    exact = np.mean([result.state is planted for result in results])
    named = np.mean([planted in (result.state, *result.could_be) for result in results])

    assert exact >= 0.95
    assert named == 1
