"""What is kept of one account's run: enough for the tables and the truth, without its events."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from uptake.simulate.activity import Activity
from uptake.simulate.arrays import NEVER, Ints
from uptake.simulate.catalogue import PRODUCTS, VARIANTS
from uptake.simulate.config import SimulationConfig
from uptake.simulate.contracts import Outcome, Term
from uptake.simulate.gaming import Gaming, GamingPlan, plan_gaming
from uptake.simulate.organisation import Account
from uptake.simulate.people import People
from uptake.simulate.plan import Plan
from uptake.simulate.planting import routing_release_week
from uptake.simulate.trouble import TroubleKind

ACTIVE_WEEKS = 4


@dataclass(frozen=True, slots=True)
class LicenceFact:
    """Licence use of one product on the last day of ``week``.

    ``activated`` and ``active28`` count seat holders with a value action ever, and in the four
    weeks up to the day. ``observable`` is False where trouble of extraction hides part of it.
    """

    account: str
    product: int
    week: int
    entitled: int
    provisioned: int
    activated: int
    active28: int
    observable: bool


@dataclass(frozen=True, slots=True)
class ProcessFact:
    """Cases of one account opened before or after the routing release, by variant.

    ``handovers`` and ``transitions`` count changes of resource and successions of steps.
    """

    account: str
    after_release: bool
    cases: dict[str, int]
    handovers: int
    transitions: int


@dataclass(frozen=True, slots=True)
class AccountSummary:
    """One account's people, contracts, licence use, cases and gaming."""

    account: Account
    people: People
    terms: tuple[Term, ...]
    ended: dict[int, int]
    first_use: Ints
    """People x products: first week with a value action, ``NEVER`` if none."""
    licences: tuple[LicenceFact, ...]
    process: tuple[ProcessFact, ...]
    gaming: tuple[Gaming, ...]
    machines: tuple[str, ...]
    events_planned: int


def licence_weeks(config: SimulationConfig) -> list[int]:
    """Return the weeks on whose last day licence use is recorded: each half year and the end."""
    return sorted({*range(25, config.weeks, 26), config.weeks - 1})


def summarise(plan: Plan, run: Activity) -> AccountSummary:
    """Work out what is kept of a run."""
    gaming = plan_gaming(plan.config, run)
    ended = {k: week for k in range(len(PRODUCTS)) if (week := run.ended(k)) is not None}
    ever = run.presence.any(axis=2)
    first_use = np.where(ever, run.presence.argmax(axis=2), NEVER)
    return AccountSummary(
        account=run.account,
        people=run.people,
        terms=run.terms,
        ended=ended,
        first_use=first_use,
        licences=tuple(_licences(plan, run, first_use)),
        process=_process(plan, run),
        gaming=gaming.planted,
        machines=_machines(gaming, run.account.id),
        events_planned=int(run.counts.sum(dtype=np.int64) + run.cases.happened.sum()),
    )


def _machines(gaming: GamingPlan, account: str) -> tuple[str, ...]:
    return tuple(gaming.extra_ids(account))


def entitled_seats(terms: tuple[Term, ...], product: int, week: int) -> int:
    """Return the seats that a running term gives in a week."""
    return sum(t.entitled for t in terms if t.product == product and t.first <= week < t.last)


def _licences(plan: Plan, run: Activity, first_use: Ints) -> list[LicenceFact]:
    facts = []
    for product in run.account.products:
        end = run.ended(product)
        for week in licence_weeks(plan.config):
            if week < run.account.go_live[product] or (end is not None and week >= end):
                continue
            held = run.people.seats.held(week)[:, product]
            window = slice(week - ACTIVE_WEEKS + 1, week + 1)
            active = run.presence[:, product, window].any(axis=1)
            facts.append(
                LicenceFact(
                    account=run.account.id,
                    product=product,
                    week=week,
                    entitled=entitled_seats(run.terms, product, week),
                    provisioned=int(held.sum()),
                    activated=int((held & (first_use[:, product] <= week)).sum()),
                    active28=int((held & active).sum()),
                    observable=_observable(plan, run.account.id, week),
                )
            )
    return facts


def _observable(plan: Plan, account: str, week: int) -> bool:
    """Say whether no trouble of extraction touches what is counted up to this week."""
    first, last = (week - ACTIVE_WEEKS + 1) * 7, (week + 1) * 7
    return not any(
        item.account == account
        and item.kind is not TroubleKind.BATCH_STAMPS
        and item.first < last
        and (item.last > first or item.kind is TroubleKind.LATE_START)
        for item in plan.trouble
    )


def _process(plan: Plan, run: Activity) -> tuple[ProcessFact, ...]:
    if not run.cases.size:
        return ()
    person = run.cases.person
    follows = run.cases.happened[:, 1:] & run.cases.happened[:, :-1]
    moved = follows & (person[:, 1:] != person[:, :-1])
    after = run.cases.opened_week >= routing_release_week(plan.config)
    opened = run.cases.happened[:, 0]
    facts = []
    for is_after in (False, True):
        rows = (after == is_after) & opened
        counts = np.bincount(run.cases.variant[rows], minlength=len(VARIANTS))
        facts.append(
            ProcessFact(
                account=run.account.id,
                after_release=is_after,
                cases={v.name: int(n) for v, n in zip(VARIANTS, counts, strict=True)},
                handovers=int(moved[rows].sum()),
                transitions=int(follows[rows].sum()),
            )
        )
    return tuple(facts)


def seat_end(summary: AccountSummary, product: int) -> Ints:
    """Return the first week without a seat, per person; the end of the contract counts too."""
    end = summary.ended.get(product, NEVER)
    return np.minimum(summary.people.seats.deprovisioned[:, product], end)


def churned(terms: tuple[Term, ...]) -> int:
    """Return how many of these terms ended in churn."""
    return sum(term.outcome is Outcome.CHURNED for term in terms)
