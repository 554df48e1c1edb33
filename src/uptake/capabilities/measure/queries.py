"""The doors to figures: what an actor may see of deployments, ready to be shown.

Every function takes the actor first. Rows of accounts come through the doors of customers, so that
whoever is limited to an account sees that account and what is below it; figures were suppressed
and rounded before they were kept.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Q

from uptake.capabilities.customers import queries as customers
from uptake.capabilities.customers.terms import (
    Term,
    count_success_definitions,
    visible_terms,
)
from uptake.capabilities.measure import deployments
from uptake.capabilities.measure.asking import GROUPS, PORTFOLIO, Answer, Question, ask
from uptake.capabilities.measure.deployment_findings import Material, find
from uptake.capabilities.measure.deployments import Records, row_of
from uptake.capabilities.measure.drawing import drawn_once
from uptake.capabilities.measure.explaining import explain
from uptake.capabilities.measure.exploration import explore
from uptake.capabilities.measure.figures import (
    DeploymentFigures,
    GroupTables,
    PortfolioFigures,
    RowFigures,
    part_name,
)
from uptake.capabilities.measure.own import own_adoption
from uptake.capabilities.measure.portfolio_rows import Wanted, chosen, states_listed
from uptake.capabilities.measure.records import written
from uptake.capabilities.measure.team import team_picture
from uptake.capabilities.measure.views import (
    DeploymentRow,
    DeploymentView,
    HowView,
    PortfolioView,
)
from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor
from uptake.foundation.errors import NotFound
from uptake.metrics.scope import Grouping
from uptake.ui import words

if TYPE_CHECKING:
    from uptake.capabilities.customers.models import Change

__all__ = ["deployment", "explore", "how", "narrowed", "own_adoption", "portfolio", "team_picture"]

HEAD = ""
OF_GROUPS = frozenset({Grouping.TEAM, Grouping.ROLE, Grouping.POPULATION})
"""Groupings whose numbers stand on the page of a deployment."""


def portfolio(actor: Actor, wanted: Wanted | None = None) -> PortfolioView:
    """Return every deployment that the actor sees, as asked for."""
    actor.require(Permission.METRICS_READ)
    answer = ask(actor.workspace, Question(PORTFOLIO))
    basis = answer.basis
    whole = drawn_once(actor, basis, "portfolio", lambda: _whole(actor, answer))
    view = replace(whole, basis=basis)
    return view if wanted is None else narrowed(actor, view, wanted)


def narrowed(actor: Actor, whole: PortfolioView, wanted: Wanted) -> PortfolioView:
    """Return the portfolio with those of its rows that are asked for, in that order."""
    basis = whole.basis

    def build() -> tuple[DeploymentRow, ...]:
        return chosen(whole.rows, wanted, as_of=basis.as_of)

    return replace(whole, rows=drawn_once(actor, basis, ("rows", wanted), build))


def _whole(actor: Actor, answer: Answer) -> PortfolioView:
    """Every row that the actor sees, in the usual order."""
    head = answer.part(HEAD, PortfolioFigures) or PortfolioFigures((), {})
    rows = tuple(_rows(actor, head, as_of=answer.as_of))
    return PortfolioView(
        basis=answer.basis,
        sentences=_portfolio_sentences(rows),
        rows=chosen(rows, Wanted(), as_of=answer.as_of),
        all_rows=len(rows),
        segments=tuple(sorted({row.segment for row in rows if row.segment})),
        owners=tuple(sorted({row.owner for row in rows if row.owner})),
        products=tuple(sorted({row.product for row in rows if row.product})),
    )


def deployment(actor: Actor, account: str, product: str | None = None) -> DeploymentView:
    """Return everything about a deployment; without a product, about all use of the account.

    Raises:
        NotFound: there is no such account for the actor, or it does not use the product.
    """
    found = _found(actor, account, product)
    shown = product or (found.used[0] if len(found.used) == 1 else None)
    records = _records(actor, account)
    row = row_of(found.figures.row, records, account, shown, as_of=found.answer.as_of)
    return _deployment(actor, found, row)


@dataclass(frozen=True, slots=True)
class _Found:
    """What was prepared about a deployment, as far as the actor may see it."""

    answer: Answer
    groups: Answer
    used: tuple[str, ...]
    figures: DeploymentFigures
    tables: GroupTables


def _found(actor: Actor, account: str, product: str | None) -> _Found:
    actor.require(Permission.METRICS_READ)
    customers.access_account(actor, account)
    answer = ask(actor.workspace, Question(PORTFOLIO))
    groups = ask(actor.workspace, Question(GROUPS))
    head = answer.part(HEAD, PortfolioFigures) or PortfolioFigures((), {})
    used = head.products.get(account, ())
    if product is not None and product not in used:
        raise NotFound(f"{account!r} does not use {product!r}; see which products it has.")
    part = part_name(account, product if len(used) > 1 else None)
    figures = deployments.without_prices(
        answer.part(part, DeploymentFigures) or _nothing(head, account),
        sees_prices=actor.may(Permission.CONTRACTS_READ),
    )
    tables = groups.part(part, GroupTables) or GroupTables(())
    return _Found(answer, groups, used, figures, tables)


def how(
    actor: Actor,
    key: str,
    *,
    account: str,
    product: str | None = None,
    by: Grouping | None = None,
    group: str | None = None,
) -> HowView:
    """Return how a number of a deployment, or of one of its groups, came about.

    Raises:
        NotFound: there is no such metric, account or product for the actor.
    """
    found = _found(actor, account, product)
    if by is None:
        return explain(key, found.figures.number(key), found.answer.basis)
    rows = found.tables.of(by) if by in OF_GROUPS else ()
    row = next((row for row in rows if row.group == group), None)
    numbers = row.numbers if row else ()
    return explain(key, next((n for n in numbers if n.key == key), None), found.groups.basis)


def _deployment(actor: Actor, found: _Found, row: DeploymentRow) -> DeploymentView:
    answer, figures, tables = found.answer, found.figures, found.tables
    as_of = answer.as_of
    told = written(actor, row.account, row.product)
    material = Material(
        row=row,
        figures=figures,
        teams=tables.of(Grouping.TEAM),
        definitions=count_success_definitions(actor, row.account),
        days_to_renewal=(row.renewal - as_of).days if row.renewal and as_of else None,
        reviewed=max((entry.day for entry in told if entry.kind == "note"), default=None),
        as_of=as_of,
        owner_left=customers.left_on(actor, row.owner) if row.owner else None,
    )
    findings = find(material)
    marked = deployments.marks(_changes(actor, row), row)
    return DeploymentView(
        basis=answer.basis,
        groups_basis=found.groups.basis,
        row=row,
        products=found.used,
        sentences=deployments.sentences(row, figures, findings),
        sides=deployments.sides(figures),
        seats=deployments.seats_view(figures, row),
        teams=tables.of(Grouping.TEAM),
        roles=tables.of(Grouping.ROLE),
        populations=tables.of(Grouping.POPULATION),
        curve=figures.weeks,
        marks=marked,
        retention=figures.points("retention"),
        adoption_curve=figures.points("adoption_curve"),
        ramp=figures.points("ramped_by"),
        ramp_days=figures.number("ramp_days"),
        findings=findings,
        timeline=deployments.timeline(marked, row.state, told),
        gaps=deployments.missing(figures.numbers),
        numbers=figures.numbers,
    )


def _nothing(head: PortfolioFigures, account: str) -> DeploymentFigures:
    """What is shown of an account of which nothing has been computed yet."""
    row = next((r for r in head.rows if r.account == account), None)
    empty = RowFigures(account, None, deployments.NOTHING_YET, None, None, None, (), None)
    return DeploymentFigures(row or empty, (), (), ())


def _rows(actor: Actor, head: PortfolioFigures, *, as_of: date | None) -> list[DeploymentRow]:
    """One row a deployment; an account with one product, or none that is known, once."""
    records = _records(actor)
    found = {(row.account, row.product): row for row in head.rows}
    rows: list[DeploymentRow] = []
    for account in records.accounts:
        used = head.products.get(account, ())
        if len(used) > 1:
            rows += [
                row_of(found.get((account, name)), records, account, name, as_of=as_of)
                for name in used
            ]
        elif (account, None) in found or records.terms.get(account):
            only = used[0] if used else None
            rows.append(row_of(found.get((account, None)), records, account, only, as_of=as_of))
    return rows


def _records(actor: Actor, account: str | None = None) -> Records:
    """What the records say of the accounts that the actor sees, or of one of them."""
    visible = customers.visible_accounts(actor).select_related("parent")
    chosen_accounts = visible.filter(external_id=account) if account else visible
    accounts = {row.external_id: row for row in chosen_accounts}
    lives = customers.visible_deployments(actor).filter(go_live__isnull=False)
    if account:
        lives = lives.filter(account__external_id=account)
    terms: dict[str, list[Term]] = defaultdict(list)
    for term in visible_terms(actor, account):
        terms[term.account].append(term)
    return Records(
        accounts=accounts,
        top=actor.account,
        product_names={p.external_id: str(p) for p in customers.visible_products(actor)},
        terms=terms,
        go_lives={
            (of, what): day
            for of, what, day in lives.values_list(
                "account__external_id", "product__external_id", "go_live"
            )
            if day is not None
        },
        sees_prices=actor.may(Permission.CONTRACTS_READ),
    )


def _changes(actor: Actor, row: DeploymentRow) -> Iterable[Change]:
    """Changes of the account and product, and those of all."""
    changes = customers.visible_changes(actor)
    found = changes.filter(Q(account=None) | Q(account__external_id=row.account))
    if row.product is not None:
        found = found.filter(Q(product=None) | Q(product__external_id=row.product))
    return found


def _portfolio_sentences(rows: Sequence[DeploymentRow]) -> tuple[str, ...]:
    """How many deployments work, and what the unused seats of the others cost."""
    if not rows:
        return ("No deployment is known yet; import accounts, or connect a source.",)
    counted = states_listed(rows)
    failing = {state: n for state, n in counted.items() if state and state.is_failure}
    working = sum(n for state, n in counted.items() if state and state.value == "working")
    first = f"{working} of {words.plural(len(rows), 'deployment')} work"
    first += "s." if working == 1 else "."
    if failing:
        told = [f"{n} {state.plain}" for state, n in failing.items()]
        total = sum(failing.values())
        first += (
            f" {total} {'needs' if total == 1 else 'need'} somebody: {words.listed(told, limit=5)}."
        )
    second = _money(rows)
    return (first, second) if second else (first,)


def _money(rows: Sequence[DeploymentRow]) -> str:
    costs: dict[str, float] = defaultdict(float)
    for row in rows:
        if row.unused is not None and row.unused.value is not None:
            costs[row.currency] += row.unused.value
    told = [f"{name} {words.amount(value)}".strip() for name, value in sorted(costs.items())]
    return f"Seats that nobody uses cost {words.listed(told)} a year." if told else ""
