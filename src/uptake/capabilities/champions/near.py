"""Whether people near a champion begin sooner: counted from the lake, kept as groups alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

import msgspec
import numpy as np
from django.utils.timezone import now

from uptake.capabilities.behaviours.counted import ground
from uptake.capabilities.behaviours.judged import Judged, judge_all
from uptake.capabilities.behaviours.models import Behaviour, Status
from uptake.capabilities.behaviours.queries import visible_behaviours
from uptake.capabilities.champions.addressed import addressed
from uptake.capabilities.champions.models import Champion, NearFigures, Standing
from uptake.capabilities.customers.models import Person
from uptake.foundation.actor import Actor
from uptake.foundation.models import Workspace
from uptake.methods.arrays import Counts
from uptake.methods.behaviour.attainment import Standing as Judgement
from uptake.methods.behaviour.nearness import Nearness, TooFew, Watched, compare_near
from uptake.methods.behaviour.streaks import streaks
from uptake.store.errors import UptakeError

TeamName = tuple[str, str]
"""Account and team, as the data name them."""


@dataclass(frozen=True, slots=True)
class Near:
    """What is known of one behaviour; one of each pair is None.

    ``first``: until it was first met; ``habit``: until a streak of four periods was reached.
    """

    first: Nearness | None
    first_missing: TooFew | None
    habit: Nearness | None
    habit_missing: TooFew | None


@dataclass(frozen=True, slots=True)
class ToldNear:
    """A behaviour, what is known, and when it was worked out."""

    behaviour: Behaviour
    near: Near
    computed_at: datetime


def visible_near(actor: Actor) -> list[ToldNear]:
    """Return what is known of the behaviours that the actor reads; sides of twenty or more."""
    behaviours = visible_behaviours(actor).filter(status=Status.LIVE)
    rows = NearFigures.objects.filter(behaviour__in=behaviours.order_by())
    return [
        ToldNear(row.behaviour, msgspec.convert(row.figures, Near), row.computed_at)
        for row in rows.select_related("behaviour").order_by("behaviour__name")
    ]


def measure_all() -> int:
    """Work it out anew in every workspace that has champions; returns of how many behaviours."""
    done = 0
    for workspace in Workspace.objects.filter(champions__isnull=False).distinct():
        try:
            done += measure(workspace)
        except UptakeError:  # no place in the lake yet: nothing has arrived
            continue
    return done


def measure(workspace: Workspace) -> int:
    """Work it out anew for every behaviour that people are asked for."""
    live = list(Behaviour.objects.filter(workspace=workspace, status=Status.LIVE))
    whom = addressed(workspace, live)
    by_population = _champions(workspace)
    done = 0
    with ground(workspace) as stand:
        if stand is None:
            return 0
        for judged in judge_all(workspace, stand, live):
            keys = {each.pk for each in whom[judged.behaviour.pk] if each is not None}
            there = [term for key in keys for term in by_population.get(key, ())]
            NearFigures.objects.update_or_create(
                behaviour=judged.behaviour,
                defaults={
                    "computed_at": now(),
                    "figures": msgspec.to_builtins(_near(judged, there)),
                },
            )
            done += 1
    return done


@dataclass(frozen=True, slots=True)
class Term:
    """Between which days somebody of a team was champion, whether asked for it or not."""

    person: str
    team: TeamName | None
    since: date
    until: date | None


def _champions(workspace: Workspace) -> Mapping[int, list[Term]]:
    rows = Champion.objects.filter(
        workspace=workspace,
        standing__in=(Standing.ACTIVE, Standing.ENDED),
        since__isnull=False,
    )
    found: dict[int, list[Term]] = defaultdict(list)
    for row in rows.select_related("person__account", "person__team"):
        ends = [day for day in (row.until, row.person.ends_on) if day is not None]
        until = min(ends, default=None)
        term = Term(row.person.external_id, _team_of(row.person), row.since or date.max, until)
        found[row.population_id].append(term)
    return found


def _team_of(person: Person) -> TeamName | None:
    if person.team is None:
        return None
    return (person.account.external_id if person.account else "", person.team.external_id)


def _near(judged: Judged, terms: Sequence[Term]) -> Near:
    rows = _rows(judged, terms)
    if rows is None:
        return Near(None, TooFew.PEOPLE, None, TooFew.PEOPLE)
    seed = int.from_bytes(sha256(str(judged.behaviour.pk).encode()).digest()[:8], "big")
    first = compare_near(rows.first, np.random.default_rng(seed))
    habit = compare_near(rows.habit, np.random.default_rng(seed))
    return Near(
        first if isinstance(first, Nearness) else None,
        None if isinstance(first, Nearness) else first,
        habit if isinstance(habit, Nearness) else None,
        None if isinstance(habit, Nearness) else habit,
    )


@dataclass(frozen=True, slots=True)
class _Rows:
    first: Watched
    habit: Watched


def _rows(judged: Judged, terms: Sequence[Term]) -> _Rows | None:
    """Everybody who was asked, with their team's champion there when they began, or never there.

    Champions are nobody's neighbour; who began before their team got its champion is left out.
    """
    positions = np.flatnonzero(judged.closed & judged.asked)
    table = np.array(judged.attained.standing[:, positions])
    begins = [judged.spans[at].first for at in positions]
    champions = {term.person for term in terms}
    by_team = _terms_by_team(terms)
    places: dict[TeamName, int] = {}
    accounts: dict[str, int] = {}
    kept: list[tuple[int, bool, int, int]] = []
    for row, member in enumerate(judged.people):
        due = np.flatnonzero(table[row] <= Judgement.MET)
        if member.team is None or member.person in champions or not len(due):
            continue
        name = (member.account or "", member.team)
        there = by_team.get(name, [])
        near = _is_near(there, begins[due[0]])
        if near is None:
            continue
        table[row] = _as_long_as(table[row], begins, there, near=near)
        team = places.setdefault(name, len(places))
        stratum = accounts.setdefault(name[0], len(accounts))
        kept.append((row, near, team, stratum))
    return _watched(table, kept) if kept else None


def _terms_by_team(terms: Sequence[Term]) -> dict[TeamName, list[Term]]:
    found: dict[TeamName, list[Term]] = defaultdict(list)
    for term in terms:
        if term.team is not None:
            found[term.team].append(term)
    return found


def _is_near(there: Sequence[Term], begun: date) -> bool | None:
    """Whether a champion was there when somebody began; None where one came or went about then."""
    if not there:
        return False
    if any(term.since <= begun and (term.until or date.max) >= begun for term in there):
        return True
    return None


def _as_long_as(
    row: Counts, begins: Sequence[date], there: Sequence[Term], *, near: bool
) -> Counts:
    """Follow somebody near a champion no longer than there was one."""
    last = max(((term.until or date.max) for term in there), default=date.max)
    gone = np.array([near and day > last for day in begins], dtype=bool)
    return np.asarray(np.where(gone, int(Judgement.NOT_DUE), row), dtype=np.int64)


def _watched(table: Counts, kept: Sequence[tuple[int, bool, int, int]]) -> _Rows:
    rows = np.array([row for row, *_ in kept])
    near = np.array([side for _row, side, _team, _stratum in kept], dtype=bool)
    team = np.array([each for *_, each, _stratum in kept], dtype=np.int64)
    stratum = np.array([each for *_, each in kept], dtype=np.int64)
    # a team is told by its side as well: people who joined once its champion had gone are apart
    team, standing = team * 2 + near, table[rows]
    judged = standing <= Judgement.MET
    met = standing == Judgement.MET
    due = judged.sum(axis=1).astype(np.int64)
    until_met = np.where(judged, np.cumsum(judged, axis=1), np.iinfo(np.int64).max)
    first = np.where(met, until_met, np.iinfo(np.int64).max).min(axis=1)
    formed = streaks(standing).established
    return _Rows(
        Watched(np.minimum(first, due), met.any(axis=1), near, team, stratum),
        Watched(np.where(formed >= 0, formed, due), formed >= 0, near, team, stratum),
    )
