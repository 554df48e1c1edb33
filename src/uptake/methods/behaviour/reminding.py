"""When to remind somebody, and whether reminders help.

At most so many a week, never in quiet hours, further apart while all goes well, closer after a
lapse, silent once it is done or while something outside the person's control is in the way. A tenth
of person-periods is held out of each template, chosen by chance but always the same, so that its
lift is known. Methods section 10, requirement row F3.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from uptake.methods.behaviour.gaming import difference
from uptake.methods.statistics.proportions import Interval, Share

HOLD_OUT = 0.1
SHORTEST_GAP = timedelta(days=1)
LONGEST_GAP = timedelta(days=28)
_WEEK = timedelta(days=7)


class Reason(StrEnum):
    """Why somebody is or is not reminded now."""

    DUE = "a reminder is due"
    DONE = "it is done"
    BLOCKED = "something outside the person's control is in the way"
    OPTED_OUT = "the person does not want reminders"
    QUIET = "quiet hours"
    CAP = "enough reminders this week"
    SPACING = "the last reminder was not long ago"
    HELD_OUT = "held out to measure the effect"
    EXEMPT = "nothing is due"
    FAR = "the deadline is not near yet"
    UNREACHABLE = "there is no address to write to"
    AWAY = "the person is not at work that day"
    OTHER_TIME = "the person chose another time"


@dataclass(frozen=True, slots=True)
class Policy:
    """How often and when; ``quiet_from`` to ``quiet_to`` in the person's own time zone."""

    most_a_week: int = 2
    quiet_from: time = time(18)
    quiet_to: time = time(8)
    weekdays: frozenset[int] = frozenset(range(5))
    hold_out: float = HOLD_OUT


@dataclass(frozen=True, slots=True)
class Situation:
    """A person and a behaviour at a moment, in the person's own time.

    ``sent``: local moments of earlier reminders about anything; ``sent_about_this``: those about
    this behaviour. ``met_in_a_row``: due periods met in the streak. ``near``: the deadline is.
    ``chosen``: whether this is a time that the person chose, which overrides quiet hours and days;
    None: the person chose none.
    """

    done: bool
    due: bool
    blocked: bool
    opted_out: bool
    held_out: bool
    met_in_a_row: int
    sent: Sequence[datetime] = ()
    sent_about_this: Sequence[datetime] = ()
    near: bool = True
    reachable: bool = True
    at_work: bool = True
    chosen: bool | None = None


def decide(policy: Policy, situation: Situation, now: datetime) -> Reason:
    """Say whether to remind now (``Reason.DUE``) or why not.

    Held out comes last: it names only those who would have been reminded, which is the comparison.
    """
    unwanted = _unwanted(situation) or _untimely(policy, situation, now)
    if unwanted is not None:
        return unwanted
    if sum(now - moment < _WEEK for moment in situation.sent) >= policy.most_a_week:
        return Reason.CAP
    last = max(situation.sent_about_this, default=None)
    if last is not None and now - last < gap(situation.met_in_a_row):
        return Reason.SPACING
    return Reason.HELD_OUT if situation.held_out else Reason.DUE


def _unwanted(situation: Situation) -> Reason | None:
    """Why the person needs no reminder today, whatever the hour."""
    reasons = (
        (situation.opted_out, Reason.OPTED_OUT),
        (situation.done, Reason.DONE),
        (not situation.due, Reason.EXEMPT),
        (situation.blocked, Reason.BLOCKED),
        (not situation.near, Reason.FAR),
        (not situation.reachable, Reason.UNREACHABLE),
        (not situation.at_work, Reason.AWAY),
    )
    return next((reason for holds, reason in reasons if holds), None)


def _untimely(policy: Policy, situation: Situation, now: datetime) -> Reason | None:
    """Why this is not the hour."""
    if situation.chosen is None:
        return Reason.QUIET if is_quiet(policy, now) else None
    return None if situation.chosen else Reason.OTHER_TIME


def gap(met_in_a_row: int) -> timedelta:
    """Least time between two reminders: doubles with each period met, from a day to four weeks."""
    doubled: timedelta = SHORTEST_GAP * (1 << min(met_in_a_row, 10))
    return min(doubled, LONGEST_GAP)


def is_quiet(policy: Policy, local: datetime) -> bool:
    """Say whether a local moment lies in quiet hours or on a day without reminders."""
    start, end, at = policy.quiet_from, policy.quiet_to, local.time()
    if local.weekday() not in policy.weekdays:
        return True
    if start <= end:
        return start <= at < end
    return at >= start or at < end


def is_held_out(template: str, person: str, period: str, part: float = HOLD_OUT) -> bool:
    """Say whether a person is held out of a template in a period: chance, but always the same."""
    digest = hashlib.sha256("\x1f".join((template, person, period)).encode()).digest()
    return int.from_bytes(digest[:8], "big") < part * 2**64


@dataclass(frozen=True, slots=True)
class Lift:
    """Met among the reminded and among the held out, and the difference with its interval."""

    reminded: Share
    held_out: Share
    lift: float | None
    interval: Interval | None


def lift(reminded: Share, held_out: Share) -> Lift:
    """Compare person-periods that were reminded with those that would have been, had chance not
    held them out; None where one side has none.
    """
    interval = difference(held_out, reminded)
    if interval is None or reminded.value is None or held_out.value is None:
        return Lift(reminded, held_out, None, None)
    return Lift(reminded, held_out, reminded.value - held_out.value, interval)
