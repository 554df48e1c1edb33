"""The doors to the two questions: one's own, and what came of rounds that are over.

A round is told once it is over, so that no single answer can be seen to arrive; groups with fewer
answers than the smallest group are hidden, and with them what could be worked out from the whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from django.db.models import Count, QuerySet
from django.utils.timezone import localdate

from uptake.capabilities.customers.queries import person_of
from uptake.capabilities.records.models import DataStandard, Pulse, PulseAnswer, PulseAsk
from uptake.capabilities.reminders.ask_models import AskState
from uptake.foundation.actor import Actor
from uptake.foundation.privacy import shown_groups
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
    numbers = pulse.asks.filter(round__lt=running).values_list("round", flat=True).distinct()
    rounds = tuple(_round(pulse, number) for number in sorted(set(numbers), reverse=True))
    return PulseStand(pulse, due, rounds, _sentence(rounds, due, pulse))


def first_day(pulse: Pulse, number: int) -> date:
    """Return the day on which a round begins."""
    return pulse.started_on + timedelta(weeks=pulse.every_weeks * number)


def _round(pulse: Pulse, number: int) -> PulseRound:
    fewest = pulse.standard.workspace.minimum_group
    asked = dict(
        pulse.asks.filter(round=number).order_by().values_list("group").annotate(n=Count("pk"))
    )
    answers = list(pulse.answers.filter(round=number))
    shown, hidden = shown_groups((answer.group for answer in answers), fewest=fewest)
    return PulseRound(
        number=number,
        first=first_day(pulse, number),
        last=first_day(pulse, number + 1) - timedelta(days=1),
        asked=sum(asked.values()),
        summary=_summary(answers, sum(asked.values())) if len(answers) >= fewest else None,
        groups=tuple(_groups(shown, answers, asked)),
        hidden=hidden,
    )


def _groups(
    names: Sequence[str], answers: Sequence[PulseAnswer], asked: Mapping[str, int]
) -> list[GroupPulse]:
    found = []
    for name in names:
        own = [answer for answer in answers if answer.group == name]
        summary = _summary(own, max(asked.get(name, 0), len(own)))
        if summary is not None:
            found.append(GroupPulse(name, summary))
    return sorted(found, key=lambda each: (-each.summary.minutes.value, each.name))


def _summary(answers: Sequence[PulseAnswer], asked: int) -> PulseSummary | None:
    return summarise(
        [answer.minutes for answer in answers],
        [answer.confidence for answer in answers],
        asked=max(asked, len(answers)),
        rng=np.random.default_rng(_SEED),
    )


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
