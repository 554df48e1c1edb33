"""Logs with a known story, for pictures."""

from __future__ import annotations

from collections.abc import Sequence

from tests.metrics.logs import Event, snapshot
from uptake.capabilities.measure.build import build_picture
from uptake.capabilities.measure.picture import AdoptionPicture, Source
from uptake.metrics.attributes import Attributes

WEEKS = 12


def workdays(weeks: int = WEEKS) -> list[int]:
    """Monday to Friday of some weeks."""
    return [7 * week + day for week in range(weeks) for day in range(5)]


def steady(people: int, weeks: int = WEEKS, *, account: str = "north") -> list[Event]:
    """People who work on every working day, at a few hours of it."""
    return [
        Event(f"{account}-{person}", day, account=account, hour=hour, action=action)
        for person in range(people)
        for day in workdays(weeks)
        for hour, action in ((9, "create"), (15, "close"))
    ]


def picture(
    events: Sequence[Event], attributes: Attributes | None = None, **source: object
) -> AdoptionPicture:
    """The picture of some events."""
    told = Source("log.csv", len(events), **source)  # type: ignore[arg-type]  # named by the test
    return build_picture(snapshot(events), source=told, attributes=attributes)
