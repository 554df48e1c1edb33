"""Reminders to test with: of a behaviour whose week runs to Sunday 25 May 2025."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from tests.capabilities.behaviours.test_keeping import asked
from tests.cast import Cast
from uptake.capabilities.reminders.actions import ReminderFacts, switch_reminder, write_reminder
from uptake.capabilities.reminders.models import Reminder
from uptake.capabilities.reminders.wording import Words
from uptake.foundation.delivery.models import Channel

WEDNESDAY = datetime(2025, 5, 21, 9, tzinfo=UTC)
"""In the twelfth week, of which Monday is known: p0, p2 ... have met it, p1, p3 ... have not."""

FACTS = ReminderFacts(
    name="Midweek",
    channel=Channel.MAIL,
    lead_hours=120,
    words=Words("{behaviour}: {left} left", "Hello {name},\n\n{what} until {until}.\n\n{why}"),
)


def reminder(
    cast: Cast, *, on: bool = True, behaviour: int | None = None, **facts: Any
) -> Reminder:
    """A reminder by mail of a behaviour that is asked of everybody."""
    about = behaviour or asked(cast).pk
    written = write_reminder(cast.edith, about, replace(FACTS, **facts))
    return switch_reminder(cast.edith, written.pk, on=True) if on else written
