"""What is asked, as one frozen value: kept in versions, judged by the linter, counted in the lake.

Methods section 2 (schema of a behaviour), requirement rows C1, C2, C5 and E7.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta

import msgspec

from uptake.methods.behaviour.periods import Cadence, Deadline
from uptake.methods.behaviour.smart import Asked

RAMP_PERIODS = 4
"""So many periods each step of a rising target lasts."""

PERIOD_WORDS = {
    Cadence.DAY: "day",
    Cadence.WEEK: "week",
    Cadence.MONTH: "month",
    Cadence.QUARTER: "quarter",
}
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

RuleFacts = dict[str, str | list[str]]
"""One condition on a person, as populations keep it."""


@dataclass(frozen=True, slots=True)
class Effects:
    """What it shall bring about and what it may bring about besides."""

    intended_behaviours: str = ""
    intended_outcomes: str = ""
    unintended_behaviours: str = ""
    unintended_outcomes: str = ""


@dataclass(frozen=True, slots=True)
class Definition:
    """What exactly is asked.

    ``population`` names whom ``rules`` describe, as they were when this was written; without rules
    it is everybody. ``actions``, ``product``, ``module``, ``object_type`` and ``properties`` say
    which events count (or are opportunities). A good one is ``right_first_time``, recorded
    ``within_hours`` and has ``filled_in`` fields, as far as these are set. ``amount``: so many a
    period; ``every_opportunity``: each one has to be followed by one of ``answer_actions`` within
    ``answer_hours``; ``every_object``: each object of the type that existed when people were first
    asked has to have the ``filled_in`` fields by then. ``due_on``: the day of a deadline that comes
    once. ``ramp``: amounts of the first steps of four periods each. ``threshold``:
    share of the amount from which a period is met. ``least_effect``: smallest change of the share
    of people that matters. ``counter_margin``: by how much a counter-metric may worsen.
    """

    statement: str = ""
    population: str = ""
    rules: tuple[RuleFacts, ...] = ()
    product: str = ""
    module: str = ""
    actions: tuple[str, ...] = ()
    object_type: str = ""
    properties: tuple[tuple[str, str], ...] = ()
    right_first_time: bool = False
    within_hours: int | None = None
    filled_in: tuple[str, ...] = ()
    every_opportunity: bool = False
    every_object: bool = False
    amount: int | None = None
    answer_actions: tuple[str, ...] = ()
    answer_hours: int | None = None
    cadence: Cadence = Cadence.WEEK
    weekday: int | None = None
    at: time | None = None
    due_on: date | None = None
    grace_hours: int = 0
    threshold: float = 1.0
    ramp: tuple[int, ...] = ()
    reason: str = ""
    depends_on: str = ""
    outcome: str = ""
    counters: tuple[str, ...] = ()
    counter_margin: float = 0.05
    least_effect: float = 0.05
    review_on: date | None = None
    effects: Effects = Effects()

    @property
    def deadline(self) -> Deadline:
        """By when a period is to be met."""
        weekday = self.weekday if self.cadence is Cadence.WEEK else None
        at = self.at or Deadline().at
        return Deadline(at, weekday, timedelta(hours=self.grace_hours))

    @property
    def has_quality(self) -> bool:
        """Say whether it was said what a good one is."""
        return self.right_first_time or self.within_hours is not None or bool(self.filled_in)

    @property
    def is_once(self) -> bool:
        """Say whether it is asked a single time, by a day."""
        return self.cadence is Cadence.ONCE

    @property
    def has_no_amount(self) -> bool:
        """Say whether whatever comes up is asked for, rather than a number."""
        return self.every_opportunity or self.every_object

    def amount_of(self, period: int) -> int:
        """Return k of the period at a position since it went live; 0 where none was said."""
        step = period // RAMP_PERIODS
        return self.ramp[step] if 0 <= step < len(self.ramp) else self.amount or 0


def read(kept: object) -> Definition:
    """Return a definition from what is kept."""
    return msgspec.convert(kept, Definition)


def kept_form(definition: Definition) -> dict[str, object]:
    """Return what is kept of a definition."""
    built: dict[str, object] = msgspec.to_builtins(definition)
    return built


def without_population(definition: Definition) -> Definition:
    """Return the definition for everybody."""
    return replace(definition, population="", rules=())


def for_linter(
    definition: Definition, *, owner: str, people: int | None, reached: Sequence[float] = ()
) -> Asked:
    """Return what the linter looks at; ``reached``: what each person attained lately a period."""
    answered = bool(definition.answer_actions) and definition.answer_hours is not None
    return Asked(
        statement=definition.statement,
        people=people,
        amount=definition.amount,
        every_opportunity=definition.has_no_amount,
        has_action=bool(definition.actions) and (answered or not definition.every_opportunity),
        has_deadline=_has_deadline(definition) or answered,
        has_quality=definition.has_quality,
        outcome=definition.outcome,
        reason=definition.reason,
        counter_metrics=len(definition.counters),
        owner=owner,
        has_review=definition.review_on is not None,
        ramp=bool(definition.ramp),
        reached=reached,
    )


def _has_deadline(definition: Definition) -> bool:
    return definition.at is not None and (not definition.is_once or definition.due_on is not None)


def due_words(definition: Definition) -> str:
    """Return by when, in words: "by Friday 13:00 each week"."""
    period = PERIOD_WORDS.get(definition.cadence, "period")
    at = f"{definition.deadline.at:%H:%M}"
    if definition.is_once:
        return f"once, by {at} on {definition.due_on:%A %-d %B %Y}" if definition.due_on else "once"
    if definition.every_opportunity and definition.answer_hours is not None:
        return f"within {definition.answer_hours} hours of each"
    if definition.cadence is Cadence.WEEK:
        day = WEEKDAYS[6 if definition.weekday is None else definition.weekday]
        return f"by {day} {at} each week"
    if definition.cadence is Cadence.DAY:
        return f"by {at} each day"
    return f"by {at} on the last day of each {period}"
