"""What can be done to a survey: begin, word anew, stop; answer or skip; note what was done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet
from django.utils.timezone import localdate

from uptake.capabilities.assessments.asking import to_ask
from uptake.capabilities.assessments.instrument import (
    Worded,
    reworded,
    standard_instrument,
    write_instrument,
)
from uptake.capabilities.assessments.models import Asked, Questions, Step, Survey
from uptake.capabilities.assessments.queries import (
    access_survey,
    instrument_of,
    newest_questions,
    writes_surveys,
)
from uptake.capabilities.assessments.tallying import add
from uptake.capabilities.assessments.telling import SURVEY
from uptake.capabilities.customers.queries import access_account
from uptake.capabilities.reminders.ask_models import AskState
from uptake.capabilities.reminders.asks import access_own_ask, settle, withdraw_mails
from uptake.foundation import activity
from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor
from uptake.foundation.errors import Conflict, Invalid, NotAllowed, NotFound
from uptake.methods.assessment.opinions import POINTS

FEWEST_WEEKS, USUAL_WEEKS, MOST_WEEKS = 8, 13, 52
"""Norms move in months; asked more often people answer by habit."""


def require_writer(actor: Actor) -> None:
    """Do nothing for who decides about surveys, else refuse.

    Raises:
        NotAllowed: the actor's role does not include it.
    """
    actor.require(Permission.BEHAVIOURS_WRITE)
    if not writes_surveys(actor):
        raise NotAllowed("Your adoption lead decides what everybody is asked; tell them.")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A survey: its name, of the people of which account and below, how often, since when."""

    account: str
    name: str = ""
    every_weeks: int = USUAL_WEEKS
    first_day: date | None = None


@transaction.atomic
def start_survey(actor: Actor, wanted: Wanted) -> Survey:
    """Ask the people of an account again and again, by the standard statements at first.

    Raises:
        NotAllowed: the actor does not decide about surveys.
        NotFound: there is no such account for the actor.
        Invalid: too often or too seldom, in the past, or of too few people to tell of any.
        Conflict: they are asked so already.
    """
    require_writer(actor)
    account = access_account(actor, wanted.account)
    today = _today(actor)
    first = wanted.first_day or today
    if not FEWEST_WEEKS <= wanted.every_weeks <= MOST_WEEKS:
        raise Invalid(f"Ask once in {FEWEST_WEEKS} to {MOST_WEEKS} weeks; norms move slowly.")
    if first < today:
        raise Invalid("Choose today or a later day for the first wave.")
    standard = standard_instrument()
    name = wanted.name.strip() or standard.name
    if Survey.objects.filter(account=account, name=name).exists():
        raise Conflict(f"{name!r} is there for {account} already; choose another name.")
    survey = Survey.objects.create(
        workspace=actor.workspace,
        account=account,
        name=name,
        every_weeks=wanted.every_weeks,
        started_on=first,
        written_by=actor.name,
    )
    fewest = actor.workspace.minimum_group
    if to_ask(survey, first).count() < fewest:
        raise Invalid(f"Fewer than {fewest} people could answer, so nothing could be told.")
    _write(actor, survey, write_instrument(standard), number=1)
    activity.record(actor, "survey.started", survey, every_weeks=survey.every_weeks)
    return survey


@transaction.atomic
def word_survey(actor: Actor, key: int, wanted: Iterable[Worded]) -> Questions:
    """Word what is asked anew, from the next wave on; what waves told stays as it was asked.

    Raises:
        NotAllowed, NotFound: as for ``stop_survey``.
        Invalid: nothing is left to ask, or it is too much, twice or too long.
    """
    survey = _lock(actor, key)
    newest = newest_questions(survey)
    ever = {s.key for each in survey.versions.all() for s in instrument_of(each).statements}
    content = write_instrument(reworded(instrument_of(newest), wanted, ever=ever))
    if content == newest.content:
        return newest
    made = _write(actor, survey, content, number=newest.number + 1)
    activity.record(actor, "survey.worded", survey, version=made.number)
    return made


def _write(actor: Actor, survey: Survey, content: dict[str, object], *, number: int) -> Questions:
    return Questions.objects.create(
        survey=survey, number=number, content=content, written_by=actor.name
    )


@transaction.atomic
def stop_survey(actor: Actor, key: int) -> Survey:
    """Ask nobody any more; a wave that runs ends today, and what was told stays.

    Raises:
        NotAllowed: the actor does not decide about surveys.
        NotFound: there is no such survey for the actor.
        Conflict: nobody is asked already.
    """
    survey = _lock(actor, key)
    if survey.ended_on is not None:
        raise Conflict("Nobody is asked any more already.")
    survey.ended_on = _today(actor)
    survey.save(update_fields=["ended_on"])
    survey.waves.filter(last_day__gt=survey.ended_on).update(last_day=survey.ended_on)
    withdraw_mails(SURVEY, _waiting(survey))
    activity.record(actor, "survey.stopped", survey)
    return survey


def _waiting(survey: Survey) -> QuerySet[Asked]:
    return Asked.objects.filter(wave__survey=survey, wave__is_closed=False, state=AskState.OPEN)


@dataclass(frozen=True, slots=True)
class Done:
    """A step to shape norms: what was done, when, by whom, and which norms it is to move."""

    what: str
    by_whom: str
    day: date
    norms: tuple[str, ...]


@transaction.atomic
def note_step(actor: Actor, key: int, done: Done) -> Step:
    """Write down what was done, so that the waves before and after it can be told apart.

    Raises:
        NotAllowed, NotFound: as for ``stop_survey``.
        Invalid: it does not say what, by whom and for which norms, or lies ahead.
    """
    survey = _lock(actor, key)
    if not done.what.strip() or not done.by_whom.strip():
        raise Invalid("Say what was done, and by whom.")
    if done.day > _today(actor):
        raise Invalid("Note it once it is done; its day cannot lie ahead.")
    known = {norm.key for norm in instrument_of(newest_questions(survey)).norms}
    if not done.norms or set(done.norms) - known:
        raise Invalid("Choose the norms that it is meant to move.")
    step = Step.objects.create(
        survey=survey,
        day=done.day,
        what=done.what.strip(),
        by_whom=done.by_whom.strip(),
        norms=list(dict.fromkeys(done.norms)),
        written_by=actor.name,
    )
    activity.record(actor, "survey.step_noted", survey, day=step.day)
    return step


@transaction.atomic
def withdraw_step(actor: Actor, key: int, step: int) -> None:
    """Take a step off that was noted by mistake; the audit log keeps that it was there.

    Raises:
        NotAllowed, NotFound: as for ``stop_survey``, or there is no such step.
    """
    survey = _lock(actor, key)
    found = survey.steps.filter(pk=step).first()
    if found is None:
        raise NotFound("There is no such step; see what was done on the page of the survey.")
    activity.record(actor, "survey.step_withdrawn", survey, what=found.what, day=found.day)
    found.delete()


def answer_survey(actor: Actor, key: int, answers: Mapping[str, int | None]) -> None:
    """Answer what one was asked; it is kept without a name or a day.

    Raises:
        NotFound: the actor was not asked.
        Conflict: it was answered or skipped already, or the wave is over.
        Invalid: a statement was left out, or an answer is not on the scale.
    """
    answer_ask(access_own_ask(SURVEY, actor, key), answers)


def skip_survey(actor: Actor, key: int) -> None:
    """Leave this wave unanswered; nobody asks again before the next.

    Raises:
        NotFound, Conflict: as for ``answer_survey``.
    """
    skip_ask(access_own_ask(SURVEY, actor, key))


@transaction.atomic
def answer_ask(asked: Asked, answers: Mapping[str, int | None]) -> None:
    """Answer as whoever was asked; see ``answer_survey``."""
    statements = instrument_of(asked.wave.questions).statements
    if {each.key for each in statements} != set(answers):
        raise Invalid("Answer each statement once; choose that you cannot say where you cannot.")
    given = [each for each in answers.values() if each is not None]
    if any(not 1 <= each <= POINTS for each in given):
        raise Invalid(f"Answer from 1, not at all, to {POINTS}, entirely.")
    if not given:
        raise Invalid("Answer at least one statement, or skip all of them.")
    ask = settle(SURVEY, asked, AskState.ANSWERED)
    add(ask, answers)


def skip_ask(asked: Asked) -> None:
    """Skip as whoever was asked; see ``skip_survey``."""
    settle(SURVEY, asked, AskState.SKIPPED)


def _lock(actor: Actor, key: int) -> Survey:
    require_writer(actor)
    found = access_survey(actor, key)
    return Survey.objects.select_for_update().get(pk=found.pk)


def _today(actor: Actor) -> date:
    return localdate(timezone=ZoneInfo(actor.workspace.timezone))
