"""Whose names a reader may learn: one customer's people never learn those of another's.

What a vendor asks of all accounts has its carriers somewhere; they are named to the vendor's own
people and to those of the same customer. In the workspace of one company everybody is a colleague.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from uptake.capabilities.champions.models import Carrier
from uptake.capabilities.customers.models import Account, Person
from uptake.capabilities.customers.queries import access_account, account_with_descendants
from uptake.foundation.actor import Actor
from uptake.foundation.models import Membership, Workspace, WorkspaceKind


@dataclass(frozen=True, slots=True)
class Circle:
    """Accounts whose people are known by name, by identifier; None: those of all.

    ``limited``: the account of each user who sees one alone.
    """

    accounts: frozenset[str] | None = None
    limited: Mapping[int, str] = field(default_factory=dict)

    def knows(self, carrier: Carrier) -> bool:
        """Say whether the reader may learn who somebody is."""
        if self.accounts is None:
            return True
        where = self.limited.get(carrier.user_id or 0, "")
        if carrier.person is not None and carrier.person.account is not None:
            where = carrier.person.account.external_id
        return not where or where in self.accounts


def circle_of(actor: Actor) -> Circle:
    """Return whom somebody who signs in may learn of."""
    if actor.account is None or actor.workspace.kind == WorkspaceKind.BUYER:
        return Circle()
    return _around(actor.workspace, access_account(actor, actor.account))


def circle_of_person(person: Person) -> Circle:
    """Return whom somebody who is measured may learn of."""
    if person.account is None or person.workspace.kind == WorkspaceKind.BUYER:
        return Circle()
    return _around(person.workspace, person.account)


def _around(workspace: Workspace, account: Account) -> Circle:
    """The whole customer that an account is a part of."""
    system = Actor.system(workspace, name="champions")
    top = account
    while top.parent is not None:
        top = top.parent
    whole = account_with_descendants(system, top.external_id)
    rows = Membership.objects.filter(workspace=workspace).exclude(account="")
    return Circle(
        frozenset(each.external_id for each in whole),
        dict(rows.values_list("user_id", "account")),
    )
