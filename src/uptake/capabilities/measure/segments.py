"""Saved segments of the portfolio: saving, showing and removing them."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q, QuerySet

from uptake.capabilities.measure.models import NAME, SavedSegment
from uptake.capabilities.measure.portfolio_rows import PortfolioFilter, SortKey, Wanted
from uptake.foundation import activity
from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor
from uptake.foundation.errors import Invalid, NotFound


def visible_segments(actor: Actor) -> QuerySet[SavedSegment]:
    """Return one's own segments and those shared by colleagues who see the whole workspace.

    Who is limited to an account sees their own only: a filter may name other accounts.
    """
    actor.require(Permission.METRICS_READ)
    own = Q(user=actor.user) if actor.user else Q(pk__in=())
    shared = Q(is_shared=True) if actor.account is None else Q(pk__in=())
    return SavedSegment.objects.filter(own | shared, workspace=actor.workspace)


def wanted_by(segment: SavedSegment) -> Wanted:
    """Return what a segment asks of the portfolio."""
    sort = segment.sort if segment.sort in set(SortKey) else SortKey.URGENCY
    return Wanted(PortfolioFilter.read(segment.conditions), SortKey(sort), segment.descending)


@transaction.atomic
def save_segment(actor: Actor, name: str, wanted: Wanted, *, shared: bool = False) -> SavedSegment:
    """Save a segment under a name; one's own of that name is replaced.

    Raises:
        Invalid: there is no name, it is too long, or nobody is signed in.
    """
    actor.require(Permission.METRICS_READ)
    if actor.user is None:
        raise Invalid("Segments belong to people; sign in to save one.")
    if not name.strip() or len(name.strip()) > NAME:
        raise Invalid(f"Give the segment a name of at most {NAME} characters.")
    segment, _ = SavedSegment.objects.update_or_create(
        workspace=actor.workspace,
        user=actor.user,
        name=name.strip(),
        defaults={
            "conditions": wanted.filter.to_dict(),
            "sort": wanted.sort.value,
            "descending": wanted.descending,
            "is_shared": shared and actor.account is None,
        },
    )
    activity.record(actor, "segment.saved", segment, shared=segment.is_shared)
    return segment


@transaction.atomic
def remove_segment(actor: Actor, segment_id: int) -> None:
    """Remove one of one's own segments.

    Raises:
        NotFound: there is no such segment of the actor's own.
    """
    actor.require(Permission.METRICS_READ)
    own = visible_segments(actor).filter(user=actor.user, pk=segment_id).first()
    if own is None:
        raise NotFound("There is no such segment of yours; only who saved one can remove it.")
    activity.record(actor, "segment.removed", own)
    own.delete()
