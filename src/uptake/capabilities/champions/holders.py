"""Who may be named for something: a person on record, or somebody who signs in and is none."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q
from django.utils.timezone import localdate

from uptake.capabilities.customers.membership import countable_people
from uptake.capabilities.customers.models import Person
from uptake.foundation.actor import Actor
from uptake.foundation.errors import Conflict, NotFound
from uptake.foundation.models import Membership, User, Workspace


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody: a person on record, else a user who is none."""

    person: Person | None = None
    user: User | None = None

    @property
    def signs_in(self) -> User | None:
        """The user who they are, if they sign in."""
        return self.person.user if self.person is not None else self.user

    @property
    def address(self) -> str:
        """Where mail reaches them: what is on record, else what they sign in with."""
        if self.person is not None and self.person.email:
            return self.person.email
        return self.signs_in.email if self.signs_in is not None else ""

    def is_user(self, user: User) -> bool:
        """Whether a user is they: by who signs in, else by where mail reaches them."""
        if self.signs_in is not None:
            return self.signs_in.pk == user.pk
        return user.email.casefold() == self.address.casefold()

    @property
    def key(self) -> str:
        """What tells them from everybody else in keys of messages."""
        return f"p{self.person.pk}" if self.person is not None else f"u{_pk(self.user)}"


def _pk(user: User | None) -> int:
    return user.pk if user is not None else 0


def find_holder(actor: Actor, who: str) -> Holder:
    """Return whom the actor means by a mail address or an identifier.

    Raises:
        NotFound: nobody of the accounts that the actor sees is known by it, or more than one.
        Conflict: they have left.
    """
    named = who.strip()
    by_name = Q(external_id=named) | Q(email__iexact=named) | Q(user__email__iexact=named)
    people = countable_people(actor).filter(by_name).select_related("user", "team")
    found = list(people[:2]) if named else []
    if len(found) == 1:
        if found[0].has_left(localdate()):
            raise Conflict(f"{_called(found[0])} has left; name somebody who is there.")
        return Holder(person=found[0])
    member = _member(actor, named) if named and not found else None
    if member is None:
        raise NotFound(
            "Nobody is on record by this; write their mail address, or how the software knows them."
        )
    return Holder(user=member)


def _member(actor: Actor, address: str) -> User | None:
    rows = Membership.objects.filter(
        workspace=actor.workspace, user__email__iexact=address, user__is_active=True
    )
    if actor.account is not None:
        rows = rows.filter(account=actor.account)
    row = rows.select_related("user").first()
    return row.user if row else None


def users_here(workspace: Workspace) -> frozenset[int]:
    """Return who may sign in to a workspace."""
    rows = Membership.objects.filter(workspace=workspace, user__is_active=True)
    return frozenset(rows.values_list("user_id", flat=True))


def _called(person: Person) -> str:
    return person.name or person.external_id
