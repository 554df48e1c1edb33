"""Contracts: terms, seats, prices, notice dates and renewal outcomes from a known hazard."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from uptake.simulate.arrays import NEVER, Flags, Ints, Stream, generator
from uptake.simulate.catalogue import PRODUCTS, YEARLY_PRICE
from uptake.simulate.config import SimulationConfig
from uptake.simulate.interventions import Change
from uptake.simulate.organisation import Account
from uptake.simulate.people import People

YEAR_WEEKS = 52
NOTICE_WEEKS = 13
ACTIVE_WEEKS = 4
EARLIEST_END = 18

HAZARD = {
    "intercept": -1.6,
    "active_share": -5.0,
    "active_share_centre": 0.6,
    "sponsor_gone": 0.9,
    "later_term": -0.4,
}
"""logit h = intercept + active_share * (x - centre) + sponsor_gone * s + later_term * [j >= 2]."""

CONTRACTION_BELOW = 0.45
EXPANSION_ABOVE = 0.75
DISCOUNT = {"enterprise": 0.70, "mid-market": 0.85, "small": 1.0}


class Outcome(StrEnum):
    """What became of a term."""

    PENDING = "pending"
    RENEWED = "renewed"
    EXPANDED = "expanded"
    CONTRACTED = "contracted"
    CHURNED = "churned"


@dataclass(frozen=True, slots=True)
class Term:
    """A term of a contract: weeks ``first <= w < last``; notice is due in ``notice``.

    ``active_share`` is people with a value action in the four weeks before notice / seats
    entitled, ``hazard`` the chance of churn that follows from it; both None while pending.
    """

    id: str
    account: str
    product: int
    number: int
    first: int
    last: int
    notice: int
    entitled: int
    price_per_seat: float
    sponsor_gone: bool
    outcome: Outcome = Outcome.PENDING
    decided_day: int | None = None
    active_share: float | None = None
    hazard: float | None = None


def churn_hazard(active_share: float, *, sponsor_gone: bool, later_term: bool) -> float:
    """Return the chance that a term ends in churn (discrete-time hazard, logit link)."""
    eta = (
        HAZARD["intercept"]
        + HAZARD["active_share"] * (active_share - HAZARD["active_share_centre"])
        + HAZARD["sponsor_gone"] * sponsor_gone
        + HAZARD["later_term"] * later_term
    )
    return float(1.0 / (1.0 + np.exp(-eta)))


@dataclass(frozen=True, slots=True)
class _Deal:
    """A contract as negotiated: ``weeks`` of a term, ``peak`` seats needed from each week on."""

    product: int
    go_live: int
    weeks: int
    price: float
    peak: Ints
    presence: Flags
    outlasts: bool
    sponsor: int


def _first_term(
    random: np.random.Generator, config: SimulationConfig, deal: _Deal
) -> tuple[int, int, int]:
    """Return the first week, the end week and the number of the term running at the start."""
    go_live, weeks = deal.go_live, deal.weeks
    if go_live >= 0:
        first = go_live - int(random.integers(2, 6))
        return first, first + weeks, 1
    end = EARLIEST_END + int(random.integers(0, weeks))
    if deal.outlasts:
        end = config.weeks + 1 + int(random.integers(0, weeks - config.weeks))
    return end - weeks, end, 1 + int(random.integers(0, 3))


def _next_seats(
    random: np.random.Generator, entitled: int, share: float, *, needed: int
) -> tuple[Outcome, int]:
    """Draw the seats of the next term of a contract that goes on, never fewer than needed."""
    amount = random.random()
    seats = entitled
    if share < CONTRACTION_BELOW:
        seats = max(needed, int(entitled * (0.6 + 0.3 * amount)))
    elif share > EXPANSION_ABOVE:
        seats = int(np.ceil(entitled * (1.05 + 0.25 * amount)))
    seats = max(seats, needed)
    if seats == entitled:
        return Outcome.RENEWED, seats
    return (Outcome.CONTRACTED if seats < entitled else Outcome.EXPANDED), seats


def _peak_seats(people: People, product: int, weeks: int) -> Ints:
    """Return the most seats held at once from each week on."""
    held = np.array([int(people.seats.held(week)[:, product].sum()) for week in range(weeks)])
    return np.maximum.accumulate(held[::-1])[::-1]


def draw_terms(
    config: SimulationConfig,
    account: Account,
    people: People,
    *,
    presence: Flags,
    changes: tuple[Change, ...],
    outlasting: frozenset[int],
) -> list[Term]:
    """Draw the terms of an account's contracts, one after the other until the run ends or churn.

    Contracts over ``outlasting`` products do not come up for renewal within the run.
    """
    sponsor = min(
        (c.week for c in changes if c.kind == "sponsor departure" and c.account == account.id),
        default=NEVER,
    )
    terms: list[Term] = []
    for product in account.products:
        random = generator(config.seed, Stream.CONTRACTS, account.number, product)
        years = int(random.choice([1, 2, 3], p=[0.7, 0.2, 0.1]))
        outlasts = product in outlasting
        if outlasts:
            years = config.weeks // YEAR_WEEKS + 1
        elif account.go_live[product] >= 0:
            years = 1
        deal = _Deal(
            product=product,
            go_live=account.go_live[product],
            weeks=years * YEAR_WEEKS,
            price=round(YEARLY_PRICE[product] * DISCOUNT[account.segment], 2),
            peak=_peak_seats(people, product, config.weeks),
            presence=presence[:, product],
            outlasts=outlasts,
            sponsor=sponsor,
        )
        terms += _terms_of(random, config, account, deal)
    return terms


def _terms_of(
    random: np.random.Generator, config: SimulationConfig, account: Account, deal: _Deal
) -> list[Term]:
    generosity = 1.02 + 0.9 * random.beta(1.2, 3.0)
    entitled = int(np.ceil(deal.peak[0] * generosity))
    first, last, number = _first_term(random, config, deal)
    terms: list[Term] = []
    while first < config.weeks:
        term = Term(
            id=f"{account.id}-{PRODUCTS[deal.product]}-{number}",
            account=account.id,
            product=deal.product,
            number=number,
            first=first,
            last=last,
            notice=last - NOTICE_WEEKS,
            entitled=entitled,
            price_per_seat=deal.price,
            sponsor_gone=deal.sponsor < last - NOTICE_WEEKS,
        )
        term, entitled = _decide(random, config, deal, term)
        terms.append(term)
        if term.outcome in (Outcome.CHURNED, Outcome.PENDING):
            break
        first, last, number = last, last + deal.weeks, number + 1
    return terms


def _decide(
    random: np.random.Generator, config: SimulationConfig, deal: _Deal, term: Term
) -> tuple[Term, int]:
    """Draw what becomes of a term, and the next one's seats; pending if it ends after the run."""
    if term.last > config.weeks:
        return term, term.entitled
    window = slice(term.notice - ACTIVE_WEEKS, term.notice)
    share = int(deal.presence[:, window].any(axis=1).sum()) / term.entitled
    hazard = churn_hazard(share, sponsor_gone=term.sponsor_gone, later_term=term.number >= 2)
    churns = random.random() < hazard
    needed = int(deal.peak[min(term.last, config.weeks - 1)])
    goes_on = _next_seats(random, term.entitled, share, needed=needed)
    outcome, seats = (Outcome.CHURNED, 0) if churns else goes_on
    decided = replace(
        term,
        outcome=outcome,
        decided_day=term.notice * 7 + int(random.integers(0, 60)),
        active_share=share,
        hazard=hazard,
    )
    return decided, seats
