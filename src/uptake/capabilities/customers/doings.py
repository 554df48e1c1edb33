"""What people did lately, from the event lake: of a group in coarse numbers, of one person exactly.

A rule can be turned until it names one person more or less, so numbers about a group must not tell
two almost equal groups apart. They are therefore about ``SMALLEST`` people or more, in steps of
five people, and moved by up to two people in a way that the group itself decides: asking again
brings the same answer, asking about a neighbouring group tells nothing about the neighbour.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
from django.conf import settings

from uptake.foundation.actor import Actor
from uptake.foundation.lake import shared_lake
from uptake.methods.arrays import Counts
from uptake.metrics.profiles import MATERIAL_SHARE, REGULAR_DAYS, is_passive
from uptake.store.schema import TermKind

if TYPE_CHECKING:
    import duckdb

    from uptake.store.snapshot import Snapshot

WEEKS = 8
STEP = 5
"""People are counted in steps of this many."""

_DONE = """
WITH chosen AS (
    SELECT terms.code FROM terms JOIN (SELECT unnest($people) AS text) USING (text)
    WHERE terms.kind = 'person'
)
SELECT days.person, days.product, days.action, sum(days.events)::BIGINT AS times,
    bit_or(1::BIGINT << ($last - days.day)) AS days
FROM person_day_actions AS days JOIN chosen ON chosen.code = days.person
WHERE days.day BETWEEN $first AND $last AND days.events > 0
GROUP BY days.person, days.product, days.action
"""
"""What each person did how often, and on which days: bit n is n days before the last."""


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
        done = _Table.of(snapshot, people, last)
    coarse = _Coarse(people, least)
    most = coarse("active", len(done.days))  # no part is shown larger than the whole
    by_action = done.by_action()
    regular = done.active_days >= REGULAR_DAYS
    return Doings(
        people=count,
        last=last,
        active=most,
        weeks=tuple(
            min(most, coarse(f"week {n}", done.active_in_week(n))) for n in reversed(range(WEEKS))
        ),
        actions=tuple(
            Done(each.product, each.action, shown, rounded(each.times_a_week))
            for each in by_action
            if (shown := min(most, coarse(f"{each.product}\0{each.action}", each.people)))
        ),
        proposal=_proposal(by_action, int(regular.sum()), done.days_a_week())
        if coarse("regular", int(regular.sum()))
        else None,
    )


@dataclass(frozen=True, slots=True)
class _ByAction:
    """An action, who did it, the median of times a week, and how many of them are regular."""

    product: str
    action: str
    people: int
    times_a_week: float
    regulars: int


@dataclass(frozen=True, slots=True)
class _Table:
    """What each of some people did: rows by person and action, and each person's days as bits."""

    person: Counts
    product: Counts
    action: Counts
    times: Counts
    days: Counts
    texts: Mapping[TermKind, Mapping[int, str]]

    @classmethod
    def of(cls, snapshot: Snapshot, people: Collection[str], last: date) -> _Table:
        told = {"people": sorted(people), "first": _first(last), "last": last}
        rows = snapshot.connection.sql(_DONE, params=told).to_arrow_table()
        known, person = np.unique(rows["person"].to_numpy(), return_inverse=True)
        days = np.zeros(len(known), dtype=np.int64)
        np.bitwise_or.at(days, person, rows["days"].to_numpy())
        product, action, times = (rows[name].to_numpy() for name in ("product", "action", "times"))
        kinds = (TermKind.PRODUCT, TermKind.ACTION)
        texts = {kind: snapshot.texts(kind) for kind in kinds}
        return cls(person.ravel(), product, action, times, days, texts)

    @property
    def active_days(self) -> Counts:
        return np.bitwise_count(self.days).astype(np.int64)

    @property
    def active_weeks(self) -> Counts:
        in_week = [self.days & _week(n) != 0 for n in range(WEEKS)]
        return np.asarray(np.sum(in_week, axis=0, dtype=np.int64))

    def active_in_week(self, back: int) -> int:
        return int(np.count_nonzero(self.days & _week(back)))

    def days_a_week(self) -> float | None:
        """The median of regular people's days in a week in which they do anything."""
        regular = self.active_days >= REGULAR_DAYS
        rates = self.active_days[regular] / self.active_weeks[regular]
        return float(np.median(rates)) if len(rates) else None

    def times_by_action(self) -> list[tuple[str, int]]:
        """How often each action was done, in any product, by its name."""
        names = self.texts[TermKind.ACTION]
        codes, row = np.unique(self.action, return_inverse=True)
        times = np.bincount(row.ravel(), weights=self.times, minlength=len(codes)).astype(np.int64)
        return sorted(
            (names.get(code, ""), n) for code, n in zip(codes.tolist(), times.tolist(), strict=True)
        )

    def by_action(self) -> list[_ByAction]:
        """Every action of a product that anybody did, the most usual first."""
        regular = self.active_days >= REGULAR_DAYS
        a_week = self.times / np.maximum(self.active_weeks, 1)[self.person]
        codes = (self.product.astype(np.int64) << 32) + self.action
        order = np.argsort(codes, kind="stable")
        starts = np.flatnonzero(np.diff(codes[order], prepend=-1))
        products, actions = self.texts[TermKind.PRODUCT], self.texts[TermKind.ACTION]
        found = [
            _ByAction(
                products.get(int(self.product[rows[0]]), ""),
                actions.get(int(self.action[rows[0]]), ""),
                len(rows),
                float(np.median(a_week[rows])),
                int(np.count_nonzero(regular[self.person[rows]])),
            )
            for rows in np.split(order, starts[1:])
            if len(rows)
        ]
        return sorted(found, key=lambda each: (-each.people, each.action, each.product))


def _week(back: int) -> int:
    """The bits of a week, counted back from the last day."""
    return 0b1111111 << 7 * back


def _proposal(by_action: Sequence[_ByAction], regular: int, days: float | None) -> Proposal:
    """Expect what a material share of regular people do, unless its name says mere presence."""
    floor = max(MATERIAL_SHARE * regular, STEP)
    material = {
        (each.product, each.action): rounded(each.times_a_week)
        for each in by_action
        if each.regulars >= floor
    }
    working = {key: times for key, times in material.items() if not is_passive(key[1])}
    return Proposal(working or material, None if days is None else min(7.0, rounded(days)))


def doings_of(workspace: str, person: str) -> PersonalDoings:
    """Return what one person did; whoever asks has been allowed to, and it was written down."""
    with shared_lake().snapshot(workspace) as snapshot:
        last = _last_day(snapshot.connection)
        if last is None:
            return PersonalDoings(None, (), {})
        done = _Table.of(snapshot, [person], last)
    days = int(done.days[0]) if len(done.days) else 0
    weeks = tuple(
        OwnWeek(last - timedelta(days=7 * back + 6), (days & _week(back)).bit_count())
        for back in reversed(range(WEEKS))
    )
    return PersonalDoings(last, weeks, {name: n / WEEKS for name, n in done.times_by_action()})


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
    ((last,),) = connection.execute("SELECT max(day) FROM account_hours").fetchall()
    return last if isinstance(last, date) else None
