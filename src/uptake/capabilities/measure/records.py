"""What people have written down about a deployment, as its page shows it."""

from __future__ import annotations

from uptake.capabilities.customers.models import Deployment, SuccessDefinition
from uptake.capabilities.customers.queries import visible_deployments
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
