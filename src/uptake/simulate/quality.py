"""How good each record is, how late it was written down, and how long the work took."""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np

from uptake.simulate.activity import Activity
from uptake.simulate.arrays import Flags, Floats, Ints
from uptake.simulate.calendars import DAY_MS, Calendar
from uptake.simulate.catalogue import ACTION_PRODUCT, ACTIONS, RECORD_ACTIONS
from uptake.simulate.drafts import ABSENT, Draft
from uptake.simulate.states import (
    DELAY_FACTOR,
    RIGHT_FACTOR,
    WRITTEN_UP_MU,
    WRITTEN_UP_SIGMA,
    PlantedState,
)

FAULTS = ("right", "one missing", "two missing", "placeholder", "duplicate", "invalid")
FAULT_SHARES = np.array([0.40, 0.20, 0.18, 0.14, 0.08])
"""Shares of the faults among records that were not right."""
GOOD_NOTES = (
    "Agreed the next step and its date",
    "Customer confirmed the figures by mail",
    "Sent the revised offer, waiting for approval",
    "Root cause found, fix scheduled for Monday",
    "Spoke to purchasing, decision expected this month",
    "Documents checked and filed with the order",
    "Called back, question answered, nothing open",
    "Handed over with full history to the next shift",
)
PLACEHOLDERS = ("n/a", ".", "test", "tbd", "xxx", "-", "none", "0000")
MOST_FIELDS = 6
CHANGES = 5
"""Variants of ``changed_fields``: not an update, 0, 1, 2, 3."""
MACHINE_RIGHT = 0.98
MACHINE_DELAY_S = 2.0
DURATION_SIGMA = 0.5

FIELDS = np.array([action.fields for action in ACTIONS])
SECONDS = np.array([action.seconds for action in ACTIONS])


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """Columns beside a draft; ``ABSENT`` (or -1) where an event is not a record."""

    right: Ints
    delay_ms: Ints
    duration_ms: Ints
    properties: Ints


def _state_values(factors: dict[PlantedState, float]) -> Floats:
    return np.array([factors.get(state, 1.0) for state in PlantedState])


def properties_texts() -> list[str]:
    """Return every JSON text that a record can carry, in the order of ``_properties_code``."""
    texts = []
    for fields in range(MOST_FIELDS + 1):
        for fault in FAULTS:
            for note in range(len(GOOD_NOTES)):
                texts += [_properties(fields, fault, note, change) for change in range(CHANGES)]
    return texts


def _properties(fields: int, fault: str, note: int, change: int) -> str:
    missing = {"one missing": 1, "two missing": 2}.get(fault, 0)
    body: dict[str, object] = {"required": fields, "filled": max(fields - missing, 0)}
    body["note"] = PLACEHOLDERS[note] if fault == "placeholder" else GOOD_NOTES[note]
    if fault in ("duplicate", "invalid"):
        body[fault] = True
    if change:
        body["changed_fields"] = change - 1
    return json.dumps(body)


def _properties_code(fields: Ints, fault: Ints, note: Ints, changed: Ints) -> Ints:
    return ((fields * len(FAULTS) + fault) * len(GOOD_NOTES) + note) * CHANGES + changed + 1


def _group_state(activity: Activity, calendar: Calendar, draft: Draft, people: Flags) -> Ints:
    """Return the planted state of each event's team and product in its week."""
    state = np.zeros(draft.size, dtype=np.int64)
    rows = np.flatnonzero(people)
    week = (draft.occurred_ms[rows] - calendar.midnight_ms) // (7 * DAY_MS)
    week = np.clip(week, 0, activity.presence.shape[2] - 1)
    team = activity.people.team[draft.person[rows]]
    state[rows] = activity.teams.codes[team, ACTION_PRODUCT[draft.action[rows]], week]
    return state


def judge(
    random: np.random.Generator, calendar: Calendar, activity: Activity, draft: Draft
) -> RecordFacts:
    """Draw quality, recording delay, duration and properties of a draft's events."""
    human = draft.person < activity.people.size
    author = np.where(human, draft.person, 0)
    state = _group_state(activity, calendar, draft, human)
    record = RECORD_ACTIONS[draft.action]
    chance = activity.people.right_share[author] * _state_values(RIGHT_FACTOR)[state]
    right = random.random(draft.size) < np.where(human, chance, MACHINE_RIGHT)
    drawn = np.searchsorted(np.cumsum(FAULT_SHARES), random.random(draft.size), side="right")
    fault = np.where(right, 0, 1 + np.minimum(drawn, len(FAULT_SHARES) - 1))
    note = random.integers(0, len(GOOD_NOTES), draft.size)
    code = _properties_code(FIELDS[draft.action], fault, note, draft.changed)
    mu = activity.people.delay_mu[author] + np.log(_state_values(DELAY_FACTOR)[state])
    seconds = np.exp(mu + activity.people.delay_sigma[author] * random.standard_normal(draft.size))
    later = np.exp(WRITTEN_UP_MU + WRITTEN_UP_SIGMA * random.standard_normal(draft.size))
    seconds = seconds + np.where(state == PlantedState.WRONG_WAY, later, 0.0)
    delay = np.where(human, seconds, MACHINE_DELAY_S) * 1_000
    return RecordFacts(
        right=np.where(record, right.astype(np.int64), ABSENT),
        delay_ms=np.where(record, delay.astype(np.int64), ABSENT),
        duration_ms=_durations(random, draft),
        properties=np.where(record, code, ABSENT),
    )


def _durations(random: np.random.Generator, draft: Draft) -> Ints:
    """Draw lognormal durations around the action's median where it has one."""
    median = SECONDS[draft.action]
    noise = np.exp(DURATION_SIGMA * random.standard_normal(draft.size))
    return np.where(median > 0, median * noise * 1_000, ABSENT).astype(np.int64)
