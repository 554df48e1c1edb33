"""Small logs for tests of metrics, written as the rows that matter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time, timedelta

import pyarrow as pa

from uptake.methods.adoption.calendar import WorkingCalendar
from uptake.metrics.attributes import Attributes
from uptake.metrics.profiles import Expectation, Profile
from uptake.metrics.relations import Relations
from uptake.store.memory import MemorySnapshot, snapshot_of
from uptake.store.schema import CANONICAL, TermKind

MONDAY = date(2025, 3, 3)
"""A Monday; day n of a test's log is n days later."""

CALENDAR = WorkingCalendar()


OPEN: list[MemorySnapshot] = []
"""Snapshots to be closed when the test is over."""


@dataclass(frozen=True)
class Event:
    """One event: what a test has to say about it."""

    person: str
    day: int
    action: str = "create"
    account: str | None = "acme"
    hour: int = 10
    product: str | None = None
    module: str | None = None
    object_id: str | None = None
    delay_hours: float | None = None
    right: bool | None = None

    @property
    def occurred_at(self) -> datetime:
        return datetime.combine(MONDAY + timedelta(days=self.day), time(self.hour), UTC)

    @property
    def recorded_at(self) -> datetime | None:
        if self.delay_hours is None:
            return None
        return self.occurred_at + timedelta(hours=self.delay_hours)


def day(number: int) -> date:
    """The date of day ``number`` of a test's log."""
    return MONDAY + timedelta(days=number)


def uses(person: str, *days: int, **facts: object) -> list[Event]:
    """One event of a person on each of some days."""
    return [Event(person, number, **facts) for number in days]  # type: ignore[arg-type]


def canonical(events: Sequence[Event], prefix: str = "") -> pa.Table:
    """Events as producers hand them over."""
    plain = {field.name for field in fields(Event)} & set(CANONICAL.names)
    columns = {name: [getattr(event, name) for event in events] for name in plain}
    columns |= {
        "source_id": ["test"] * len(events),
        "message_id": [f"{prefix}{number}" for number in range(len(events))],
        "occurred_at": [event.occurred_at for event in events],
        "received_at": [event.occurred_at for event in events],
        "recorded_at": [event.recorded_at for event in events],
        "quality_ok": [event.right for event in events],
        "object_type": [None if event.object_id is None else "record" for event in events],
    }
    nothing = [None] * len(events)
    arrays = [pa.array(columns.get(f.name, nothing), f.type) for f in CANONICAL]
    return pa.table(arrays, schema=CANONICAL)


def snapshot(events: Sequence[Event], timezone: str = "UTC") -> MemorySnapshot:
    """The relations of the lake over some events."""
    OPEN.append(snapshot_of(iter(canonical(events).to_batches()), timezone=timezone))
    return OPEN[-1]


def both(
    events: Sequence[Event],
    attributes: Attributes | None = None,
    *,
    profile: Profile | None = None,
    timezone: str = "UTC",
    calendar: WorkingCalendar | None = CALENDAR,
) -> tuple[Relations, Relations]:
    """Relations over the raw events and over the rollups of one log."""
    view = snapshot(events, timezone)
    return (
        Relations.from_events(view, attributes, profile=profile, calendar=calendar),
        Relations.from_rollups(view, attributes, profile=profile, calendar=calendar),
    )


def rollups(
    events: Sequence[Event],
    attributes: Attributes | None = None,
    *,
    value: Sequence[str] = ("create",),
    days_a_week: float | None = 5.0,
    calendar: WorkingCalendar = CALENDAR,
) -> Relations:
    """Relations over rollups; ``value`` names the actions expected of everyone."""
    view = snapshot(events)
    codes = view.codes(TermKind.ACTION)
    wanted = frozenset(codes[name] for name in value if name in codes)
    profile = Profile(Expectation(wanted, days_a_week))
    return Relations.from_rollups(view, attributes, profile=profile, calendar=calendar)
