"""Plain numbers read from the lake for a picture: days, people, hours.

Each function is one query; what comes back is small (one row a day, a person, an hour).
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date, timedelta

import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt

from uptake.capabilities.measure.picture import Summary
from uptake.methods.arrays import Stamps
from uptake.metrics.measurement import Window
from uptake.metrics.people_in_scope import people_in_scope
from uptake.metrics.relations import Relations
from uptake.metrics.scope import Grouping, Scope
from uptake.store.errors import UptakeError
from uptake.store.localtime import zone_of
from uptake.store.schema import NO_TERM

Counts = npt.NDArray[np.int64]

_HAVE_ACCOUNTS = (
    "presence", "seen", "value_days", "activity", "value_activity", "hours", "value_records"
)  # fmt: skip


class NoEvents(UptakeError):
    """There is nothing to report on."""

    def __init__(self) -> None:
        super().__init__("There are no events to report on: check the file, or the account's name.")


@dataclass(frozen=True, slots=True)
class PeopleUse:
    """One entry per person with a value action up to the window's end; arrays of one length.

    ``person`` is the code in the lake, ``first`` and ``last`` are days since 1970-01-01,
    ``days`` and ``events`` count the window, ``days_ever`` all days.
    """

    person: Counts
    first: Counts
    last: Counts
    days: Counts
    events: Counts
    days_ever: Counts


@dataclass(frozen=True, slots=True)
class GroupUse:
    """Per group and person: events in the window (one row each)."""

    group: list[str]
    person: Counts
    events: Counts


def within_account(relations: Relations, account: str) -> Relations:
    """Return the relations of one account alone."""
    code = account_code(relations, account)
    tables: dict[str, ir.Table] = {
        name: (table := getattr(relations, name)).filter(table.account == code)
        for name in _HAVE_ACCOUNTS
    }
    if relations.members is not None:
        tables["members"] = relations.members.filter(relations.members.account == code)
    seats = tuple(seat for seat in relations.seats if seat.account == account)
    go_lives = tuple(live for live in relations.go_lives if live.account == account)
    return replace(relations, **tables, seats=seats, go_lives=go_lives)


def account_code(relations: Relations, account: str) -> int:
    """Return the code of an account, -1 when no event or person has it."""
    codes = {text: code for code, text in relations.texts[Grouping.ACCOUNT].items()}
    return codes.get(account, -1)


def raw_events(relations: Relations, account: str | None) -> ir.Table:
    """Return the events of everyone, or of one account, as the lake holds them."""
    events: ir.Table = relations.backend.table("events")
    if account is None:
        return events
    return events.filter(events.account == account_code(relations, account))


def summary(
    relations: Relations, events: ir.Table, *, rejected: int, by: Grouping | None
) -> Summary:
    """Return how much there is in all; raises ``NoEvents`` when there is nothing."""
    row = relations.run(
        events.aggregate(
            events=events.count(),
            people=events.person.nunique(),
            first=events.occurred_at.min(),
            last=events.occurred_at.max(),
        )
    ).to_pylist()[0]
    if not row["events"]:
        raise NoEvents
    zone = zone_of(relations.timezone)
    return Summary(
        events=row["events"],
        people=row["people"],
        groups=_groups(relations, events, by),
        first=row["first"].astimezone(zone),
        last=row["last"].astimezone(zone),
        rejected=rejected,
    )


def _groups(relations: Relations, events: ir.Table, by: Grouping | None) -> int:
    if by is None:
        return 0
    if by is Grouping.ACCOUNT:
        accounts = events.filter(events.account != NO_TERM)
        rows = relations.run(accounts.aggregate(n=accounts.account.nunique()))
    else:
        assert relations.members is not None  # noqa: S101 - only a list of people names teams
        rows = relations.run(relations.members.aggregate(n=relations.members[by].nunique()))
    return int(rows["n"][0].as_py())


def belonging(relations: Relations, window: Window) -> Counts:
    """Return the people in scope of the window: those listed for it, or everybody seen so far."""
    people = people_in_scope(relations, Scope(window))
    return np.asarray(relations.run(people.select("person"))["person"], dtype=np.int64)


def events_by_day(relations: Relations) -> dict[date, int]:
    """Return events by day, only days that have any."""
    activity = relations.activity
    rows = relations.run(activity.aggregate(by="day", n=activity.events.sum()))
    return {row["day"]: int(row["n"]) for row in rows.to_pylist()}


def pattern_of(stamps: Stamps, window: Window) -> tuple[tuple[int, ...], ...]:
    """Return events by weekday (Monday first) and hour in the window, from local times."""
    inside = (stamps >= np.datetime64(window.first)) & (
        stamps < np.datetime64(window.last + timedelta(days=1))
    )
    hours = stamps[inside].astype("datetime64[h]").astype(np.int64)
    weekday = (hours // 24 + 3) % 7  # 1970-01-01 was a Thursday
    counts = np.bincount(weekday * 24 + hours % 24, minlength=168).reshape(7, 24)
    return tuple(tuple(int(n) for n in day) for day in counts)


def week_pattern(relations: Relations, window: Window) -> tuple[tuple[int, ...], ...]:
    """Return events by weekday (Monday first) and hour in the window."""
    hours = relations.hours.filter(relations.hours.day.between(window.first, window.last))
    weekday = hours.day.day_of_week.index()
    rows = relations.run(hours.group_by(weekday=weekday, hour=hours.hour).agg(n=hours.events.sum()))
    counts = np.zeros((7, 24), dtype=np.int64)
    np.add.at(counts, (rows["weekday"].to_numpy(), rows["hour"].to_numpy()), rows["n"].to_numpy())
    return tuple(tuple(int(n) for n in day) for day in counts)


def people_use(relations: Relations, window: Window) -> PeopleUse:
    """Return what each person in scope did up to the end of the window."""
    activity = relations.value_activity
    if relations.members is not None:
        activity = activity.semi_join(relations.members, "person")
    rows = activity.filter(activity.day <= window.last)
    inside = rows.day >= window.first
    epoch = rows.day.delta(date(1970, 1, 1), unit="day")
    answer = relations.run(
        rows.aggregate(
            by="person",
            first=epoch.min(),
            last=epoch.max(),
            days=rows.day.nunique(where=inside),
            events=rows.events.sum(where=inside).fill_null(0),
            days_ever=rows.day.nunique(),
        ).order_by("person")
    )
    return PeopleUse(
        **{
            field.name: answer[field.name].to_numpy().astype(np.int64)
            for field in fields(PeopleUse)
        }
    )


def group_use(relations: Relations, by: Grouping, window: Window) -> GroupUse:
    """Return events of each person in each group in the window."""
    activity = relations.value_activity
    rows = relations.weighted(activity, Scope(window, by))
    answer = relations.run(
        rows.aggregate(by=["group", "person"], events=rows.events.sum()).order_by("group", "person")
    )
    names = [relations.name_of(by, group) or "" for group in answer["group"].to_pylist()]
    person, events = (answer[name].to_numpy().astype(np.int64) for name in ("person", "events"))
    return GroupUse(names, person, events)
