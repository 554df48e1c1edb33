"""Proposing an expected profile from the data, for when nobody has set one.

What is expected of a population is what a material share of its regular people already do,
without actions whose name says presence; the days a week are those of its typical regular person
in weeks with any use. A proposal is marked as such wherever its numbers are shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from uptake.metrics.masks import overlaps
from uptake.metrics.profiles import (
    REGULAR_DAYS,
    ActionUse,
    Expectation,
    Profile,
    Rhythm,
    expectation_of,
    value_actions,
)
from uptake.metrics.scope import quotient
from uptake.store.schema import ACTIONS_IN_A_MASK


@dataclass(frozen=True, slots=True)
class _People:
    """Per person and block of actions: population, mask of actions done, active days and weeks."""

    population: np.ndarray[tuple[int], np.dtype[np.object_]]
    block: np.ndarray[tuple[int], np.dtype[np.int64]]
    actions: np.ndarray[tuple[int], np.dtype[np.int64]]
    days: np.ndarray[tuple[int], np.dtype[np.int64]]
    weeks: np.ndarray[tuple[int], np.dtype[np.int64]]

    @classmethod
    def of(cls, rows: pa.Table) -> _People:
        whole = {name: rows[name].to_numpy() for name in ("block", "actions", "days", "weeks")}
        return cls(np.array(rows["population"].to_pylist(), dtype=object), **whole)

    def where(self, kept: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> _People:
        return _People(
            self.population[kept],
            self.block[kept],
            self.actions[kept],
            self.days[kept],
            self.weeks[kept],
        )


def people_query(
    presence: ir.Table, members: ir.Table | None, allowed: frozenset[int], first: date
) -> ir.Table:
    """What each person ever did among the allowed actions, on how many days of how many weeks."""
    rows = presence.filter(overlaps(presence, allowed))
    done = rows.aggregate(
        by=["person", "block"],
        actions=rows.actions.bit_or(),
        days=rows.day.nunique(),
        weeks=quotient(rows.day.delta(first, unit="day"), 7).nunique(),
    )
    if members is None:
        return done.mutate(population=done.block.cast("string").nullif(done.block.cast("string")))
    return done.join(members.select("person", "population"), "person")


def proposed_profile(rows: pa.Table, names: Mapping[int, str]) -> Profile:
    """The profile that a ``people_query`` suggests."""
    allowed = value_actions(names)
    people = _People.of(rows)
    everyone = _expectation(people, allowed, None)
    populations = sorted({str(p) for p in people.population if p is not None})
    by_population = {
        name: _expectation(people.where(people.population == name), allowed, name)
        for name in populations
    }
    return Profile(everyone, by_population, proposed=True)


def _expectation(people: _People, allowed: frozenset[int], population: str | None) -> Expectation:
    regular = people.where(people.days >= REGULAR_DAYS)
    uses = [ActionUse(population, code, _people_doing(regular, code)) for code in sorted(allowed)]
    rate = float(np.median(regular.days / regular.weeks)) if len(regular.days) else None
    return expectation_of(uses, Rhythm(population, len(regular.days), rate), allowed)


def _people_doing(people: _People, action: int) -> int:
    block, bit = divmod(action, ACTIONS_IN_A_MASK)
    done = (people.actions >> bit) & 1
    return int(np.count_nonzero(done[people.block == block]))
