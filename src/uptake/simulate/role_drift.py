"""Managers who take over what is agents' work: in some teams a role drifts from what was intended.

Drawn from a stream of its own, so that the cases themselves stay what they are; only who does one
of their steps changes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from uptake.simulate.arrays import Flags, Ints, Stream, generator
from uptake.simulate.catalogue import ROLES, action_code
from uptake.simulate.config import SimulationConfig
from uptake.simulate.organisation import Account
from uptake.simulate.people import People

DRIFTS_TO = "service manager"
DRIFTING_STEP = "case.diagnosed"
DRIFT_CHANCE = 0.35
"""Chance that the team's manager does the step, from the first week of the drift on."""

DRIFTING_SHARE = 0.2
"""Share of teams with agents and a manager that drift."""

AGENT, MANAGER = ROLES.index("service agent"), ROLES.index(DRIFTS_TO)


@dataclass(frozen=True, slots=True)
class RoleDrift:
    """A team in which the manager takes over a step from ``week`` on."""

    account: str
    team: int
    manager: int
    week: int


def drift_week(config: SimulationConfig) -> int:
    """Return the first week of the drift."""
    return config.weeks * 7 // 10


def plan_drift(config: SimulationConfig, account: Account, people: People) -> tuple[RoleDrift, ...]:
    """Draw the drifting teams of an account and the manager of each."""
    random = generator(config.seed, Stream.ROLE_DRIFT, account.number)
    week = drift_week(config)
    chosen = random.random(len(account.teams)) < DRIFTING_SHARE
    found = []
    for team, drifts in zip(account.teams, chosen, strict=True):
        role = people.role[team.first : team.last]
        managers = team.first + np.flatnonzero(role == MANAGER)
        staying = managers[(people.start[managers] <= week) & (people.end[managers] > week)]
        if drifts and staying.size and (role == AGENT).any():
            found.append(RoleDrift(account.id, team.number, int(staying[0]), week))
    return tuple(found)


def drifted(
    config: SimulationConfig,
    account: Account,
    people: People,
    present: Flags,
    *,
    team: Ints,
    week: Ints,
    action: Ints,
    person: Ints,
) -> Ints:
    """Return who does each step (cases x steps) once managers have taken theirs over.

    ``team`` is that of each case, ``week`` that of each step; ``present``: people x weeks.
    """
    random = generator(config.seed, Stream.ROLE_DRIFT, account.number, 1)
    taken = random.random(person.shape) < DRIFT_CHANCE
    taken &= action == action_code(DRIFTING_STEP)
    after = person.copy()
    for drift in plan_drift(config, account, people):
        there = present[drift.manager][week] & (week >= drift.week)
        after[taken & there & (team == drift.team)[:, None]] = drift.manager
    return after
