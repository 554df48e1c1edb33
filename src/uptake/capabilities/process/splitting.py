"""Cases on either side of a day; where nothing can be set beside each other, why, in a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

import numpy as np

from uptake.capabilities.process.ground import Ground
from uptake.capabilities.process.teams_of_cases import kinds_of_cases
from uptake.formats.errors import UnusableFileError
from uptake.methods.arrays import Flags
from uptake.methods.statistics.shifts import FEWEST_CASES
from uptake.ui.words import short_day

NO_MOMENTS = (
    "{name} has no moments that can be believed, so no case began before or after a day; bring a "
    "log with a time for each event."
)
OUTSIDE = (
    "No case began {where} {day}: the first began on {first} and the last on {last}; choose a day "
    "between them."
)
FEW = (
    "Fewer than {fewest} cases began {where} {day}, of {cases:,} cases from {first} to {last}; "
    "choose {other} day."
)


@dataclass(frozen=True, slots=True)
class Split:
    """A day that parts cases, and attributes of cases that make them alike."""

    day: date
    mix: tuple[str, ...] = ()


def beginning_of(day: date) -> datetime:
    """Return the first moment of a day, in UTC."""
    return datetime.combine(day, time(), tzinfo=UTC)


def sides_of(ground: Ground, moment: datetime) -> tuple[Flags, Flags]:
    """Say of each case whether it began before a moment, and whether from it on.

    Cases without a beginning that can be believed belong to neither.
    """
    at = round(moment.timestamp() * 1000)
    dated, begun = ground.known[ground.begins], ground.begun[ground.begins]
    return dated & (begun < at), dated & (begun >= at)


def check_day(ground: Ground, day: date) -> None:
    """Refuse a day that leaves too few cases on a side.

    Raises:
        UnusableFileError: it says which days the log has, and what to choose.
    """
    dated = ground.known[ground.begins]
    if not dated.any():
        raise UnusableFileError(NO_MOMENTS.format(name=ground.log.source))
    begun = ground.begun[ground.begins][dated]
    first, last = (short_day(_day(edge)) for edge in (begun.min(), begun.max()))
    told = {"day": short_day(day), "first": first, "last": last}
    sides = sides_of(ground, beginning_of(day))
    places = ("before", "from"), ("a later", "an earlier")
    for side, where, other in zip(sides, *places, strict=True):
        many = int(side.sum())
        if not many:
            raise UnusableFileError(OUTSIDE.format(where=where, **told))
        if many < FEWEST_CASES:
            counted = {"cases": int(dated.sum()), "fewest": FEWEST_CASES}
            raise UnusableFileError(FEW.format(where=where, other=other, **told, **counted))


def check_split(ground: Ground, split: Split) -> None:
    """Refuse a day that leaves too few cases on a side, and attributes that cases do not have.

    Raises:
        UnusableFileError: it says what there is to choose from.
    """
    check_day(ground, split.day)
    kinds_of_cases(ground, split.mix)


def _day(milliseconds: np.int64) -> date:
    return datetime.fromtimestamp(int(milliseconds) / 1000, UTC).date()
