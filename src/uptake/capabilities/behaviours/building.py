"""What the builder offers somebody, and what it makes of what they typed."""

from __future__ import annotations

from uptake.capabilities.behaviours.forms import Choices
from uptake.capabilities.behaviours.queries import sees_own_team_only
from uptake.capabilities.customers.models import Person
from uptake.capabilities.customers.queries import (
    person_of,
    visible_accounts,
    visible_actions,
    visible_populations,
    visible_products,
)
from uptake.foundation.actor import Actor

MOST_ACCOUNTS = 1_000


def choices(actor: Actor) -> Choices:
    """Return what the actor can choose from."""
    accounts = visible_accounts(actor).order_by("name", "external_id")
    rows = accounts.values_list("external_id", "name")[:MOST_ACCOUNTS]
    everywhere = [] if actor.account is not None else [("", "All accounts")]
    return Choices(
        accounts=(*everywhere, *((key, name or key) for key, name in rows)),
        populations={p.name: tuple(dict(r) for r in p.rules) for p in visible_populations(actor)},
        products=tuple((p.external_id, str(p)) for p in visible_products(actor)),
        actions=_actions(actor),
    )


def _actions(actor: Actor) -> tuple[tuple[str, str], ...]:
    """Each name once, with the products it is done in."""
    found: dict[str, list[str]] = {}
    rows = visible_actions(actor).order_by("product__external_id", "external_id")
    for name, product in rows.values_list("external_id", "product__external_id"):
        products = found.setdefault(name, [])
        if product not in products:
            products.append(product)
    return tuple((name, f"{name} ({', '.join(products)})") for name, products in found.items())


def action_names(actor: Actor) -> tuple[str, ...]:
    """Return the names of the actions in the data that the actor sees."""
    return tuple(visible_actions(actor).values_list("external_id", flat=True).distinct())


def team_of(actor: Actor) -> Person | bool | None:
    """Return the leader of those whom the actor may ask; None for whoever may ask anybody."""
    if not sees_own_team_only(actor):
        return None
    return person_of(actor) or True
