"""Service cases: steps in order, deviations, hand-overs of work, waiting times."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from uptake.simulate.arrays import Flags, Floats, Ints, Stream, generator
from uptake.simulate.calendars import DAY_MS, Calendar, calendar_of
from uptake.simulate.catalogue import (
    ACTIONS,
    CASES_PER_AGENT_WEEK,
    VARIANTS,
    ActionClass,
    action_code,
)
from uptake.simulate.config import SimulationConfig
from uptake.simulate.intensity import Engagement, product_factors, volume
from uptake.simulate.organisation import Account
from uptake.simulate.people import People
from uptake.simulate.plan import TeamPlan
from uptake.simulate.planting import routing_release_week
from uptake.simulate.role_drift import drifted
from uptake.simulate.states import DEVIATION_SHARE, USUAL_DEVIATION, class_factors

SERVICE = 1
AGENT_ROLE = 1
WORKDAY_MINUTES = 540
WORKDAY_START_MINUTES = 8 * 60 + 30
HANDOVER_BEFORE = 0.35
HANDOVER_AFTER = 0.20
"""Chance that the next step is done by someone else, before and after the routing release."""

STEP_MINUTES = {
    "case.opened": 0.0,
    "case.assigned": 30.0,
    "case.diagnosed": 120.0,
    "case.escalated": 90.0,
    "case.resolved": 480.0,
    "case.verified": 240.0,
    "case.reopened": 600.0,
    "case.closed": 60.0,
}
"""Median working minutes before a step; the wait is lognormal with sigma 0.8."""
STEP_SIGMA = 0.8
LONGEST = max(len(variant.steps) for variant in VARIANTS)
NO_STEP = -1
NO_PERSON = -1


@dataclass(frozen=True, slots=True)
class Cases:
    """Cases and their steps; cases x steps arrays hold ``NO_STEP`` or ``NO_PERSON`` past the end.

    ``occurred_ms`` is UTC; a step beyond the run never happened yet (the case is open).
    """

    variant: Ints
    team: Ints
    opened_week: Ints
    action: Ints
    person: Ints
    occurred_ms: Ints
    week: Ints
    happened: Flags = field(repr=False)

    @property
    def size(self) -> int:
        """Return how many cases there are."""
        return int(self.variant.size)


def _agent_weights(
    config: SimulationConfig, people: People, teams: TeamPlan, who: Engagement
) -> Floats:
    """Return people x weeks: how much case work each agent takes on."""
    value, _ = product_factors(config, people, teams, who, SERVICE)
    factor = class_factors(teams.codes[people.team, SERVICE], ActionClass.PROCESS)
    agent = (people.role == AGENT_ROLE)[:, None]
    return np.asarray(value * who.base * factor * agent, dtype=np.float64)


@dataclass(frozen=True, slots=True)
class _Picker:
    """Draws an agent of a team and week with chance in proportion to the weights.

    ``steps`` is one ascending array over (week, person), ``before`` the value before each entry.
    """

    steps: Floats
    people: int
    first: Ints
    last: Ints

    @classmethod
    def of(cls, weights: Floats, account: Account) -> _Picker:
        steps = np.concatenate([[0.0], np.cumsum(weights.T.ravel())])
        first = np.array([t.first for t in account.teams], dtype=np.int64)
        last = np.array([t.last for t in account.teams], dtype=np.int64)
        return cls(steps, weights.shape[0], first, last)

    def pick(self, random: np.random.Generator, team: Ints, week: Ints) -> Ints:
        """Return a person per row, ``NO_PERSON`` where nobody of the team works in that week."""
        low = self.steps[week * self.people + self.first[team]]
        high = self.steps[week * self.people + self.last[team]]
        target = low + random.random(team.size) * (high - low)
        found = np.searchsorted(self.steps, target, side="right") - 1 - week * self.people
        found = np.clip(found, self.first[team], self.last[team] - 1)
        return np.where(high > low + 1e-9, found, NO_PERSON)


def _variants(random: np.random.Generator, deviates: Flags) -> Ints:
    """Draw a variant per case: the designed path unless the case deviates."""
    shares = np.cumsum([variant.share for variant in VARIANTS])
    drawn = np.searchsorted(shares, random.random(deviates.size), side="right")
    return np.where(deviates, np.minimum(drawn, len(VARIANTS) - 1), 0).astype(np.int64)


def _step_table() -> Ints:
    table = np.full((len(VARIANTS), LONGEST), NO_STEP, dtype=np.int64)
    for row, variant in enumerate(VARIANTS):
        table[row, : len(variant.steps)] = [action_code(name) for name in variant.steps]
    return table


@dataclass(frozen=True, slots=True)
class _Clock:
    """Working minutes of one country since the run began, and the way back to UTC."""

    days: Ints
    first_of_week: Ints
    offset_ms: Ints
    midnight_ms: int

    @classmethod
    def of(cls, calendar: Calendar, country: int) -> _Clock:
        days = np.flatnonzero(calendar.working[country])
        weeks = calendar.working.shape[1] // 7
        first = np.searchsorted(days, np.arange(weeks + 1) * 7)
        return cls(days, first, calendar.offset_ms[country], calendar.midnight_ms)

    def start_minutes(self, random: np.random.Generator, week: Ints) -> Floats:
        """Draw a moment of the week on the axis of working minutes."""
        low, high = self.first_of_week[week], self.first_of_week[week + 1]
        moment = low + random.random(week.size) * (high - low)
        return np.asarray(moment * WORKDAY_MINUTES, dtype=np.float64)

    def to_utc(self, minutes: Floats) -> tuple[Ints, Flags]:
        """Return UTC milliseconds and whether the moment lies within the run."""
        row = (minutes // WORKDAY_MINUTES).astype(np.int64)
        inside = row < self.days.size
        day = self.days[np.minimum(row, self.days.size - 1)]
        clock = (WORKDAY_START_MINUTES + minutes % WORKDAY_MINUTES) * 60_000
        utc = self.midnight_ms + day * DAY_MS + clock.astype(np.int64) - self.offset_ms[day]
        return utc, inside


def draw_cases(
    config: SimulationConfig, account: Account, people: People, teams: TeamPlan, who: Engagement
) -> Cases:
    """Draw the cases of one account, who did each step, and when."""
    random = generator(config.seed, Stream.CASES, account.number)
    weights = _agent_weights(config, people, teams, who)
    opened = np.add.reduceat(weights, [team.first for team in account.teams], axis=0)
    arrivals = random.poisson(opened * CASES_PER_AGENT_WEEK * volume(config))
    rows, columns = np.nonzero(arrivals)
    team = np.repeat(rows, arrivals[rows, columns])
    week = np.repeat(columns, arrivals[rows, columns])
    share = np.full(len(DEVIATION_SHARE) + 5, USUAL_DEVIATION)
    for state, value in DEVIATION_SHARE.items():
        share[int(state)] = value
    deviates = random.random(team.size) < share[teams.codes[team, SERVICE, week]]
    variant = _variants(random, deviates)
    action = _step_table()[variant]
    occurred, happened = _times(random, config, account, team=team, week=week, action=action)
    week_of = (occurred - calendar_of(config).midnight_ms) // (7 * DAY_MS)
    step_week = np.clip(week_of, 0, config.weeks - 1)
    person = _resources(
        random, config, _Picker.of(weights, account), team=team, week=step_week, action=action
    )
    person = drifted(
        config,
        account,
        people,
        who.present,
        team=team,
        week=step_week,
        action=action,
        person=person,
    )
    happened &= (action != NO_STEP) & (person != NO_PERSON)
    happened &= ~teams.blocked[team[:, None], step_week, action]
    return Cases(variant, team, week, action, person, occurred, step_week, happened)


def _times(
    random: np.random.Generator,
    config: SimulationConfig,
    account: Account,
    *,
    team: Ints,
    week: Ints,
    action: Ints,
) -> tuple[Ints, Flags]:
    """Draw the moment of every step on the working clock of the team's country."""
    medians = np.zeros(len(ACTIONS) + 1)  # the last is that of NO_STEP
    for name, median in STEP_MINUTES.items():
        medians[action_code(name)] = median
    waits = medians[action] * random.lognormal(0.0, STEP_SIGMA, action.shape)
    occurred = np.zeros(action.shape, dtype=np.int64)
    inside = np.zeros(action.shape, dtype=np.bool_)
    country = account.team_countries()[team]
    for code in np.unique(country):
        rows = np.flatnonzero(country == code)
        clock = _Clock.of(calendar_of(config), int(code))
        start: Floats = clock.start_minutes(random, week[rows])
        minutes: Floats = start[:, None] + np.cumsum(waits[rows], axis=1)
        occurred[rows], inside[rows] = clock.to_utc(minutes)
    return occurred, inside


def _resources(
    random: np.random.Generator,
    config: SimulationConfig,
    picker: _Picker,
    *,
    team: Ints,
    week: Ints,
    action: Ints,
) -> Ints:
    """Draw who does each step: the one before, unless work is handed over or that one is away."""
    person = np.full(action.shape, NO_PERSON, dtype=np.int64)
    release = routing_release_week(config)
    for step in range(LONGEST):
        fresh = picker.pick(random, team, week[:, step])
        chance = np.where(week[:, step] < release, HANDOVER_BEFORE, HANDOVER_AFTER)
        hands_over = random.random(team.size) < chance
        if step == 0:
            person[:, 0] = fresh
            continue
        before = person[:, step - 1]
        moved = week[:, step] != week[:, step - 1]
        gone = moved & (_weight_of(picker, before, week[:, step]) <= 0)
        person[:, step] = np.where(hands_over | gone | (before == NO_PERSON), fresh, before)
    return np.where(action == NO_STEP, NO_PERSON, person)


def _weight_of(picker: _Picker, person: Ints, week: Ints) -> Floats:
    at = week * picker.people + np.maximum(person, 0)
    return np.asarray(picker.steps[at + 1] - picker.steps[at], dtype=np.float64)


def mark_presence(cases: Cases, presence: Flags) -> None:
    """Add in place what people did in cases to people x product x week presence."""
    rows = np.nonzero(cases.happened)
    presence[cases.person[rows], SERVICE, cases.week[rows]] = True


def cut_cases_after(cases: Cases, week: int) -> None:
    """Remove in place the steps that would have come after the contract ended."""
    cases.happened[:] &= cases.week < week
