"""Sending digests: once a week to whoever leads people, on their day, in their own time.

Run every hour. What is decided becomes a row and a message in one transaction: whatever dies or
runs twice, nobody is told the same week twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import structlog
from django.db import transaction
from django.utils.timezone import now

from uptake.capabilities.behaviours.leading import lines_of
from uptake.capabilities.customers.models import Person
from uptake.capabilities.digest.composing import Composed, compose, message_of
from uptake.capabilities.digest.leaving import leave_address
from uptake.capabilities.digest.models import Digest, DigestWishes, Mention
from uptake.capabilities.reminders.deciding import (
    address_of,
    calendar_of,
    is_at_work,
    is_reachable,
    policy_of,
)
from uptake.capabilities.reminders.zones import zones_of
from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor
from uptake.foundation.delivery.messages import kept_form
from uptake.foundation.delivery.models import Channel
from uptake.foundation.delivery.outbox import Recipient, When, put
from uptake.foundation.errors import DomainError
from uptake.foundation.models import Workspace
from uptake.foundation.privacy import look_at_people
from uptake.methods.behaviour.reminding import is_quiet
from uptake.store.errors import UptakeError

log = structlog.get_logger(__name__)

PAGE = "Digest"
KEY = "digest:"
"""Keys of deliveries begin with it; the number of the person and the week follow."""


def digest_all(moment: datetime | None = None) -> int:
    """Send the digests that are due in every workspace; returns how many were put out."""
    sent = 0
    for workspace in Workspace.objects.filter(behaviours__isnull=False).distinct():
        with structlog.contextvars.bound_contextvars(workspace=workspace.slug):
            try:
                sent += send_digests(workspace, moment or now())
            except UptakeError as problem:
                log.warning("digest.failed", problem=str(problem))
    return sent


def send_digests(workspace: Workspace, moment: datetime) -> int:
    """Send the digests of a workspace that are due; returns how many were put out."""
    return sum(_sent(person, moment) for person in _due(workspace, moment))


def leaders(workspace: Workspace) -> list[Person]:
    """Return who leads people, signs in, and sees teams."""
    rows = Person.objects.filter(workspace=workspace, pk__in=lines_of(workspace).leaders())
    found = rows.filter(user__is_active=True).select_related("user", "manager", "workspace")
    return [each for each in found.order_by("pk") if _actor(each).may(Permission.TEAM_METRICS_READ)]


def _actor(person: Person) -> Actor:
    if person.user is None:
        return Actor(workspace=person.workspace, user=None, role=None, name="")
    return Actor.of(person.user, person.workspace)


@dataclass(frozen=True, slots=True)
class Time:
    """When a digest is due for somebody: their local moment, and the Monday of that week."""

    local: datetime

    @property
    def week(self) -> date:
        """The Monday."""
        return self.local.date() - timedelta(days=self.local.weekday())


def time_of(person: Person, moment: datetime) -> Time:
    """Return what time it is for somebody."""
    zone = zones_of([person], person.workspace)[person.pk]
    return Time(moment.astimezone(zone))


def wishes_of(person: Person) -> DigestWishes:
    """Return what somebody wants of the digest, as decided or as it is usual."""
    found = DigestWishes.objects.filter(person=person).first()
    return found or DigestWishes(person=person)


def _due(workspace: Workspace, moment: datetime) -> list[Person]:
    limits, calendar = policy_of(workspace), calendar_of(workspace)
    found = []
    for person in leaders(workspace):
        wishes, time = wishes_of(person), time_of(person, moment)
        if wishes.is_off or not _has_come(wishes, time.local):
            continue
        chosen = wishes.pk is not None and _is_the_hour(wishes, time.local)
        if not chosen and is_quiet(limits, time.local):
            continue
        if not is_at_work(calendar, person, time.local):
            continue
        if not Digest.objects.filter(person=person, week=time.week).exists():
            found.append(person)
    return found


def _has_come(wishes: DigestWishes, local: datetime) -> bool:
    """From the chosen hour on; who was away then is told on their next day at work of that week."""
    return (local.weekday(), local.hour) >= (wishes.weekday, wishes.hour)


def _is_the_hour(wishes: DigestWishes, local: datetime) -> bool:
    return (local.weekday(), local.hour) == (wishes.weekday, wishes.hour)


def _sent(person: Person, moment: datetime) -> bool:
    actor, purpose = _actor(person), wishes_of(person).purpose
    try:
        composed = compose(actor, moment, purpose=purpose)
        return _carried_out(actor, person, composed, moment)
    except DomainError as problem:  # leads nobody any longer, or a policy ended: the next run knows
        log.warning("digest.not_sent", person=person.pk, problem=str(problem))
        return False


@transaction.atomic
def _carried_out(actor: Actor, person: Person, composed: Composed, moment: datetime) -> bool:
    """Write down that somebody is told, with the message; False where that was done, or is none."""
    week = time_of(person, moment).week
    row, is_new = Digest.objects.get_or_create(
        person=person, week=week, defaults={"decided_at": moment}
    )
    if not is_new or not composed.has_something:
        return False
    if composed.looked_at:
        purpose = wishes_of(person).purpose
        needs = Permission.TEAM_METRICS_READ
        look_at_people(actor, composed.looked_at, page=PAGE, purpose=purpose, needs=needs)
    message = message_of(composed, actor, leave=leave_address(person))
    row.said = kept_form(message)
    when = When(moment, moment + timedelta(days=4))
    key = f"{KEY}{person.pk}:{week.isoformat()}"
    row.delivery = put(actor.workspace, key, message, to=_recipient(person), when=when)[0]
    row.save(update_fields=["said", "delivery"])
    Mention.objects.bulk_create(Mention(digest=row, person=each) for each in composed.named)
    return True


def _recipient(person: Person) -> Recipient:
    """By mail where mail reaches them, else in Uptake."""
    if is_reachable(person, Channel.MAIL):
        return Recipient(Channel.MAIL, person=person.external_id, address=address_of(person))
    return Recipient(Channel.PRODUCT, person=person.external_id, user=person.user)
