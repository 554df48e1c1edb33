"""Relations over a snapshot of the lake: one way from raw events, one from rollups."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis import _

from uptake.methods.adoption.calendar import WorkingCalendar, propose_calendar
from uptake.metrics.attributes import Attributes, Member, one_row_each
from uptake.metrics.compiled import compiled, query_of
from uptake.metrics.kept_days import KEPT, FiledView
from uptake.metrics.masks import bit_of, one_of, overlaps, packed_days
from uptake.metrics.profiles import Expectation, Profile, value_actions
from uptake.metrics.proposals import people_query, proposed_profile
from uptake.metrics.relations import LakeView, Leave, Relations
from uptake.metrics.scope import Grouping, quotient
from uptake.metrics.splitting import added_up
from uptake.metrics.stored_rows import keep_rows, store_rows
from uptake.store.schema import (
    ACTIONS_IN_A_MASK,
    EVENT_FILE,
    NO_TERM,
    ON_TIME_STEPS,
    ROLLUPS,
    TermKind,
)

_ACTIVITY = [
    "account", "person", "product", "module", "action", "day",
    "events", "timed", *ON_TIME_STEPS, "judged", "right_first_time", "duration_ms",
]  # fmt: skip

HOUR_MS = 3_600_000

_DAYS = ["account", "person", "day"]

_LATE_ENOUGH = 0.1
"""A day is complete when its last event is no earlier in the day than on most recent days."""


@dataclass(frozen=True, slots=True)
class _Source:
    """The relations that raw events and rollups both can give.

    ``days``  account, person, day with the action or, in rollups, with the mask of actions.
    """

    presence: ir.Table
    days: ir.Table
    activity: ir.Table
    hours: ir.Table


@ibis.udf.scalar.builtin(name="timezone")  # type: ignore[untyped-decorator]  # Ibis is untyped
def _local(zone: str, moment: ibis.dtype("timestamp('UTC')")) -> ibis.dtype("timestamp"):  # type: ignore[valid-type]  # Ibis reads its own types here
    """Wall-clock time in a time zone, as DuckDB and PostgreSQL spell it."""
    raise NotImplementedError


@ibis.udf.scalar.builtin(name="epoch_ms")  # type: ignore[untyped-decorator]  # Ibis is untyped
def _milliseconds(moment: ibis.dtype("timestamp('UTC')")) -> ibis.dtype("int64"):  # type: ignore[valid-type]  # Ibis reads its own types here
    """Milliseconds since 1970, UTC, without the detour over a time zone that Ibis takes."""
    raise NotImplementedError


def relations_of_events(
    view: LakeView,
    attributes: Attributes | None = None,
    *,
    profile: Profile | None = None,
    calendar: WorkingCalendar | None = None,
) -> Relations:
    """Relations whose rows are raw events."""
    events = _relation("events")
    codes = len(view.texts(TermKind.ACTION))
    source = _Source(
        presence=_presence(events, codes),
        days=events.select("account", "person", "day", "action"),
        activity=_activity(events),
        hours=_hours(events, view),
    )
    return _Assembly(view, _of_people(view, attributes), source).relations(profile, calendar)


def relations_of_rollups(
    view: LakeView,
    attributes: Attributes | None = None,
    *,
    profile: Profile | None = None,
    calendar: WorkingCalendar | None = None,
) -> Relations:
    """Relations whose rows are rollups."""
    source = _Source(
        presence=_relation("person_days"),
        days=_relation("person_days"),
        activity=_relation("person_day_actions"),
        hours=_relation("account_hours"),
    )
    return _Assembly(view, _of_people(view, attributes), source).relations(profile, calendar)


def _of_people(view: LakeView, attributes: Attributes | None) -> Attributes:
    """The attributes, with those as one who are listed under several identifiers."""
    known = attributes or Attributes()
    return replace(known, people=one_row_each(known.people, view.known_as()))


@cache
def _relation(name: str) -> ir.Table:
    """A relation by name and columns alone, so that what is kept of it holds no connection."""
    stored = EVENT_FILE if name == "events" else ROLLUPS[name]
    read = [(field.name, _READ_AS.get(field.type, field.type)) for field in stored]
    return ibis.table(ibis.Schema.from_pyarrow(pa.schema(read)), name)


_READ_AS = {
    pa.binary(16): pa.binary(),
    pa.timestamp("ms", tz="UTC"): pa.timestamp("us", tz="UTC"),
}
"""What DuckDB makes of types of columns that it has no type for."""


def _presence(events: ir.Table, codes: int) -> ir.Table:
    if codes < ACTIONS_IN_A_MASK:
        block = ibis.literal(0, "int16")
    else:
        block = quotient(events.action, ACTIONS_IN_A_MASK).cast("int16")
    return events.select("account", "person", "day", block=block, actions=bit_of(events.action))


def _activity(events: ir.Table) -> ir.Table:
    def within(seconds: int) -> ir.BooleanValue:
        agreed = events.recorded_at <= events.occurred_at + ibis.interval(seconds=seconds)
        return agreed.fill_null(False)

    return events.select(
        *_ACTIVITY[:6],
        events=ibis.literal(True),
        timed=events.recorded_at.notnull(),
        **{step: within(seconds) for step, seconds in ON_TIME_STEPS.items()},
        judged=events.quality_ok.notnull(),
        right_first_time=events.quality_ok.fill_null(False),
        duration_ms=events.duration_ms.fill_null(0),
    )


def _hours(events: ir.Table, view: LakeView) -> ir.Table:
    if view.timezone == "UTC":  # without asking the calendar of any time zone
        hour = (quotient(_milliseconds(events.occurred_at), HOUR_MS) % 24).cast("int8")
    else:
        hour = _local(view.timezone, events.occurred_at).hour().cast("int8")
    return events.select("account", "day", hour=hour, events=ibis.literal(1).cast("int64"))


class _Assembly:
    """Puts relations together: names, people, span, calendar, profile, value rows."""

    def __init__(self, view: LakeView, attributes: Attributes, source: _Source) -> None:
        self._view, self._attributes, self._source = view, attributes, source
        self._backend = view.ibis()
        self._accounts = _Coding(view.codes(TermKind.ACCOUNT))
        self._persons = _Coding(view.codes(TermKind.PERSON))
        self._names: dict[str, str] = {}

    def relations(self, profile: Profile | None, calendar: WorkingCalendar | None) -> Relations:
        members = self._members()
        hours = self._hours_by_day()
        span = (hours[0].day, hours[-1].day) if hours else None
        chosen = calendar or _calendar_of(hours)
        actions = self._view.texts(TermKind.ACTION)
        agreed = profile or self._proposal(members, span)
        return Relations(
            backend=self._backend,
            timezone=self._view.timezone,
            span=span,
            presence=self._source.presence,
            seen=self._seen(),
            value_days=self._value_days(agreed, members),
            activity=self._source.activity,
            value_activity=self._value(self._source.activity, agreed, members),
            hours=self._source.hours,
            value_records=self._value(_relation("events"), agreed, members),
            members=members,
            profile=agreed,
            calendar=chosen,
            last_complete_day=_last_complete_day(hours),
            texts=self._texts(actions),
            seats=self._attributes.seats,
            go_lives=self._attributes.go_lives,
            attributes_known=self._attributes_known(),
            leave=self._leave(),
            filed=self._view if self._packed and isinstance(self._view, FiledView) else None,
            names=self._names,
        )

    @property
    def _packed(self) -> bool:
        """Say whether the source are rollups."""
        return "action" not in self._source.days.columns

    def _leave(self) -> tuple[Leave, ...]:
        return tuple(
            Leave(self._persons.code(member.person), first, last)
            for member in self._attributes.people
            for first, last in member.leave
        )

    def _proposal(self, members: ir.Table | None, span: tuple[date, date] | None) -> Profile:
        names = self._view.texts(TermKind.ACTION)
        if span is None:
            return Profile(Expectation(frozenset(names)), proposed=True)
        used = people_query(self._source.presence, members, value_actions(names), span[0])
        rows = query_of(used).over(self._names).run(self._view.connection)
        return proposed_profile(rows, names)

    def _texts(self, actions: dict[int, str]) -> dict[Grouping, dict[int, str]]:
        return {
            Grouping.ACCOUNT: self._accounts.texts(),
            Grouping.PRODUCT: self._view.texts(TermKind.PRODUCT),
            Grouping.MODULE: self._view.texts(TermKind.MODULE),
            Grouping.ACTION: actions,
        }

    def _attributes_known(self) -> frozenset[Grouping]:
        named = (Grouping.TEAM, Grouping.ROLE, Grouping.MANAGER, Grouping.POPULATION)
        people = self._attributes.people
        return frozenset(g for g in named if any(_attribute(m, g) is not None for m in people))

    def _members(self) -> ir.Table | None:
        people = self._attributes.people
        if not people:
            return None
        persons = self._persons
        columns: dict[str, pa.Array] = {
            "person": pa.array([persons.code(m.person) for m in people], pa.int32()),
            "account": pa.array(
                [self._accounts.code_or_none(m.account) for m in people], pa.int32()
            ),
            "start": pa.array([m.start for m in people], pa.date32()),
            "end": pa.array([m.end for m in people], pa.date32()),
            "days_a_week": pa.array([m.days_a_week for m in people], pa.float64()),
        }
        for name in (Grouping.TEAM, Grouping.ROLE, Grouping.MANAGER, Grouping.POPULATION):
            columns[name.value] = pa.array([_attribute(m, name) for m in people], pa.string())
        return self._stored(pa.table(columns))

    def _stored(self, rows: pa.Table) -> ir.Table:
        name = store_rows(self._view.connection, "members", rows)
        return self._called("uptake_members", name, ibis.Schema.from_pyarrow(rows.schema))

    def _kept(self, what: str, rows: ir.Table) -> ir.Table:
        """A temporary table of the rows of an expression, made once on a connection."""
        query = compiled((what, rows.op()), lambda: rows).over(self._names)
        name = keep_rows(self._view, what, query, "person_days")
        return self._called(f"uptake_{what}", name, rows.schema())

    def _called(self, name: str, table: str, schema: ibis.Schema) -> ir.Table:
        """A table under the name that it has in all relations."""
        self._names[f'"{name}"'] = f'"{table}"'
        return ibis.table(schema, name)

    def _value(self, rows: ir.Table, profile: Profile, members: ir.Table | None) -> ir.Table:
        """Rows with an action that is expected of the person who did it."""
        keep = [c for c in rows.columns if c not in ("block", "actions")]
        if profile.is_uniform or members is None:
            return rows.filter(self._is_expected(rows, profile.everyone)).select(*keep)
        expected = members.select("person", "population")
        joined = rows.left_join(expected, "person")
        return joined.filter(self._is_expected_of(joined, profile)).select(*keep)

    def _seen(self) -> ir.Table:
        """People from the first day on which they did anything."""
        seen = self._source.presence.select("account", "person", start=_.day)
        if not self._packed:
            return seen
        first = seen.aggregate(by=["account", "person"], start=_.start.min())
        return self._kept("seen", first.order_by("account", "person"))

    def _value_days(self, profile: Profile, members: ir.Table | None) -> ir.Table:
        """Days with a value action; of rollups packed, which is small enough to prepare once."""
        days = self._value(self._source.days, profile, members).select(*_DAYS)
        if not self._packed:
            return days
        packed = packed_days(days, "account", "person")
        return self._kept("value_days", packed.order_by("block", "account", "person"))

    def _is_expected_of(self, rows: ir.Table, profile: Profile) -> ir.BooleanValue:
        everyone = self._is_expected(rows, profile.everyone)
        branches = [
            (rows.population == name, self._is_expected(rows, expectation))
            for name, expectation in sorted(profile.by_population.items())
        ]
        return ibis.cases(*branches, else_=everyone)

    def _is_expected(self, rows: ir.Table, expectation: Expectation) -> ir.BooleanValue:
        if "action" in rows.columns:
            return one_of(rows.action, expectation.actions)
        return overlaps(rows, expectation.actions)

    def _hours_by_day(self) -> list[_DayHours]:
        hours = self._source.hours
        table = hours.aggregate(by=["day", "hour"], events=hours.events.sum().cast("int64"))
        rows, view = query_of(table), self._view
        if self._packed and isinstance(view, FiledView):
            found = KEPT.of(view, "account_hours", rows)
        else:
            found = rows.run(view.connection)
        together = added_up(found, ["day", "hour"]).sort_by(
            [("day", "ascending"), ("hour", "ascending")]
        )
        days: dict[date, _DayHours] = {}
        for row in together.to_pylist():
            if row["events"] > 0:  # an erased person's events have been taken away from the hour
                before = days.get(row["day"])
                events = row["events"] + (before.events if before else 0)
                days[row["day"]] = _DayHours(row["day"], row["hour"], events)
        return list(days.values())


@dataclass(frozen=True, slots=True)
class _DayHours:
    day: date
    last_hour: int
    events: int


def _calendar_of(hours: list[_DayHours]) -> WorkingCalendar:
    by_weekday: dict[int, int] = {}
    for row in hours:
        by_weekday[row.day.weekday()] = by_weekday.get(row.day.weekday(), 0) + row.events
    return propose_calendar(by_weekday)


def _last_complete_day(hours: list[_DayHours]) -> date | None:
    """The newest day, or the day before it when its events stop earlier than they usually do.

    Usual: the last hour of at least nine in ten of the 28 days with data before it.
    """
    if len(hours) < 2:
        return hours[-1].day if hours else None
    usual = sorted(row.last_hour for row in hours[-29:-1])
    earliest = usual[int(_LATE_ENOUGH * (len(usual) - 1))]
    newest = hours[-1]
    return newest.day if newest.last_hour >= earliest else newest.day - timedelta(days=1)


class _Coding:
    """Codes of external ids; ids that no event has used get negative ones."""

    def __init__(self, known: dict[str, int]) -> None:
        self._codes = dict(known)
        self._unseen = 0

    def code(self, text: str) -> int:
        if text not in self._codes:
            self._unseen -= 1
            self._codes[text] = self._unseen
        return self._codes[text]

    def code_or_none(self, text: str | None) -> int | None:
        return None if text is None else self.code(text)

    def texts(self) -> dict[int, str]:
        return {code: text for text, code in self._codes.items() if code != NO_TERM}


def _attribute(member: Member, grouping: Grouping) -> str | None:
    if grouping is Grouping.POPULATION:
        return member.population or member.role
    value = getattr(member, grouping.value)
    return value if value is None else str(value)
