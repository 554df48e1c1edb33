"""Rows to test with; only what a test cares about needs to be said."""

from __future__ import annotations

from uptake.capabilities.customers.models import Account, Action, Person, Product, Team
from uptake.foundation.access import Role
from uptake.foundation.models import Membership, User, Workspace


def workspace(slug: str = "acme", **facts: object) -> Workspace:
    return Workspace.objects.create(slug=slug, **{"name": slug, **facts})


def user(name: str = "somebody") -> User:
    return User.objects.create_user(f"{name}@example.org", name=name)


def membership(member: User, where: Workspace, role: Role, *, account: str = "") -> Membership:
    return Membership.objects.create(user=member, workspace=where, role=role, account=account)


def account(where: Workspace, external_id: str = "north", **facts: object) -> Account:
    return Account.objects.create(workspace=where, external_id=external_id, **facts)


def product(where: Workspace, external_id: str = "crm") -> Product:
    return Product.objects.create(workspace=where, external_id=external_id)


def action(of: Product, external_id: str = "call logged", **facts: object) -> Action:
    return Action.objects.create(product=of, external_id=external_id, **facts)


def person(where: Workspace, external_id: str = "p1", **facts: object) -> Person:
    return Person.objects.create(workspace=where, external_id=external_id, **facts)


def team(where: Workspace, external_id: str = "sales", of: Account | None = None) -> Team:
    return Team.objects.create(workspace=where, external_id=external_id, account=of)
