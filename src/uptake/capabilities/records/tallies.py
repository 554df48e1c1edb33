"""Judged versions counted: by rule, field, group and month; by author; by who used them later.

Records are counted as they stand: their last version, in the month they were entered. Groups and
shares of people keep ``MINIMUM_PEOPLE``.
"""
# ruff: noqa: S608  (SQL is composed from names of our own making)

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from uptake.capabilities.records.judging import (
    FIT,
    JUDGED,
    NOTHING_TO_JUDGE,
    RULES_A_WORD,
    Judged,
    is_system,
)
from uptake.capabilities.records.standard import RecordRole
from uptake.capabilities.records.versions import Versions
from uptake.methods.arrays import Counts
from uptake.methods.statistics.proportions import Share
from uptake.metrics.measurement import MINIMUM_PEOPLE

FEWEST_RECORDS = 5
"""Records by which an author counts in the spread over people."""

FOLLOWED_DAYS = 28
"""Days in which somebody else has to come back to a record for it to count as used."""


@dataclass(frozen=True, slots=True)
class Cube:
    """Counts of records as they stand; the first axis is that of ``groups`` and ``months``.

    ``groups`` are None where nobody knows, ``months`` their first days, None alike.
    ``applies`` and ``passed`` have a column a rule, ``filled`` one a field.
    """

    groups: tuple[str | None, ...]
    months: tuple[date | None, ...]
    records: Counts
    judged: Counts
    fit: Counts
    applies: Counts
    passed: Counts
    filled: Counts

    def only(self, rows: Counts) -> Cube:
        """Some of its rows."""
        chosen = [int(row) for row in rows]
        return Cube(
            groups=tuple(self.groups[row] for row in chosen),
            months=tuple(self.months[row] for row in chosen),
            records=self.records[rows],
            judged=self.judged[rows],
            fit=self.fit[rows],
            applies=self.applies[rows],
            passed=self.passed[rows],
            filled=self.filled[rows],
        )

    def of_group(self, group: str | None) -> Cube:
        """The rows of one group."""
        return self.only(np.array([i for i, g in enumerate(self.groups) if g == group], dtype=int))

    def of_month(self, month: date | None) -> Cube:
        """The rows of one month."""
        return self.only(np.array([i for i, m in enumerate(self.months) if m == month], dtype=int))

    @property
    def count(self) -> int:
        """Records."""
        return int(self.records.sum())

    @property
    def share_fit(self) -> Share | None:
        """Fit records of those that any rule applies to."""
        return _share(int(self.fit.sum()), int(self.judged.sum()))

    def rule(self, place: int) -> Share | None:
        """Records that pass a rule, of those it applies to."""
        return _share(int(self.passed[:, place].sum()), int(self.applies[:, place].sum()))

    def field(self, place: int) -> Share | None:
        """Records in which a field is filled, of all."""
        return _share(int(self.filled[:, place].sum()), self.count)


@dataclass(frozen=True, slots=True)
class AuthorMonths:
    """By author and month of recording: records charged, fit ones among them, and mended ones.

    Names of people: never shown to anybody but those a workspace's policy allows.
    """

    authors: tuple[str, ...]
    months: tuple[date | None, ...]
    charged: Counts
    fit: Counts
    credited: Counts


@dataclass(frozen=True, slots=True)
class Spread:
    """How a share is spread over people: quartiles over those with enough records."""

    people: int
    lower: float
    middle: float
    upper: float


@dataclass(frozen=True, slots=True)
class LaterUse:
    """Records that somebody else came back to within ``FOLLOWED_DAYS``, of those followed so long.

    ``not_yet``: records too young to tell.
    """

    share: Share | None
    not_yet: int


def _share(numerator: int, denominator: int) -> Share | None:
    return Share(numerator, denominator) if denominator else None


def _sums(name: str, bits: int) -> str:
    sums = (
        f"sum(({name}_{bit // RULES_A_WORD} >> {bit % RULES_A_WORD}) & 1)" for bit in range(bits)
    )
    return f"[{', '.join(sums)}]::BIGINT[]"


def cube(judged: Judged) -> Cube:
    """Count records by group and month."""
    rules, fields = len(judged.book.rules), len(judged.fields)
    rows = judged.connection.execute(
        "SELECT team, date_trunc('month', coalesce(entered, first_at, written))::DATE AS month, "
        f"count(*), count(*) FILTER (fit <> {NOTHING_TO_JUDGE}), count(*) FILTER (fit = {FIT}), "
        f"{_sums('applies', rules)}, {_sums('passed', rules)}, {_sums('filled', fields)} "
        f"FROM {JUDGED} WHERE is_last GROUP BY ALL ORDER BY team, month"
    ).fetchall()
    numbers = [np.array([row[i] for row in rows], dtype=np.int64) for i in (2, 3, 4)]
    tables = [
        np.array([row[i] for row in rows], dtype=np.int64).reshape(len(rows), width)
        for i, width in ((5, rules), (6, rules), (7, fields))
    ]
    return Cube(
        tuple(row[0] for row in rows), tuple(row[1] for row in rows),
        numbers[0], numbers[1], numbers[2], tables[0], tables[1], tables[2],
    )  # fmt: skip


def people_by_group(judged: Judged) -> dict[str, int]:
    """Different authors who wrote versions in each group."""
    rows = judged.connection.execute(
        f"SELECT team, count(DISTINCT author) FROM {JUDGED} WHERE team IS NOT NULL GROUP BY team"
    ).fetchall()
    return dict(rows)


def shown_groups(
    judged: Judged, counts: Cube, fewest: int = MINIMUM_PEOPLE
) -> tuple[list[str], int]:
    """Groups that may be shown, the largest first, and how many may not.

    Groups of fewer than ``fewest`` authors are kept back; where nobody knows who wrote, groups of
    fewer records than that. What is kept back must not be the total less what is shown, so the
    smallest shown group is kept back as well until two groups and ``fewest`` people hide together.
    """
    groups = [group for group in dict.fromkeys(counts.groups) if group is not None]
    sizes = {group: counts.of_group(group).count for group in groups}
    known = RecordRole.AUTHOR in judged.roles
    behind = people_by_group(judged) if known else sizes
    shown = [group for group in groups if behind.get(group, 0) >= fewest]
    shown.sort(key=lambda group: -sizes[group])
    hidden = [group for group in groups if group not in set(shown)]
    while hidden and shown and _can_be_differenced(judged, hidden, sizes, fewest):
        hidden.append(shown.pop())
    return shown, len(hidden)


def _can_be_differenced(
    judged: Judged, hidden: list[str], sizes: dict[str, int], fewest: int
) -> bool:
    """Whether the total less the shown groups speaks of one group, or of too few people."""
    if len(hidden) < 2:
        return True
    if RecordRole.AUTHOR not in judged.roles:
        return sum(sizes[group] for group in hidden) < fewest
    found = judged.connection.execute(
        f"SELECT count(DISTINCT author) FROM {JUDGED} WHERE list_contains(?, team)", [hidden]
    ).fetchall()
    return int(found[0][0]) < fewest


def author_months(judged: Judged) -> AuthorMonths:
    """Count what people are charged with and credited for, by author and month."""
    rows = judged.connection.execute(
        "SELECT author, date_trunc('month', written)::DATE AS month, "
        f"count(*) FILTER (is_charged AND fit <> {NOTHING_TO_JUDGE}), "
        f"count(*) FILTER (is_charged AND fit = {FIT}), count(*) FILTER (is_credited) "
        f"FROM {JUDGED} WHERE is_charged OR is_credited GROUP BY ALL ORDER BY author, month"
    ).fetchall()
    charged, fit, credited = (np.array([row[i] for row in rows], dtype=np.int64) for i in (2, 3, 4))
    return AuthorMonths(
        tuple(row[0] for row in rows), tuple(row[1] for row in rows), charged, fit, credited
    )


def spread_over_people(counts: AuthorMonths, fewest: int = MINIMUM_PEOPLE) -> Spread | None:
    """Quartiles of the share fit over authors; None below ``fewest`` of them."""
    totals: dict[str, tuple[int, int]] = {}
    for author, charged, fit in zip(counts.authors, counts.charged, counts.fit, strict=True):
        before = totals.get(author, (0, 0))
        totals[author] = (before[0] + int(charged), before[1] + int(fit))
    shares = [fit / charged for charged, fit in totals.values() if charged >= FEWEST_RECORDS]
    if len(shares) < fewest:
        return None
    lower, middle, upper = np.quantile(shares, [0.25, 0.5, 0.75])
    return Spread(len(shares), float(lower), float(middle), float(upper))


def later_use(judged: Judged, versions: Versions) -> LaterUse | None:
    """Records that somebody other than their creator opened or edited soon after.

    None where nobody can tell: a snapshot holds one version of each record and nothing else.
    """
    known = {RecordRole.RECORD, RecordRole.AUTHOR, RecordRole.AT} <= judged.roles
    if not known or not (judged.has_history or versions.touches):
        return None
    touches = versions.touches or f"SELECT record, author, written AS moment FROM {JUDGED}"
    span = f"INTERVAL {FOLLOWED_DAYS} DAYS"
    followed, used, young = judged.connection.execute(
        "SELECT count(*) FILTER (told), count(*) FILTER (told AND used), count(*) FILTER (NOT told)"
        " FROM (SELECT record, bool_or(coalesce(touched.author IS DISTINCT FROM creator "
        f"AND touched.moment BETWEEN first_at AND first_at + {span}, false)) AS used, "
        f"any_value(first_at) + {span} <= (SELECT max(written) FROM {JUDGED}) AS told "
        "FROM (SELECT record, any_value(creator) AS creator, any_value(first_at) AS first_at "
        f"FROM {JUDGED} GROUP BY record) LEFT JOIN (SELECT * FROM ({touches}) WHERE author IS NOT "
        f"NULL AND NOT coalesce({is_system(judged.standard.system_authors)}, false)) AS touched "
        "USING (record) GROUP BY record)"
    ).fetchall()[0]
    return LaterUse(_share(used, followed), young)
