"""What measuring needs to know of a workspace besides its events, in the terms of metrics.

These bundles are for computing, never for showing: what is shown of them is grouped and small
groups are suppressed by whoever measures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from uptake.capabilities.customers.models import (
    Action,
    Contract,
    Deployment,
    ExpectedAction,
    Person,
    Population,
)
from uptake.capabilities.customers.populations import Attribute, Rule, fits, read_rules
from uptake.formats.records import PERIODS_A_YEAR, Period
from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor
from uptake.metrics.attributes import Attributes, GoLive, Member, Seats
from uptake.metrics.profiles import Expectation, Profile

DAYS_A_YEAR = 365.25


def attributes(actor: Actor) -> Attributes:
    """Return people with their population, seats and go-lives; prices only for those who may."""
    actor.require(Permission.CUSTOMERS_READ)
    return Attributes(people=_members(actor), seats=_seats(actor), go_lives=_go_lives(actor))


def _members(actor: Actor) -> tuple[Member, ...]:
    populations = [
        (population.name, read_rules(population.rules))
        for population in Population.objects.filter(workspace=actor.workspace)
    ]
    people = Person.objects.filter(workspace=actor.workspace)
    rows = people.values_list(
        *("external_id", "account__external_id", "account__segment", "team__external_id"),
        *("role", "manager__external_id", "location", "starts_on", "ends_on"),
        *("days_a_week", "leave_starts_on", "leave_ends_on"),
    )
    return tuple(
        Member(
            person=person,
            account=account,
            team=team,
            role=role or None,
            manager=manager,
            start=start,
            end=end,
            population=_population(known, populations) or role or None,
            days_a_week=None if days is None else float(days),
            leave=_leave(away, back),
        )
        for row in rows.iterator()
        for person, account, segment, team, role, manager, location in [row[:7]]
        for start, end, days, away, back in [row[7:]]
        for known in [
            {
                Attribute.ACCOUNT: account,
                Attribute.SEGMENT: segment or None,
                Attribute.TEAM: team,
                Attribute.ROLE: role or None,
                Attribute.MANAGER: manager,
                Attribute.LOCATION: location or None,
                Attribute.START: start,
                Attribute.END: end,
            }
        ]
    )


def _leave(away: date | None, back: date | None) -> tuple[tuple[date, date], ...]:
    """The absence that is known, open at an end that nobody said."""
    if away is None and back is None:
        return ()
    return ((away or date.min, back or date.max),)


def _population(
    known: Mapping[Attribute, str | date | None],
    populations: Sequence[tuple[str, tuple[Rule, ...]]],
) -> str | None:
    """The first population whose rules fit."""
    return next((name for name, rules in populations if fits(known, rules)), None)


def _seats(actor: Actor) -> tuple[Seats, ...]:
    contracts = Contract.objects.filter(
        workspace=actor.workspace, seats__isnull=False, starts_on__isnull=False
    )
    may_see_prices = actor.may(Permission.CONTRACTS_READ)
    return tuple(
        Seats(
            account=contract.account.external_id,
            entitled=contract.seats,
            first=contract.starts_on,
            last=contract.ends_on,
            product=contract.product.external_id if contract.product else None,
            price=price_per_seat_and_year(contract) if may_see_prices else None,
        )
        for contract in contracts.select_related("account", "product")
        if contract.seats is not None and contract.starts_on is not None
    )


def price_per_seat_and_year(contract: Contract) -> float | None:
    """Return what a seat costs a year; ``None`` if the contract does not say enough."""
    if contract.price is None or not contract.price_covers:
        return None
    years = _years_covered(contract)
    seats = 1 if contract.price_is_per_seat else contract.seats
    if not years or not seats:
        return None
    return float(contract.price) / years / seats


def _years_covered(contract: Contract) -> float | None:
    period = Period(contract.price_covers)
    if period is not Period.TERM:
        return 1 / PERIODS_A_YEAR[period]
    if contract.starts_on is None or contract.ends_on is None:
        return None
    return ((contract.ends_on - contract.starts_on).days + 1) / DAYS_A_YEAR


def _go_lives(actor: Actor) -> tuple[GoLive, ...]:
    deployments = Deployment.objects.filter(
        account__workspace=actor.workspace, go_live__isnull=False
    )
    return tuple(
        GoLive(
            account=deployment.account.external_id,
            day=deployment.go_live,
            product=deployment.product.external_id,
        )
        for deployment in deployments.select_related("account", "product")
        if deployment.go_live is not None
    )


def expected_profile(actor: Actor, codes: Mapping[str, int]) -> Profile | None:
    """Return which actions count as use for whom; ``None`` if nobody has said anything about it.

    ``codes`` are the lake's codes of actions by their text; actions never seen there are left out.
    Populations without expectations of their own, and everybody else, are expected to do what the
    product catalogue marks as a value action.
    """
    actor.require(Permission.CUSTOMERS_READ)
    expected = ExpectedAction.objects.filter(population__workspace=actor.workspace)
    rows = list(expected.select_related("population", "action"))
    everyone = _marked_actions(actor, codes) or _codes(rows, codes)
    if not everyone:
        return None
    return Profile(
        everyone=Expectation(everyone),
        by_population=_by_population(rows, codes),
        proposed=not rows or any(row.is_proposed for row in rows),
    )


def _marked_actions(actor: Actor, codes: Mapping[str, int]) -> frozenset[int]:
    marked = Action.objects.filter(product__workspace=actor.workspace, is_value_action=True)
    names = marked.values_list("external_id", flat=True)
    return frozenset(codes[name] for name in names if name in codes)


def _codes(rows: list[ExpectedAction], codes: Mapping[str, int]) -> frozenset[int]:
    names = {row.action.external_id for row in rows}
    return frozenset(codes[name] for name in names if name in codes)


def expected_days(actor: Actor) -> dict[str, float]:
    """Return on how many days a week each population is expected to work, where somebody said."""
    actor.require(Permission.CUSTOMERS_READ)
    said = Population.objects.filter(workspace=actor.workspace, days_a_week__isnull=False)
    return {population.name: _days_a_week(population) or 0.0 for population in said}


def _by_population(rows: list[ExpectedAction], codes: Mapping[str, int]) -> dict[str, Expectation]:
    by_name: dict[str, list[ExpectedAction]] = {}
    for row in rows:
        by_name.setdefault(row.population.name, []).append(row)
    return {
        name: Expectation(found, _days_a_week(own[0].population))
        for name, own in by_name.items()
        if (found := _codes(own, codes))
    }


def _days_a_week(population: Population) -> float | None:
    return None if population.days_a_week is None else float(population.days_a_week)
