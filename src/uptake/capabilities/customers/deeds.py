"""Who did what to the record of an account: the part of the audit log that its timeline shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import CharField, Q, QuerySet
from django.db.models.functions import Cast

from uptake.capabilities.customers.queries import visible_changes, visible_deployments
from uptake.foundation.access import Permission
from uptake.foundation.activity import visible_activities
from uptake.foundation.actor import Actor
from uptake.foundation.models import Activity

MOST = 50
WORDS = MappingProxyType(
    {
        "deployment.planned": "Phases planned",
        "success.defined": "Success defined",
        "change.corrected": "A change was corrected",
    }
)
"""The deeds that are shown; go-lives, changes and what was noted stand there by themselves."""


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that somebody did, on a day of the workspace's time zone."""

    day: date
    title: str
    about: str
    by: str


def deeds(actor: Actor, account: str, product: str | None = None) -> tuple[Deed, ...]:
    """Return the newest deeds about an account, or its use of a product, for who reads the log."""
    if not actor.may(Permission.ACTIVITY_READ):
        return ()
    zone = ZoneInfo(actor.workspace.timezone)
    return tuple(
        Deed(
            found.at.astimezone(zone).date(),
            WORDS[found.verb],
            found.object_label,
            found.actor_name,
        )
        for found in _of(actor, account, product)[:MOST]
    )


def _of(actor: Actor, account: str, product: str | None) -> QuerySet[Activity]:
    deployments = visible_deployments(actor).filter(account__external_id=account)
    changes = visible_changes(actor).filter(account__external_id=account)
    if product is not None:
        deployments = deployments.filter(product__external_id=product)
        changes = changes.filter(product__external_id=product)
    about = Q(object_type="customers.deployment", object_id__in=_numbers(deployments))
    about |= Q(object_type="customers.change", object_id__in=_numbers(changes))
    return visible_activities(actor).filter(about, verb__in=list(WORDS))


def _numbers(rows: QuerySet[Any]) -> QuerySet[Any, Any]:  # Any: rows of either kind
    """The feed keeps the numbers of rows as text."""
    texts: QuerySet[Any] = rows.order_by().annotate(number=Cast("pk", CharField()))
    return texts.values_list("number", flat=True)
