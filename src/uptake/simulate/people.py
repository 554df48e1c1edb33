"""The people of an account: employment, ramp, lapse, leave, care and punctuality."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from uptake.simulate.arrays import NEVER, Flags, Floats, Ints, Stream, generator
from uptake.simulate.calendars import draw_leave
from uptake.simulate.config import SimulationConfig
from uptake.simulate.organisation import Account
from uptake.simulate.seats import Seats, draw_seats

STARTER_SHARE = 0.22
LEAVER_SHARE = 0.16
SERVED_WEEKS = 26.0
"""Weeks that everyone employed at the start of the run has served at least."""
RAMP_START = 0.2
RAMP_MEDIAN_WEEKS = 6.0
RAMP_SIGMA = 0.35
COACHED_RAMP = 0.7
LAPSE_HAZARD = 0.008
COACHED_LAPSE = 0.5
RETURN_SHARE = 0.25
SHORTEST_GAP = 5
MEAN_EXTRA_GAP = 6.0
PERSON_SIGMA = 0.18


@dataclass(frozen=True, slots=True)
class People:
    """Everyone of an account as arrays over people; weeks count from the run's start.

    A person works in weeks ``start <= w < end``. ``right_share`` is the chance that a record is
    right first time; ``delay_mu`` and ``delay_sigma`` are the parameters of the lognormal recording
    delay in seconds; ``punctual`` is the chance to meet a deadline; ``leave`` is people x weeks.
    """

    team: Ints
    role: Ints
    start: Ints
    end: Ints
    ramp_weeks: Floats
    effort: Floats
    lapse: Ints
    returns: Ints
    leave: Flags
    seats: Seats
    right_share: Floats
    delay_mu: Floats
    delay_sigma: Floats
    punctual: Floats
    shift_minutes: Ints

    @property
    def size(self) -> int:
        """Return how many people there are."""
        return int(self.team.size)


def person_ids(account: Account) -> list[str]:
    """Return the identifiers of an account's people in their order."""
    return [f"{account.id}-p{row + 1:05d}" for row in range(account.people)]


def _employment(
    random: np.random.Generator, config: SimulationConfig, manager: Flags
) -> tuple[Ints, Ints]:
    count = manager.size
    fresh = (random.random(count) < STARTER_SHARE) & ~manager
    tenured = -(SERVED_WEEKS + random.exponential(150.0, count)).astype(np.int64)
    starts = random.integers(3, max(4, config.weeks - 9), count)
    start = np.where(fresh, starts, tenured)
    leaves = (random.random(count) < LEAVER_SHARE) & ~manager
    end = np.maximum(start, 0) + 8 + random.integers(0, config.weeks, count)
    return start, np.where(leaves & (end < config.weeks), end, NEVER)


def _lapses(
    random: np.random.Generator, coached: Flags, seats: Seats, weeks: int
) -> tuple[Ints, Ints]:
    """Draw the week of lapsing (constant weekly hazard since activation) and of coming back."""
    begin = np.maximum(seats.activation.min(axis=1), 0)
    hazard = LAPSE_HAZARD * np.where(coached, COACHED_LAPSE, 1.0)
    lapse = begin + random.geometric(hazard)
    lapse = np.where(lapse < weeks, lapse, NEVER)
    gap = SHORTEST_GAP + random.geometric(1.0 / MEAN_EXTRA_GAP, begin.size)
    comes_back = (random.random(begin.size) < RETURN_SHARE) & (lapse < NEVER)
    return lapse, np.where(comes_back, lapse + gap, NEVER)


def _care(
    random: np.random.Generator, team: Ints, teams: int
) -> tuple[Floats, Floats, Floats, Floats]:
    """Draw right-first-time share, delay parameters and punctuality: team level, then author."""
    team_right = random.beta(40.0, 4.0, teams)
    right = random.beta(30.0 * team_right[team], 30.0 * (1.0 - team_right[team]) + 0.5)
    team_mu = np.log(3_600.0) + random.normal(0.0, 0.9, teams)
    mu = team_mu[team] + random.normal(0.0, 0.5, team.size)
    sigma = random.uniform(0.6, 1.2, team.size)
    return right, mu, sigma, random.beta(8.0, 2.0, team.size)


def build_people(config: SimulationConfig, account: Account) -> People:
    """Draw the people of one account; the first of each team is its manager."""
    random = generator(config.seed, Stream.PEOPLE, account.number)
    sizes = [team.last - team.first for team in account.teams]
    team = np.repeat(np.arange(len(account.teams)), sizes)
    manager = np.zeros(team.size, dtype=np.bool_)
    manager[[t.first for t in account.teams]] = True
    role = account.team_functions()[team] + 3 * manager
    start, end = _employment(random, config, manager)
    coached = np.array([t.coached for t in account.teams], dtype=np.bool_)[team]
    seats = draw_seats(config, account, role=role, start=start, end=end)
    lapse, returns = _lapses(random, coached, seats, config.weeks)
    right, mu, sigma, punctual = _care(random, team, len(account.teams))
    ramp = random.lognormal(np.log(RAMP_MEDIAN_WEEKS), RAMP_SIGMA, team.size)
    return People(
        team=team.astype(np.int64),
        role=role.astype(np.int64),
        start=start,
        end=end,
        ramp_weeks=ramp * np.where(coached, COACHED_RAMP, 1.0),
        effort=random.lognormal(-(PERSON_SIGMA**2) / 2, PERSON_SIGMA, team.size),
        lapse=np.where(manager, NEVER, lapse),
        returns=np.where(manager, NEVER, returns),
        leave=draw_leave(random, config, team.size),
        seats=seats,
        right_share=right,
        delay_mu=mu,
        delay_sigma=sigma,
        punctual=punctual,
        shift_minutes=random.integers(-60, 61, team.size),
    )
