"""The only doors to reminders: whoever may read a behaviour may read how it is reminded of."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.timezone import now

from uptake.capabilities.behaviours.models import BarrierReport, Behaviour, LeadersWord, WordKind
from uptake.capabilities.behaviours.queries import sees_own_team_only, visible_behaviours
from uptake.capabilities.customers.models import Person
from uptake.capabilities.customers.queries import person_of
from uptake.capabilities.reminders.models import OwnReminders, Reminder, ReminderLimits
from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor
from uptake.foundation.delivery.models import Delivery
from uptake.foundation.errors import NotFound
from uptake.foundation.models import Workspace

PREFIX = "reminder:"
"""Keys of deliveries begin with it; the number of the reminder follows."""

_COUNTED: set[str] = set()


def visible_reminders(actor: Actor) -> QuerySet[Reminder]:
    """Return the reminders of the behaviours that the actor may read."""
    found = Reminder.objects.filter(behaviour__in=visible_behaviours(actor).order_by())
    return found.select_related("behaviour", "behaviour__workspace", "chat")


def access_reminder(actor: Actor, key: int) -> Reminder:
    """Return one reminder, or say that there is none."""
    found = visible_reminders(actor).filter(pk=key).first()
    if found is None:
        raise NotFound("There is no such reminder for you; see the list of reminders.")
    return found


def visible_deliveries(actor: Actor) -> QuerySet[Delivery]:
    """Return what was sent to remind people of behaviours that the actor may change.

    Whoever decides about a message that may have been lost needs to see it; to whom it went is
    shown by name under a policy alone.
    """
    actor.require(Permission.BEHAVIOURS_WRITE)
    found = Delivery.objects.filter(workspace=actor.workspace).select_related("chat")
    if actor.account is None and not sees_own_team_only(actor):
        return found
    keys = visible_reminders(actor).values_list("pk", flat=True)
    mine = Delivery.objects.none()
    for key in keys:
        mine = mine | found.filter(key__startswith=f"{PREFIX}{key}:")
    return mine


def limits_of(workspace: Workspace) -> ReminderLimits:
    """Return how often and when people are reminded at most, as decided or as it is usual."""
    found = ReminderLimits.objects.filter(workspace=workspace).first()
    return found or ReminderLimits(workspace=workspace)


def wishes_of(person: Person) -> OwnReminders:
    """Return what a person wants of reminders, as decided or as it is usual."""
    found = OwnReminders.objects.filter(person=person).first()
    return found or OwnReminders(person=person)


def wishes_by_person(people: Iterable[Person]) -> dict[int, OwnReminders]:
    """Return what people decided about reminders, by number; who decided nothing is left out."""
    rows = OwnReminders.objects.filter(person__in=[each.pk for each in people])
    return {row.person_id: row for row in rows}


def who_wants_none(people: Iterable[Person]) -> set[int]:
    """Return who of some people switched reminders off, by number."""
    return {key for key, wishes in wishes_by_person(people).items() if wishes.is_off}


def count_as_reminders(prefix: str) -> None:
    """Have messages whose keys begin so count towards how often a person is written to."""
    _COUNTED.add(prefix)


def counted_messages(workspace: Workspace, since: datetime) -> list[tuple[int, datetime]]:
    """Return who was written to, and when, by messages that count as reminders do."""
    asked = Q(pk__in=())
    for prefix in _COUNTED:
        asked |= Q(key__startswith=prefix)
    rows = Delivery.objects.filter(asked, workspace=workspace, due_at__gt=since)
    written = list(rows.order_by("due_at").values_list("person", "due_at"))
    people = Person.objects.filter(
        workspace=workspace, external_id__in={name for name, _ in written}
    )
    known = dict(people.values_list("external_id", "pk"))
    return [(known[name], at) for name, at in written if name in known]


def myself(actor: Actor) -> Person:
    """Return the person whose reminders are the actor's own.

    Raises:
        NotFound: nobody has said which person the user is.
    """
    actor.require(Permission.CUSTOMERS_READ)
    person = person_of(actor)
    if person is None:
        raise NotFound(
            "Nobody has said which person you are in the data; ask an owner to link you under "
            "Settings, Members."
        )
    return person


def stopped(behaviours: list[Behaviour]) -> set[tuple[int, int]]:
    """Return who said that something stops them, by behaviour, and nobody acted on it since.

    It is acted on once somebody who leads people says so of that behaviour and that obstacle.
    """
    acted: dict[tuple[int, str], datetime] = {}
    words = LeadersWord.objects.filter(
        behaviour__in=behaviours, kind=WordKind.FOLLOWED_UP, said_at__lte=now()
    )
    for behaviour, obstacle, said in words.order_by("said_at").values_list(
        "behaviour_id", "obstacle", "said_at"
    ):
        acted[behaviour, obstacle] = said
    reports = BarrierReport.objects.filter(behaviour__in=behaviours).values_list(
        "behaviour_id", "person_id", "kind", "reported_at"
    )
    return {
        (behaviour, person)
        for behaviour, person, kind, at in reports
        if (last := acted.get((behaviour, kind))) is None or last < at
    }
