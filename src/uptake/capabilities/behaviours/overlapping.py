"""Behaviours that ask nearly the same people for the same: whose numbers must not stand together.

"12 of 30 met it" beside "13 of 31 met it" tells what the one person did who is in the second group
and not in the first. So behaviours that share an action are looked at together, in the order in
which they went live: one whose sums, with those that are shown already, would tell of fewer than k
people loses its teams first, and all its numbers if that does not do. What can be computed from
sums is found as for the tables of accounts (``measure.disclosure``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from uptake.capabilities.measure.disclosure import MOST_ATOMS, Matrix, computable
from uptake.capabilities.measure.privacy import Line, hidden_cells
from uptake.methods.arrays import Counts, Flags

NO_TEAM = -1


@dataclass(frozen=True, slots=True)
class AskedOf:
    """Which actions a behaviour is about, and at which places of everybody's list those are asked.

    ``product`` empty: any.
    """

    key: int
    live_from: date
    actions: frozenset[str]
    product: str
    places: Counts

    def shares_actions_with(self, other: AskedOf) -> bool:
        """Whether some event may count for both."""
        same_product = not self.product or not other.product or self.product == other.product
        return same_product and bool(self.actions & other.actions)


@dataclass(frozen=True, slots=True)
class Hidden:
    """Behaviours of which nothing is shown, and those whose teams are not."""

    whole: set[int] = field(default_factory=set)
    teams: set[int] = field(default_factory=set)


def what_to_hide(asked: Sequence[AskedOf], teams: Sequence[str], *, fewest: int) -> Hidden:
    """Decide what may not be shown beside what went live before; ``teams``: everybody's team,
    empty for none."""
    hidden = Hidden()
    shown: list[AskedOf] = []
    for each in sorted(asked, key=lambda one: (one.live_from, one.key)):
        alike = [other for other in shown if each.shares_actions_with(other)]
        if not _tells(each, alike, teams, hidden, fewest):
            shown.append(each)
            continue
        hidden.teams.add(each.key)
        if _tells(each, alike, teams, hidden, fewest):
            hidden.whole.add(each.key)
        else:
            shown.append(each)
    return hidden


def _tells(
    each: AskedOf, alike: Sequence[AskedOf], teams: Sequence[str], hidden: Hidden, fewest: int
) -> bool:
    """Whether sums about these groups give away fewer than k people."""
    if not any(_differ(each.places, other.places) for other in alike):
        return False
    together = [each, *alike]
    atoms, people = _atoms(together, teams)
    if len(people) > MOST_ATOMS:
        return True
    rows = [
        row
        for n, one in enumerate(together)
        for row in _rows(n, atoms, people, teams=one.key not in hidden.teams, fewest=fewest)
    ]
    return computable(np.array(rows, dtype=float), people.astype(float), fewest) is not None


def _differ(one: Counts, other: Counts) -> bool:
    return len(one) != len(other) or bool(np.any(one != other))


def _atoms(together: Sequence[AskedOf], teams: Sequence[str]) -> tuple[Counts, Counts]:
    """People who are asked the same and are in the same team: what they are, and how many.

    A column for each behaviour (1: asked) and the last for the team.
    """
    known = {team: n for n, team in enumerate(sorted(set(teams) - {""}))}
    codes = np.array([known.get(team, NO_TEAM) for team in teams], dtype=np.int64)
    table = np.zeros((len(teams), len(together) + 1), dtype=np.int64)
    for column, one in enumerate(together):
        table[one.places, column] = 1
    table[:, -1] = codes
    inside = table[:, :-1].any(axis=1)
    kinds, people = np.unique(table[inside], axis=0, return_counts=True)
    return kinds, people


def _rows(
    column: int, atoms: Counts, people: Counts, *, teams: bool, fewest: int
) -> Iterator[Matrix]:
    """What is shown of a behaviour: everybody, and each team that is large enough beside them."""
    inside: Flags = atoms[:, column] == 1
    yield inside.astype(float)
    if not teams:
        return
    members = {int(t): inside & (atoms[:, -1] == t) for t in np.unique(atoms[inside, -1])}
    sizes = {t: int(people[rows].sum()) for t, rows in members.items() if t != NO_TEAM}
    line = Line(tuple(sizes), rest=int(people[inside].sum()) - sum(sizes.values()))
    gone = hidden_cells(sizes, [line], minimum_people=fewest)
    yield from (members[t].astype(float) for t in sizes if t not in gone)
