"""How much each person does of each action in each week: the rates and the counts drawn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from uptake.simulate.arrays import NEVER, Flags, Floats, Ints, Stream, generator
from uptake.simulate.calendars import calendar_of
from uptake.simulate.catalogue import (
    ACTION_CLASS,
    ACTION_PRODUCT,
    ACTIONS,
    NOMINAL_WEEK,
    PRODUCTS,
    VALUE_ACTIONS,
    ActionClass,
    weekly_rates,
)
from uptake.simulate.config import SimulationConfig
from uptake.simulate.organisation import Account
from uptake.simulate.people import RAMP_START, People
from uptake.simulate.plan import TeamPlan
from uptake.simulate.states import TRIES_ANYWAY, PlantedState

Counts = npt.NDArray[np.int16]

WEEKLY_SHAPE = 12.0
"""Shape of the gamma noise per person and week (mean 1, variance 1/12)."""
STRAY_ACCESS = 0.05
"""Factor on logins and views of seat holders who never began or have lapsed."""
STRAY_AFTER_START = 0.5
"""Smallest factor on logins and views of people who are still learning."""


@dataclass(frozen=True, slots=True)
class Engagement:
    """People x weeks: ``base`` before product and action; ``present`` works and is not on leave."""

    base: Floats
    present: Flags
    lapsed: Flags
    tries: Flags


def volume(config: SimulationConfig) -> float:
    """Return the factor from the nominal week of the profile tables to this run's week."""
    return config.events_per_person_week / NOMINAL_WEEK


def ramp_factor(weeks_since: Floats, ramp_weeks: Floats) -> Floats:
    """Return 1 - (1 - 0.2) * exp(-ln(10) * t / T) for t >= 0, and 0 before.

    t is weeks since the first use; T is the person's ramp length: 92 % is reached at t = T.
    """
    learned = 1.0 - (1.0 - RAMP_START) * np.exp(
        -np.log(10.0) * np.maximum(weeks_since, 0.0) / ramp_weeks
    )
    return np.where(weeks_since >= 0, learned, 0.0)


def engagement(
    config: SimulationConfig, account: Account, people: People, noise: Floats
) -> Engagement:
    """Work out who is there, who lapsed, and each person's effort per week."""
    random = generator(config.seed, Stream.COUNTS, account.number)
    week = np.arange(config.weeks)[None, :]
    employed = (people.start[:, None] <= week) & (week < people.end[:, None])
    present = employed & ~people.leave
    share = calendar_of(config).working_share[account.team_countries()[people.team]]
    luck = random.gamma(WEEKLY_SHAPE, 1.0 / WEEKLY_SHAPE, present.shape)
    base = present * people.effort[:, None] * luck * share * np.exp(noise[people.team])
    lapsed = (people.lapse[:, None] <= week) & (week < people.returns[:, None])
    return Engagement(base, present, lapsed, _those_who_try(random, people))


def _those_who_try(random: np.random.Generator, people: People) -> Flags:
    """Draw three in ten people of each team, two at least, among those who ever begin."""
    begins = people.seats.activation.min(axis=1) < NEVER
    order = np.lexsort((random.random(people.size), ~begins, people.team))
    sizes = np.bincount(people.team)
    place = np.empty(people.size, dtype=np.int64)
    place[order] = np.arange(people.size) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    quota = np.maximum(2, np.round(TRIES_ANYWAY * sizes)).astype(np.int64)
    return np.asarray(place < quota[people.team], dtype=np.bool_)


def product_factors(
    config: SimulationConfig, people: People, teams: TeamPlan, who: Engagement, product: int
) -> tuple[Floats, Floats]:
    """Return people x week factors on value actions and on logins and views of one product."""
    week = np.arange(config.weeks)[None, :]
    since = (week - people.seats.activation[:, [product]]).astype(np.float64)
    ramp = ramp_factor(since, people.ramp_weeks[:, None])
    avoids = teams.codes[people.team, product] == PlantedState.BARELY_USED
    engaged = (since >= 0) & ~who.lapsed
    value = np.where(engaged & ~(avoids & ~who.tries[:, None]), ramp, 0.0)
    held = (people.seats.provisioned[:, [product]] <= week) & (
        week < people.seats.deprovisioned[:, [product]]
    )
    access = np.where(engaged, np.maximum(ramp, STRAY_AFTER_START), STRAY_ACCESS * held)
    return value, access


def draw_counts(
    config: SimulationConfig, account: Account, people: People, teams: TeamPlan, who: Engagement
) -> Counts:
    """Draw people x week x action counts, Poisson around the rates; process steps stay 0."""
    random = generator(config.seed, Stream.COUNTS, account.number, 1)
    rates = weekly_rates() * volume(config)
    counts = np.zeros((people.size, config.weeks, len(ACTIONS)), dtype=np.int16)
    for product in account.products:
        value, access = product_factors(config, people, teams, who, product)
        for code in np.flatnonzero(product == ACTION_PRODUCT):
            active = np.flatnonzero(rates[people.role, code] > 0)
            if active.size:
                looks = ACTION_CLASS[code] in (ActionClass.ACCESS, ActionClass.VIEW)
                factor = (access if looks else value)[active] * who.base[active]
                rate = factor * teams.factors[people.team[active], :, code]
                rate *= rates[people.role[active], code][:, None]
                counts[active, :, code] = random.poisson(rate)
    return counts


def presence_of(counts: Counts) -> Flags:
    """Return people x product x week: whether a value action was done (process steps aside)."""
    return np.stack(
        [
            (counts[:, :, VALUE_ACTIONS & (k == ACTION_PRODUCT)] > 0).any(axis=2)
            for k in range(len(PRODUCTS))
        ],
        axis=1,
    )


def cut_after(counts: Counts, product: int, week: int) -> None:
    """Remove in place what would have been done in a product after its contract ended."""
    codes: Ints = np.flatnonzero(product == ACTION_PRODUCT)
    counts[:, week:, codes] = 0
