"""The plan of the whole vendor, before anybody does anything."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from uptake.simulate.arrays import Flags, Floats, Ints
from uptake.simulate.catalogue import ACTION_CLASS, ACTION_PRODUCT, ACTIONS, RECORD_ACTIONS
from uptake.simulate.config import SimulationConfig
from uptake.simulate.interventions import (
    Barrier,
    Change,
    PlayUnit,
    Shape,
    apply_factor,
    shape_values,
)
from uptake.simulate.organisation import Account, build_accounts
from uptake.simulate.planting import (
    draw_barriers,
    draw_changes,
    draw_plays,
    eligible_teams,
    team_noise,
)
from uptake.simulate.states import STATE_FACTORS, StateInterval, plant_states, state_codes
from uptake.simulate.trouble import Trouble, draw_trouble


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything decided for the vendor as a whole; cheap to build and to send to a process."""

    config: SimulationConfig
    accounts: tuple[Account, ...]
    states: tuple[StateInterval, ...]
    changes: tuple[Change, ...]
    barriers: tuple[Barrier, ...]
    plays: tuple[PlayUnit, ...]
    trouble: tuple[Trouble, ...]


def build_plan(config: SimulationConfig) -> Plan:
    """Decide everything that concerns more than one account."""
    accounts = build_accounts(config)
    states = plant_states(config, accounts)
    barriers = draw_barriers(config, accounts, states)
    noise = {account.id: team_noise(config, account) for account in accounts}
    taken = frozenset((barrier.account, barrier.team) for barrier in barriers)
    free = eligible_teams(config, accounts, states, taken)
    return Plan(
        config=config,
        accounts=accounts,
        states=states,
        changes=draw_changes(config, accounts),
        barriers=barriers,
        plays=draw_plays(config, free, noise),
        trouble=draw_trouble(config, accounts, states),
    )


@dataclass(frozen=True, slots=True)
class TeamPlan:
    """What holds for the teams of one account.

    ``codes``: team x product x week, the planted state; ``factors``: team x week x action, the
    product of state, changes, barriers and plays; ``noise``: team x week, log noise;
    ``blocked``: team x week x action.
    """

    codes: Ints
    factors: Floats
    noise: Floats
    blocked: Flags


def plan_teams(plan: Plan, account: Account) -> TeamPlan:
    """Work out the factors of an account's teams."""
    weeks, teams = plan.config.weeks, list(range(len(account.teams)))
    codes = state_codes(plan.config, account, plan.states)
    by_action = codes[:, ACTION_PRODUCT, :].transpose(0, 2, 1)
    factors = STATE_FACTORS[by_action, ACTION_CLASS[None, None, :]].astype(np.float64)
    for change in plan.changes:
        if change.account in (None, account.id) and change.actions:
            row = 1.0 + change.effect * shape_values(change.shape, change.week, weeks)
            apply_factor(factors, list(change.actions), teams, row)
    records = [int(code) for code in np.flatnonzero(RECORD_ACTIONS)]
    for unit in plan.plays:
        if unit.account == account.id and unit.treated:
            row = 1.0 + unit.play.effect * shape_values(Shape.BUILD_UP, unit.start, weeks)
            apply_factor(factors, records, [unit.team], row)
    blocked = _blocked(plan, account)
    factors[blocked] = 0.0
    return TeamPlan(codes, factors, team_noise(plan.config, account), blocked)


def _blocked(plan: Plan, account: Account) -> Flags:
    shape = (len(account.teams), plan.config.weeks, len(ACTIONS))
    blocked = np.zeros(shape, dtype=np.bool_)
    for barrier in plan.barriers:
        if barrier.account == account.id and barrier.real:
            blocked[barrier.team, barrier.first : barrier.removed, barrier.action] = True
    return blocked
