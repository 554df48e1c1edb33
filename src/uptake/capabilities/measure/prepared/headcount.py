"""How many listed people belong to a group, and to two groups at once, in a window."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from uptake.capabilities.measure.disclosure import ATTRIBUTES, Atom
from uptake.metrics.attributes import Member
from uptake.metrics.measurement import Window
from uptake.metrics.scope import Grouping

Codes = npt.NDArray[np.int64]
NOBODY = -1


@dataclass(frozen=True, slots=True)
class _Column:
    names: tuple[str, ...]
    codes: Codes


@dataclass(frozen=True, slots=True)
class Headcount:
    """People by account, team, role and population, from their first to their last day."""

    columns: Mapping[Grouping, _Column]
    start: Codes
    end: Codes

    @classmethod
    def of(cls, people: Sequence[Member]) -> Headcount:
        """Count these people."""
        return cls(
            columns={
                Grouping.ACCOUNT: _column([member.account for member in people]),
                Grouping.TEAM: _column([member.team for member in people]),
                Grouping.ROLE: _column([member.role for member in people]),
                Grouping.POPULATION: _column([m.population or m.role for m in people]),
            },
            start=_days([member.start for member in people], date.min),
            end=_days([member.end for member in people], date.max),
        )

    def by_account(self, window: Window) -> dict[str, int]:
        """Return people in scope by account."""
        return {account: n for (account,), n in self.count(window, Grouping.ACCOUNT).items()}

    def atoms(self, window: Window) -> dict[str, dict[Atom, int]]:
        """Return people in scope by account, and there by team, role and population at once."""
        inside = self._inside(window) & (self.columns[Grouping.ACCOUNT].codes != NOBODY)
        found: dict[str, dict[Atom, int]] = {}
        chosen = [self.columns[by] for by in (Grouping.ACCOUNT, *ATTRIBUTES)]
        for codes, people in _counted(chosen, inside):
            account, *names = (
                column.names[code] if code != NOBODY else None
                for column, code in zip(chosen, codes, strict=True)
            )
            found.setdefault(account or "", {})[tuple(names)] = people
        return found

    def within_accounts(
        self, window: Window, *by: Grouping
    ) -> dict[str, dict[tuple[str, ...], int]]:
        """Return people in scope by account, and there by each combination of groups."""
        found: dict[str, dict[tuple[str, ...], int]] = {}
        for (account, *names), people in self.count(window, Grouping.ACCOUNT, *by).items():
            found.setdefault(account, {})[tuple(names)] = people
        return found

    def count(self, window: Window, *by: Grouping) -> dict[tuple[str, ...], int]:
        """Return people in scope by each combination of groups; who is in none is left out."""
        inside = self._inside(window)
        chosen = [self.columns[grouping] for grouping in by]
        for column in chosen:
            inside &= column.codes != NOBODY
        return {
            tuple(column.names[code] for column, code in zip(chosen, codes, strict=True)): people
            for codes, people in _counted(chosen, inside)
        }

    def _inside(self, window: Window) -> npt.NDArray[np.bool_]:
        begun = self.start <= window.last.toordinal()
        return np.asarray(begun & (self.end >= window.first.toordinal()))


def _counted(
    columns: Sequence[_Column], inside: npt.NDArray[np.bool_]
) -> Iterator[tuple[list[int], int]]:
    """Each combination of codes among the people inside, with how many they are."""
    if not columns or not inside.any():
        return
    rows = np.stack([column.codes[inside] for column in columns], axis=1)
    groups, counts = np.unique(rows, axis=0, return_counts=True)
    yield from zip(groups.tolist(), counts.tolist(), strict=True)


def _column(values: Sequence[str | None]) -> _Column:
    names = sorted({value for value in values if value is not None})
    codes = {name: code for code, name in enumerate(names)}
    found = [NOBODY if value is None else codes[value] for value in values]
    return _Column(tuple(names), np.array(found, dtype=np.int64))


def _days(values: Sequence[date | None], unknown: date) -> Codes:
    return np.array([(value or unknown).toordinal() for value in values], dtype=np.int64)
