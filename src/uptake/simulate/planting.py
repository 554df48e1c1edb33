"""Where and when changes, barriers and plays happen: drawn once for the whole vendor."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from uptake.simulate.arrays import NEVER, Floats, Stream, generator
from uptake.simulate.catalogue import ACTIONS, VALUE_ACTIONS, action_code
from uptake.simulate.config import SimulationConfig
from uptake.simulate.interventions import (
    PLAYS,
    Assignment,
    Barrier,
    Change,
    Play,
    PlayUnit,
    Shape,
)
from uptake.simulate.organisation import Account, Team
from uptake.simulate.states import StateInterval

NOISE_CORRELATION = 0.6
NOISE_SIGMA = 0.18
TRIGGER_WINDOW = 4
TRIGGER_SHARE = 0.25
BARRIER_ACTIONS = ("call.logged", "article.written", "milestone.updated")
"""The action that a barrier blocks, by the team's function."""
BARRIER_KINDS = (
    ("access rights missing", "IT"),
    ("policy forbids it", "executive"),
    ("no time allotted", "direct manager"),
    ("input data not available", "IT"),
    ("rewarded for something else", "executive"),
)


@dataclass(frozen=True, slots=True)
class TeamPlace:
    """A team and its account."""

    account: Account
    team: Team


def team_noise(config: SimulationConfig, account: Account) -> Floats:
    """Return team x week log noise: AR(1) with correlation .6 and standard deviation .18."""
    random = generator(config.seed, Stream.TEAM_NOISE, account.number)
    shocks = random.normal(0.0, NOISE_SIGMA, (len(account.teams), config.weeks))
    noise = np.empty_like(shocks)
    noise[:, 0] = shocks[:, 0]
    fresh = np.sqrt(1.0 - NOISE_CORRELATION**2)
    for week in range(1, config.weeks):
        noise[:, week] = NOISE_CORRELATION * noise[:, week - 1] + fresh * shocks[:, week]
    return noise


def draw_changes(config: SimulationConfig, accounts: tuple[Account, ...]) -> tuple[Change, ...]:
    """Draw reorganisations, departures of sponsors, and two releases."""
    random = generator(config.seed, Stream.CHANGES)
    value = tuple(int(code) for code in np.flatnonzero(VALUE_ACTIONS))
    count = max(1, len(accounts) // 12)
    rows = random.permutation(len(accounts))
    weeks = random.integers(config.weeks // 4, config.weeks * 3 // 4, 2 * count)
    changes = []
    for turn in range(min(2 * count, len(accounts))):
        account = accounts[int(rows[turn])].id
        left = turn % 2 == 1
        kind = "sponsor departure" if left else "reorganisation"
        effect, shape = (-0.15, Shape.STEP) if left else (-0.35, Shape.PULSE)
        text = "The sponsor left the company" if left else "Teams were merged"
        changes.append(
            Change(
                f"change-{turn + 1:02d}",
                kind,
                account,
                int(weeks[turn]),
                effect,
                shape,
                value,
                text,
            )
        )
    return (*changes, *_releases(config, len(changes)))


def _releases(config: SimulationConfig, before: int) -> tuple[Change, Change]:
    quick_log = (action_code("call.logged"), action_code("meeting.noted"))
    return (
        Change(
            f"change-{before + 1:02d}",
            "release",
            None,
            config.weeks // 2,
            0.20,
            Shape.STEP,
            quick_log,
            "Calls and meetings can be noted in one click",
        ),
        Change(
            f"change-{before + 2:02d}",
            "release",
            None,
            config.weeks * 6 // 10,
            0.0,
            Shape.STEP,
            (),
            "Cases are routed by skill; hand-overs between agents become rarer",
        ),
    )


def routing_release_week(config: SimulationConfig) -> int:
    """Return the week of the release that makes hand-overs of cases rarer."""
    return config.weeks * 6 // 10


def eligible_teams(
    config: SimulationConfig,
    accounts: tuple[Account, ...],
    planted: tuple[StateInterval, ...],
    taken: frozenset[tuple[str, int]] = frozenset(),
) -> list[TeamPlace]:
    """Return teams with a settled, never failing main product that are not ``taken``."""
    failing = {(p.account, p.product, p.team) for p in planted}

    def is_free(account: Account, team: Team) -> bool:
        spots = {(account.id, team.function, None), (account.id, team.function, team.number)}
        live = account.go_live[team.function] < config.weeks // 8
        return live and not (spots & failing) and (account.id, team.number) not in taken

    return [TeamPlace(a, t) for a in accounts for t in a.teams if is_free(a, t)]


def draw_barriers(
    config: SimulationConfig, accounts: tuple[Account, ...], planted: tuple[StateInterval, ...]
) -> tuple[Barrier, ...]:
    """Put a barrier on one free team in fifteen; every fourth is perceived, not real."""
    random = generator(config.seed, Stream.BARRIERS)
    free = eligible_teams(config, accounts, planted)
    chosen = random.permutation(len(free))[: max(min(3, len(free)), len(free) // 15)]
    return tuple(_barrier(random, config, free[int(row)], turn) for turn, row in enumerate(chosen))


def _barrier(
    random: np.random.Generator, config: SimulationConfig, place: TeamPlace, turn: int
) -> Barrier:
    kind, removable_by = BARRIER_KINDS[int(random.integers(len(BARRIER_KINDS)))]
    first = int(random.choice([0, int(random.integers(6, config.weeks // 3))]))
    removed = int(random.integers(config.weeks // 2, config.weeks * 8 // 10))
    return Barrier(
        id=f"barrier-{turn + 1:03d}",
        account=place.account.id,
        team=place.team.number,
        action=action_code(BARRIER_ACTIONS[place.team.function]),
        kind=kind,
        removable_by=removable_by,
        real=turn % 4 != 3,
        declared=bool(random.random() < 0.4),
        first=first,
        reported=first + int(random.integers(2, 10)),
        removed=NEVER if turn % 5 == 4 else removed,
    )


def draw_plays(
    config: SimulationConfig,
    free: list[TeamPlace],
    noise: dict[str, Floats],
) -> tuple[PlayUnit, ...]:
    """Share the free teams out to the plays at random; each team is in one play's pool at most."""
    random = generator(config.seed, Stream.PLAYS)
    order = random.permutation(len(free))
    units: list[PlayUnit] = []
    for play, rows in zip(PLAYS, np.array_split(order, len(PLAYS)), strict=True):
        pool = [free[int(row)] for row in rows]
        randomised = play.assignment is Assignment.RANDOMISED
        chosen = _waves(config, play, pool) if randomised else _triggered(config, play, pool, noise)
        units.extend(chosen)
    return tuple(units)


def _waves(config: SimulationConfig, play: Play, pool: list[TeamPlace]) -> Iterator[PlayUnit]:
    """Three waves of a fifth of the pool each (the order is random already); the rest never."""
    starts = [config.weeks * 3 // 10, config.weeks * 45 // 100, config.weeks * 6 // 10]
    for turn, place in enumerate(pool):
        wave = turn % 5
        start = starts[wave] if wave < len(starts) else NEVER
        yield PlayUnit(play, place.account.id, place.team.number, start)


def _triggered(
    config: SimulationConfig, play: Play, pool: list[TeamPlace], noise: dict[str, Floats]
) -> Iterator[PlayUnit]:
    """At two dates, treat the untreated quarter whose last four weeks were the worst."""
    start = dict.fromkeys(range(len(pool)), NEVER)
    seen: dict[int, float] = {}
    for week in (config.weeks * 4 // 10, config.weeks * 55 // 100):
        waiting = [row for row in start if start[row] == NEVER]
        window = slice(week - TRIGGER_WINDOW, week)
        means = {
            row: float(noise[pool[row].account.id][pool[row].team.number, window].mean())
            for row in waiting
        }
        for row in sorted(waiting, key=means.__getitem__)[: round(TRIGGER_SHARE * len(waiting))]:
            start[row] = week
            seen[row] = means[row]
    for row, place in enumerate(pool):
        yield PlayUnit(play, place.account.id, place.team.number, start[row], seen.get(row))


def barrier_action_name(barrier: Barrier) -> str:
    """Return the name of the action a barrier is about."""
    return ACTIONS[barrier.action].name
