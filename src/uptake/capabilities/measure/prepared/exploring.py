"""Any metric by any grouping over time: computed for all accounts at once, suppressed for each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from uptake.capabilities.measure.figures import ExploreFigures, Series
from uptake.capabilities.measure.kept import Prepared, encode
from uptake.capabilities.measure.prepared.footing import (
    MARK,
    STANDS_FOR,
    Footing,
    Shape,
    by_account,
    by_segment,
    footing,
    plain,
    split,
)
from uptake.capabilities.measure.prepared.headcount import Headcount
from uptake.capabilities.measure.prepared.tables import WHOLE, Across, InsideAccounts, Plan
from uptake.capabilities.measure.privacy import protect, to_tens
from uptake.capabilities.measure.questions import (
    OF_ACTIVITY,
    OF_PERSONS,
    ExploreQuestion,
    Filter,
    Split,
)
from uptake.capabilities.measure.readings import within_account
from uptake.foundation.models import Workspace
from uptake.metrics.evaluate import evaluate, measure_over_time
from uptake.metrics.measurement import WINDOW_DAYS, Measurement, Window
from uptake.metrics.relations import Relations
from uptake.metrics.scope import Grouping

WORKSPACE = ""
"""The part about the whole workspace."""


def prepare_explore(workspace: Workspace, about: str) -> Prepared:
    """Return the answer to a question: a part for each account, or one for the workspace."""
    question = ExploreQuestion.read(about)
    with footing(workspace, _shape(question)) as ground:
        if ground.is_empty:
            return Prepared({}, None, ground.settings)
        parts = _parts(ground, question)
        encoded = {name: encode(part) for name, part in parts.items()}
        return Prepared(encoded, ground.grid.last, ground.settings)


def _shape(question: ExploreQuestion) -> Shape:
    if question.by is Split.SEGMENT:
        return by_segment
    inside = question.account is not None or question.by is Split.TEAM
    return by_account if inside else plain


def _parts(ground: Footing, question: ExploreQuestion) -> dict[str, ExploreFigures]:
    if question.by in OF_ACTIVITY and question.account is not None:
        return {question.account: _activity_of_account(ground, question, question.account)}
    if question.account is not None or question.by is Split.TEAM:
        return _inside_accounts(ground, question)
    return {WORKSPACE: _across_accounts(ground, question)}


def _window(ground: Footing, question: ExploreQuestion) -> Window:
    """Whole weeks up to the grid's Sunday, as many as are asked for and known."""
    if question.grain is None:
        return ground.grid
    last = ground.grid.last
    first = ground.relations.span[0] if ground.relations.span else last
    known = max((last - first).days + 1, WINDOW_DAYS)
    weeks = question.span.weeks
    return Window.ending(last, known if weeks is None else min(7 * weeks, known))


def _measure(
    relations: Relations, question: ExploreQuestion, by: Grouping | None, window: Window
) -> dict[str, list[Measurement]]:
    """Numbers by group, each group's oldest window first."""
    if question.grain is None:
        numbers = evaluate([question.metric], relations, by=by, window=window, minimum_people=0)
    else:
        numbers = measure_over_time(
            question.metric, relations, question.grain, by=by, window=window, minimum_people=0
        )
    found: dict[str, list[Measurement]] = defaultdict(list)
    for number in sorted(numbers, key=lambda n: n.window.last):
        found[number.group or WORKSPACE].append(number)
    return found


def _windows(groups: Mapping[str, Sequence[Measurement]]) -> dict[date, Window]:
    return {n.window.last: n.window for numbers in groups.values() for n in numbers}


def _inside_accounts(ground: Footing, question: ExploreQuestion) -> dict[str, ExploreFigures]:
    """Teams, roles and populations of every account, or the accounts themselves."""
    split_by = question.by.grouping if question.by in OF_PERSONS and question.by else None
    wanted = question.filters[0] if question.filters else None
    groups = _groups_inside(ground, question, split_by, wanted)
    heads, minimum = Headcount.of(ground.attributes.people), ground.minimum_people
    plan = Plan.of(heads, ground.grid, minimum)
    table = InsideAccounts(heads, plan, split_by=split_by, wanted=wanted)
    cells = {last: table.cells(window, minimum) for last, window in _windows(groups).items()}
    found: dict[str, list[Series]] = defaultdict(list)
    for name in sorted(groups):
        account, named = split(name)
        group = named if split_by else WHOLE
        points = tuple(
            cells[number.window.last].shown(replace(number, group=named or account), account, group)
            for number in groups[name]
        )
        if account:
            found[account].append(Series(named or account, points))
    return {account: ExploreFigures(tuple(series)) for account, series in found.items()}


def _groups_inside(
    ground: Footing, question: ExploreQuestion, split_by: Grouping | None, wanted: Filter | None
) -> dict[str, list[Measurement]]:
    """Numbers by account and group; of people filtered and not split, those of their group."""
    window = _window(ground, question)
    if split_by is not None:
        relations = _filtered(ground.relations, wanted)
        return _measure(relations, question, STANDS_FOR[split_by], window)
    if wanted is None:
        return _measure(ground.relations, question, Grouping.ACCOUNT, window)
    groups = _measure(ground.relations, question, STANDS_FOR[wanted.by.grouping], window)
    return {name: numbers for name, numbers in groups.items() if split(name)[1] == wanted.value}


def _filtered(relations: Relations, wanted: Filter | None) -> Relations:
    """Relations of the people who fit, in whatever account; groups are those of the list."""
    members = relations.members
    if members is None or wanted is None:
        return relations
    column = members[STANDS_FOR[wanted.by.grouping].value]
    fits = column.endswith(f"{MARK}{wanted.value}").fill_null(False)
    return replace(relations, members=members.filter(fits))


def _activity_of_account(
    ground: Footing, question: ExploreQuestion, account: str
) -> ExploreFigures:
    """Products, modules and actions of one account: they do not divide its people."""
    relations = within_account(ground.relations, account)
    by = question.by.grouping if question.by else None
    groups = _measure(relations, question, by, _window(ground, question))
    heads = Headcount.of(ground.attributes.people).by_account
    sizes = {last: heads(w).get(account) for last, w in _windows(groups).items()}
    return ExploreFigures(
        tuple(
            Series(name, tuple(_judged(n, sizes[n.window.last], ground) for n in numbers))
            for name, numbers in sorted(groups.items())
        )
    )


def _judged(number: Measurement, people: int | None, ground: Footing) -> Measurement:
    known = [n for n in (number.people, people) if n is not None]
    fewest = min(known, default=None)
    return protect(number, fewest, hidden=False, minimum_people=ground.minimum_people)


def _across_accounts(ground: Footing, question: ExploreQuestion) -> ExploreFigures:
    """Everyone, accounts, segments, roles, populations, products, modules, actions."""
    by = question.by.grouping if question.by else None
    groups = _measure(ground.relations, question, by, _window(ground, question))
    listed = ground.relations.members is not None and question.by not in OF_ACTIVITY
    tables: dict[date, Across] = {}
    if listed:
        heads, minimum = Headcount.of(ground.attributes.people), ground.minimum_people
        plan = Plan.of(heads, ground.grid, minimum)
        tables = {
            last: Across.of(heads, window, question.by, ground.segments, plan=plan, minimum=minimum)
            for last, window in _windows(groups).items()
        }
    return ExploreFigures(
        tuple(
            Series(name or "Everyone", tuple(_open(n, name, tables, ground) for n in numbers))
            for name, numbers in sorted(groups.items())
        )
    )


def _open(
    number: Measurement, name: str, tables: Mapping[date, Across], ground: Footing
) -> Measurement:
    """A number across accounts, rounded to tens where some of its people are hidden elsewhere."""
    table = tables.get(number.window.last)
    if table is None:
        return _judged(number, None, ground)
    people = table.sizes.get(name, 0)
    shown = protect(number, people, hidden=False, minimum_people=ground.minimum_people)
    return to_tens(shown) if name in table.mixed else shown
