"""The doors to the two questions: one's own, and what came of rounds that are over.

A round is told once it is over, so that no single answer can be seen to arrive; groups with fewer
answers than the smallest group are hidden, and with them what could be worked out from the whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from django.db.models import QuerySet
from django.utils.timezone import localdate

from uptake.capabilities.customers.queries import person_of
from uptake.capabilities.records.models import DataStandard, Pulse, PulseAsk, PulseTally
from uptake.capabilities.reminders.ask_models import AskState
from uptake.foundation.actor import Actor
from uptake.foundation.privacy import large_enough
from uptake.methods.quality.pulse import PulseSummary, summarise
from uptake.ui import words

_SEED = 20_240_229
"""Means are drawn again alike each time, so that a page does not change by itself."""


def running_round(pulse: Pulse, day: date) -> int:
    """Return the number of the round on a day, from 0."""
    return max((day - pulse.started_on).days, 0) // (7 * pulse.every_weeks)


def own_asks(actor: Actor) -> QuerySet[PulseAsk]:
    """Return what the actor is asked now; for nobody else, and needs no permission."""
    person = person_of(actor)
    if person is None:
        return PulseAsk.objects.none()
    rows = PulseAsk.objects.filter(
        person=person,
        state=AskState.OPEN,
        pulse__ended_on=None,
        pulse__standard__workspace=actor.workspace,
    ).select_related("pulse__standard")
    today = localdate()
    running = [row.pk for row in rows if running_round(row.pulse, today) == row.round]
    return rows.filter(pk__in=running)


@dataclass(frozen=True, slots=True)
class GroupPulse:
    """What the answers of one group say; only groups with enough answers are there."""

    name: str
    summary: PulseSummary


@dataclass(frozen=True, slots=True)
class PulseRound:
    """A round that is over. ``summary`` None: too few answers to tell of any.

    ``hidden``: groups with too few answers.
    """

    number: int
    first: date
    last: date
    asked: int
    summary: PulseSummary | None
    groups: tuple[GroupPulse, ...]
    hidden: int


@dataclass(frozen=True, slots=True)
class PulseStand:
    """How the questions about a standard stand; ``rounds`` that are over, the newest first."""

    pulse: Pulse
    due: date
    rounds: tuple[PulseRound, ...]
    sentence: str


def pulse_of(standard: DataStandard) -> PulseStand | None:
    """Return how the questions stand; None where nobody is asked."""
    pulse = Pulse.objects.filter(standard=standard).select_related("standard__workspace").first()
    if pulse is None:
        return None
    today = localdate()
    running = running_round(pulse, pulse.ended_on or today)
    due = first_day(pulse, running + 1)
    over = pulse.tallies.filter(group="", round__lt=running).order_by("-round")
    rounds = tuple(_round(pulse, number) for number in over.values_list("round", flat=True))
    return PulseStand(pulse, due, rounds, _sentence(rounds, due, pulse))


def first_day(pulse: Pulse, number: int) -> date:
    """Return the day on which a round begins."""
    return pulse.started_on + timedelta(weeks=pulse.every_weeks * number)


def _round(pulse: Pulse, number: int) -> PulseRound:
    tallies = list(pulse.tallies.filter(round=number))
    whole = next(each for each in tallies if not each.group)
    told = told_of(tallies, fewest=pulse.standard.workspace.minimum_group)
    groups = [each for each in told if each.group]
    of_none = whole.asked > sum(each.asked for each in tallies if each.group)
    return PulseRound(
        number=number,
        first=first_day(pulse, number),
        last=first_day(pulse, number + 1) - timedelta(days=1),
        asked=whole.asked,
        summary=_summary(whole) if told else None,
        groups=tuple(_groups(groups)),
        hidden=len(tallies) - 1 - len(groups) + of_none,
    )


def told_of(tallies: Sequence[PulseTally], *, fewest: int) -> list[PulseTally]:
    """Return what can be told of a round: everybody first, and groups that are large enough."""
    whole = next(each for each in tallies if not each.group)
    if whole.answered < fewest or not whole.minutes:
        return []
    groups = {each.group: each for each in tallies if each.group}
    many = {name: each.answered for name, each in groups.items()}
    shown = large_enough(many, rest=whole.answered - sum(many.values()), fewest=fewest)
    return [whole, *(groups[name] for name in shown)]


def _groups(told: Sequence[PulseTally]) -> list[GroupPulse]:
    summaries = ((each.group, _summary(each)) for each in told)
    found = [GroupPulse(name, summary) for name, summary in summaries if summary is not None]
    return sorted(found, key=lambda each: (-each.summary.minutes.value, each.name))


def _summary(tally: PulseTally) -> PulseSummary | None:
    return summarise(
        _said(tally.minutes),
        _said(tally.confidence),
        asked=max(tally.asked, tally.answered),
        rng=np.random.default_rng(_SEED),
    )


def _said(counts: Mapping[str, int]) -> list[int]:
    """What was said, the least first, each as often as it was."""
    return sorted(int(value) for value, often in counts.items() for _ in range(often))


def _sentence(rounds: Sequence[PulseRound], due: date, pulse: Pulse) -> str:
    if not rounds:
        if pulse.ended_on is not None:
            return "Nobody is asked any more, and no round came to its end."
        return f"Not yet due: the first round is told once it is over, on {words.day(due)}."
    newest = rounds[0]
    found = newest.summary
    if found is None:
        return f"Too few of the {words.people(newest.asked)} asked have answered to tell anything."
    ends = found.hours_interval
    return (
        f"Poor records cost the {words.people(newest.asked)} asked about "
        f"{words.amount(found.hours)} hours in a week ({words.amount(ends.low)} to "
        f"{words.amount(ends.high)}); {words.count(found.confident.numerator)} of "
        f"{words.count(found.confident.denominator)} who answered trust them."
    )
