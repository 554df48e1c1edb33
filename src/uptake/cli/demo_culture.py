"""What the largest customer's people say of how they work: two waves over, one that runs."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
from django.utils.timezone import localdate

from uptake.capabilities.assessments import actions
from uptake.capabilities.assessments.asking import TO_ANSWER, begin_due_waves, due_day, to_ask
from uptake.capabilities.assessments.models import Asked, Survey, Wave
from uptake.capabilities.assessments.queries import instrument_of, newest_questions
from uptake.capabilities.assessments.tallying import add, close_over_waves, prepare
from uptake.foundation.actor import Actor
from uptake.foundation.models import User

BEFORE = timedelta(weeks=27)
ANSWER = 0.58
"""The share of those asked who answer."""

CANNOT_SAY = 0.06
SEED = 23

MEANS = {
    "know-what": (3.4, 3.5),
    "know-why": (2.6, 2.7),
    "manager-uses": (3.0, 3.1),
    "decided-by-records": (2.5, 2.5),
    "noticed": (2.4, 3.3),
    "pride": (2.9, 3.4),
    "set-right": (2.8, 2.8),
    "may-say": (3.7, 3.7),
    "shown": (3.5, 3.6),
    "bypass-pays": (3.3, 3.1),
}
"""Of each statement in the first wave and the second, on the scale of 1 to 5."""


def ask(actor: Actor, *, account: str) -> None:
    """Ask since half a year ago, unless people are asked already."""
    if Survey.objects.filter(workspace=actor.workspace).exists():
        return
    from uptake.cli.demo_cast import DOMAIN

    success = Actor.of(User.objects.get(email=f"success@{DOMAIN}"), actor.workspace)
    survey = actions.start_survey(success, actions.Wanted(account))
    survey.started_on = localdate() - BEFORE
    survey.save(update_fields=["started_on"])
    for number in (0, 1):
        _answered(survey, number)
    close_over_waves()
    begin_due_waves()
    for step in _done(survey):
        actions.note_step(success, survey.pk, step)


def _answered(survey: Survey, number: int) -> None:
    """A wave that is over, each person drawn around means of their own."""
    rng = np.random.default_rng(SEED + number)
    questions = newest_questions(survey)
    first = due_day(survey, number)
    wave = Wave.objects.create(
        survey=survey,
        questions=questions,
        number=number,
        first_day=first,
        last_day=first + timedelta(days=TO_ANSWER - 1),
    )
    people = to_ask(survey, first).select_related("team").order_by("pk")
    asks = [
        Asked(
            wave=wave,
            person=person,
            team=person.team.external_id if person.team else "",
            leads=person.reports.exists(),
            told=2,
        )
        for person in people
    ]
    Asked.objects.bulk_create(asks)
    prepare(wave)
    keys = [each.key for each in instrument_of(questions).statements]
    for ask in asks:
        if rng.random() < ANSWER:
            add(ask, _said(rng, keys, number, leads=ask.leads))


def _said(
    rng: np.random.Generator, keys: list[str], number: int, *, leads: bool
) -> dict[str, int | None]:
    """Whoever leads people finds it better; each person leans one way."""
    lean = rng.normal(0, 0.5) + (0.5 if leads else 0)
    found: dict[str, int | None] = {}
    for key in keys:
        way = -1 if key == "bypass-pays" else 1
        drawn = round(rng.normal(MEANS[key][number] + way * lean, 0.8))
        found[key] = None if rng.random() < CANNOT_SAY else int(np.clip(drawn, 1, 5))
    return found


def _done(survey: Survey) -> tuple[actions.Done, ...]:
    def after(weeks: int) -> date:
        return survey.started_on + timedelta(weeks=weeks)

    return (
        actions.Done(
            what="The note that helped most is read out on Mondays, if its writer agrees",
            by_whom="Head of sales",
            day=after(5),
            norms=("recognition",),
        ),
        actions.Done(
            what="Forecasts are discussed from the system alone; whoever brings a sheet goes last",
            by_whom="Management board",
            day=after(21),
            norms=("example", "workarounds"),
        ),
    )
