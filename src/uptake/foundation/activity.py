"""The activity feed: what somebody did, written with the deed and offered to subscribers after.

A row is part of the same transaction as the deed: both are there or neither. Subscribers (mail,
notifications, playbooks) get the row once the transaction is on disk; one that fails is logged and
stops nobody else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import partial

import structlog
from django.db import models, transaction
from django.db.models import QuerySet

from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor
from uptake.foundation.models import Activity

log = structlog.get_logger(__name__)

Fact = str | int | float | bool | None | date | datetime | Decimal
Subscriber = Callable[[Activity], None]
_subscribers: dict[str, list[Subscriber]] = {}


def subscribe(verb: str) -> Callable[[Subscriber], Subscriber]:
    """Decorate a function to be offered every activity of this verb after it is committed."""

    def register(subscriber: Subscriber) -> Subscriber:
        _subscribers.setdefault(verb, []).append(subscriber)
        return subscriber

    return register


def record(actor: Actor, verb: str, subject: models.Model | None = None, **facts: Fact) -> Activity:
    """Write down that the actor did this to the subject; facts are shown and kept as they are."""
    activity = Activity.objects.create(
        workspace=actor.workspace,
        user=actor.user,
        actor_name=actor.name,
        verb=verb,
        object_type=subject._meta.label_lower if subject else "",
        object_id=str(subject.pk) if subject else "",
        object_label=str(subject)[:200] if subject else "",
        facts=_plain(facts),
    )
    transaction.on_commit(partial(_offer, activity))
    return activity


def visible_activities(actor: Actor) -> QuerySet[Activity]:
    """Return what happened in the actor's workspace, newest first."""
    actor.require(Permission.ACTIVITY_READ)
    return Activity.objects.filter(workspace=actor.workspace)


def _plain(facts: Mapping[str, Fact]) -> dict[str, str | int | float | bool | None]:
    return {
        name: value if isinstance(value, str | int | float | bool | None) else str(value)
        for name, value in facts.items()
    }


def _offer(activity: Activity) -> None:
    for subscriber in _subscribers.get(activity.verb, ()):
        try:
            subscriber(activity)
        except Exception:
            log.exception("activity.subscriber_failed", verb=activity.verb, activity=activity.pk)
