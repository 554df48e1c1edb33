"""Explore: one metric by one grouping over time, as far as the actor may see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from uptake.capabilities.customers import queries as customers
from uptake.capabilities.measure.asking import EXPLORE, GROUPS, Answer, Question, ask
from uptake.capabilities.measure.drawing import drawn_once
from uptake.capabilities.measure.explaining import explain
from uptake.capabilities.measure.figures import ExploreFigures, GroupTables, Series
from uptake.capabilities.measure.portfolio_rows import safe_cell
from uptake.capabilities.measure.questions import (
    ANY,
    OF_ACTIVITY,
    OF_PERSONS,
    ExploreQuestion,
    Split,
    check,
    splits_of,
)
from uptake.capabilities.measure.views import ExploreView, MetricChoice
from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor
from uptake.metrics.catalogue import catalogue
from uptake.metrics.measurement import Measurement, Unit
from uptake.ui import words

WORKSPACE = ""


def explore(actor: Actor, question: ExploreQuestion) -> ExploreView:
    """Answer a question about the accounts that the actor sees.

    Raises:
        NotFound: there is no such metric, or no such account for the actor.
        Invalid: the question makes no sense, or would single people out.
    """
    actor.require(Permission.METRICS_READ)
    asked = check(_limited(actor, question))
    if asked.account is not None:
        customers.access_account(actor, asked.account)
    _check_money(actor, asked)
    answer = ask(actor.workspace, Question(EXPLORE, _shared(asked).about))
    basis = answer.basis
    view = drawn_once(actor, basis, ("explored", asked), lambda: _view(actor, asked, answer))
    newest = _newest(view.series)
    return replace(
        view,
        basis=basis,
        how=explain(asked.metric, newest, basis),
        filters=_filters(actor, asked),
    )


def _view(actor: Actor, asked: ExploreQuestion, answer: Answer) -> ExploreView:
    """The answer as the actor sees it, without what newer data or other answers change."""
    series = _series(actor, asked, answer)
    accounts = tuple((a.external_id, str(a)) for a in customers.visible_accounts(actor))
    names = _names(actor, asked, accounts)
    return ExploreView(
        basis=answer.basis,
        question=asked,
        title=_title(asked, dict(accounts)),
        sentence=_sentence(series, asked, names),
        series=series,
        hidden=sum(not any(p.is_measured for p in s.points) for s in series),
        how=explain(asked.metric, _newest(series), answer.basis),
        metrics=_metrics(actor),
        splits=splits_of(asked.metric, within_account=asked.account is not None),
        accounts=accounts,
        filters=(),
        names=names,
    )


def _newest(series: Sequence[Series]) -> Measurement | None:
    return next((s.points[-1] for s in series if s.points and s.points[-1].is_measured), None)


def _names(
    actor: Actor, question: ExploreQuestion, accounts: Sequence[tuple[str, str]]
) -> dict[str, str]:
    """What people call the groups; two that are called alike keep their identifiers beside it."""
    known: Sequence[tuple[str, str]] = ()
    if question.by is Split.ACCOUNT:
        known = accounts
    elif question.by is Split.PRODUCT:
        known = [(p.external_id, str(p)) for p in customers.visible_products(actor)]
    often = Counter(name for _, name in known)
    return {key: name if often[name] == 1 else f"{name} ({key})" for key, name in known}


def csv_rows(view: ExploreView) -> list[list[str]]:
    """Return the numbers as text for a spreadsheet, the head first; what is hidden is empty."""
    head = ["metric", "group", "first_day", "last_day", "point", "value", "numerator"]
    head += ["denominator", "low", "high", "unit", "state", "note"]
    return [head, *(_csv(series.group, n) for series in view.series for n in series.points)]


def _csv(group: str, number: Measurement) -> list[str]:
    values = (
        *(number.key, group, number.window.first, number.window.last, number.point),
        *(number.value, number.numerator, number.denominator, number.low, number.high),
        *(number.unit.value, number.state.value, number.reason),
    )
    return [safe_cell(value) for value in values]


def _limited(actor: Actor, question: ExploreQuestion) -> ExploreQuestion:
    """Whoever sees one account asks about that account."""
    if question.account is None and actor.account is not None:
        return replace(question, account=actor.account)
    return question


def _check_money(actor: Actor, question: ExploreQuestion) -> None:
    if catalogue[question.metric].unit is Unit.MONEY:
        actor.require(Permission.CONTRACTS_READ)


def _shared(question: ExploreQuestion) -> ExploreQuestion:
    """Return the question whose answer holds the one about this account, among others."""
    if question.account is None or question.by in OF_ACTIVITY:
        return question
    return replace(question, account=ANY)


def _series(actor: Actor, question: ExploreQuestion, answer: Answer) -> tuple[Series, ...]:
    if question.account is not None:
        found = answer.part(question.account, ExploreFigures)
        return found.series if found else ()
    if question.by is not Split.TEAM:
        found = answer.part(WORKSPACE, ExploreFigures)
        return found.series if found else ()
    named = {a.external_id: str(a) for a in customers.visible_accounts(actor)}
    return tuple(
        replace(series, group=f"{name} · {series.group}")
        for account, name in named.items()
        if (found := answer.part(account, ExploreFigures))
        for series in found.series
    )


def _title(question: ExploreQuestion, accounts: Mapping[str, str]) -> str:
    by = f" by {question.by}" if question.by else ""
    where = f", {accounts.get(question.account, question.account)}" if question.account else ""
    only = "".join(f", {item.by} {item.value}" for item in question.filters)
    return f"{catalogue[question.metric].name}{by}{where}{only}"


def _sentence(series: Sequence[Series], question: ExploreQuestion, names: Mapping[str, str]) -> str:
    """The newest number of everyone, or the highest and the lowest of the groups."""
    latest = [(names.get(s.group, s.group), s.points[-1]) for s in series if s.points]
    shown = [(name, n) for name, n in latest if n.is_measured and n.value is not None]
    if not shown:
        reason = next((n.reason for _, n in latest if n.reason), "there is nothing to show")
        return f"No number can be shown: {reason}."
    if len(shown) == 1:
        return f"{catalogue[question.metric].name}: {value_in_words(shown[0][1])}."
    ranked = sorted(shown, key=lambda pair: pair[1].value or 0.0)
    (low_name, low), (high_name, high) = ranked[0], ranked[-1]
    return (
        f"From {value_in_words(low)} ({low_name}) to {value_in_words(high)} ({high_name}), "
        f"{words.plural(len(shown), 'group')}."
    )


def value_in_words(number: Measurement) -> str:
    """Return a value with its unit."""
    if number.value is None:
        return "not known"
    if number.unit is Unit.SHARE:
        return words.percent(number.value)
    return f"{words.amount(number.value)} {number.unit.value}"


def _metrics(actor: Actor) -> tuple[MetricChoice, ...]:
    return tuple(
        MetricChoice(m.key, m.name, m.question, m.dimension, m.unit.value)
        for m in catalogue.values()
        if m.unit is not Unit.MONEY or actor.may(Permission.CONTRACTS_READ)
    )


def _filters(actor: Actor, question: ExploreQuestion) -> tuple[tuple[Split, tuple[str, ...]], ...]:
    """The groups of the account that may be filtered by: those that are shown."""
    if question.account is None:
        return ()
    tables = ask(actor.workspace, Question(GROUPS)).part(question.account, GroupTables)
    if tables is None:
        return ()
    return tuple(
        (by, tuple(sorted(row.group for row in tables.of(by.grouping) if not row.is_hidden)))
        for by in sorted(OF_PERSONS)
        if tables.of(by.grouping)
    )
