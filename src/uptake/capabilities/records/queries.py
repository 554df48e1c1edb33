"""The only doors to data standards and what was judged by them.

Whoever reads records in a workspace sees its standards; whoever is limited to an account sees those
about that account and below. What is judged is of groups; one's own records are one's own.
"""

from __future__ import annotations

from functools import lru_cache

from django.db.models import F, Prefetch, Q, QuerySet
from django.utils.timezone import localdate

from uptake.capabilities.customers.queries import visible_accounts
from uptake.capabilities.imports.deliveries import DeliveryState
from uptake.capabilities.records.judging import Exempt
from uptake.capabilities.records.models import (
    DataStandard,
    Delivery,
    Judgement,
    StandardException,
    StandardVersion,
    Status,
)
from uptake.capabilities.records.reading import read_standard
from uptake.capabilities.records.standard import Standard
from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor
from uptake.foundation.errors import NotFound


def visible_standards(actor: Actor) -> QuerySet[DataStandard]:
    """Return the standards that the actor may read, by name."""
    actor.require(Permission.RECORDS_READ)
    return standards_within(actor)


def standards_of_board(actor: Actor) -> list[DataStandard]:
    """Return the standards that the board of teams rests on, to whoever leads people as well."""
    if not actor.may(Permission.RECORDS_READ):
        actor.require(Permission.TEAM_METRICS_READ)
    return list(with_judgements(standards_within(actor)))


def standards_within(actor: Actor) -> QuerySet[DataStandard]:
    """Return the standards of the accounts that the actor sees; for what needs no permission."""
    mine = Q() if actor.account is None else Q(account__in=visible_accounts(actor))
    found = DataStandard.objects.filter(mine, workspace=actor.workspace)
    return found.select_related("account", "owner", "workspace")


def with_judgements(standards: QuerySet[DataStandard]) -> QuerySet[DataStandard]:
    """Return the standards with versions and what was judged, without the large parts."""
    may = F("version__standard__workspace__minimum_group")
    light = Judgement.objects.filter(minimum_people__gte=may).defer("numbers", "page", "dependence")
    versions = StandardVersion.objects.order_by("number")
    judged = Prefetch("versions__judgement", queryset=light)
    return standards.prefetch_related(Prefetch("versions", queryset=versions), judged)


def standards_with_judgements(actor: Actor) -> list[DataStandard]:
    """Return the standards that the actor may read, with versions and what was judged."""
    return list(with_judgements(visible_standards(actor)))


def standards_of_all(actor: Actor) -> list[DataStandard]:
    """Return the standards of all accounts, to somebody of one, whose records they judge as well.

    What they ask may be known; their numbers are those of other customers too.
    """
    actor.require(Permission.RECORDS_READ)
    if actor.account is None:
        return []
    found = DataStandard.objects.filter(workspace=actor.workspace, account=None)
    return list(found.filter(status=Status.AGREED).order_by("name").select_related("owner"))


def access_standard(actor: Actor, key: int) -> DataStandard:
    """Return one standard, or say that there is none."""
    found = visible_standards(actor).filter(pk=key).first()
    if found is None:
        raise NotFound("There is no such standard for you; see the list of standards.")
    return found


def access_delivery(actor: Actor, key: int) -> Delivery:
    """Return one delivery of a standard that the actor may read."""
    rows = Delivery.objects.filter(standard__in=visible_standards(actor)).select_related("standard")
    found = rows.filter(pk=key).first()
    if found is None:
        raise NotFound("There is no such delivery for you; see the page of its standard.")
    return found


def access_exception(actor: Actor, key: int) -> StandardException:
    """Return one exception of a standard that the actor may read."""
    rows = StandardException.objects.filter(standard__in=visible_standards(actor))
    found = rows.filter(pk=key).first()
    if found is None:
        raise NotFound("There is no such exception for you; see the page of its standard.")
    return found


def versions_of(standard: DataStandard) -> list[StandardVersion]:
    """Return every version, the oldest first."""
    return list(standard.versions.order_by("number"))


def newest(standard: DataStandard) -> StandardVersion | None:
    """Return what was written last; None while the first proposal is being worked out."""
    return standard.versions.order_by("number").last()


def content_of(version: StandardVersion) -> Standard:
    """Return a version as rules can be read off it; it is numbered as it is kept."""
    return _content(version.text, version.number)


@lru_cache(maxsize=256)
def _content(text: str, number: int) -> Standard:
    from dataclasses import replace

    return replace(read_standard(text), version=number)


def judgement_of(version: StandardVersion | None) -> Judgement | None:
    """Return what was judged by a version, however old it is."""
    return None if version is None else Judgement.objects.filter(version=version).first()


def newest_judgement(standard: DataStandard) -> Judgement | None:
    """Return what was judged by the newest version that was; what may be shown no more is not."""
    fewest = standard.workspace.minimum_group
    rows = Judgement.objects.filter(version__standard=standard, minimum_people__gte=fewest)
    return rows.select_related("version").order_by("-version__number").first()


def taken_deliveries(standard: DataStandard) -> QuerySet[Delivery]:
    """Return the deliveries whose rows count, the oldest first."""
    return standard.deliveries.filter(state=DeliveryState.TAKEN, new__gt=0).order_by("pk")


def exempt_now(standard: DataStandard) -> tuple[Exempt, ...]:
    """Return the exceptions in force today."""
    rows = standard.exceptions.filter(withdrawn_at=None, until__gte=localdate())
    return tuple(Exempt(row.field, row.group) for row in rows)
