"""The failure states planted in deployments and teams, with their dates and their effect."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from uptake.simulate.arrays import Floats, Ints, Stream, generator
from uptake.simulate.catalogue import ActionClass
from uptake.simulate.config import SimulationConfig
from uptake.simulate.organisation import Account


class PlantedState(IntEnum):
    """How a group uses a product; names equal those of the classifier."""

    WORKING = 0
    NO_DATA = 1
    IDLE = 2
    BARELY_USED = 3
    WRONG_WAY = 4
    BAD_DATA = 5

    @property
    def label(self) -> str:
        """Return the name used in files."""
        return self.name.lower()


FAILURES = tuple(state for state in PlantedState if state is not PlantedState.WORKING)

STATE_FACTORS: Floats = np.array(
    # access, view, consume, record, workaround, process
    [
        [1.00, 1.00, 1.00, 1.00, 0.02, 1.00],  # working
        [0.80, 0.60, 0.00, 0.00, 0.00, 0.00],  # no data: people look, nobody enters anything
        [0.00, 0.00, 0.00, 0.00, 0.00, 0.00],  # idle: nothing at all
        [0.40, 0.40, 0.40, 0.40, 0.02, 0.40],  # barely used: and by three in ten people only
        [0.90, 0.80, 0.60, 0.40, 1.00, 1.00],  # wrong way: exports, mails, skipped steps, late
        [1.00, 1.00, 1.00, 1.00, 0.02, 1.00],  # bad data: as much, of poor quality
    ]
)
"""Factor on the weekly rate by state and action class."""

DEVIATION_SHARE = {PlantedState.WRONG_WAY: 0.75}
USUAL_DEVIATION = 0.12
RIGHT_FACTOR = {PlantedState.BAD_DATA: 0.45}
"""Factor on the chance that a record is right first time."""
DELAY_FACTOR = {PlantedState.BAD_DATA: 2.0}
"""Factor on the median recording delay."""
WRITTEN_UP_MU = float(np.log(3 * 86_400.0))
WRITTEN_UP_SIGMA = 0.6
"""Extra lognormal delay in seconds of those who work around: they write it up days later."""
TRIES_ANYWAY = 0.3
"""Share of people who use a product that is barely used; the others do not use it at all."""


@dataclass(frozen=True, slots=True)
class StateInterval:
    """A planted state: ``team`` is None for the whole deployment; weeks ``first <= w < last``.

    ``contract_outlasts`` keeps the contract running past the end, so that every failure state is
    still there to be seen on the last day.
    """

    account: str
    product: int
    team: int | None
    state: PlantedState
    first: int
    last: int
    contract_outlasts: bool = False


@dataclass(frozen=True, slots=True)
class _Deployment:
    account: Account
    product: int


def _deployments(config: SimulationConfig, accounts: tuple[Account, ...]) -> list[_Deployment]:
    """Return deployments live in the first quarter, those of the largest account aside."""
    return [
        _Deployment(account, product)
        for account in accounts
        for product in account.products
        if account.go_live[product] < config.weeks // 4
        and (account.number > 1 or len(accounts) < 3)
        and any(team.function == product for team in account.teams)
    ]


def _lasting(
    random: np.random.Generator, config: SimulationConfig, chosen: list[_Deployment]
) -> list[StateInterval]:
    """Give each chosen deployment a failure that lasts to the end of the run."""
    found = []
    for row, item in enumerate(chosen):
        begin = int(random.integers(config.weeks * 4 // 10, config.weeks * 7 // 10))
        state = FAILURES[row % len(FAILURES)]
        place = (item.account.id, item.product, None, state, begin, config.weeks)
        found.append(StateInterval(*place, contract_outlasts=row < len(FAILURES)))
    return found


def _passing(
    random: np.random.Generator, config: SimulationConfig, chosen: list[_Deployment]
) -> list[StateInterval]:
    """Give each chosen deployment a failure that ends, so that histories have transitions."""
    found = []
    for row, item in enumerate(chosen):
        begin = int(random.integers(config.weeks * 3 // 10, config.weeks * 5 // 10))
        length = int(random.integers(10, 17))
        state = FAILURES[row % len(FAILURES)]
        end = min(begin + length, config.weeks)
        found.append(StateInterval(item.account.id, item.product, None, state, begin, end))
    return found


def _team_failures(
    random: np.random.Generator, config: SimulationConfig, accounts: tuple[Account, ...]
) -> list[StateInterval]:
    """Plant a team that fails with all products, one per state, in every second large account."""
    found = []
    large = [account for account in accounts if len(account.teams) >= 10][::2]
    for account in large:
        live = [t for t in account.teams if account.go_live[t.function] < config.weeks // 4]
        order = random.permutation(len(live))[: len(FAILURES)]
        for state, row in zip(FAILURES, order, strict=False):
            team = live[int(row)]
            begin = int(random.integers(config.weeks * 4 // 10, config.weeks * 7 // 10))
            found += [
                StateInterval(account.id, product, team.number, state, begin, config.weeks)
                for product in account.products
            ]
    return found


def plant_states(
    config: SimulationConfig, accounts: tuple[Account, ...]
) -> tuple[StateInterval, ...]:
    """Plan every failure of the vendor: lasting, passing, and of single teams.

    Each failure state lasts in ``max(1, deployments // 40)`` deployments as long as there are
    enough of them, and passes in as many.
    """
    random = generator(config.seed, Stream.STATES)
    deployments = _deployments(config, accounts)
    order = [deployments[int(row)] for row in random.permutation(len(deployments))]
    wanted = len(FAILURES) * max(1, len(deployments) // 40)
    lasting = _lasting(random, config, order[:wanted])
    passing = _passing(random, config, order[wanted : 2 * wanted])
    failing = {item.account.id for item in order[: 2 * wanted]}
    spared = tuple(account for account in accounts if account.id not in failing)
    return (*lasting, *passing, *_team_failures(random, config, spared))


def state_codes(
    config: SimulationConfig, account: Account, planted: tuple[StateInterval, ...]
) -> Ints:
    """Return team x product x week: the planted state's code."""
    codes = np.zeros((len(account.teams), 3, config.weeks), dtype=np.int64)
    for interval in planted:
        if interval.account == account.id:
            teams = slice(None) if interval.team is None else interval.team
            codes[teams, interval.product, interval.first : interval.last] = int(interval.state)
    return codes


def class_factors(codes: Ints, kind: ActionClass) -> Floats:
    """Return the factor of an action class for an array of state codes."""
    return np.asarray(STATE_FACTORS[codes, int(kind)], dtype=np.float64)
