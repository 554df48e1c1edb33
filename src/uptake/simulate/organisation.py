"""Accounts, their hierarchy, teams, managers, products and go-lives."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from uptake.simulate.arrays import Ints, Stream, generator
from uptake.simulate.calendars import COUNTRIES
from uptake.simulate.catalogue import FUNCTIONS, PRODUCTS
from uptake.simulate.config import SMALLEST_ACCOUNT, SimulatedKind, SimulationConfig

INDUSTRIES = ("manufacturing", "financial services", "health care", "retail", "public sector")
WORDS = {SimulatedKind.VENDOR: "account", SimulatedKind.BUYER: "business unit"}
FUNCTION_SHARES = (0.45, 0.35, 0.20)
TEAM_SIZE = 10
CUSTOMER_SUCCESS_MANAGERS = 5
BEFORE_RUN = -26
"""Go-live week of deployments that were settled when the run began."""


@dataclass(frozen=True, slots=True)
class Team:
    """A team: its function decides its main product; ``first`` and ``last`` bound its people."""

    number: int
    id: str
    function: int
    country: int
    coached: bool
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Account:
    """A customer of the simulated vendor; ``number`` counts from 1, the largest first.

    ``go_live`` has one week per product, ``products`` the positions of those bought.
    """

    number: int
    id: str
    segment: str
    industry: str
    country: int
    parent: str | None
    owner: str
    people: int
    products: tuple[int, ...]
    go_live: tuple[int, ...]
    teams: tuple[Team, ...]
    kind: SimulatedKind

    @property
    def name(self) -> str:
        """Return a display name that says it is simulated."""
        return f"Simulated {WORDS[self.kind]} {self.number:03d}"

    def team_functions(self) -> Ints:
        """Return the function of each team."""
        return np.array([team.function for team in self.teams], dtype=np.int64)

    def team_countries(self) -> Ints:
        """Return the country of each team."""
        return np.array([team.country for team in self.teams], dtype=np.int64)


def account_sizes(config: SimulationConfig) -> Ints:
    """Share the people over the accounts: weights ``k^-0.8`` with noise, largest first."""
    random = generator(config.seed, Stream.SIZES)
    weights = np.arange(1, config.accounts + 1) ** -0.8
    weights = weights * random.lognormal(0.0, 0.25, config.accounts)
    spare = config.people - SMALLEST_ACCOUNT * config.accounts
    exact = spare * weights / weights.sum()
    sizes = np.floor(exact).astype(np.int64)
    sizes[np.argsort(sizes - exact)[: spare - int(sizes.sum())]] += 1
    return np.sort(sizes + SMALLEST_ACCOUNT)[::-1].copy()


def segment_of(people: int) -> str:
    """Return the segment of an account by the people ever employed."""
    if people >= 250:
        return "enterprise"
    return "mid-market" if people >= 60 else "small"


def _products(random: np.random.Generator, number: int, teams: int) -> tuple[int, ...]:
    wanted = [0]
    if number == 1 or random.random() < 0.75:
        wanted.append(1)
    if number == 1 or random.random() < 0.55:
        wanted.append(2)
    return tuple(wanted[: max(teams, 1)])


def _functions(random: np.random.Generator, products: tuple[int, ...], teams: int) -> Ints:
    shares = np.array([FUNCTION_SHARES[product] for product in products])
    drawn = random.choice(products, size=teams, p=shares / shares.sum())
    drawn[: len(products)] = products
    return np.asarray(np.sort(drawn), dtype=np.int64)


def _go_lives(random: np.random.Generator, config: SimulationConfig) -> tuple[int, ...]:
    early = random.random(len(PRODUCTS)) < 0.6
    weeks = random.integers(2, max(3, config.weeks // 3), len(PRODUCTS))
    return tuple(int(w) for w in np.where(early, BEFORE_RUN, weeks))


def _teams(
    random: np.random.Generator, account: str, functions: Ints, countries: Ints, people: int
) -> tuple[Team, ...]:
    bounds = np.linspace(0, people, functions.size + 1).round().astype(int)
    return tuple(
        Team(
            number=row,
            id=f"{account}-t{row + 1:03d}",
            function=int(functions[row]),
            country=int(countries[row]),
            coached=bool(random.random() < 0.5),
            first=int(bounds[row]),
            last=int(bounds[row + 1]),
        )
        for row in range(functions.size)
    )


def _parent(random: np.random.Generator, number: int, accounts: int) -> str | None:
    """One account in eight (never one of the largest) belongs to a larger one."""
    candidate = f"a{int(random.integers(1, max(2, accounts // 8))):03d}"
    belongs = random.random() < 0.125 and number > max(1, accounts // 8)
    return candidate if belongs else None


def build_account(config: SimulationConfig, number: int, people: int) -> Account:
    """Draw one account from its own random stream."""
    random = generator(config.seed, Stream.ORGANISATION, number)
    identity = f"a{number:03d}"
    teams = max(1, round(people / TEAM_SIZE))
    products = _products(random, number, teams)
    functions = _functions(random, products, teams)
    home = int(random.integers(len(COUNTRIES)))
    abroad = random.random(teams) < (0.35 if people >= 250 else 0.0)
    countries = np.where(abroad, random.integers(len(COUNTRIES), size=teams), home)
    return Account(
        number=number,
        id=identity,
        segment=segment_of(people),
        industry=INDUSTRIES[int(random.integers(len(INDUSTRIES)))],
        country=home,
        parent=_parent(random, number, config.accounts),
        owner=f"csm-{1 + int(random.integers(CUSTOMER_SUCCESS_MANAGERS))}",
        people=people,
        products=products,
        go_live=_go_lives(random, config),
        teams=_teams(random, identity, functions, countries, people),
        kind=config.kind,
    )


def build_accounts(config: SimulationConfig) -> tuple[Account, ...]:
    """Draw every account, the largest first."""
    sizes = account_sizes(config)
    return tuple(build_account(config, row + 1, int(size)) for row, size in enumerate(sizes))


def function_name(team: Team) -> str:
    """Return what the team is there for."""
    return FUNCTIONS[team.function]
