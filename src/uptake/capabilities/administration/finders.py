"""What the search finds of customers: accounts, deployments and people that the actor may see."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q
from django.urls import NoReverseMatch, reverse

from uptake.capabilities.customers import queries
from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor
from uptake.ui.search import Hit, register

DEPLOYMENT_PAGE = "measure:deployment"
PERSON_PAGE = "customers:person"
EVERY_PRODUCT = "all"


def find_deployments(actor: Actor, text: str) -> Iterator[Hit]:
    """Return deployments whose account or product is called so; without a text, all."""
    if not actor.may(Permission.METRICS_READ):
        return
    called = Q()
    for word in text.split():
        called &= (
            Q(account__name__icontains=word)
            | Q(account__external_id__icontains=word)
            | Q(product__name__icontains=word)
            | Q(product__external_id__icontains=word)
        )
    found = queries.visible_deployments(actor).filter(called).select_related("account", "product")
    for deployment in found.order_by("account__name", "account__external_id", "product"):
        account, product = deployment.account, deployment.product
        address = _address(actor, DEPLOYMENT_PAGE, account.external_id, product.external_id)
        if address:
            yield Hit(str(account), address, "Deployment", "stack-2", detail=str(product))


def find_accounts(actor: Actor, text: str) -> Iterator[Hit]:
    """Return accounts that are called so."""
    if not actor.may(Permission.METRICS_READ):
        return
    called = Q(name__icontains=text) | Q(external_id__icontains=text)
    for account in queries.visible_accounts(actor).filter(called).order_by("name", "external_id"):
        address = _address(actor, DEPLOYMENT_PAGE, account.external_id, EVERY_PRODUCT)
        if address:
            yield Hit(str(account), address, "Account", "building", detail=account.segment)


def find_people(actor: Actor, text: str) -> Iterator[Hit]:
    """Return people that are called so, for those who may see the list of people."""
    if not actor.may(Permission.PEOPLE_READ):
        return
    called = Q(name__icontains=text) | Q(external_id__icontains=text) | Q(email__istartswith=text)
    called |= Q(pk__in=queries.known_also_as(actor, text))
    found = queries.visible_people(actor).filter(called).select_related("account")
    for person in found.order_by("name", "external_id"):
        address = _address(actor, PERSON_PAGE, person.external_id)
        if address:
            name = person.name or person.external_id
            where = str(person.account) if person.account else ""
            yield Hit(name, address, "Person", "user", detail=where)


def _address(actor: Actor, view: str, *names: str) -> str:
    """Return where a view is, empty if an identifier does not fit into an address."""
    try:
        return reverse(view, args=[actor.workspace.slug, *names])
    except NoReverseMatch:
        return ""


register("accounts", find_accounts)
register("deployments", find_deployments)
register("people", find_people)
