from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uptake.methods.adoption.states import (
    AdoptionState,
    Evidence,
    Observation,
    classify,
    transitions,
)

IDLE, BARELY, WORKING = AdoptionState.IDLE, AdoptionState.BARELY_USED, AdoptionState.WORKING
UNKNOWN = AdoptionState.NOT_MEASURABLE
START = date(2026, 1, 5)


def weekly(*states: AdoptionState) -> list[Observation]:
    return [Observation(START + timedelta(weeks=i), state) for i, state in enumerate(states)]


def test_the_first_observation_opens_the_history():
    changes = transitions(weekly(IDLE))

    assert [(change.before, change.after) for change in changes] == [(None, IDLE)]
    assert changes[0].sentence == "Since 2026-01-05: sitting idle."


def test_a_change_counts_when_it_holds_and_is_dated_by_its_first_day():
    changes = transitions(weekly(IDLE, WORKING, WORKING))

    assert changes[1].day == START + timedelta(weeks=1)
    assert changes[1].confirmed == START + timedelta(weeks=2)
    assert changes[1].sentence == "Since 2026-01-12: working; before: sitting idle."


def test_one_odd_week_is_no_change():
    assert len(transitions(weekly(WORKING, BARELY, WORKING, BARELY, WORKING))) == 1


def test_a_week_without_an_answer_does_not_break_a_run():
    changes = transitions(weekly(WORKING, IDLE, UNKNOWN, IDLE))

    assert changes[-1].after is IDLE
    assert changes[-1].day == START + timedelta(weeks=1)


def test_a_lasting_lack_of_answers_is_a_change():
    assert transitions(weekly(WORKING, UNKNOWN, UNKNOWN))[-1].after is UNKNOWN


def test_an_uncertain_state_that_could_be_the_current_one_changes_nothing():
    history = weekly(WORKING) + [
        Observation(START + timedelta(weeks=week), BARELY, (WORKING,)) for week in (1, 2, 3)
    ]

    assert len(transitions(history)) == 1


def test_an_observation_is_made_of_a_classification():
    result = classify(Evidence(people=20, active28=7, records28=50, records_ever=50))

    seen = Observation.of(START, result)

    assert (seen.state, seen.could_be) == (BARELY, (WORKING,))


def test_days_out_of_order_are_refused():
    with pytest.raises(ValueError, match="in order of time"):
        transitions(weekly(IDLE, WORKING)[::-1])


@given(st.lists(st.sampled_from(list(AdoptionState)), min_size=1, max_size=40), st.integers(1, 4))
def test_changes_chain_and_each_is_confirmed_by_enough_observations(states, needed):
    changes = transitions(weekly(*states), periods_to_confirm=needed)

    assert changes[0].before is None
    for earlier, later in pairwise(changes):
        assert later.before is earlier.after is not later.after
        assert later.confirmed - later.day >= timedelta(weeks=needed - 1)
