"""Under which policy people may be named, and who has looked at whom.

Without a policy in force everybody sees groups only. Each look at a named person is written down,
and that person can read it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import QuerySet
from django.utils.timezone import localdate

from uptake.foundation import activity
from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor
from uptake.foundation.errors import Invalid, NotAllowed
from uptake.foundation.models import NamedView, Workspace

SMALLEST_GROUP = 5
LARGEST_MINIMUM = 100


@dataclass(frozen=True, slots=True)
class NamedViewsPolicy:
    """Who decided that people may be named, on which legal basis, for what, and until when."""

    decided_by: str
    legal_basis: str
    scope: str
    decided_on: date
    expires_on: date

    def is_in_force(self, day: date) -> bool:
        """Say whether it applies on a day."""
        return self.decided_on <= day <= self.expires_on


def policy_of(workspace: Workspace) -> NamedViewsPolicy | None:
    """Return the policy that was recorded, in force or not."""
    decided, expires = workspace.named_views_decided_on, workspace.named_views_expire_on
    if decided is None or expires is None:
        return None
    return NamedViewsPolicy(
        decided_by=workspace.named_views_decided_by,
        legal_basis=workspace.named_views_legal_basis,
        scope=workspace.named_views_scope,
        decided_on=decided,
        expires_on=expires,
    )


def policy_in_force(workspace: Workspace) -> NamedViewsPolicy | None:
    """Return the policy under which people may be named today, if there is one."""
    policy = policy_of(workspace)
    return policy if policy and policy.is_in_force(localdate()) else None


@transaction.atomic
def allow_named_views(actor: Actor, policy: NamedViewsPolicy) -> Workspace:
    """Record the decision that people may be named.

    Raises:
        Invalid: something that the record needs is missing, or it ends before it begins.
    """
    actor.require(Permission.PRIVACY_MANAGE)
    if not (policy.decided_by.strip() and policy.legal_basis.strip() and policy.scope.strip()):
        raise Invalid("Say who decided, on which legal basis, and for what people are named.")
    if policy.expires_on < max(policy.decided_on, localdate()):
        raise Invalid("The policy would end before it begins; choose a later last day.")
    workspace = _lock(actor)
    workspace.named_views_decided_by = policy.decided_by.strip()
    workspace.named_views_legal_basis = policy.legal_basis.strip()
    workspace.named_views_scope = policy.scope.strip()
    workspace.named_views_decided_on = policy.decided_on
    workspace.named_views_expire_on = policy.expires_on
    workspace.save()
    activity.record(
        actor,
        "named_views.allowed",
        workspace,
        legal_basis=policy.legal_basis,
        until=policy.expires_on,
    )
    return workspace


@transaction.atomic
def forbid_named_views(actor: Actor) -> Workspace:
    """Withdraw the policy: from now on everybody sees groups only."""
    actor.require(Permission.PRIVACY_MANAGE)
    workspace = _lock(actor)
    workspace.named_views_decided_on = workspace.named_views_expire_on = None
    workspace.save(update_fields=["named_views_decided_on", "named_views_expire_on"])
    activity.record(actor, "named_views.forbidden", workspace)
    return workspace


@transaction.atomic
def set_minimum_group(actor: Actor, people: int) -> Workspace:
    """Decide how many people a number must be about to be shown; never fewer than five."""
    actor.require(Permission.PRIVACY_MANAGE)
    if not SMALLEST_GROUP <= people <= LARGEST_MINIMUM:
        raise Invalid(f"Groups have {SMALLEST_GROUP} to {LARGEST_MINIMUM} people at least.")
    workspace = _lock(actor)
    before = workspace.minimum_group
    workspace.minimum_group = people
    workspace.save(update_fields=["minimum_group"])
    activity.record(actor, "minimum_group.set", workspace, before=before, after=people)
    return workspace


@transaction.atomic
def look_at_people(
    actor: Actor,
    people: Collection[str],
    *,
    page: str,
    purpose: str,
    needs: Permission = Permission.PEOPLE_READ,
) -> None:
    """Write down that the actor looks at named people now; call it before showing anything.

    Looking at oneself is not written down: leave oneself out of ``people``. ``needs``: which
    permission opens the page, for those who may name the people they lead and nobody else.

    Raises:
        NotAllowed: no policy allows naming people today, or the actor's role does not.
        Invalid: no purpose was given.
    """
    actor.require(needs)
    if policy_in_force(actor.workspace) is None:
        raise NotAllowed(
            "People are not named here: no policy allows it today. An owner can record one under "
            "Settings, Privacy."
        )
    if not purpose.strip():
        raise Invalid("Say what you need the names for; the people will read it.")
    NamedView.objects.bulk_create(
        NamedView(
            workspace=actor.workspace,
            person=person,
            viewer=actor.user,
            viewer_name=actor.name,
            page=page,
            purpose=purpose.strip()[:200],
        )
        for person in people
    )


def looks_at(workspace: Workspace, person: str) -> QuerySet[NamedView]:
    """Return who has looked at a person, newest first; show it to that person alone."""
    return NamedView.objects.filter(workspace=workspace, person=person).select_related("viewer")


def visible_looks(actor: Actor) -> QuerySet[NamedView]:
    """Return every look at named people, newest first, for who answers for privacy."""
    actor.require(Permission.PRIVACY_MANAGE)
    return NamedView.objects.filter(workspace=actor.workspace).select_related("viewer")


def shown_groups(groups: Iterable[str], *, fewest: int) -> tuple[list[str], int]:
    """Return the groups with enough answers, the largest first, and how many are hidden.

    ``groups``: the group of each answer, empty for none. Those hidden are more than one group, and
    have enough answers together: else what they said would be the whole less what is shown.
    """
    counts = Counter(groups)
    ordered = sorted(counts, key=lambda name: (-counts[name], name))
    shown = [name for name in ordered if name and counts[name] >= fewest]
    hidden = [name for name in ordered if name not in shown]
    while hidden and shown and (len(hidden) < 2 or sum(counts[n] for n in hidden) < fewest):
        hidden.append(shown.pop())
    return shown, len(hidden)


def large_enough(groups: Mapping[str, int], *, rest: int, fewest: int) -> list[str]:
    """Return the groups that can be told, so that what is left is of nobody or of enough people.

    ``groups``: how many in each; ``rest``: how many in none of them.
    """
    ordered = sorted(groups, key=lambda name: (-groups[name], name))
    shown = [name for name in ordered if groups[name] >= fewest]
    left = rest + sum(groups.values()) - sum(groups[name] for name in shown)
    while shown and 0 < left < fewest:
        left += groups[shown.pop()]
    return shown


def _lock(actor: Actor) -> Workspace:
    return Workspace.objects.select_for_update().get(pk=actor.workspace.pk)
