"""Who is to be reminded of what at a moment, and why everybody else is not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from uptake.capabilities.behaviours.models import Behaviour, Status
from uptake.capabilities.customers.models import Person
from uptake.capabilities.reminders.gaps import Gap, Running, Stand, stand
from uptake.capabilities.reminders.models import OwnReminders, Reminded, Reminder
from uptake.capabilities.reminders.queries import counted_messages, limits_of, stopped
from uptake.capabilities.reminders.zones import zone_of
from uptake.config import load_settings
from uptake.foundation.delivery.models import Channel
from uptake.foundation.models import Workspace
from uptake.methods.adoption.calendar import WorkingCalendar
from uptake.methods.behaviour.attainment import Standing
from uptake.methods.behaviour.periods import Period
from uptake.methods.behaviour.reminding import (
    LONGEST_GAP,
    Policy,
    Reason,
    Situation,
    decide,
    is_held_out,
)

MEASURED = frozenset({Reason.DUE, Reason.HELD_OUT})
"""Whoever is one of these belongs to the comparison of a wording."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What is decided about one person and one reminder; ``local`` is the person's own time."""

    reminder: Reminder
    person: Person
    reason: Reason
    local: datetime
    period: Period
    gap: Gap
    running: Running


@dataclass(slots=True)
class Ledger:
    """When each person was reminded lately: of anything, and of each behaviour."""

    of_anything: dict[int, list[datetime]]
    of_this: dict[tuple[int, int], list[datetime]]

    @classmethod
    def of(cls, workspace: Workspace, moment: datetime) -> Ledger:
        """Read it from what was decided."""
        ledger = cls(defaultdict(list), defaultdict(list))
        rows = Reminded.objects.filter(
            reminder__behaviour__workspace=workspace,
            is_held_out=False,
            decided_at__gt=moment - LONGEST_GAP,
        )
        for person, behaviour, at in rows.values_list(
            "person_id", "reminder__behaviour_id", "decided_at"
        ):
            ledger.note(person, behaviour, at)
        for person, at in counted_messages(workspace, moment - LONGEST_GAP):
            ledger.of_anything[person].append(at)
        return ledger

    def note(self, person: int, behaviour: int, at: datetime) -> None:
        """Write down that somebody is reminded."""
        self.of_anything[person].append(at)
        self.of_this[person, behaviour].append(at)


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything that decisions of a workspace at a moment rest on."""

    workspace: Workspace
    moment: datetime
    stand: Stand
    limits: Policy
    calendar: WorkingCalendar
    wishes: dict[int, OwnReminders]
    people: dict[str, Person]
    stopped: set[tuple[int, int]]
    ledger: Ledger


def reminders_on(workspace: Workspace) -> list[Reminder]:
    """Return the reminders that are on, of behaviours that people are asked for."""
    found = Reminder.objects.filter(
        behaviour__workspace=workspace, behaviour__status=Status.LIVE, is_on=True
    )
    return list(found.select_related("behaviour", "chat").order_by("pk"))


def scene(workspace: Workspace, reminders: Sequence[Reminder], moment: datetime) -> Scene:
    """Gather what decisions rest on."""
    behaviours = _behaviours(reminders)
    known = stand(workspace, behaviours, moment)
    names = {gap.person for each in known.running for gap in each.gaps}
    people = Person.objects.filter(workspace=workspace).select_related("manager", "user")
    found = {person.external_id: person for person in people if person.external_id in names}
    wishes = OwnReminders.objects.filter(person__workspace=workspace)
    return Scene(
        workspace=workspace,
        moment=moment,
        stand=known,
        limits=policy_of(workspace),
        calendar=calendar_of(workspace),
        wishes={each.person_id: each for each in wishes},
        people=found,
        stopped=stopped(behaviours),
        ledger=Ledger.of(workspace, moment),
    )


def _behaviours(reminders: Sequence[Reminder]) -> list[Behaviour]:
    return list({each.behaviour_id: each.behaviour for each in reminders}.values())


def policy_of(workspace: Workspace) -> Policy:
    """Return how often and when people of a workspace are written to at most."""
    kept = limits_of(workspace)
    return Policy(
        most_a_week=kept.most_a_week,
        quiet_from=kept.quiet_from,
        quiet_to=kept.quiet_to,
        weekdays=frozenset(kept.weekdays),
    )


def calendar_of(workspace: Workspace) -> WorkingCalendar:
    """Public holidays of the workspace's country; its weekdays are said by the limits."""
    every_day = WorkingCalendar(days_off=frozenset())
    return every_day.at(workspace.country) if workspace.country else every_day


def decisions(found: Scene, reminders: Sequence[Reminder]) -> Iterator[Decision]:
    """Decide about everybody, the nearest deadline first; who is reminded counts at once."""
    running = {each.behaviour.pk: each for each in found.stand.running}
    ready = [
        (each, at)
        for each in reminders
        if not each.is_to_a_group
        and (at := running.get(each.behaviour_id)) is not None
        and at.period is not None
    ]
    for reminder, at in sorted(ready, key=lambda pair: (_due(pair[1]), pair[0].pk)):
        for gap in at.gaps:
            person = found.people.get(gap.person)
            if person is None or at.period is None:
                continue
            decided = _decided(found, reminder, at, at.period, gap, person)
            if decided.reason is Reason.DUE:
                found.ledger.note(person.pk, reminder.behaviour_id, found.moment)
            yield decided


def _due(running: Running) -> datetime:
    return running.period.due if running.period else datetime.max.replace(tzinfo=UTC)


def _decided(  # the arguments are one decision's facts
    found: Scene, reminder: Reminder, running: Running, period: Period, gap: Gap, person: Person
) -> Decision:
    wishes = found.wishes.get(person.pk)
    zone = zone_of(person, wishes, found.workspace)
    local = found.moment.astimezone(zone)
    left = period.due - found.moment
    situation = Situation(
        done=gap.standing is Standing.MET,
        due=gap.standing is Standing.OPEN,
        blocked=(reminder.behaviour_id, person.pk) in found.stopped,
        opted_out=wishes is not None and wishes.is_off,
        held_out=is_held_out(
            reminder.template, person.external_id, period.label, found.limits.hold_out
        ),
        met_in_a_row=gap.met_in_a_row,
        sent=found.ledger.of_anything[person.pk],
        sent_about_this=found.ledger.of_this[person.pk, reminder.behaviour_id],
        near=timedelta(0) < left <= timedelta(hours=reminder.lead_hours),
        reachable=is_reachable(person, Channel(reminder.channel)),
        at_work=is_at_work(found.calendar, person, local),
        chosen=is_chosen(wishes, local),
    )
    reason = decide(found.limits, situation, local)
    return Decision(reminder, person, reason, local, period, gap, running)


def is_reachable(person: Person, channel: Channel) -> bool:
    """Say whether somebody can be written to by a way, as far as Uptake knows."""
    if channel is Channel.PRODUCT:
        return person.user_id is not None
    return bool(load_settings().mail_url) and "@" in address_of(person)


def address_of(person: Person) -> str:
    """Return the mail address of a person: the one on record, else the one they sign in with."""
    return person.email or (person.user.email if person.user else "")


def is_at_work(calendar: WorkingCalendar, person: Person, local: datetime) -> bool:
    """Say whether somebody works on a day of their own: no public holiday, and not on leave."""
    day = local.date()
    if not calendar.is_working(day):
        return False
    if person.leave_starts_on is None:
        return True
    return not person.leave_starts_on <= day <= (person.leave_ends_on or day)


def is_chosen(wishes: OwnReminders | None, local: datetime) -> bool | None:
    """Say whether somebody chose this time; None where they chose none."""
    if wishes is None or not (wishes.hours or wishes.weekdays):
        return None
    if wishes.weekdays and local.weekday() not in wishes.weekdays:
        return False
    return local.hour in wishes.hours if wishes.hours else None
