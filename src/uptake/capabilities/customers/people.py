"""Lists of people, teams and roles, as their pages show them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.db.models import Count, F, Q, QuerySet
from django.utils.timezone import localdate

from uptake.capabilities.customers.membership import countable_people
from uptake.capabilities.customers.models import Account, Person
from uptake.capabilities.customers.queries import (
    known_also_as,
    visible_accounts,
    visible_people,
    visible_teams,
)
from uptake.capabilities.customers.standing import while_records_stand
from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor
from uptake.foundation.models import Membership, NamedView, User
from uptake.foundation.privacy import looks_at

MOST_CHOICES = 1_000
MOST_LOOKS = 50
HEADINGS = (
    *("person", "name", "email", "account", "team", "role", "manager", "location"),
    *("start", "end", "user", "also known as"),
)
SORTS = {
    "person": "external_id",
    "account": "account__external_id",
    "team": "team__external_id",
    "role": "role",
    "manager": "manager__external_id",
    "start": "starts_on",
}


@dataclass(frozen=True, slots=True)
class PeopleQuestion:
    """Which people are asked for; empty means any."""

    text: str = ""
    account: str = ""
    team: str = ""
    role: str = ""
    manager: str = ""
    sort: str = "person"
    descending: bool = False


def listed_people(actor: Actor, question: PeopleQuestion) -> QuerySet[Person]:
    """Return the people that the actor may see and that are asked for."""
    found = visible_people(actor).select_related("account", "team", "manager", "user")
    found = found.prefetch_related("other_rows")
    for word in question.text.split():
        found = found.filter(
            Q(external_id__icontains=word)
            | Q(name__icontains=word)
            | Q(email__icontains=word)
            | Q(pk__in=known_also_as(actor, word))
        )
    wanted = {
        "account__external_id": question.account,
        "team__external_id": question.team,
        "role": question.role,
        "manager__external_id": question.manager,
    }
    found = found.filter(**{column: value for column, value in wanted.items() if value})
    column = F(SORTS.get(question.sort, "external_id"))
    first = column.desc(nulls_last=True) if question.descending else column.asc(nulls_last=True)
    return found.order_by(first, "external_id")


def count_listed(actor: Actor, question: PeopleQuestion) -> int:
    """Return how many people are asked for; of whoever sees everybody it is kept."""
    found = listed_people(actor, question)
    sees_all = actor.account is None and actor.may(Permission.PEOPLE_READ)
    if question.text or not sees_all:
        return found.count()
    asked = replace(question, sort="", descending=False)
    return while_records_stand(actor, ("listed", asked), found.count)


def people_lines(people: QuerySet[Person]) -> Iterator[tuple[object, ...]]:
    """Return people as lines of a table, with a heading."""
    yield HEADINGS
    for person in people.iterator(chunk_size=1_000):
        yield (
            person.external_id,
            person.name,
            person.email,
            person.account.external_id if person.account else "",
            person.team.external_id if person.team else "",
            person.role,
            person.manager.external_id if person.manager else "",
            person.location,
            person.starts_on or "",
            person.ends_on or "",
            person.user.email if person.user else "",
            " ".join(person.also_known_as),
        )


@dataclass(frozen=True, slots=True)
class PeopleChoices:
    """What the list of people can be narrowed to."""

    accounts: tuple[tuple[str, str], ...]
    teams: tuple[str, ...]
    roles: tuple[str, ...]


def people_choices(actor: Actor, account: str = "") -> PeopleChoices:
    """Return accounts, their teams (of one account if one is chosen) and roles."""
    return while_records_stand(actor, ("choices", account), lambda: _choices(actor, account))


def _choices(actor: Actor, account: str) -> PeopleChoices:
    accounts = visible_accounts(actor).order_by("name", "external_id")
    teams = visible_teams(actor)
    if account:
        teams = teams.filter(account__external_id=account)
    names = teams.order_by("external_id").values_list("external_id", flat=True).distinct()
    return PeopleChoices(
        accounts=tuple(
            (key, name or key)
            for key, name in accounts.values_list("external_id", "name")[:MOST_CHOICES]
        ),
        teams=tuple(names[:MOST_CHOICES]),
        roles=tuple(_roles(actor)[:MOST_CHOICES]),
    )


def _roles(actor: Actor) -> list[str]:
    roles = countable_people(actor).exclude(role="").order_by("role")
    return list(roles.values_list("role", flat=True).distinct())


@dataclass(frozen=True, slots=True)
class GroupSize:
    """A team or role, where it is, and how many people it has today and had in all."""

    name: str
    account: str
    account_name: str
    people: int
    today: int


def _here_today() -> Q:
    today = localdate()
    return (Q(starts_on=None) | Q(starts_on__lte=today)) & (Q(ends_on=None) | Q(ends_on__gte=today))


def team_sizes(actor: Actor) -> list[GroupSize]:
    """Return every team with its sizes; a size names nobody and measures nothing."""
    key = ("team sizes", localdate())
    return while_records_stand(actor, key, lambda: _team_sizes(actor))


def _team_sizes(actor: Actor) -> list[GroupSize]:
    rows = (
        countable_people(actor)
        .exclude(team=None)
        .values_list("team__external_id", "team__account__external_id", "team__account__name")
        .annotate(people=Count("pk"), today=Count("pk", filter=_here_today()))
        .order_by("team__account__name", "team__account__external_id", "team__external_id")
    )
    return [
        GroupSize(team, account or "", name or account or "", people, today)
        for team, account, name, people, today in rows
    ]


def role_sizes(actor: Actor) -> list[GroupSize]:
    """Return every role with its sizes."""
    key = ("role sizes", localdate())
    return while_records_stand(actor, key, lambda: _role_sizes(actor))


def _role_sizes(actor: Actor) -> list[GroupSize]:
    rows = (
        countable_people(actor)
        .exclude(role="")
        .values_list("role")
        .annotate(people=Count("pk"), today=Count("pk", filter=_here_today()))
        .order_by("role")
    )
    return [GroupSize(role, "", "", people, today) for role, people, today in rows]


def without_team(actor: Actor) -> int:
    """Return how many people are in no team."""
    nowhere = countable_people(actor).filter(team=None)
    return while_records_stand(actor, "without team", nowhere.count)


def visible_looks_at(actor: Actor, person: Person) -> list[NamedView] | None:
    """Return who looked at a person, for that person and for who answers for privacy."""
    is_own = actor.user is not None and person.user_id == actor.user.pk
    if not is_own and not actor.may(Permission.PRIVACY_MANAGE):
        return None
    return list(looks_at(actor.workspace, person.external_id)[:MOST_LOOKS])


def users_to_link(actor: Actor) -> list[User]:
    """Return the members of the workspace who are nobody measured here yet."""
    actor.require(Permission.MEMBERS_MANAGE)
    taken = Person.objects.filter(workspace=actor.workspace).exclude(user=None)
    members = Membership.objects.filter(workspace=actor.workspace).exclude(
        user__in=taken.values("user")
    )
    return [member.user for member in members.select_related("user").order_by("user__email")]


def people_in_all(actor: Actor) -> int:
    """Return how many people there are."""
    return while_records_stand(actor, "people in all", countable_people(actor).count)


def people_by_account(actor: Actor) -> dict[int, int]:
    """Return how many people each account has of its own, by the key of its row."""
    rows = countable_people(actor).exclude(account=None).values_list("account")
    counted = rows.annotate(people=Count("pk"))
    return while_records_stand(actor, "people by account", lambda: dict(counted))


def account_line(account: Account | None) -> list[Account]:
    """Return an account's ancestors, the topmost first, and the account itself."""
    line: list[Account] = []
    while account is not None and account not in line:
        line.insert(0, account)
        account = account.parent
    return line
