"""The only doors to contests: those one may read about, and those one's own team is in.

Whoever reads the figures of a workspace sees its contests; whoever is limited to an account those
of that account and below. Everybody else sees the contests of their own account as far as they are
asked in it: managers once teams may enter, people once their team has. Who opted out is told to
nobody but themselves.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import msgspec
from django.db.models import Count, Q, QuerySet
from django.utils.timezone import localdate

from uptake.capabilities.behaviours.queries import sees_own_team_only
from uptake.capabilities.behaviours.scope import concerned, of_account
from uptake.capabilities.contests.figures import ContestFigures, LeftOut
from uptake.capabilities.contests.models import (
    Contest,
    Entry,
    KeptFigures,
    OptOut,
    Place,
    RulesVersion,
    Status,
)
from uptake.capabilities.contests.rules import as_judged, read
from uptake.capabilities.customers.expectations import led_by
from uptake.capabilities.customers.models import Account, Person, Team
from uptake.capabilities.customers.queries import person_of, visible_teams
from uptake.foundation.access import Permission, Role
from uptake.foundation.actor import Actor
from uptake.foundation.errors import NotFound


def visible_contests(actor: Actor) -> QuerySet[Contest]:
    """Return the contests that the actor may read about, the newest first."""
    actor.require(Permission.CUSTOMERS_READ)
    rows = Contest.objects.filter(workspace=actor.workspace)
    rows = rows.select_related("behaviour", "account", "owner")
    if not actor.may(Permission.BEHAVIOURS_READ) or sees_own_team_only(actor):
        return rows.filter(_as_a_person(actor))
    if actor.account is None:
        return rows
    return rows.filter(of_account(actor) | _as_a_person(actor))


def _as_a_person(actor: Actor) -> Q:
    """What somebody sees because they, or the people they lead, are asked in it."""
    person = person_of(actor)
    if person is None:
        return Q(pk__in=())
    in_it = Q(pk__in=Place.objects.filter(person=person).values("entry__contest"))
    if person.team_id is not None:
        entered = Entry.objects.filter(team=person.team_id, withdrawn_at=None)
        in_it |= Q(pk__in=entered.values("contest"))
    if actor.role is Role.MANAGER:
        above = [account.pk for account in _above(person.account)]
        in_it |= Q(account=None) | Q(account__in=above)
    return in_it & ~Q(status=Status.DRAFT)


def _above(account: Account | None) -> list[Account]:
    found: list[Account] = []
    while account is not None and account not in found:
        found.append(account)
        account = account.parent
    return found


def access_contest(actor: Actor, key: int) -> Contest:
    """Return one contest, or say that there is none."""
    found = visible_contests(actor).filter(pk=key).first()
    if found is None:
        raise NotFound("There is no such contest for you; see the list of contests.")
    return found


def runs_contests(actor: Actor) -> bool:
    """Say whether somebody may write contests: editors, not managers, who have a team in them."""
    return actor.may(Permission.BEHAVIOURS_WRITE) and not sees_own_team_only(actor)


def contests_to_run(actor: Actor) -> QuerySet[Contest]:
    """Return the contests that the actor may change."""
    actor.require(Permission.BEHAVIOURS_WRITE)
    rows = Contest.objects.filter(of_account(actor), workspace=actor.workspace)
    return rows if runs_contests(actor) else rows.none()


def newest_rules(contest: Contest) -> RulesVersion:
    """Return the rules as they were written last; once it has started they are in force."""
    found = contest.versions.order_by("-number").first()
    if found is None:
        raise NotFound("This contest has no rules; write it anew.")
    return found


def entries_in_force(contest: Contest) -> list[Entry]:
    """Return the teams that entered by the newest rules and are still in."""
    number = newest_rules(contest).number
    rows = contest.entries.filter(rules=number, withdrawn_at=None)
    return list(rows.select_related("team", "team__account"))


def entry_of_team(actor: Actor, key: int, team: int) -> int:
    """Return the number of a team's entry into a contest; 0 where the team is not in it.

    Raises:
        NotFound: there is no such contest for the actor.
    """
    entry = access_contest(actor, key).entries.filter(team=team, withdrawn_at=None).first()
    return entry.pk if entry else 0


def team_sizes(contest: Contest) -> dict[int, int]:
    """Return how many people of each team are asked for the behaviour now, by key of the team."""
    rows = _asked_now(contest).exclude(team=None).order_by()
    return dict(rows.values_list("team").annotate(Count("pk")))


def asked_in(contest: Contest, team: Team) -> QuerySet[Person]:
    """Return who of a team is asked for the behaviour of a contest now."""
    return _asked_now(contest).filter(team=team)


def _asked_now(contest: Contest) -> QuerySet[Person]:
    _rules, definition = read(newest_rules(contest))
    system = Actor.system(contest.workspace, name="contests")
    account = contest.account or contest.behaviour.account
    people = concerned(system, as_judged(definition), account=account, team=None)
    today = localdate()
    return people.filter(Q(ends_on=None) | Q(ends_on__gte=today))


def teams_to_enter(actor: Actor, contest: Contest) -> list[Team]:
    """Return the teams that the actor may enter or take out: large enough to be in it.

    Of a manager: those of which they lead everybody but themselves.
    """
    actor.require(Permission.BEHAVIOURS_WRITE)
    sizes, fewest = team_sizes(contest), actor.workspace.minimum_group
    large = [key for key, people in sizes.items() if people >= fewest]
    teams = visible_teams(actor).filter(pk__in=large).select_related("account")
    if not sees_own_team_only(actor):
        return list(teams)
    person = person_of(actor)
    if person is None:
        return []
    led = led_by(person) | {person.external_id}
    return [team for team in teams if _leads_all(contest, team, led)]


def _leads_all(contest: Contest, team: Team, led: frozenset[str]) -> bool:
    return set(asked_in(contest, team).values_list("external_id", flat=True)) <= led


@dataclass(frozen=True, slots=True)
class TeamChoice:
    """A team that whoever looks may enter or take out."""

    key: int
    name: str
    is_in: bool
    is_asked_anew: bool


def team_choices(actor: Actor, contest: Contest) -> list[TeamChoice]:
    """Return the teams that somebody decides for, while there is something to decide."""
    if contest.status not in (Status.OPEN, Status.RUNNING):
        return []
    if not actor.may(Permission.BEHAVIOURS_WRITE):
        return []
    number = newest_rules(contest).number
    rows = Entry.objects.filter(contest=contest, withdrawn_at=None)
    entered = dict(rows.values_list("team_id", "rules"))
    return [
        TeamChoice(
            team.pk,
            str(team),
            is_in=team.pk in entered,
            is_asked_anew=team.pk in entered and entered[team.pk] != number,
        )
        for team in teams_to_enter(actor, contest)
        if contest.status == Status.OPEN or team.pk in entered
    ]


def takes_part(actor: Actor, contest: Contest) -> bool:
    """Say whether the actor's own work counts in a contest unless they opt out."""
    person = person_of(actor)
    if person is None:
        return False
    if Place.objects.filter(entry__contest=contest, person=person).exists():
        return True
    if contest.has_started or person.team is None:
        return False
    is_in = contest.entries.filter(team=person.team, withdrawn_at=None).exists()
    return is_in and asked_in(contest, person.team).filter(pk=person.pk).exists()


def has_opted_out(actor: Actor, contest: Contest) -> bool:
    """Say whether the actor themselves opted out; of anybody else nobody is told."""
    person = person_of(actor)
    return person is not None and OptOut.objects.filter(contest=contest, person=person).exists()


def kept_figures(contest: Contest) -> ContestFigures | None:
    """Return what may be shown to everybody who sees the contest; None before it was computed.

    None as well while groups as small as it shows may no longer be shown.
    """
    found = _kept(contest)
    return None if found is None else replace(found, left_out=())


def left_out_of(actor: Actor, contest: Contest) -> tuple[LeftOut, ...]:
    """Return the periods that do not count, and why, to who answers for the contest alone."""
    if actor.user is None or contest.owner != actor.user or not runs_contests(actor):
        return ()
    found = _kept(contest)
    return found.left_out if found else ()


def _kept(contest: Contest) -> ContestFigures | None:
    row = KeptFigures.objects.filter(contest=contest).first()
    if row is None:
        return None
    found = msgspec.convert(row.figures, ContestFigures)
    return found if found.fewest >= contest.workspace.minimum_group else None
