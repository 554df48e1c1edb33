"""What one account really did: counts per person, week and action, cases, contracts."""

from __future__ import annotations

from dataclasses import dataclass

from uptake.simulate.arrays import Flags
from uptake.simulate.contracts import Outcome, Term, draw_terms
from uptake.simulate.intensity import (
    Counts,
    Engagement,
    cut_after,
    draw_counts,
    engagement,
    presence_of,
)
from uptake.simulate.organisation import Account
from uptake.simulate.people import People, build_people
from uptake.simulate.plan import Plan, TeamPlan, plan_teams
from uptake.simulate.process import SERVICE, Cases, cut_cases_after, draw_cases, mark_presence


@dataclass(frozen=True, slots=True)
class Activity:
    """One account's run. ``presence`` is people x product x week with a value action."""

    account: Account
    people: People
    teams: TeamPlan
    engagement: Engagement
    counts: Counts
    cases: Cases
    presence: Flags
    terms: tuple[Term, ...]

    def ended(self, product: int) -> int | None:
        """Return the first week without a contract for the product, if it churned."""
        churned = [t for t in self.terms if t.product == product and t.outcome is Outcome.CHURNED]
        return churned[0].last if churned else None


def realise(plan: Plan, account: Account) -> Activity:
    """Draw one account's run; nothing but the plan and the account's own streams decides it."""
    config = plan.config
    people = build_people(config, account)
    teams = plan_teams(plan, account)
    who = engagement(config, account, people, teams.noise)
    counts = draw_counts(config, account, people, teams, who)
    cases = draw_cases(config, account, people, teams, who)
    presence = presence_of(counts)
    mark_presence(cases, presence)
    outlasting = _outlasting(plan, account)
    terms = draw_terms(
        config,
        account,
        people,
        presence=presence,
        changes=plan.changes,
        outlasting=outlasting,
    )
    for term in terms:
        if term.outcome is Outcome.CHURNED:
            cut_after(counts, term.product, term.last)
            presence[:, term.product, term.last :] = False
            if term.product == SERVICE:
                cut_cases_after(cases, term.last)
    return Activity(
        account=account,
        people=people,
        teams=teams,
        engagement=who,
        counts=counts,
        cases=cases,
        presence=presence,
        terms=tuple(terms),
    )


def _outlasting(plan: Plan, account: Account) -> frozenset[int]:
    """Return products whose contract runs past the end: planted failures, the largest account."""
    if account.number == 1:
        return frozenset(account.products)
    mine = [state for state in plan.states if state.account == account.id]
    return frozenset(state.product for state in mine if state.contract_outlasts)
