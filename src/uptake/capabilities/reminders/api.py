"""Reminders over the API: what is reminded of, whether it helps, and what became of messages."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from ninja import Query
from pydantic import Field

from uptake.capabilities.reminders.lifting import MeasuredLift, lift_of
from uptake.capabilities.reminders.models import Reminder
from uptake.capabilities.reminders.queries import (
    access_reminder,
    visible_deliveries,
    visible_reminders,
)
from uptake.foundation.access import Permission
from uptake.foundation.api.callers import ApiRequest
from uptake.foundation.api.endpoints import Endpoints
from uptake.foundation.api.paging import Listed, Paging, page_of_rows
from uptake.foundation.api.shapes import RowId, Shape
from uptake.foundation.delivery.models import Delivery

READ, WRITE = Permission.BEHAVIOURS_READ, Permission.BEHAVIOURS_WRITE

reminders = Endpoints("Reminders")


class LiftShape(Shape):
    """Whether a wording helps: met among the reminded less met among those held out."""

    state: Annotated[str, Field(examples=["measured"])]
    """`measured`, or `suppressed` while there are too few people on a side, or a channel."""
    value: Annotated[float | None, Field(examples=[0.021])]
    """The difference of the two shares; null where there is none."""
    low: Annotated[float | None, Field(examples=[-0.012])]
    """Lower end of its 95 % interval."""
    high: Annotated[float | None, Field(examples=[0.054])]
    """Upper end of its 95 % interval."""
    reminded: Annotated[int | None, Field(examples=[1834])]
    """People and periods that were reminded; null where they are too few to tell."""
    held_out: Annotated[int | None, Field(examples=[201])]
    """People and periods that were held out; null where they are too few to tell."""
    sentence: Annotated[str, Field(examples=["+2 percentage points (-1 to +5)."])]
    """The same in words, or why there is none."""

    @classmethod
    def of(cls, found: MeasuredLift) -> LiftShape:
        """Return a lift as the API tells it."""
        lift = found.lift
        interval = lift.interval if lift else None
        return cls(
            state="measured" if lift else "suppressed",
            value=lift.lift if lift else None,
            low=interval.low if interval else None,
            high=interval.high if interval else None,
            reminded=found.reminded if lift else None,
            held_out=found.held_out if lift else None,
            sentence=found.sentence,
        )


class ReminderShape(Shape):
    """A reminder of a behaviour."""

    id: RowId
    """Its number."""
    behaviour: RowId
    """The number of the behaviour."""
    name: Annotated[str, Field(examples=["Thursday noon"])]
    """What it is called."""
    channel: Annotated[str, Field(examples=["mail"])]
    """By which way it goes: `product`, `mail`, `calendar`, `slack` or `teams`."""
    lead_hours: Annotated[int, Field(examples=[24])]
    """It begins so many hours before the deadline."""
    subject: Annotated[str, Field(examples=["{what}: {left} left until {until}"])]
    """Its subject, with places in braces."""
    text: Annotated[str, Field(examples=["{left} left until {until}"])]
    """Its text, with places in braces."""
    version: Annotated[int, Field(examples=[1])]
    """Which wording it is; lift is that of this wording."""
    is_on: bool
    """Whether people get it."""
    lift: LiftShape
    """Whether it helps."""

    @classmethod
    def of(cls, row: Reminder, *, fewest: int) -> ReminderShape:
        """Return a reminder as the API tells it."""
        return cls(
            id=row.pk,
            behaviour=row.behaviour_id,
            name=row.name,
            channel=row.channel,
            lead_hours=row.lead_hours,
            subject=row.subject,
            text=row.text,
            version=row.version,
            is_on=row.is_on,
            lift=LiftShape.of(lift_of(row, fewest=fewest)),
        )


class MessageShape(Shape):
    """A message and what became of it; to whom it went is not told."""

    id: RowId
    """Its number."""
    channel: Annotated[str, Field(examples=["mail"])]
    """By which way it goes."""
    state: Annotated[str, Field(examples=["sent"])]
    """`queued`, `claimed`, `sending`, `sent`, `failed`, `unknown` or `expired`."""
    due_at: datetime
    """From when on it may leave."""
    finished_at: datetime | None
    """When its outcome was known."""
    attempts: Annotated[int, Field(examples=[1])]
    """How often it was tried."""
    said: Annotated[str, Field(examples=["250: taken"])]
    """What the last attempt was answered."""

    @classmethod
    def of(cls, row: Delivery) -> MessageShape:
        """Return a message as the API tells it."""
        return cls(
            id=row.pk,
            channel=row.channel,
            state=row.state,
            due_at=row.due_at,
            finished_at=row.finished_at,
            attempts=row.attempts,
            said=row.said,
        )


@reminders.get("/reminders", answers=Listed[ReminderShape], needs=READ)
def list_reminders(request: ApiRequest, paging: Query[Paging]) -> Listed[ReminderShape]:
    """List reminders with whether they help, by number."""
    fewest = request.actor.workspace.minimum_group
    return page_of_rows(
        visible_reminders(request.actor),
        paging,
        order=("pk",),
        show=lambda row: ReminderShape.of(row, fewest=fewest),
    )


@reminders.get("/reminders/{reminder}", answers=ReminderShape, needs=READ)
def get_reminder(request: ApiRequest, reminder: RowId) -> ReminderShape:
    """Show one reminder and whether it helps."""
    found = access_reminder(request.actor, reminder)
    return ReminderShape.of(found, fewest=request.actor.workspace.minimum_group)


@reminders.get("/messages", answers=Listed[MessageShape], needs=WRITE)
def list_messages(request: ApiRequest, paging: Query[Paging]) -> Listed[MessageShape]:
    """List messages and what became of them, the newest first."""
    return page_of_rows(
        visible_deliveries(request.actor), paging, order=("-pk",), show=MessageShape.of
    )


ROUTERS = (reminders.router,)
