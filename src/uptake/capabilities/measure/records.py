"""What people have written down about a deployment, as its page shows it."""

from __future__ import annotations

from uptake.capabilities.customers.deeds import deeds
from uptake.capabilities.customers.differences import HEADS
from uptake.capabilities.customers.models import (
    Deployment,
    DiscoveryRecord,
    Note,
    SuccessDefinition,
)
from uptake.capabilities.customers.queries import visible_deployments
from uptake.capabilities.customers.terms import visible_discoveries, visible_notes
from uptake.capabilities.measure.views import TimelineEntry
from uptake.foundation.actor import Actor


def deployments_of(actor: Actor, account: str, product: str | None) -> list[Deployment]:
    """Return the recorded deployments of an account, or the one of a product."""
    found = visible_deployments(actor).filter(account__external_id=account)
    if product is not None:
        found = found.filter(product__external_id=product)
    return list(found.select_related("account", "product").order_by("product__external_id"))


def success_definitions(
    actor: Actor, account: str, product: str | None
) -> tuple[SuccessDefinition, ...]:
    """Return what executives call success there, the nearest horizon first."""
    found = SuccessDefinition.objects.filter(
        deployment__in=[deployment.pk for deployment in deployments_of(actor, account, product)]
    )
    ordered = found.select_related("deployment__product")
    return tuple(ordered.order_by("horizon_years", "executive"))


def written(actor: Actor, account: str, product: str | None) -> tuple[TimelineEntry, ...]:
    """Return what was learnt and noted about a deployment, and who changed what is on record.

    What was learnt concerns the whole account; notes about another product are left out.
    """
    learnt = [_learnt(record) for record in visible_discoveries(actor, account)]
    noted = [
        _noted(note, product)
        for note in visible_notes(actor, account)
        if product is None or note.product is None or note.product.external_id == product
    ]
    done = [
        TimelineEntry(deed.day, "activity", deed.title, deed.about, deed.by)
        for deed in deeds(actor, account, product)
    ]
    return (*learnt, *noted, *done)


def _learnt(record: DiscoveryRecord) -> TimelineEntry:
    told = [(name, getattr(record, head)) for head, name in HEADS]
    text = "\n".join(f"{name}: {said}" for name, said in told if said)
    return TimelineEntry(record.recorded_on, "note", "What was learnt", text, record.recorded_by)


def _noted(note: Note, product: str | None) -> TimelineEntry:
    """Beside all use of an account also of which product it is."""
    title = f"Note: {note.product}" if note.product and product is None else "Note"
    return TimelineEntry(note.day, "note", title, note.text, note.written_by)
