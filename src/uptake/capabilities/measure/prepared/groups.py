"""Figures of the teams, roles and populations inside every deployment, suppressed per account."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from uptake.capabilities.measure.figures import (
    GroupFigures,
    GroupTable,
    GroupTables,
    StateFigure,
    part_name,
)
from uptake.capabilities.measure.kept import Prepared, encode
from uptake.capabilities.measure.prepared.accounts import TREND_WEEKS, grouped, several
from uptake.capabilities.measure.prepared.footing import STANDS_FOR, Footing, split
from uptake.capabilities.measure.prepared.headcount import Headcount
from uptake.capabilities.measure.prepared.products import products_by_account, within_product
from uptake.capabilities.measure.prepared.stating import HIDDEN, histories, people_of, shown
from uptake.capabilities.measure.prepared.tables import Plan
from uptake.capabilities.measure.privacy import Line, hidden_cells, protect, rest_of, series
from uptake.metrics.classification import GroupHistory
from uptake.metrics.evaluate import evaluate, measure_over_time
from uptake.metrics.measurement import Measurement, Window
from uptake.metrics.people_in_scope import in_scope
from uptake.metrics.relations import Relations
from uptake.metrics.scope import Grain, Grouping, Scope

KEYS = (
    "adoption_rate",
    "frequency",
    "breadth",
    "conformance",
    "timeliness",
    "first_time_right",
)
"""Numbers of each group."""

PERIODS = 6
"""Four-week periods in the history of a group."""


def prepare_groups(footing: Footing) -> Prepared:
    """Return a part for each deployment with the tables of its groups."""
    if footing.is_empty or footing.relations.members is None:
        return Prepared({}, None, footing.settings)
    tables: dict[str, list[GroupTable]] = defaultdict(list)
    products = products_by_account(footing.relations)
    heads = Headcount.of(footing.attributes.people)
    plan = Plan.of(heads, footing.grid, footing.minimum_people)
    for by in STANDS_FOR:
        for account, table in _tables(footing, footing.relations, by, plan):
            tables[part_name(account, None)].append(table)
    for product, accounts in several(products).items():
        relations = within_product(footing.relations, product)
        for by in STANDS_FOR:
            for account, table in _tables(footing, relations, by, plan):
                if account in accounts:
                    tables[part_name(account, product)].append(table)
    parts = {name: encode(GroupTables(tuple(found))) for name, found in tables.items()}
    return Prepared(parts, footing.grid.last, footing.settings)


def tables_of_led(footing: Footing, heads: Headcount, name: str, *by: Grouping) -> GroupTables:
    """Return the tables of people who are looked at as one account of that name."""
    plan = Plan.of(heads, footing.grid, footing.minimum_people)
    totals = heads.by_account(footing.grid)
    found = [_tables(footing, footing.relations, grouping, plan, totals) for grouping in by]
    return GroupTables(tuple(t for tables in found for account, t in tables if account == name))


@dataclass(frozen=True, slots=True)
class _Beside:
    """The people of an account, and the groups that no page may show."""

    total: int
    hidden: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Numbers:
    """What was measured of groups, by their name with the account in front."""

    histories: Mapping[str, GroupHistory]
    numbers: Mapping[str, Sequence[Measurement]]
    weeks: Mapping[str, Sequence[Measurement]]


def _tables(
    footing: Footing,
    relations: Relations,
    by: Grouping,
    plan: Plan,
    totals: Mapping[str, int] | None = None,
) -> Iterator[tuple[str, GroupTable]]:
    column = STANDS_FOR[by]
    if relations.cannot_group(column):
        return
    found = _measured(footing, relations, column)
    known = _people(relations, footing.grid) if totals is None else totals
    accounts: dict[str, list[str]] = defaultdict(list)
    for name in sorted(found.histories):
        accounts[split(name)[0]].append(name)
    for account, names in accounts.items():
        beside = _Beside(known.get(account, 0), plan.hidden(account, by))
        yield account, _table(footing, by, names, found, beside=beside)


def _measured(footing: Footing, relations: Relations, column: Grouping) -> _Numbers:
    weeks = Window.ending(footing.grid.last, 7 * TREND_WEEKS)
    over_time = measure_over_time(
        "adoption_rate", relations, Grain.WEEK, by=column, window=weeks, minimum_people=0
    )
    numbers = evaluate(KEYS, relations, by=column, window=footing.grid, minimum_people=0)
    return _Numbers(
        histories(footing, relations, by=column, last=footing.grid, periods=PERIODS),
        grouped(numbers, lambda number: number.group),
        grouped(over_time, lambda number: number.group),
    )


def _people(relations: Relations, window: Window) -> dict[str, int]:
    """People in scope by account."""
    rows = relations.ask(in_scope, Scope(window, Grouping.ACCOUNT)).to_pylist()
    return {
        relations.name_of(Grouping.ACCOUNT, row["group"]) or "": row["numerator"] for row in rows
    }


def _table(
    footing: Footing, by: Grouping, names: Sequence[str], found: _Numbers, *, beside: _Beside
) -> GroupTable:
    sizes = {name: people_of(found.histories[name]) for name in names}
    line = Line(tuple(names), rest_of(beside.total, sizes.values()))
    also = [name for name in names if split(name)[1] in beside.hidden]
    hidden = hidden_cells(sizes, [line], also=also, minimum_people=footing.minimum_people)
    rows = [_group(footing, name, found, hidden=name in hidden) for name in names if sizes[name]]
    rows.sort(key=lambda row: (row.state.severity, -(row.people or 0), row.group))
    return GroupTable(by, tuple(rows), rest=line.rest > 0)


def _group(footing: Footing, name: str, found: _Numbers, *, hidden: bool) -> GroupFigures:
    group = split(name)[1]
    minimum = footing.minimum_people
    history = found.histories[name]
    if hidden:
        return GroupFigures(group, None, StateFigure(None, HIDDEN.format(minimum)), None, (), ())
    people = people_of(history)
    numbers = tuple(
        replace(protect(n, people, hidden=False, minimum_people=minimum), group=group)
        for n in found.numbers.get(name, ())
    )
    weeks = [
        protect(n, min(people, n.people or 0), hidden=False, minimum_people=minimum)
        for n in found.weeks.get(name, ())
    ]
    return GroupFigures(
        group=group,
        people=people,
        state=shown(history, footing, hidden=False),
        active=next((n for n in numbers if n.key == "adoption_rate"), None),
        numbers=numbers,
        trend=series(weeks),
    )
