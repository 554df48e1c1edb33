"""The rules of a contest, as one frozen value that versions keep."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from uptake.capabilities.behaviours.definition import PERIOD_WORDS, Definition
from uptake.capabilities.behaviours.definition import read as read_definition
from uptake.capabilities.contests.models import RulesVersion
from uptake.foundation.errors import Invalid
from uptake.methods.behaviour.contests import BY_CALENDAR
from uptake.methods.behaviour.periods import Period, periods
from uptake.ui import words

LONGEST_WEEKS = 14
"""Gamification that lasts loses its effect; methods section 10. Any quarter fits."""

MOST_PRIZES = 5
LONGEST_PERIOD = timedelta(days=92)


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

    ``first`` begins a period of the behaviour, ``weeks`` are whole ones from then on. What is due
    by month or quarter counts to ``until``, the end of the last whole one within these weeks.
    Prizes go to every team in the first place; ties share it.
    """

    first: date
    weeks: int
    about: str = ""
    prizes: tuple[Prize, ...] = ()
    until: date | None = None

    @property
    def last(self) -> date:
        """The last day that counts."""
        return self.until or self.first + timedelta(days=7 * self.weeks - 1)


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
        Invalid: it has no quality, or asks once.
    """
    if not definition.has_quality:
        raise Invalid(
            "This behaviour does not say what a good one is, so a contest would reward sheer "
            "numbers; add its quality first."
        )
    if definition.is_once:
        raise Invalid(
            "This is asked once, so nobody could see later whether it lasts; choose something that "
            "is due each day, week, month or quarter."
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


def settled(rules: Rules, definition: Definition, zone: ZoneInfo) -> Rules:
    """Return rules that begin with a period, and end with one where it is longer than a week.

    Raises:
        Invalid: no whole month or quarter fits into the weeks; says how many would hold one.
    """
    ahead = _spans(definition, rules.first, rules.first + LONGEST_PERIOD, zone)
    first = next(span.first for span in ahead if span.first >= rules.first)
    found = replace(rules, first=first, until=None)
    if definition.cadence not in BY_CALENDAR:
        return found
    whole = [
        span for span in _spans(definition, first, found.last, zone) if span.last <= found.last
    ]
    if not whole:
        raise Invalid(_what_would_fit(found, definition, zone))
    return replace(found, until=whole[-1].last)


def periods_in(rules: Rules, definition: Definition, zone: ZoneInfo) -> int:
    """How many periods a contest asks for."""
    return len(_spans(definition, rules.first, rules.last, zone))


def _what_would_fit(rules: Rules, definition: Definition, zone: ZoneInfo) -> str:
    longest = rules.first + timedelta(weeks=LONGEST_WEEKS) - timedelta(days=1)
    fit = [span for span in _spans(definition, rules.first, longest, zone) if span.last <= longest]
    said = (
        f"{-(-((span.last - rules.first).days + 1) // 7)} weeks (to {words.short_day(span.last)})"
        for span in fit
    )
    unit = PERIOD_WORDS[definition.cadence]
    return (
        f"This is due by the {unit}, and no whole {unit} lies within "
        f"{words.plural(rules.weeks, 'week')} from {words.day(rules.first)} on; choose "
        f"{' or '.join(said)}."
    )


def _spans(definition: Definition, first: date, last: date, zone: ZoneInfo) -> list[Period]:
    return periods(definition.cadence, first, last, zone=zone, deadline=definition.deadline)
