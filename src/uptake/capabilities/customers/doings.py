"""What people did lately, from the event lake: of a group in coarse numbers, of one person exactly.

A rule can be turned until it names one person more or less, so numbers about a group must not tell
two almost equal groups apart. They are therefore about ``SMALLEST`` people or more, in steps of
five people, and moved by up to two people in a way that the group itself decides: asking again
brings the same answer, asking about a neighbouring group tells nothing about the neighbour.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.conf import settings

from uptake.foundation.actor import Actor
from uptake.foundation.lake import shared_lake
from uptake.metrics.profiles import MATERIAL_SHARE, REGULAR_DAYS, is_passive

if TYPE_CHECKING:
    import duckdb

WEEKS = 8
STEP = 5
"""People are counted in steps of this many."""

_CHOSEN = """
WITH chosen AS (
    SELECT DISTINCT code FROM person_codes JOIN (SELECT unnest($people) AS text) USING (text)
), done AS (
    SELECT days.person, days.product, days.action, days.day, sum(days.events)::BIGINT AS times
    FROM person_day_actions AS days JOIN chosen ON chosen.code = days.person
    WHERE days.day BETWEEN $first AND $last
    GROUP BY ALL
    HAVING times > 0
), rhythm AS (
    SELECT person, count(DISTINCT day) AS days, count(DISTINCT ($last - day) // 7) AS weeks
    FROM done GROUP BY person
)
"""
_BY_ACTION = """, each AS (
    SELECT done.person, done.product, done.action,
        sum(done.times) / any_value(rhythm.weeks) AS a_week
    FROM done JOIN rhythm USING (person) GROUP BY done.person, done.product, done.action
)
SELECT coalesce(product.text, ''), action.text, count(*), median(each.a_week),
    count(*) FILTER (WHERE rhythm.days >= $regular)
FROM each JOIN rhythm USING (person)
JOIN terms AS action ON action.kind = 'action' AND action.code = each.action
LEFT JOIN terms AS product ON product.kind = 'product' AND product.code = each.product
GROUP BY product.text, action.text ORDER BY count(*) DESC, action.text, product.text
"""
_RHYTHM = """
SELECT count(*), count(*) FILTER (WHERE days >= $regular),
    median(days / weeks) FILTER (WHERE days >= $regular) FROM rhythm
"""
_BY_WEEK = """
SELECT ($last - day) // 7 AS back, count(DISTINCT person) FROM done GROUP BY back
"""


@dataclass(frozen=True, slots=True)
class Done:
    """How many of a group did an action (in steps of five) and how often a week they do it.

    ``product`` is empty where the events name none.
    """

    product: str
    action: str
    people: int
    times_a_week: float


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a group may be expected to do: times a week by product and action, and days a week."""

    actions: Mapping[tuple[str, str], float]
    days_a_week: float | None


@dataclass(frozen=True, slots=True)
class Doings:
    """What a group of ``people`` did in the weeks to ``last``.

    ``is_hidden``: they are too few. ``active`` and ``weeks`` (oldest first) are people who did
    anything, in steps of five; ``proposal`` is None where too few are regular.
    """

    people: int
    last: date | None
    is_hidden: bool = False
    active: int = 0
    weeks: tuple[int, ...] = ()
    actions: tuple[Done, ...] = ()
    proposal: Proposal | None = None


@dataclass(frozen=True, slots=True)
class OwnWeek:
    """Days of a week on which one person did anything."""

    first: date
    days: int


@dataclass(frozen=True, slots=True)
class PersonalDoings:
    """What one person did: days by week, oldest first, and times a week by action."""

    last: date | None
    weeks: tuple[OwnWeek, ...]
    actions: Mapping[str, float]


def doings(actor: Actor, people: Collection[str]) -> Doings:
    """Return what a group did in the last eight weeks, coarse enough to be about a group."""
    count, least = len(people), max(actor.workspace.minimum_group, STEP)
    if count < least:
        return Doings(count, None, is_hidden=True)
    with shared_lake().snapshot(actor.workspace.slug) as snapshot:
        known_as = snapshot.known_as()
        people = {known_as.get(person, person) for person in people}
        count = len(people)
        if count < least:
            return Doings(count, None, is_hidden=True)
        last = _last_day(snapshot.connection)
        if last is None:
            return Doings(count, None)
        told = {"people": sorted(people), "first": _first(last), "last": last}
        regularly = told | {"regular": REGULAR_DAYS}
        run = snapshot.connection.execute
        rhythm = run(_CHOSEN + _RHYTHM, regularly).fetchone()
        by_week = dict(run(_CHOSEN + _BY_WEEK, told).fetchall())
        by_action = run(_CHOSEN + _BY_ACTION, regularly).fetchall()
    coarse = _Coarse(people, least)
    active, regular, days = rhythm or (0, 0, None)
    most = coarse("active", active)  # no part is shown larger than the whole
    return Doings(
        people=count,
        last=last,
        active=most,
        weeks=tuple(
            min(most, coarse(f"week {n}", by_week.get(n, 0))) for n in reversed(range(WEEKS))
        ),
        actions=tuple(
            Done(product, action, shown, rounded(times))
            for product, action, doers, times, _regular in by_action
            if (shown := min(most, coarse(f"{product}\0{action}", doers)))
        ),
        proposal=_proposal(by_action, regular, days) if coarse("regular", regular) else None,
    )


def _proposal(
    by_action: list[tuple[str, str, int, float, int]], regular: int, days: float | None
) -> Proposal:
    """Expect what a material share of regular people do, unless its name says mere presence."""
    floor = max(MATERIAL_SHARE * regular, STEP)
    material = {
        (product, action): rounded(times)
        for product, action, _all, times, doers in by_action
        if doers >= floor
    }
    working = {key: times for key, times in material.items() if not is_passive(key[1])}
    return Proposal(working or material, None if days is None else min(7.0, rounded(days)))


def doings_of(workspace: str, person: str) -> PersonalDoings:
    """Return what one person did; whoever asks has been allowed to, and it was written down."""
    with shared_lake().snapshot(workspace) as snapshot:
        last = _last_day(snapshot.connection)
        if last is None:
            return PersonalDoings(None, (), {})
        told = {"people": [person], "first": _first(last), "last": last}
        days = "SELECT ($last - day) // 7 AS back, count(DISTINCT day) FROM done GROUP BY back"
        by_week = dict(snapshot.connection.execute(_CHOSEN + days, told).fetchall())
        times = (
            "SELECT terms.text, sum(times) FROM done JOIN terms ON terms.kind = 'action' "
            "AND terms.code = done.action GROUP BY terms.text ORDER BY terms.text"
        )
        by_action = snapshot.connection.execute(_CHOSEN + times, told).fetchall()
    weeks = tuple(
        OwnWeek(last - timedelta(days=7 * back + 6), by_week.get(back, 0))
        for back in reversed(range(WEEKS))
    )
    return PersonalDoings(last, weeks, {name: float(n) / WEEKS for name, n in by_action})


def events_of(workspace: str, person: str) -> int:
    """Return how many events of a person the lake holds; what erasing will take."""
    asked = (
        "SELECT coalesce(sum(events), 0) FROM person_day_actions WHERE person = "
        "(SELECT code FROM person_codes WHERE text = $person)"
    )
    with shared_lake().snapshot(workspace) as snapshot:
        row = snapshot.connection.execute(asked, {"person": person}).fetchone()
    return int(row[0]) if row else 0


def rounded(times: float) -> float:
    """Return times a week as they are expected: halves below five, else whole; never nothing."""
    return max(0.5, round(times * 2) / 2 if times < STEP else float(round(times)))


class _Coarse:
    """Counts of people in steps, moved by what the group and the question decide together."""

    def __init__(self, people: Collection[str], least: int) -> None:
        digest = hashlib.sha256(str(settings.SECRET_KEY).encode())
        digest.update("\0".join(sorted(people)).encode())
        self._of_group = digest.digest()
        self._least, self._most = least, len(people)

    def __call__(self, question: str, people: int) -> int:
        """Return a count as it may be shown; 0 for fewer than the smallest group."""
        if people < self._least:
            return 0
        mixed = hashlib.sha256(self._of_group + question.encode()).digest()
        moved = people + mixed[0] % STEP - STEP // 2
        return max(STEP, min(STEP * round(moved / STEP), STEP * (self._most // STEP)))


def _first(last: date) -> date:
    return last - timedelta(days=7 * WEEKS - 1)


def _last_day(connection: duckdb.DuckDBPyConnection) -> date | None:
    found = connection.execute("SELECT max(day) FROM account_hours").fetchone()
    return found[0] if found else None
