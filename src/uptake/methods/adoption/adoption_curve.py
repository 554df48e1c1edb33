"""How far has adoption come since go-live, and has it stalled?

Share of the people in scope who did their first value action, by day since go-live; and the stall
detector of requirement row J11: after go-live people wait for benefits that do not come by waiting.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from uptake.methods.arrays import Counts
from uptake.methods.statistics.proportions import Share

STALL_DAYS = 28
"""Days without a new adopter after which growth counts as stalled."""

ENOUGH = 0.8
"""Share of people in scope beyond which no more growth is asked for."""


@dataclass(frozen=True, slots=True)
class AdoptionCurve:
    """Adopters by day: ``adopters[i]`` had their first value action by ``days[i]`` after go-live.

    ``days`` are whole days since go-live at which the count grew, the last day of watching added;
    people who began before go-live count from day 0.
    """

    days: Counts
    adopters: Counts
    people: int

    def at(self, day: int) -> Share:
        """Adopters of people in scope by ``day``."""
        step = int(np.searchsorted(self.days, day, side="right")) - 1
        return Share(int(self.adopters[step]) if step >= 0 else 0, self.people)

    @property
    def last_growth(self) -> int | None:
        """Day after go-live of the last new adopter; None without any adopter."""
        grown = np.flatnonzero(np.diff(self.adopters, prepend=0) > 0)
        return int(self.days[grown[-1]]) if len(grown) else None


@dataclass(frozen=True, slots=True)
class Stall:
    """Whether growth stalled, and since when; days are counted to today.

    ``days_since_growth``: since the last new adopter, or since go-live without one.
    ``days_to_outcome``: from go-live to the first verified outcome; None: none so far.
    """

    stalled: bool
    reached: Share
    days_since_growth: int
    days_since_record: int | None
    days_to_outcome: int | None
    sentence: str


def adoption_curve(first_day: npt.ArrayLike, people: int, today: int) -> AdoptionCurve:
    """The curve of first value actions.

    ``first_day``: per adopter, days from go-live to the first value action (negative: before it);
    ``people``: people in scope; ``today``: days since go-live. Raises ValueError when there are
    more adopters than people, or one lies in the future.
    """
    days = np.maximum(np.asarray(first_day, dtype=np.int64), 0)
    if len(days) > people:
        raise ValueError("There cannot be more adopters in scope than people in scope.")
    if len(days) and days.max() > today:
        raise ValueError("A first action cannot lie after today.")
    steps = np.unique(np.append(days, max(today, 0)))
    return AdoptionCurve(steps, np.searchsorted(np.sort(days), steps, side="right"), people)


def stall(
    curve: AdoptionCurve,
    *,
    last_record: int | None = None,
    first_outcome: int | None = None,
    after_days: int = STALL_DAYS,
    enough: float = ENOUGH,
) -> Stall:
    """Say whether growth has stalled: no new adopter for ``after_days`` below ``enough``.

    ``last_record`` and ``first_outcome``: days after go-live of the last value action and of the
    first verified outcome; None for none.
    """
    today = int(curve.days[-1])
    reached = curve.at(today)
    quiet = today - (curve.last_growth or 0)
    stalled = quiet >= after_days and (reached.value or 0.0) < enough
    return Stall(
        stalled=stalled,
        reached=reached,
        days_since_growth=quiet,
        days_since_record=None if last_record is None else today - last_record,
        days_to_outcome=first_outcome,
        sentence=_sentence(reached, quiet, stalled=stalled, first_outcome=first_outcome),
    )


def _sentence(reached: Share, quiet: int, *, stalled: bool, first_outcome: int | None) -> str:
    begun = f"{reached.numerator:.0f} of {reached.denominator:.0f} people have begun"
    news = f"nobody new for {quiet} days" if quiet else "the last one today"
    outcome = (
        "no outcome has been verified yet"
        if first_outcome is None
        else f"the first outcome was verified {first_outcome} days after go-live"
    )
    return f"{'Adoption has stalled: ' if stalled else ''}{begun}, {news}; {outcome}."
