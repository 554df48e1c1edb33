"""Who signs in to the demo: one user for each role, those of a customer limited to its account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from uptake.capabilities.customers import queries
from uptake.capabilities.customers.actions import link_person
from uptake.capabilities.customers.models import Person
from uptake.foundation.access import Role
from uptake.foundation.actions import set_member
from uptake.foundation.actor import Actor
from uptake.foundation.models import User

PASSWORD = "uptake-demo"  # noqa: S105 - printed for everybody: the demo listens on this machine only
DOMAIN = "demo.example"


@dataclass(frozen=True, slots=True)
class Part:
    """One sign-in: its name before the @, its role, what it stands for, and what it is limited to.

    ``at_customer``: limited to the largest account; ``is_person``: whose work is measured as well.
    """

    name: str
    role: Role
    stands_for: str
    at_customer: bool = False
    is_person: bool = False

    @property
    def email(self) -> str:
        """The address to sign in with."""
        return f"{self.name}@{DOMAIN}"


SUCCESS = Part("success", Role.EDITOR, "success manager of the vendor: every account")
OWNER = Part("owner", Role.OWNER, "owner of both workspaces: members, keys, privacy")
VENDOR_PARTS = (
    OWNER,
    SUCCESS,
    Part("lead", Role.EDITOR, "adoption lead of the largest customer", at_customer=True),
    Part("manager", Role.MANAGER, "manager there: own team", at_customer=True, is_person=True),
    Part("executive", Role.EXECUTIVE, "executive there: decisions", at_customer=True),
    Part("user", Role.MEMBER, "end user there: own numbers", at_customer=True, is_person=True),
    Part("viewer", Role.VIEWER, "viewer at the vendor: reads, changes nothing"),
)
BUYER_PARTS = (
    OWNER,
    Part("buyer-lead", Role.EDITOR, "adoption lead of a company with several products"),
    Part("executive", Role.EXECUTIVE, "the same executive, now over all units of the company"),
)


def admit(actor: Actor, parts: tuple[Part, ...], *, account: str, today: date) -> None:
    """Give every part its user and role; who has one already keeps the password they have."""
    manager, report = _people_of(actor, account, today)
    for part in parts:
        user = User.objects.filter(email=part.email).first() or User.objects.create_user(
            part.email, password=PASSWORD, name=part.name.replace("-", " ").capitalize()
        )
        set_member(actor, user, role=part.role, account=account if part.at_customer else "")
        if part.is_person:
            person = manager if part.role is Role.MANAGER else report
            link_person(actor, person.external_id, user)


def success() -> User:
    """The success manager, who answers for what the vendor's users are asked to do."""
    return User.objects.get(email=SUCCESS.email)


def raters() -> tuple[User, User]:
    """Two people who work with all records, and say how good they are."""
    owner, viewer = (User.objects.get(email=f"{name}@{DOMAIN}") for name in ("owner", "viewer"))
    return owner, viewer


def _people_of(actor: Actor, account: str, today: date) -> tuple[Person, Person]:
    """The manager of the largest team of an account, and whoever has worked there the longest."""
    present = _present(queries.visible_people(actor).filter(account__external_id=account), today)
    sizes = present.filter(reports__isnull=False).annotate(
        size=Count("reports", filter=Q(reports__ends_on=None))
    )
    manager = sizes.order_by("-size", "external_id")[0]
    direct = present.filter(manager=manager).annotate(leads=Count("reports"))
    report = direct.order_by("leads", "starts_on", "external_id")[0]
    return manager, report


def _present(people: QuerySet[Person], today: date) -> QuerySet[Person]:
    return people.filter(Q(ends_on=None) | Q(ends_on__gt=today))
