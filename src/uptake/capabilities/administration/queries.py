"""What administration's pages show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db.models import Q, QuerySet
from django.utils.timezone import get_current_timezone

from uptake.capabilities.administration.words import ROLE_NAMES, deed
from uptake.capabilities.customers import queries as customers
from uptake.capabilities.customers.models import Person
from uptake.foundation import activity
from uptake.foundation.access import Permission, Role
from uptake.foundation.actor import Actor
from uptake.foundation.errors import NotFound
from uptake.foundation.models import Activity, Membership, NamedView, User
from uptake.foundation.privacy import looks_at

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
MOST_SUGGESTIONS = 500


@dataclass(frozen=True, slots=True)
class Member:
    """A member as the list shows them; ``person`` is whose own work they see."""

    user: User
    role: str
    account: str
    person: str
    has_second_factor: bool


def members(actor: Actor) -> list[Member]:
    """Return the members of the workspace, owners first, then by address."""
    actor.require(Permission.MEMBERS_MANAGE)
    found = list(
        Membership.objects.filter(workspace=actor.workspace)
        .select_related("user")
        .order_by("user__email")
    )
    sealed = set(
        Authenticator.objects.filter(
            user__memberships__workspace=actor.workspace, type__in=FACTORS
        ).values_list("user_id", flat=True)
    )
    persons = dict(
        customers.visible_people(actor)
        .filter(user__in=[membership.user_id for membership in found])
        .values_list("user_id", "external_id")
    )
    ranks = list(Role)
    found.sort(key=lambda membership: ranks.index(Role(membership.role)))
    return [
        Member(
            user=membership.user,
            role=ROLE_NAMES[Role(membership.role)],
            account=membership.account,
            person=persons.get(membership.user_id, ""),
            has_second_factor=membership.user_id in sealed,
        )
        for membership in found
    ]


def access_membership(actor: Actor, user_id: int) -> Membership:
    """Return one member's membership."""
    actor.require(Permission.MEMBERS_MANAGE)
    members_here = Membership.objects.filter(workspace=actor.workspace).select_related("user")
    found = members_here.filter(user_id=user_id).first()
    if found is None:
        raise NotFound("There is no such member; somebody may have removed them just now.")
    return found


def person_of_member(actor: Actor, user: User) -> str:
    """Return the identifier of the person whose own work a member sees; empty for none."""
    linked = customers.visible_people(actor).filter(user=user).first()
    return linked.external_id if linked else ""


def account_suggestions(actor: Actor) -> list[tuple[str, str]]:
    """Return accounts to choose a limit from, by identifier and name."""
    found = customers.visible_accounts(actor).order_by("external_id")
    return list(found.values_list("external_id", "name")[:MOST_SUGGESTIONS])


@dataclass(frozen=True, slots=True)
class AuditQuestion:
    """Which part of the feed is asked for; days include both ends."""

    who: str = ""
    verb: str = ""
    first: date | None = None
    last: date | None = None


def audit(actor: Actor, question: AuditQuestion) -> QuerySet[Activity]:
    """Return what was done, newest first."""
    entries = activity.visible_activities(actor)
    if question.who:
        entries = entries.filter(
            Q(actor_name__icontains=question.who) | Q(object_label__icontains=question.who)
        )
    if question.verb:
        entries = entries.filter(verb=question.verb)
    if question.first:
        entries = entries.filter(at__gte=_moment(question.first, time.min))
    if question.last:
        entries = entries.filter(at__lte=_moment(question.last, time.max))
    return entries


def _moment(day: date, at: time) -> datetime:
    return datetime.combine(day, at, tzinfo=get_current_timezone())


def deeds(actor: Actor) -> list[tuple[str, str]]:
    """Return the verbs there are in the feed, with their words."""
    verbs = activity.visible_activities(actor).order_by("verb").values_list("verb", flat=True)
    return [(verb, deed(verb)) for verb in verbs.distinct()]


def audit_lines(entries: QuerySet[Activity]) -> Iterator[tuple[str, ...]]:
    """Return the feed as lines of a table, with a heading."""
    yield ("at", "who", "verb", "object_type", "object_id", "object", "facts")
    for entry in entries.iterator(chunk_size=1_000):
        facts = "; ".join(f"{name}: {value}" for name, value in entry.facts.items())
        yield (
            entry.at.isoformat(),
            entry.actor_name,
            entry.verb,
            entry.object_type,
            entry.object_id,
            entry.object_label,
            facts,
        )


@dataclass(frozen=True, slots=True)
class OwnPerson:
    """Who a user is in one workspace, and who has looked at them there."""

    person: Person
    looks: tuple[NamedView, ...]


def own_persons(user: User, *, most: int = 20) -> list[OwnPerson]:
    """Return the people that a user is, in each workspace of theirs."""
    persons = Person.objects.filter(user=user, workspace__memberships__user=user)
    return [
        OwnPerson(person, tuple(looks_at(person.workspace, person.external_id)[:most]))
        for person in persons.select_related("workspace")
    ]


def sessions(user: User) -> list[UserSession]:
    """Return where a user is signed in, newest first."""
    found: list[UserSession] = UserSession.objects.purge_and_list(user)
    return sorted(found, key=lambda session: session.created_at, reverse=True)
