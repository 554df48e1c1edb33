"""Reminding: what was decided becomes rows, and messages in the outbox, once each.

Run every hour. A person gets one reminder of one wording a day at most, whatever runs twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr
from zoneinfo import ZoneInfo

import structlog
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.timezone import now

from uptake.capabilities.behaviours.models import Status
from uptake.capabilities.reminders.deciding import (
    MEASURED,
    Decision,
    Scene,
    address_of,
    decisions,
    reminders_on,
    scene,
)
from uptake.capabilities.reminders.gaps import Running
from uptake.capabilities.reminders.leaving import leave_address
from uptake.capabilities.reminders.models import Reminded, Reminder
from uptake.capabilities.reminders.queries import PREFIX
from uptake.capabilities.reminders.wording import filled, paragraphs
from uptake.config import load_settings
from uptake.formats.calendar_text import CalendarEvent, calendar_text
from uptake.foundation.delivery.messages import Message
from uptake.foundation.delivery.models import Channel, Delivery
from uptake.foundation.delivery.outbox import Recipient, When, put
from uptake.foundation.models import Workspace
from uptake.methods.behaviour.attainment import Standing
from uptake.methods.behaviour.periods import Period
from uptake.methods.behaviour.reminding import Reason, is_quiet
from uptake.store.errors import UptakeError

log = structlog.get_logger(__name__)

BLOCK = timedelta(minutes=15)
"""How long an invitation takes in a calendar, ending at the deadline."""

ALARM = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Done:
    """How many people were reminded and held out, and how many groups."""

    reminded: int = 0
    held_out: int = 0
    groups: int = 0


def remind_all(moment: datetime | None = None) -> int:
    """Remind whoever is due in every workspace; returns how many messages were put out."""
    sent = 0
    live = Reminder.objects.filter(
        behaviour__workspace=OuterRef("pk"), behaviour__status=Status.LIVE, is_on=True
    )
    for workspace in Workspace.objects.filter(Exists(live)):
        with structlog.contextvars.bound_contextvars(workspace=workspace.slug):
            try:
                done = remind(workspace, moment or now())
            except UptakeError as problem:
                log.warning("reminders.failed", problem=str(problem))
                continue
            log.info("reminders.decided", reminded=done.reminded, held_out=done.held_out)
            sent += done.reminded + done.groups
    return sent


def remind(workspace: Workspace, moment: datetime) -> Done:
    """Remind whoever is due in a workspace, and judge what came of earlier reminders."""
    reminders = reminders_on(workspace)
    found = scene(workspace, reminders, moment)
    judge_ended(found)
    reminded = held_out = 0
    for decision in decisions(found, reminders):
        if decision.reason in MEASURED and _carried_out(found, decision):
            reminded += decision.reason is Reason.DUE
            held_out += decision.reason is Reason.HELD_OUT
    groups = sum(_told_group(found, each) for each in reminders if each.is_to_a_group)
    return Done(reminded, held_out, groups)


@transaction.atomic
def _carried_out(found: Scene, decision: Decision) -> bool:
    """Write a decision down, with its message; False where that was done today already."""
    row, is_new = Reminded.objects.get_or_create(
        reminder=decision.reminder,
        person=decision.person,
        day=decision.local.date(),
        defaults={
            "version": decision.reminder.version,
            "decided_at": found.moment,
            "period": decision.period.first,
            "closes": decision.period.closes,
            "is_held_out": decision.reason is Reason.HELD_OUT,
        },
    )
    if is_new and decision.reason is Reason.DUE:
        row.delivery = _put(found, decision)
        row.save(update_fields=["delivery"])
    return is_new


def _put(found: Scene, decision: Decision) -> Delivery:
    reminder, person = decision.reminder, decision.person
    channel = Channel(reminder.channel)
    day = decision.local.date().isoformat()
    to = Recipient(
        channel,
        person=person.external_id,
        address="" if channel is Channel.PRODUCT else address_of(person),
        user=person.user if channel is Channel.PRODUCT else None,
    )
    when = When(found.moment, decision.period.due)
    key = f"{PREFIX}{reminder.pk}:{person.pk}:{day}"
    return put(found.workspace, key, message_for(found, decision), to=to, when=when)[0]


def message_for(found: Scene, decision: Decision) -> Message:
    """Return what a person is told."""
    reminder, person = decision.reminder, decision.person
    zone = decision.local.tzinfo
    facts = _facts(decision.running, decision.period, zone if isinstance(zone, ZoneInfo) else None)
    facts |= {
        "name": person.name or person.external_id,
        "left": "something is" if not decision.gap.left else _left(decision.gap.left),
        "manager": (person.manager.name or "") if person.manager else "",
    }
    subject = filled(reminder.subject, facts)
    link = _address("behaviours:my_week", found.workspace)
    by_mail = reminder.channel in (Channel.MAIL, Channel.CALENDAR)
    as_of = f"{found.stand.as_of:%A} {found.stand.as_of}" if found.stand.as_of else "today"
    return Message(
        subject=subject,
        paragraphs=paragraphs(filled(reminder.text, facts)),
        link=link,
        link_words="Open My week",
        calendar=_invitation(found, decision, subject, link) if _is_invited(reminder) else "",
        leave=leave_address(person) if by_mail else "",
        why=f"You get this because it is asked of you. Uptake knows what was done to {as_of}.",
    )


def _is_invited(reminder: Reminder) -> bool:
    return reminder.channel == Channel.CALENDAR


def _facts(running: Running, period: Period, zone: ZoneInfo | None) -> dict[str, str]:
    definition = running.definition
    due = period.due.astimezone(zone) if zone else period.due
    return {
        "behaviour": running.behaviour.name,
        "what": definition.statement or running.behaviour.name,
        "until": f"{due:%A %H:%M}",
        "why": definition.reason,
        "depends": definition.depends_on,
    }


def _left(number: int) -> str:
    return f"{number} is" if number == 1 else f"{number} are"


def _invitation(found: Scene, decision: Decision, subject: str, link: str) -> str:
    due = decision.period.due
    event = CalendarEvent(
        uid=f"reminder-{decision.reminder.pk}-{decision.person.pk}-{decision.period.label}@uptake",
        stamp=found.moment,
        start=due - BLOCK,
        end=due,
        summary=subject,
        description=decision.running.definition.reason,
        url=link,
        alarm=ALARM,
        attendee=address_of(decision.person),
        organizer=_sender(),
    )
    return calendar_text([event], method="REQUEST")


def _sender() -> str:
    return parseaddr(load_settings().mail_from)[1]


def _address(view: str, workspace: Workspace) -> str:
    path = reverse(view, kwargs={"workspace": workspace.slug})
    return f"{load_settings().public_url}{path}"


def _told_group(found: Scene, reminder: Reminder) -> bool:
    """Write to a channel once a period: how many have not done it yet, never who."""
    about = (each for each in found.stand.running if each.behaviour.pk == reminder.behaviour_id)
    running = next(about, None)
    if running is None or running.period is None or reminder.chat is None:
        return False
    period, local = running.period, found.moment.astimezone(ZoneInfo(found.workspace.timezone))
    left = period.due - found.moment
    is_near = timedelta(0) < left <= timedelta(hours=reminder.lead_hours)
    fewest = found.workspace.minimum_group
    if not is_near or running.open_gaps < fewest or is_quiet(found.limits, local):
        return False
    if not found.calendar.is_working(local.date()):
        return False
    facts = _facts(running, period, ZoneInfo(found.workspace.timezone))
    facts["left"] = f"{running.open_gaps} people"
    said = Message(
        subject=filled(reminder.subject, facts),
        paragraphs=paragraphs(filled(reminder.text, facts)),
        link=_address("behaviours:my_week", found.workspace),
        link_words="Open My week",
    )
    key = f"{PREFIX}{reminder.pk}:group:{period.label}"
    to = Recipient(Channel(reminder.channel), chat=reminder.chat)
    return put(found.workspace, key, said, to=to, when=When(found.moment, period.due))[1]


def judge_ended(found: Scene) -> int:
    """Write down of earlier reminders whether the person met it in the end; returns of how many."""
    ended: dict[int, Running] = {each.behaviour.pk: each for each in found.stand.running}
    rows = Reminded.objects.filter(
        reminder__behaviour__in=list(ended), judged_at=None, closes__lte=found.moment
    ).select_related("reminder", "person")
    judged: list[Reminded] = []
    for row in rows:
        known = ended[row.reminder.behaviour_id].ended
        standing = known.get((row.period, row.person.external_id))
        if standing is not None and standing is not Standing.OPEN:
            row.met = standing is Standing.MET if standing <= Standing.MET else None
            row.judged_at = found.moment
            judged.append(row)
    Reminded.objects.bulk_update(judged, ["met", "judged_at"], batch_size=500)
    return len(judged)
