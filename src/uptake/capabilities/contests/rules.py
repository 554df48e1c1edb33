"""The rules of a contest, as one frozen value that versions keep."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from uptake.capabilities.behaviours.definition import Definition
from uptake.capabilities.behaviours.definition import read as read_definition
from uptake.capabilities.contests.models import RulesVersion
from uptake.foundation.errors import Invalid
from uptake.methods.behaviour.periods import Cadence, periods

LONGEST_WEEKS = 13
"""Gamification that lasts loses its effect; methods section 10."""

MOST_PRIZES = 5
CADENCES = (Cadence.DAY, Cadence.WEEK)
"""A month or more would not close within the four weeks after which the decay is measured."""


@dataclass(frozen=True, slots=True)
class Prize:
    """What a team can win: ``worth`` in ``currency`` (None: no money's worth), and who pays it."""

    what: str
    paid_by: str
    worth: Decimal | None = None
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Rules:
    """When it runs, what it is about in the words of its owner, and what can be won.

    ``first`` begins a period of the behaviour, ``weeks`` are whole ones from then on. Prizes go to
    every team in the first place; ties share it.
    """

    first: date
    weeks: int
    about: str = ""
    prizes: tuple[Prize, ...] = ()

    @property
    def last(self) -> date:
        """The last day that counts."""
        return self.first + timedelta(days=7 * self.weeks - 1)


def read(version: RulesVersion) -> tuple[Rules, Definition]:
    """Return rules and what is asked, as a version keeps them."""
    return msgspec.convert(version.rules, Rules), read_definition(version.definition)


def kept_form(rules: Rules) -> Any:  # Any: what JSON columns take
    """Return rules as they are kept."""
    return msgspec.to_builtins(rules)


def as_judged(definition: Definition) -> Definition:
    """What is asked of a contest's teams: the whole amount from the first day, however it rose."""
    return replace(definition, ramp=())


def refuse_unfit(definition: Definition) -> None:
    """Refuse a behaviour that no contest can be about.

    Raises:
        Invalid: it has no quality, comes too seldom, or asks once.
    """
    if not definition.has_quality:
        raise Invalid(
            "This behaviour does not say what a good one is, so a contest would reward sheer "
            "numbers; add its quality first."
        )
    if definition.cadence not in CADENCES:
        raise Invalid(
            "A contest is about something that is due each day or week: what comes more seldom "
            "cannot show four and eight weeks later whether it lasts."
        )


def check(rules: Rules) -> None:
    """Refuse rules that make no sense.

    Raises:
        Invalid: it is too long, or a prize does not say what it is and who pays.
    """
    if not 1 <= rules.weeks <= LONGEST_WEEKS:
        raise Invalid(f"A contest lasts from one to {LONGEST_WEEKS} weeks; choose so many.")
    if len(rules.prizes) > MOST_PRIZES:
        raise Invalid(f"Name {MOST_PRIZES} prizes at most.")
    for prize in rules.prizes:
        if not prize.what.strip() or not prize.paid_by.strip():
            raise Invalid("Say of every prize what it is and who pays for it.")
        if prize.worth is not None and (prize.worth < 0 or len(prize.currency) != 3):
            raise Invalid("Say what a prize is worth as an amount and a currency, such as 50 EUR.")


def first_day(definition: Definition, wished: date, zone: ZoneInfo) -> date:
    """Return the first day of the first period that begins on a day or after it."""
    ahead = wished + timedelta(days=7)
    spans = periods(definition.cadence, wished, ahead, zone=zone, deadline=definition.deadline)
    return next(span.first for span in spans if span.first >= wished)
