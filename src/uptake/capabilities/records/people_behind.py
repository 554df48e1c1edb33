"""How many people stand behind a number: a rule or a month about too few of them is not told.

A rule can be written until it applies to one person's records alone, so it is counted who wrote
what it applies to. What nobody is known to have written (imports) stands for nobody.
"""
# ruff: noqa: S608  (SQL is composed from names of our own making)

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from uptake.capabilities.records.judging import JUDGED, RULES_A_WORD, Judged
from uptake.capabilities.records.standard import RecordRole
from uptake.methods.arrays import Counts, Flags


@dataclass(frozen=True, slots=True)
class RulePeople:
    """Who wrote what each rule applies to; a row an author and group, a column a rule."""

    authors: tuple[str, ...]
    groups: tuple[str | None, ...]
    applies: Flags

    def too_few(self, fewest: int, group: str | None = None) -> tuple[bool, ...]:
        """For each rule whether it is about somebody, and about fewer than ``fewest`` of them."""
        rows = [i for i, name in enumerate(self.groups) if group is None or name == group]
        return tuple(
            0 < len({self.authors[i] for i in rows if self.applies[i, rule]}) < fewest
            for rule in range(self.applies.shape[1])
        )


def people_of_rules(judged: Judged) -> RulePeople:
    """Find who wrote the versions that each rule applies to."""
    rules = len(judged.book.rules)
    words = range(max(1, -(-rules // RULES_A_WORD)))
    masks = ", ".join(f"bit_or(applies_{word})" for word in words)
    rows = (
        judged.connection.execute(
            f"SELECT author, team, {masks} FROM {JUDGED} WHERE author IS NOT NULL "
            "GROUP BY ALL ORDER BY ALL"
        ).fetchall()
        if RecordRole.AUTHOR in judged.roles
        else []
    )
    applies = np.zeros((len(rows), rules), dtype=bool)
    for place in range(rules):
        word, bit = 2 + place // RULES_A_WORD, place % RULES_A_WORD
        applies[:, place] = [bool(row[word] >> bit & 1) for row in rows]
    return RulePeople(tuple(row[0] for row in rows), tuple(row[1] for row in rows), applies)


def quiet_months(judged: Judged, fewest: int) -> frozenset[date]:
    """Months of entry whose records fewer than ``fewest`` people wrote.

    If that is one month alone, it would be the total less the others: the next one goes as well.
    """
    if RecordRole.AUTHOR not in judged.roles:
        return frozenset()
    found = judged.connection.execute(
        "SELECT date_trunc('month', coalesce(entered, first_at, written))::DATE AS month, "
        f"count(DISTINCT author) AS people FROM {JUDGED} GROUP BY 1 ORDER BY people, month"
    ).fetchall()
    found = [(month, people) for month, people in found if month is not None and people]
    few: Counts = np.array([people for _, people in found], dtype=np.int64)
    hidden = int(np.count_nonzero(few < fewest))
    if hidden == 1:
        hidden = 2
    return frozenset(month for month, _ in found[:hidden])
