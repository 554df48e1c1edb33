"""Do people near somebody who goes ahead begin sooner than comparable people who are near nobody?

Time from when something was first asked of a person to when they first met it, team by team.
Product-limit curves (Kaplan, Meier 1958) of both sides, the far one weighted so that each stratum
(account) counts in it as much as among the near; their distance is that of the restricted means,
with an interval from resampled teams. The log-rank sum, stratified, is held against the same sum
with teams of a stratum exchanged: people of one team are no independent witnesses (methods
section 6). It is an association: nobody drew by lot which team gets a champion.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import comb, prod

import numpy as np
import numpy.typing as npt

from uptake.methods.arrays import Counts, Flags, Floats
from uptake.methods.statistics.proportions import Interval

FEWEST_TEAMS = 5
"""On either side: fewer are stories, not numbers."""

FEWEST_PEOPLE = 20
"""On either side."""

FEWEST_EVENTS = 5
"""On either side, people who met it."""

FEWEST_ARRANGEMENTS = 20
"""With fewer ways to exchange teams none of them could be rarer than one in twenty."""

LONGEST = 8
"""So many due periods are looked at, at most."""

DRAWS = 2_000


class TooFew(StrEnum):
    """Why nothing can be said."""

    TEAMS = "teams"
    PEOPLE = "people"
    EVENTS = "events"


@dataclass(frozen=True, slots=True)
class Watched:
    """One row per person: due periods until they met it, or until watching ended; at least one.

    ``reached``: whether they met it. ``near``, ``team`` and ``stratum`` are the same for everybody
    of a team.
    """

    waited: Counts
    reached: Flags
    near: Flags
    team: Counts
    stratum: Counts


@dataclass(frozen=True, slots=True)
class Side:
    """One side: who is on it, who has not met it after 1, 2, ... due periods, and the mean wait.

    ``mean``: due periods until it was met, within the horizon.
    """

    people: int
    teams: int
    reached: int
    waiting: tuple[float, ...]
    at_risk: tuple[int, ...]
    mean: float


@dataclass(frozen=True, slots=True)
class Nearness:
    """``sooner``: mean wait far from champions less that near them, in due periods.

    ``p_value``: share of exchanges of teams under which both sides differ as much.
    """

    near: Side
    far: Side
    horizon: int
    sooner: float
    interval: Interval
    p_value: float

    @property
    def is_clear(self) -> bool:
        """Say whether both the interval and the exchanges speak against chance."""
        return self.p_value < 0.05 and not self.interval.contains(0)


def compare_near(watched: Watched, rng: np.random.Generator) -> Nearness | TooFew:
    """Compare those near with those far in the strata that have both.

    Raises:
        ValueError: somebody waited for less than one period, or a team is on both sides.
    """
    _check(watched)
    kept = _comparable(watched)
    missing = _missing(kept)
    if missing is not None:
        return missing
    horizon = _horizon(kept)
    teams = _teams(kept, horizon)
    if prod(comb(len(of), int(of.sum())) for of in _by_stratum(teams)) < FEWEST_ARRANGEMENTS:
        return TooFew.TEAMS
    near, far = teams.of(teams.near), teams.of(~teams.near)
    one = np.ones((1, len(near.size)))
    weights = _weights(near, far, one, np.ones((1, len(far.size))))
    sides = (
        _side(kept, teams, near, one, is_near=True),
        _side(kept, teams, far, weights, is_near=False),
    )
    return Nearness(
        near=sides[0],
        far=sides[1],
        horizon=horizon,
        sooner=sides[1].mean - sides[0].mean,
        interval=_resampled(near, far, rng),
        p_value=_exchanged(teams, rng),
    )


@dataclass(frozen=True, slots=True)
class _Teams:
    """Per team: side, stratum, people, and by due period who met it and who was still waiting."""

    near: Flags
    stratum: Counts
    size: Floats
    met: Floats
    at_risk: Floats

    def of(self, which: Flags) -> _Teams:
        return _Teams(
            self.near[which],
            self.stratum[which],
            self.size[which],
            self.met[which],
            self.at_risk[which],
        )


def _check(watched: Watched) -> None:
    if np.any(watched.waited < 1):
        raise ValueError("Somebody who was never asked has nothing to wait for: leave them out.")
    sides = np.unique(np.stack([watched.team, watched.near.astype(np.int64)]), axis=1)
    if len(np.unique(watched.team)) != sides.shape[1]:
        raise ValueError("A team is on one side: leave out who began before its champion did.")


def _comparable(watched: Watched) -> Watched:
    """Leave out strata in which everybody is on one side."""
    both = np.intersect1d(watched.stratum[watched.near], watched.stratum[~watched.near])
    kept = np.isin(watched.stratum, both)
    return Watched(
        watched.waited[kept],
        watched.reached[kept],
        watched.near[kept],
        watched.team[kept],
        watched.stratum[kept],
    )


def _missing(watched: Watched) -> TooFew | None:
    for side in (watched.near, ~watched.near):
        if len(np.unique(watched.team[side])) < FEWEST_TEAMS:
            return TooFew.TEAMS
        if int(side.sum()) < FEWEST_PEOPLE:
            return TooFew.PEOPLE
        if int(watched.reached[side].sum()) < FEWEST_EVENTS:
            return TooFew.EVENTS
    return None


def _horizon(watched: Watched) -> int:
    """The last period up to which enough people of both sides were followed, or had met it."""
    followed = [
        int(np.sort(np.where(watched.reached, LONGEST, watched.waited)[side])[-FEWEST_EVENTS])
        for side in (watched.near, ~watched.near)
    ]
    return max(min(LONGEST, *followed), 1)


def _teams(watched: Watched, horizon: int) -> _Teams:
    names, first, of = np.unique(watched.team, return_index=True, return_inverse=True)
    periods = np.arange(1, horizon + 1)
    met = np.zeros((len(names), horizon))
    at_risk = np.zeros((len(names), horizon))
    np.add.at(met, of, (watched.waited[:, None] == periods) & watched.reached[:, None])
    np.add.at(at_risk, of, watched.waited[:, None] >= periods)
    size = np.bincount(of).astype(float)
    return _Teams(watched.near[first], watched.stratum[first], size, met, at_risk)


def _by_stratum(teams: _Teams) -> list[Flags]:
    return [teams.near[teams.stratum == each] for each in np.unique(teams.stratum)]


def _weights(near: _Teams, far: _Teams, times_near: Floats, times_far: Floats) -> Floats:
    """Draws x far teams: so that each stratum weighs as much as among the near."""
    strata = np.unique(far.stratum)
    of_near = (near.stratum[:, None] == strata).astype(float)
    of_far = (far.stratum[:, None] == strata).astype(float)
    wanted = (times_near * near.size) @ of_near
    there = (times_far * far.size) @ of_far
    factor = np.divide(wanted, there, out=np.zeros_like(there), where=there > 0)
    return np.asarray(times_far * (factor @ of_far.T))


def _waiting(teams: _Teams, weights: Floats) -> Floats:
    """Draws x periods: the product limit ``Π (1 - d / n)`` over weighted teams."""
    met, there = weights @ teams.met, weights @ teams.at_risk
    share = np.divide(met, there, out=np.zeros_like(met), where=there > 0)
    return np.asarray(np.cumprod(1 - share, axis=1))


def _mean(waiting: Floats) -> Floats:
    """Area under each curve up to the horizon; nobody has met it before the first period ends."""
    return np.asarray(1 + waiting[:, :-1].sum(axis=1))


def _side(watched: Watched, teams: _Teams, side: _Teams, weights: Floats, *, is_near: bool) -> Side:
    rows = watched.near == is_near
    waiting = _waiting(side, weights)
    return Side(
        people=int(rows.sum()),
        teams=int((teams.near == is_near).sum()),
        reached=int(watched.reached[rows].sum()),
        waiting=tuple(float(value) for value in waiting[0]),
        at_risk=tuple(int(value) for value in side.at_risk.sum(axis=0)),
        mean=float(_mean(waiting)[0]),
    )


def _resampled(near: _Teams, far: _Teams, rng: np.random.Generator) -> Interval:
    """Middle 95 % of the distance, teams of each side drawn anew with replacement."""
    times_near, times_far = (_drawn(len(side.size), rng) for side in (near, far))
    weights = _weights(near, far, times_near, times_far)
    distance = _mean(_waiting(far, weights)) - _mean(_waiting(near, times_near))
    usable = distance[weights.sum(axis=1) > 0]
    low, high = np.quantile(usable, (0.025, 0.975))
    return Interval(float(low), float(high))


def _drawn(teams: int, rng: np.random.Generator) -> Floats:
    return rng.multinomial(teams, np.full(teams, 1 / teams), size=DRAWS).astype(float)


def _exchanged(teams: _Teams, rng: np.random.Generator) -> float:
    """Share of exchanges of teams within strata that differ as much as what was seen.

    The stratified log-rank sum is linear in who is near: each team adds what it met beyond what
    was to be expected of as many people of its stratum.
    """
    beyond = np.zeros(len(teams.size))
    for each in np.unique(teams.stratum):
        here = teams.stratum == each
        met, there = teams.met[here].sum(axis=0), teams.at_risk[here].sum(axis=0)
        share = np.divide(met, there, out=np.zeros_like(met), where=there > 0)
        beyond[here] = (teams.met[here] - teams.at_risk[here] * share).sum(axis=1)
    seen = abs(float(beyond @ teams.near))
    drawn = np.abs(_labels(teams, rng) @ beyond)
    return float((1 + np.count_nonzero(drawn >= seen - 1e-9)) / (1 + DRAWS))


def _labels(teams: _Teams, rng: np.random.Generator) -> npt.NDArray[np.float64]:
    labels = np.zeros((DRAWS, len(teams.size)))
    for each in np.unique(teams.stratum):
        here = np.flatnonzero(teams.stratum == each)
        order = np.argsort(rng.random((DRAWS, len(here))), axis=1)
        labels[:, here] = teams.near[here][order]
    return labels
