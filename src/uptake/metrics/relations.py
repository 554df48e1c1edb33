"""The relations that metrics are written on, filled from raw events or from rollups.

A metric is written once. Whether a row is one event or a rolled-up day does not show: what is
counted distinctly is safe against repeated rows, and what is summed carries weights (``events`` is
1 for a raw event). So both ways give the same integers, and the tests hold them to it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from typing import Protocol, TypeVar

import duckdb
import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis import _

from uptake.methods.adoption.calendar import WorkingCalendar
from uptake.metrics.attributes import Attributes, GoLive, Seats
from uptake.metrics.compiled import Query, compiled, query_of
from uptake.metrics.counting import Counting, Parts
from uptake.metrics.kept_days import KEPT, FiledView
from uptake.metrics.measurement import Window
from uptake.metrics.profiles import Profile
from uptake.metrics.scope import ALL_DAYS, CODED, OF_ACTIVITY, Grouping, Scope
from uptake.store.schema import NO_TERM, TermKind

T = TypeVar("T")

_TABLES = (
    *("presence", "seen", "value_days", "activity", "value_activity", "hours"),
    *("value_records", "members"),
)


class Engine(Protocol):
    """What metrics need of an Ibis backend."""

    con: duckdb.DuckDBPyConnection

    def table(self, name: str, /) -> ir.Table:
        """A relation by name."""

    def to_pyarrow(self, expr: ir.Table, /) -> pa.Table:
        """The rows of an expression."""


@dataclass(frozen=True, slots=True)
class Leave:
    """Days on which a person is away, both ends included."""

    person: int
    first: date
    last: date


class LakeView(Protocol):
    """What metrics need of a snapshot of the lake."""

    @property
    def timezone(self) -> str:
        """The zone whose calendar days the days are."""

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """A connection with the relations of the lake as views."""

    def ibis(self) -> Engine:
        """An Ibis backend over the same connection."""

    def codes(self, kind: TermKind) -> dict[str, int]:
        """Codes by text."""

    def texts(self, kind: TermKind) -> dict[int, str]:
        """Texts by code."""

    def known_as(self) -> dict[str, str]:
        """The person that each identifier stands for which stands for another than itself."""


@dataclass(frozen=True, slots=True)
class Relations:
    """Everything a metric may read.

    ``presence``  account, person, day, block, actions: what people did, as bit masks to be OR-ed.
    ``seen``  account, person, start: the first day with anything; rows repeat.
    ``value_days``  account, person and day, or block and days (a mask of 62 days): days with a
    value action; rows repeat. Ask the functions of ``active_days`` for them.
    ``activity``  account, person, product, module, action, day and summable weights: ``events``,
    ``timed``, ``within_*``, ``judged``, ``right_first_time``, ``duration_ms``.
    ``value_activity``  those of ``activity`` whose action is expected of the person.
    ``hours``  account, day, hour, events.
    ``value_records``  raw events with a value action, for what no rollup can know.
    ``members``  person, account, team, role, manager, population, start, end, days_a_week: one row
    a person; None where nobody listed the people. ``span`` is the first and last day with data.
    ``filed`` is the view whose files the rollups are read from, if there are any: what is derived
    from them is kept file by file; ``presence_rollup`` is the one that ``presence`` reads.
    ``names`` says what names in SQL stand for. Threads may share relations: they take turns.
    """

    backend: Engine
    timezone: str
    span: tuple[date, date] | None
    presence: ir.Table
    seen: ir.Table
    value_days: ir.Table
    activity: ir.Table
    value_activity: ir.Table
    hours: ir.Table
    value_records: ir.Table
    members: ir.Table | None
    profile: Profile
    calendar: WorkingCalendar
    last_complete_day: date | None
    texts: Mapping[Grouping, Mapping[int, str]]
    seats: tuple[Seats, ...] = ()
    go_lives: tuple[GoLive, ...] = ()
    attributes_known: frozenset[Grouping] = field(default_factory=frozenset)
    leave: tuple[Leave, ...] = ()
    filed: FiledView | None = None
    presence_rollup: str = "person_days"
    names: Mapping[str, str] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock, repr=False, compare=False)
    shape: Hashable = field(init=False, repr=False, compare=False)
    parts: Parts = field(init=False, repr=False, compare=False, default_factory=Parts)

    def __post_init__(self) -> None:
        """Note what the SQL of an expression over these relations can depend on."""
        tables = (getattr(self, name) for name in _TABLES)
        ops = (None if table is None else table.op() for table in tables)
        shape = (*ops, self.profile.recorded_within)
        object.__setattr__(self, "shape", shape)

    @classmethod
    def from_events(
        cls,
        view: LakeView,
        attributes: Attributes | None = None,
        *,
        profile: Profile | None = None,
        calendar: WorkingCalendar | None = None,
    ) -> Relations:
        """Relations whose rows are raw events; what is not given is proposed from the data."""
        from uptake.metrics.lake_relations import relations_of_events  # it builds this class

        return relations_of_events(view, attributes, profile=profile, calendar=calendar)

    @classmethod
    def from_rollups(
        cls,
        view: LakeView,
        attributes: Attributes | None = None,
        *,
        profile: Profile | None = None,
        calendar: WorkingCalendar | None = None,
    ) -> Relations:
        """Relations whose rows are rollups; gives the same numbers as ``from_events``, sooner."""
        from uptake.metrics.lake_relations import relations_of_rollups  # it builds this class

        return relations_of_rollups(view, attributes, profile=profile, calendar=calendar)

    @property
    def span_window(self) -> Window:
        """All days with data; some day where there are none."""
        return Window(*self.span) if self.span else Window(date(1970, 1, 1), date(1970, 1, 1))

    def run(self, table: ir.Table) -> pa.Table:
        """The rows of an expression."""
        with self.lock:
            return query_of(table).over(self.names).run(self.backend.con)

    def part(self, key: Hashable, build: Callable[[], T]) -> T:
        """Something that several metrics need, worked out once; it must not be changed."""
        with self.lock:
            return self.parts.of(key, build)

    def ask(self, question: Question, scope: Scope) -> pa.Table:
        """The rows of a question, whose SQL is kept; of the same question, the same rows."""
        if isinstance(question, Counting):
            return self.part((question, scope), lambda: question(self, scope))
        return self.part((question, scope), lambda: self._answer(question, scope))

    def ask_files(self, question: Sql, scope: Scope, rollup: str) -> pa.Table:
        """The rows of a question about one rollup, whose answers for each file are put together.

        The question must read nothing but the rollup and the people listed, use of the scope
        ``rows`` and ``by`` alone, and name persons or count what adds up. Where rows do not come
        from files it is asked once.
        """
        view = self.filed
        if view is None:
            return self.ask(question, self.unbounded(scope))

        def build() -> pa.Table:
            everything = replace(scope, window=ALL_DAYS) if scope.grain is None else scope
            cut, whole = (partial(self._query, question, asked) for asked in (scope, everything))
            return KEPT.within(view, rollup, scope.window, cut=cut, whole=whole)

        return self.part((question, scope, rollup), build)

    def _answer(self, question: Sql, scope: Scope) -> pa.Table:
        return self._query(question, scope).run(self.backend.con)

    def _query(self, question: Sql, scope: Scope) -> Query:
        key = question, scope, self.shape
        return compiled(key, lambda: question(self, scope)).over(self.names)

    def history(self, scope: Scope) -> Scope:
        """The same groups over all data up to the last day of the window."""
        return scope.as_of(self.span[0] if self.span else scope.window.first)

    def unbounded(self, scope: Scope) -> Scope:
        """The scope over all days if no data lies outside its window."""
        window = scope.window
        if scope.grain is not None or self.span is None:
            return scope
        inside = window.first <= self.span[0] and self.span[1] <= window.last
        return replace(scope, window=ALL_DAYS) if inside else scope

    def value_rows(self, scope: Scope) -> ir.Table:
        """Rows with a value action, with the columns that the scope is split by."""
        return self.value_activity if scope.by in OF_ACTIVITY else self.value_days

    def by_person(
        self, source: ir.Table, scope: Scope, *columns: str, **measures: ir.Value
    ) -> ir.Table:
        """Rows of a source aggregated per ``[group,] [bucket,] person`` and ``columns``.

        Where people are listed only they count, while they belong, in the account, team and so on
        of the list.
        """
        return self.of_people(scope.rows(source), scope, *columns, **measures)

    def of_people(
        self, rows: ir.Table, scope: Scope, *columns: str, **measures: ir.Value
    ) -> ir.Table:
        """The same of rows that are inside the scope already."""
        keys, rows = self.grouped(rows, scope)
        by = [*keys, "person", *columns]
        one = rows.aggregate(by=by, **measures) if measures else rows.select(*by).distinct()
        return self.belonging(one, scope)

    def grouped(self, rows: ir.Table, scope: Scope) -> tuple[list[str], ir.Table]:
        """Keys that rows have of their own, and the rows with them: group and bucket."""
        own = scope.by in OF_ACTIVITY or (self.members is None and scope.by is not None)
        if own:
            rows = rows.filter(rows[scope.by] != NO_TERM).mutate(group=rows[scope.by])
        return [key for key in ("group", "bucket") if key in rows.columns], rows

    def belonging(self, rows: ir.Table, scope: Scope) -> ir.Table:
        """Rows of people who are listed inside their time, with the group that the list says."""
        if self.members is None:
            return rows
        members = self.members
        grouped = scope.by is not None and scope.by not in OF_ACTIVITY
        if grouped:
            members = members.filter(members[scope.by].notnull()).mutate(group=members[scope.by])
        names = ["group"] if grouped else []
        joined = rows.join(members.select("person", "start", "end", *names), "person")
        return scope.belonging(joined).select(*rows.columns, *names)

    def by_people(self, table: ir.Table) -> ir.Table:
        """What listed people did; everything where nobody listed them."""
        return table if self.members is None else table.semi_join(self.members, "person")

    def weighted(self, table: ir.Table, scope: Scope) -> ir.Table:
        """Rows of ``activity`` or ``hours`` inside the scope, with their group.

        What is done belongs to the account it was done in; teams, roles and so on come from the
        list of people.
        """
        rows = scope.rows(table)
        if scope.by is None:
            return rows
        if scope.by in CODED:
            return rows.filter(rows[scope.by] != NO_TERM).mutate(group=rows[scope.by])
        assert self.members is not None  # noqa: S101 - cannot_group has looked
        members = self.members.filter(self.members[scope.by].notnull())
        return rows.join(members.select("person", group=members[scope.by]), "person")

    def people(self, by: Grouping | None) -> ir.Table:
        """``[group,] person, population, start, end, days_a_week``: who ever is in scope.

        Without a list they are the people seen in the data, from the day they were first seen.
        """
        if self.members is None:
            return self._people_seen(by)
        groups = {} if by is None else {"group": self.members[by]}
        listed = self.members if by is None else self.members.filter(self.members[by].notnull())
        return listed.select("person", "population", "start", "end", "days_a_week", **groups)

    def _people_seen(self, by: Grouping | None) -> ir.Table:
        seen = self.seen if by is None else self.seen.filter(self.seen[by] != NO_TERM)
        keys = {"person": seen.person} if by is None else {"group": seen[by], "person": seen.person}
        rows = seen.select(**keys, start=seen.start)
        first = rows.aggregate(by=list(keys), start=_.start.min())
        return first.mutate(
            population=ibis.null("string"), end=ibis.null("date"), days_a_week=ibis.null("float64")
        )

    def cannot_group(self, by: Grouping | None) -> str:
        """Why nothing can be split this way, or an empty text."""
        if by is None or by in CODED or by in self.attributes_known:
            return ""
        return f"no {by} is known: map a column to it or import a list of people with their {by}"

    def name_of(self, by: Grouping | None, group: object) -> str | None:
        """The name of a group from what the database answered."""
        if by is None or group is None:
            return None
        if by in CODED and isinstance(group, int):
            return self.texts[by].get(group, str(group))
        return str(group)


Sql = Callable[[Relations, Scope], ir.Table]
"""A question that the database answers."""

Question = Sql | Counting
"""A question: to the database, or answered by counting in parts that many share."""
