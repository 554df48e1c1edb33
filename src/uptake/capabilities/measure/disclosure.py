"""Decides once for an account which of its groups may be shown, on all pages together.

Teams, roles and populations cut the same people in different ways, so a small group can be worked
out from several tables of which each by itself is safe: a role of fifty beside a population of
fifty-one tells about one person. Everything that is shown about an account is a sum over its
people; what can be computed from sums by adding and subtracting is what lies in the space that they
span. So groups are hidden until no set of fewer than k people lies in it, judged over the *atoms*
(people alike in team, role and population). Sets of up to four atoms are looked for, so that for
k = 5 none is missed.

Source of the idea: linear sensitivity audits of statistical tables, e.g. Hundepool et al.,
Statistical Disclosure Control (2012), chapter 4.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from uptake.capabilities.measure.privacy import Line, hidden_cells, rest_of
from uptake.metrics.measurement import MINIMUM_PEOPLE
from uptake.metrics.scope import Grouping

ATTRIBUTES = (Grouping.TEAM, Grouping.ROLE, Grouping.POPULATION)
"""The ways in which people of an account are cut, in the order in which tables keep their rows."""

MOST_ATOMS = 600
"""Accounts with more atoms show no crossed tables: judging them would take too long."""

EXACT = 1e-7
LOOSE = 1e-6
"""What counts as nothing, of a vector and of its length in one direction."""

Atom = tuple[str | None, ...]
"""Team, role and population of people who are alike; None where they have none."""

Group = tuple[Grouping, str]
Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Crossing:
    """People of two groups at once; the groups stand in the order of ``ATTRIBUTES``."""

    one: Group
    other: Group

    @classmethod
    def of(cls, one: Group, other: Group) -> Crossing:
        """Return the crossing of two groups, whichever is named first."""
        first, second = sorted((one, other), key=lambda group: ATTRIBUTES.index(group[0]))
        return cls(first, second)


Shown = Group | Crossing


@dataclass(frozen=True, slots=True)
class Account:
    """The people of an account by atom."""

    atoms: Mapping[Atom, int]
    minimum_people: int = MINIMUM_PEOPLE

    @property
    def total(self) -> int:
        """All people."""
        return sum(self.atoms.values())

    def groups(self) -> dict[Group, int]:
        """People of every group."""
        sizes: dict[Group, int] = defaultdict(int)
        for atom, people in self.atoms.items():
            for by, name in zip(ATTRIBUTES, atom, strict=True):
                if name is not None:
                    sizes[by, name] += people
        return dict(sizes)

    def crossings(self) -> dict[Crossing, int]:
        """People of every two groups of different attributes."""
        sizes: dict[Crossing, int] = defaultdict(int)
        for atom, people in self.atoms.items():
            named = [(by, n) for by, n in zip(ATTRIBUTES, atom, strict=True) if n is not None]
            for position, one in enumerate(named):
                for other in named[position + 1 :]:
                    sizes[Crossing(one, other)] += people
        return dict(sizes)


def hidden_groups(account: Account) -> frozenset[Group]:
    """Return the groups of an account that no page may show."""
    return _hidden_groups(frozenset(account.atoms.items()), account.minimum_people)


@lru_cache(maxsize=4_096)
def _hidden_groups(atoms: frozenset[tuple[Atom, int]], minimum_people: int) -> frozenset[Group]:
    """The same people are judged once, however often their numbers are computed."""
    account = Account(dict(sorted(atoms, key=str)), minimum_people)
    sizes = account.groups()
    lines = [_line(sizes, by, account.total) for by in ATTRIBUTES]
    hidden = set(hidden_cells(sizes, lines, minimum_people=account.minimum_people))
    _audit(account, sizes, hidden, also_shown=())
    return frozenset(hidden)


def hidden_crossings(account: Account, groups: frozenset[Group]) -> frozenset[Crossing]:
    """Return the crossings that may not be shown beside the groups that are not hidden."""
    return _hidden_crossings(frozenset(account.atoms.items()), account.minimum_people, groups)


@lru_cache(maxsize=4_096)
def _hidden_crossings(
    atoms: frozenset[tuple[Atom, int]], minimum_people: int, groups: frozenset[Group]
) -> frozenset[Crossing]:
    account = Account(dict(sorted(atoms, key=str)), minimum_people)
    sizes = account.crossings()
    if len(account.atoms) > MOST_ATOMS:
        return frozenset(sizes)
    alone = account.groups()
    lines = _crossed_lines(sizes, alone)
    gone = [cell for cell in sizes if cell.one in groups or cell.other in groups]
    hidden = set(hidden_cells(sizes, lines, also=gone, minimum_people=account.minimum_people))
    _audit(account, sizes, hidden, also_shown=[g for g in alone if g not in groups])
    return frozenset(hidden)


def _line(sizes: Mapping[Group, int], by: Grouping, total: int) -> Line:
    cells = tuple(group for group in sizes if group[0] is by)
    return Line(cells, rest_of(total, (sizes[cell] for cell in cells)))


def _crossed_lines(sizes: Mapping[Crossing, int], alone: Mapping[Group, int]) -> list[Line]:
    """Each group beside the crossings that divide it, by each other attribute."""
    found: dict[tuple[Group, Grouping], list[Crossing]] = defaultdict(list)
    for cell in sizes:
        found[cell.one, cell.other[0]].append(cell)
        found[cell.other, cell.one[0]].append(cell)
    return [
        Line(tuple(cells), rest_of(alone[group], (sizes[cell] for cell in cells)))
        for (group, _by), cells in found.items()
    ]


def _audit(
    account: Account,
    sizes: Mapping[Group, int] | Mapping[Crossing, int],
    hidden: set[Group] | set[Crossing],
    *,
    also_shown: Iterable[Group],
) -> None:
    """Hide more until nothing about fewer than k people can be computed from what is shown."""
    people = np.array(list(account.atoms.values()), dtype=float)
    fixed = [np.ones(len(people)), *(_members(account, group) for group in also_shown)]
    rows = {cell: _members(account, cell) for cell in sizes}
    while True:
        shown = [cell for cell in rows if cell not in hidden and sizes[cell]]  # type: ignore[index]  # both are keyed alike
        table = np.array([*fixed, *(rows[cell] for cell in shown)])
        found = computable(table, people, account.minimum_people)
        if found is None:
            return
        parts = np.abs(np.linalg.lstsq(table.T, found, rcond=None)[0][len(fixed) :]) > EXACT
        used = [cell for cell, part in zip(shown, parts, strict=True) if part] or shown
        if not used:
            return
        hidden.add(min(used, key=lambda cell: (sizes[cell], str(cell))))  # type: ignore[index, arg-type]  # as above


def _members(account: Account, cell: Shown) -> Matrix:
    """1 for each atom of a group or crossing, else 0."""
    groups = (cell.one, cell.other) if isinstance(cell, Crossing) else (cell,)
    places = [(ATTRIBUTES.index(by), name) for by, name in groups]
    return np.array(
        [float(all(atom[place] == name for place, name in places)) for atom in account.atoms]
    )


def computable(table: Matrix, people: Matrix, minimum_people: int) -> Matrix | None:
    """Return a set of fewer than k people whose sum follows from the rows of a table, if any.

    ``table`` has a row for every sum that is shown and a column for every atom, ``people`` says how
    many are in each atom. A set follows from the rows when nothing of it lies outside the space
    that they span: what lies outside (the residuals) must add up to nothing. Sets of one and two
    atoms are matched with each other, which finds every set of up to four.
    """
    small = np.flatnonzero((people > 0) & (people < minimum_people))
    if not len(small):
        return None
    residuals = _residuals(table)[:, small]
    for places in _adding_up_to_nothing(residuals, people[small], minimum_people):
        if np.abs(residuals[:, places].sum(axis=1)).max() < EXACT:
            return _indicator(len(people), small[places])
    return None


def _residuals(table: Matrix) -> Matrix:
    """For each atom (a column) what of it lies outside the space that the rows span."""
    _left, weights, right = np.linalg.svd(table, full_matrices=False)
    basis = right[weights > EXACT * max(weights[0], 1.0)]
    return np.asarray(np.eye(table.shape[1]) - basis.T @ basis)


def _adding_up_to_nothing(
    residuals: Matrix, people: Matrix, minimum_people: int
) -> Iterator[list[int]]:
    """Sets of up to four atoms that may add up to nothing, judged in one random direction."""
    direction = np.random.default_rng(0).normal(size=len(residuals))
    along = direction @ residuals
    one, other = np.triu_indices(len(along), k=1)
    few = people[one] + people[other] < minimum_people
    one, other = one[few], other[few]
    sums = np.concatenate((along, along[one] + along[other]))
    sizes = np.concatenate((people, people[one] + people[other]))
    members = [[n] for n in range(len(along))]
    members += [list(pair) for pair in zip(one.tolist(), other.tolist(), strict=True)]
    for place in np.flatnonzero(np.abs(sums) < LOOSE).tolist():
        yield members[place]
    order = np.argsort(sums)
    first = np.searchsorted(sums[order], -sums - LOOSE)
    last = np.searchsorted(sums[order], -sums + LOOSE)
    for place in np.flatnonzero(last > first).tolist():
        for found in order[first[place] : last[place]].tolist():
            together = {*members[place], *members[found]}
            apart = len(together) == len(members[place]) + len(members[found])
            if apart and found > place and sizes[place] + sizes[found] < minimum_people:
                yield sorted(together)


def _indicator(length: int, places: Sequence[int] | npt.NDArray[np.int64]) -> Matrix:
    found = np.zeros(length)
    found[list(places)] = 1.0
    return found
