"""The course since go-live: adoption curve, stall, last use, silence of the data, time to value."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from uptake.methods.adoption.adoption_curve import AdoptionCurve, adoption_curve, stall
from uptake.methods.adoption.lapses import MeasurementLapse, data_lapses
from uptake.methods.statistics.survival import kaplan_meier
from uptake.metrics.counting import Counting
from uptake.metrics.day_blocks import day_of, number
from uptake.metrics.measurement import Dimension, Figure, MeasurementState, Unit, ratio
from uptake.metrics.metric import (
    OF_PEOPLE,
    STANDARD_WINDOW,
    WHOLE_HISTORY,
    Context,
    Metric,
    group_and_bucket,
)
from uptake.metrics.people import FOREVER
from uptake.metrics.people_days import NEVER, PeopleDays, first_days, people_days
from uptake.metrics.relations import Relations
from uptake.metrics.scope import Grouping, Scope
from uptake.metrics.splitting import added_up
from uptake.metrics.use import last_active_days, people_by_day

CURVE_WEEKS = (1, 2, 4, 8, 12, 26, 52)
"""Weeks since go-live at which the adoption curve is reported."""

_NO_GO_LIVE = "go-live is not known: counted from the first day of the data"


@Counting
def first_active_days(relations: Relations, scope: Scope) -> pa.Table:
    """How many people did their first value action on each day."""
    history = relations.history(scope)
    people, first = first_days(relations, history)
    return people_by_day(people, history, first, "first")


def read_curve(rows: pa.Table, context: Context) -> list[Figure]:
    """Share of people in scope who have begun, by week since go-live."""
    figures: list[Figure] = []
    for group, curve in _curves(rows, context).items():
        reason = "" if _go_live(group, context) else _NO_GO_LIVE
        today = int(curve.days[-1])
        for week in CURVE_WEEKS:
            if 7 * week <= today:
                share = curve.at(7 * week)
                figures.append(
                    ratio(
                        group,
                        share.numerator,
                        share.denominator,
                        people=curve.people,
                        point=f"week {week}",
                        reason=reason,
                    )
                )
    return figures


def read_stall(rows: pa.Table, context: Context) -> list[Figure]:
    """Days since anybody began; the sentence says whether growth has stalled."""
    return [
        Figure(
            group,
            (found := stall(curve)).days_since_growth,
            found.reached.numerator,
            found.reached.denominator,
            people=curve.people,
            reason=found.sentence,
        )
        for group, curve in _curves(rows, context).items()
    ]


def _curves(rows: pa.Table, context: Context) -> dict[str | None, AdoptionCurve]:
    began: dict[str | None, list[tuple[date, int]]] = defaultdict(list)
    for row in rows.to_pylist():
        began[context.name(row.get("group"))].append((row["first"], row["persons"]))
    end, span = context.scope.window.last, context.relations.span
    curves: dict[str | None, AdoptionCurve] = {}
    for group, firsts in began.items():
        live = _go_live(group, context) or (span[0] if span else end)
        if live <= end:
            days = np.repeat([(day - live).days for day, _ in firsts], [n for _, n in firsts])
            people = max(context.in_scope.get((group, 0), 0), len(days))
            curves[group] = adoption_curve(days, people, (end - live).days)
    return curves


def _go_live(group: str | None, context: Context) -> date | None:
    """The first go-live of an account; for everyone that of the first account."""
    lives = context.relations.go_lives
    if context.scope.by not in (None, Grouping.ACCOUNT):
        return None
    return min((g.day for g in lives if group in (None, g.account)), default=None)


def read_days_since_use(rows: pa.Table, context: Context) -> list[Figure]:
    """Calendar days since anybody last did a value action."""
    newest: dict[str | None, date] = {}
    people: dict[str | None, int] = defaultdict(int)
    for row in rows.to_pylist():
        group = context.name(row.get("group"))
        newest[group] = max(newest.get(group, row["last"]), row["last"])
        people[group] += row["persons"]
    end = context.scope.window.last
    return [Figure(group, (end - day).days, people=people[group]) for group, day in newest.items()]


def events_by_day(relations: Relations, scope: Scope) -> ir.Table:
    """Events by day."""
    rows = relations.weighted(relations.hours, scope)
    return rows.aggregate(by=[*scope.keys, "day"], events=rows.events.sum().cast("int64"))


@Counting
def days_with_data(relations: Relations, scope: Scope) -> pa.Table:
    """Days with any event."""
    rows = relations.ask_files(events_by_day, scope, "account_hours")
    days = added_up(rows, [*scope.keys, "day"])
    return days.filter(pc.greater(days["events"], 0)).drop_columns("events")


def read_silent_days(rows: pa.Table, context: Context) -> list[Figure]:
    """Working days without any event, of the working days of the window."""
    windows, calendar = context.scope.windows, context.relations.calendar
    seen: dict[tuple[str | None, int], set[date]] = defaultdict(set)
    for row in rows.to_pylist():
        seen[group_and_bucket(row, context)].add(row["day"])
    for key in context.in_scope:
        seen.setdefault(key, set())
    figures = []
    for (group, bucket), days in seen.items():
        due = calendar.working_days(windows[bucket].first, windows[bucket].last)
        silent = sum(day not in days for day in due)
        figures.append(ratio(group, silent, len(due), bucket=bucket))
    return figures


def measurement_lapses(
    relations: Relations, scope: Scope
) -> dict[str | None, list[MeasurementLapse]]:
    """Silences of the source over all data up to the window's last day, by group."""
    history = relations.history(scope)
    context = Context(relations, history)
    seen: dict[str | None, list[date]] = defaultdict(list)
    for row in relations.ask(days_with_data, history).to_pylist():
        seen[context.name(row.get("group"))].append(row["day"])
    due = relations.calendar.working_days(history.window.first, history.window.last)
    working = np.array(due, dtype="datetime64[D]")
    return {
        group: data_lapses(np.array(sorted(days), "datetime64[D]"), working, history.window.last)
        for group, days in seen.items()
    }


@Counting
def value_days_by_account(relations: Relations, scope: Scope) -> pa.Table:
    """``account, first``: the first day with a value action since each go-live."""
    history = Scope(relations.history(scope).window, Grouping.ACCOUNT)
    days = people_days(relations, history)
    last = history.window.last
    accounts = {relations.name_of(Grouping.ACCOUNT, g): i for i, g in enumerate(days.people.groups)}
    live = [g for g in relations.go_lives if g.account in accounts and g.day <= last]
    firsts = _first_uses(days, [(accounts[g.account], number(g.day)) for g in live], last)
    return pa.table(
        {
            "account": pa.array([known.account for known in live], pa.string()),
            "first": pa.array(firsts, pa.date32()),
        }
    )


def _first_uses(
    days: PeopleDays, lives: Sequence[tuple[int, int]], last: date
) -> list[date | None]:
    """For each account and day the first day from then on with a value action of who belongs."""
    own: dict[int, set[int]] = defaultdict(set)
    for account, live in lives:
        own[account].add(live)
    found: dict[tuple[int, int], date | None] = {}
    for nth in range(max(map(len, own.values()), default=0)):  # go-lives of several products
        since = {account: sorted(known)[nth] for account, known in own.items() if len(known) > nth}
        found |= _first_since(days, since, last)
    return [found[live] for live in lives]


def _first_since(
    days: PeopleDays, since: Mapping[int, int], last: date
) -> dict[tuple[int, int], date | None]:
    """The same for one day of each account."""
    people = days.people
    start = np.full(len(people.groups), FOREVER, dtype=np.int64)
    start[list(since)] = list(since.values())
    begin = start[people.group]
    first = days.first_since(begin, last)
    own = (first != NEVER) & (people.start <= number(last)) & (people.end >= begin)
    newest = np.full(len(people.groups), FOREVER, dtype=np.int64)
    np.minimum.at(newest, people.group[own], first[own])
    return {
        (account, live): day_of(day) if (day := int(newest[account])) != FOREVER else None
        for account, live in since.items()
    }


def read_time_to_value(rows: pa.Table, context: Context) -> list[Figure]:
    """Days from go-live to the first value action: median over accounts, or one account's own."""
    waits = _waits(rows, context)
    if context.scope.by is Grouping.ACCOUNT:
        return [_own_wait(account, days, done=done) for account, (days, done) in waits.items()]
    curve = kaplan_meier([d for d, _ in waits.values()], [done for _, done in waits.values()])
    if curve is None:
        return []
    low, high = curve.median_interval
    reached = sum(done for _, done in waits.values())
    if curve.median is None:
        reason = "fewer than half of the accounts have had a value action since go-live"
        state = MeasurementState.NOT_YET_DUE
        return [Figure(None, None, reached, len(waits), state=state, reason=reason)]
    return [Figure(None, curve.median, reached, len(waits), low, high)]


def _waits(rows: pa.Table, context: Context) -> dict[str, tuple[int, bool]]:
    """Days waited by each account that is live, and whether the wait is over."""
    relations, end = context.relations, context.scope.window.last
    begun: dict[str, date] = {}
    for live in relations.go_lives:
        begun[live.account] = min(begun.get(live.account, live.day), live.day)
    used: dict[str, date] = {}
    for row in rows.to_pylist():
        if row["first"] is not None:
            account = row["account"]
            used[account] = min(used.get(account, row["first"]), row["first"])
    return {
        account: ((used.get(account, end) - start).days, account in used)
        for account, start in sorted(begun.items())
        if start <= end
    }


def _own_wait(account: str, days: int, *, done: bool) -> Figure:
    if done:
        return Figure(account, days, days)
    reason = f"no value action in the {days} days since go-live"
    return Figure(account, None, state=MeasurementState.NOT_YET_DUE, reason=reason)


_NEVER = "nobody was ever active"

ADOPTION_CURVE = Metric(
    key="adoption_curve",
    name="Adoption curve",
    question="How far has adoption come since go-live?",
    dimension=Dimension.FREQUENCY,
    formula="people who did their first value action by week t since go-live / people in scope",
    numerator="people with a first value action by then",
    denominator="people in scope of the window",
    unit=Unit.SHARE,
    window=WHOLE_HISTORY,
    needs=("person", "time", "action"),
    not_measurable_when=f"{_NEVER}, or go-live is less than a week ago",
    expression=first_active_days,
    reading=read_curve,
    groupings=OF_PEOPLE,
    over_time=False,
    method="adoption-curve",
)

STALL = Metric(
    key="days_since_new_adopter",
    name="Days since a new adopter",
    question="Is adoption still spreading, or has it stalled?",
    dimension=Dimension.FREQUENCY,
    formula="days from the last first value action of any person to the window's last day",
    numerator="people who have begun",
    denominator="people in scope of the window",
    unit=Unit.DAYS,
    window=WHOLE_HISTORY,
    needs=("person", "time", "action"),
    not_measurable_when=_NEVER,
    expression=first_active_days,
    reading=read_stall,
    groupings=OF_PEOPLE,
    over_time=False,
    method="adoption-curve",
)

LAST_USE = Metric(
    key="days_since_last_use",
    name="Days since last use",
    question="When was it last used at all?",
    dimension=Dimension.FREQUENCY,
    formula="days from the last value action of anybody to the window's last day",
    numerator="none: a number of days",
    denominator="none: a number of days",
    unit=Unit.DAYS,
    window=WHOLE_HISTORY,
    needs=("person", "time", "action"),
    not_measurable_when=_NEVER,
    expression=last_active_days,
    reading=read_days_since_use,
    over_time=False,
    method="recency",
)

SILENT_DAYS = Metric(
    key="silent_days",
    name="Silent working days",
    question="Is use still being measured?",
    dimension=Dimension.ACCOUNT,
    formula="working days without any event / working days",
    numerator="working days of the window on which the source delivered nothing",
    denominator="working days of the window",
    unit=Unit.SHARE,
    window=STANDARD_WINDOW,
    needs=("time",),
    not_measurable_when="the window has no working day",
    expression=days_with_data,
    reading=read_silent_days,
    groupings=frozenset({Grouping.ACCOUNT}),
    method="measurement-lapses",
)

TIME_TO_VALUE = Metric(
    key="time_to_value",
    name="Time to value",
    question="How long after go-live is the first value seen?",
    dimension=Dimension.ACCOUNT,
    formula="median days from go-live to the first value action, over accounts (Kaplan-Meier)",
    numerator="accounts with a value action since go-live",
    denominator="accounts that are live; those without one are censored at the last day",
    unit=Unit.DAYS,
    window=WHOLE_HISTORY,
    needs=("go-live",),
    not_measurable_when="no go-live is known: enter the go-live dates of accounts",
    expression=value_days_by_account,
    reading=read_time_to_value,
    groupings=frozenset({Grouping.ACCOUNT}),
    over_time=False,
    method="kaplan-meier",
)

METRICS = (ADOPTION_CURVE, STALL, LAST_USE, SILENT_DAYS, TIME_TO_VALUE)
