"""What champions do in Uptake and of what is asked of them: as a group, named under a policy."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from django.utils.timezone import now

from uptake.capabilities.behaviours.counted import ground
from uptake.capabilities.behaviours.judged import Judged, judge_all
from uptake.capabilities.behaviours.models import Behaviour, Status
from uptake.capabilities.behaviours.queries import sees_own_team_only
from uptake.capabilities.champions.champions import own_championships, visible_champions
from uptake.capabilities.champions.models import Champion, Standing
from uptake.capabilities.customers.queries import person_of
from uptake.capabilities.measure.privacy import COARSE_BELOW, coarse_count
from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor
from uptake.foundation.models import Activity, Workspace
from uptake.foundation.privacy import look_at_people
from uptake.methods.behaviour.attainment import Standing as Judgement
from uptake.store.errors import UptakeError

PAGE = "Champions"
LATELY = timedelta(days=28)
NEWEST = 4
"""So many due periods of each behaviour are told."""

DEEDS: Mapping[str, str] = {
    "recognition.nominated": "said who did it well",
    "recognition.confirmed": "confirmed who did it well",
    "behaviour.question_answered": "answered a question",
    "behaviour.explained": "explained what is meant",
    "behaviour.thanked": "thanked people",
    "behaviour.followed_up": "acted on what stops people",
    "champion.nominated": "proposed a champion",
}
"""What counts as a deed of a champion, by what is written in the feed."""


@dataclass(frozen=True, slots=True)
class Attained:
    """Periods met of the newest that were due."""

    behaviour: str
    met: int
    due: int


@dataclass(frozen=True, slots=True)
class Active:
    """What one champion did lately: deeds in words with how often, and what is asked of them."""

    champion: Champion
    deeds: tuple[tuple[str, int], ...]
    last: datetime | None
    attained: tuple[Attained, ...]


@dataclass(frozen=True, slots=True)
class GroupActivity:
    """How many champions did something here lately; None where they are too few to tell."""

    champions: int
    with_access: int
    active: int | None


def group_activity(actor: Actor) -> GroupActivity:
    """Return how many of the champions that the actor sees did something in four weeks."""
    champions = list({each.person_id: each for each in visible_champions(actor)}.values())
    users = {each.person.user_id for each in champions if each.person.user_id is not None}
    counts = _deeds(actor.workspace, users)
    fewest = actor.workspace.minimum_group
    active: int | None = len(counts)
    if len(users) < COARSE_BELOW:
        active = int(coarse_count(len(counts), len(users))) if len(users) >= fewest else None
    return GroupActivity(len(champions), len(users), active)


def may_name_champions(actor: Actor) -> bool:
    """Say whether somebody may read what single champions do, if a policy allows it."""
    own_team = sees_own_team_only(actor)
    needs = Permission.TEAM_METRICS_READ if own_team else Permission.PEOPLE_READ
    return actor.may(needs) and actor.may(Permission.BEHAVIOURS_WRITE)


def name_activity(actor: Actor, *, purpose: str) -> list[Active]:
    """Write down that the actor looks at what champions do, then return it by name.

    A manager reads it of the people they lead.

    Raises:
        NotAllowed: no policy allows naming people, or the actor's role does not.
        Invalid: no purpose was given.
    """
    actor.require(Permission.BEHAVIOURS_WRITE)
    own_team = sees_own_team_only(actor)
    needs = Permission.TEAM_METRICS_READ if own_team else Permission.PEOPLE_READ
    own = person_of(actor)
    found = [each for each in visible_champions(actor) if own is None or each.person != own]
    people = sorted({each.person.external_id for each in found})
    look_at_people(actor, people, page=PAGE, purpose=purpose, needs=needs)
    return activity_of(actor.workspace, found)


def own_activity(actor: Actor) -> list[Active]:
    """Return what the actor did as a champion, where they are one."""
    own = [each for each in own_championships(actor) if each.standing == Standing.ACTIVE]
    return activity_of(actor.workspace, own)


def activity_of(workspace: Workspace, champions: Sequence[Champion]) -> list[Active]:
    """Return what champions did in four weeks, and how they stand in what is asked of them."""
    users = {each.person.user_id for each in champions if each.person.user_id is not None}
    counts, last = _deeds(workspace, users), _last(workspace, users)
    attained = _attained(workspace, {each.person.external_id for each in champions})
    return [
        Active(
            each,
            tuple(counts.get(each.person.user_id or 0, Counter()).most_common()),
            last.get(each.person.user_id or 0),
            tuple(attained.get(each.person.external_id, ())),
        )
        for each in champions
    ]


def _deeds(workspace: Workspace, users: Collection[int]) -> dict[int, Counter[str]]:
    rows = Activity.objects.filter(
        workspace=workspace, user__in=users, verb__in=DEEDS, at__gte=now() - LATELY
    )
    found: dict[int, Counter[str]] = defaultdict(Counter)
    for user, verb in rows.values_list("user_id", "verb"):
        found[user or 0][DEEDS[verb]] += 1
    return found


def _last(workspace: Workspace, users: Collection[int]) -> dict[int, datetime]:
    rows = Activity.objects.filter(workspace=workspace, user__in=users, verb__in=DEEDS)
    return {user or 0: at for user, at in rows.order_by("at").values_list("user_id", "at")}


def _attained(workspace: Workspace, people: Collection[str]) -> dict[str, list[Attained]]:
    live = list(Behaviour.objects.filter(workspace=workspace, status=Status.LIVE))
    found: dict[str, list[Attained]] = defaultdict(list)
    if not people or not live:
        return found
    try:
        with ground(workspace, only=people) as stand:
            for judged in judge_all(workspace, stand, live) if stand is not None else ():
                _add(found, judged)
    except UptakeError:  # no place in the lake yet: nothing has arrived
        return found
    return found


def _add(found: dict[str, list[Attained]], judged: Judged) -> None:
    positions = np.flatnonzero(judged.closed & judged.asked)
    for row, member in enumerate(judged.people):
        standing = judged.attained.standing[row, positions]
        newest = standing[standing <= Judgement.MET][-NEWEST:]
        if len(newest):
            met = int((newest == Judgement.MET).sum())
            found[member.person].append(Attained(judged.behaviour.name, met, len(newest)))
