"""Who would be reminded tomorrow, and why the others would not: as numbers of people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from uptake.capabilities.reminders.deciding import Scene, decisions, scene
from uptake.capabilities.reminders.models import OwnReminders, Reminder
from uptake.capabilities.reminders.queries import limits_of
from uptake.foundation.actor import Actor
from uptake.foundation.privacy import look_at_people
from uptake.methods.behaviour.reminding import Reason

PAGE = "Reminders"
OTHERS = "other reasons, each for too few people to tell"


@dataclass(frozen=True, slots=True)
class PreviewLine:
    """A reason and how many people it holds for."""

    reason: str
    people: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What a reminder would do at a moment; ``missing`` says why nothing can be said."""

    moment: datetime
    people: int = 0
    lines: tuple[PreviewLine, ...] = ()
    missing: str = ""

    @property
    def reminded(self) -> int | None:
        """How many would be reminded; None: too few to tell, or nobody."""
        found = {line.reason: line.people for line in self.lines}
        return found.get(Reason.DUE.value)


@dataclass(frozen=True, slots=True)
class NamedPreview:
    """Somebody by name and what would be decided about them."""

    name: str
    reason: str


def preview(reminder: Reminder, *, today: datetime) -> Preview:
    """Return what a reminder would do tomorrow at the first hour that is not quiet.

    As if it were on, on what is known today; hours that people chose for themselves are taken as
    met.
    """
    moment = _tomorrow(reminder, today)
    if reminder.is_to_a_group:
        return Preview(moment, missing="It goes to a channel and names nobody.")
    found = _stage(reminder, moment)
    reasons = Counter(reason for _name, reason in _drawn(found, reminder))
    if not reasons:
        missing = "Nothing is known yet of the period that runs then."
        return Preview(moment, missing=missing)
    fewest = found.workspace.minimum_group
    total = sum(reasons.values())
    if total < fewest:
        return Preview(moment, missing=f"Numbers are told of {fewest} people or more.")
    return Preview(moment, total, told(reasons, fewest))


def name_preview(
    actor: Actor, reminder: Reminder, *, today: datetime, purpose: str
) -> list[NamedPreview]:
    """Write down that the actor looks at who would be reminded, then return them by name.

    Raises:
        NotAllowed: no policy allows naming people, or the actor's role does not.
        Invalid: no purpose was given.
    """
    look_at_people(actor, (), page=PAGE, purpose=purpose)
    found = _stage(reminder, _tomorrow(reminder, today))
    drawn = list(_drawn(found, reminder))
    people = [name for name, _reason in drawn]
    look_at_people(actor, people, page=PAGE, purpose=purpose)
    known = found.people
    rows = [NamedPreview(known[p].name or p, reason.value) for p, reason in drawn]
    return sorted(rows, key=lambda row: (row.reason != Reason.DUE.value, row.reason, row.name))


def _stage(reminder: Reminder, moment: datetime) -> Scene:
    """What decisions rest on, with the hours that people chose taken as met."""
    found = scene(reminder.behaviour.workspace, [reminder], moment)
    wishes = {person: _at_any_hour(each) for person, each in found.wishes.items()}
    return replace(found, wishes=wishes)


def _at_any_hour(wishes: OwnReminders) -> OwnReminders:
    return OwnReminders(
        person_id=wishes.person_id,
        is_off=wishes.is_off,
        weekdays=wishes.weekdays,
        timezone=wishes.timezone,
    )


def _drawn(found: Scene, reminder: Reminder) -> Iterator[tuple[str, Reason]]:
    for decision in decisions(found, [reminder]):
        yield decision.person.external_id, decision.reason


def told(reasons: Mapping[Reason, int], fewest: int) -> tuple[PreviewLine, ...]:
    """Return how many people each reason holds for, none of them of too few people.

    What holds for too few is put together, with the next smallest if that is still too few, so
    that nothing can be worked out from the total.
    """
    rising = sorted(reasons.items(), key=lambda pair: pair[1])
    together = 0
    while rising and (rising[0][1] < fewest or 0 < together < fewest):
        together += rising.pop(0)[1]
    lines = [PreviewLine(reason.value, people) for reason, people in reversed(rising)]
    if together:
        lines.append(PreviewLine(OTHERS, together))
    return tuple(lines)


def _tomorrow(reminder: Reminder, today: datetime) -> datetime:
    """Tomorrow, an hour after the quiet hours end where the workspace is."""
    workspace = reminder.behaviour.workspace
    limits = limits_of(workspace)
    zone = ZoneInfo(workspace.timezone)
    day = today.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(day, limits.quiet_to, zone) + timedelta(hours=1)
