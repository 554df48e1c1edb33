"""The only doors to surveys: what whoever leads adoption reads, and what one is asked oneself.

Whoever reads the figures of a workspace reads its surveys; whoever is limited to an account those
of that account and below. Whoever was asked reads what everybody together said, once it is told.
"""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.timezone import localdate

from uptake.capabilities.assessments.instrument import Instrument, read_instrument
from uptake.capabilities.assessments.models import Asked, Questions, Step, Survey
from uptake.capabilities.behaviours.queries import sees_own_team_only
from uptake.capabilities.behaviours.scope import of_account
from uptake.capabilities.customers.queries import person_of
from uptake.capabilities.reminders.ask_models import AskState
from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor
from uptake.foundation.errors import NotFound


def reads_surveys(actor: Actor) -> bool:
    """Say whether somebody reads what people said, by groups."""
    return actor.may(Permission.BEHAVIOURS_READ) and not sees_own_team_only(actor)


def writes_surveys(actor: Actor) -> bool:
    """Say whether somebody decides what is asked, and notes what was done."""
    return reads_surveys(actor) and actor.may(Permission.BEHAVIOURS_WRITE)


def visible_surveys(actor: Actor) -> QuerySet[Survey]:
    """Return the surveys that the actor may read, by name."""
    actor.require(Permission.BEHAVIOURS_READ)
    actor.require(Permission.METRICS_READ)
    rows = Survey.objects.filter(of_account(actor), workspace=actor.workspace)
    return rows.select_related("account", "workspace").order_by("name", "account__name", "pk")


def access_survey(actor: Actor, key: int) -> Survey:
    """Return one survey, or say that there is none."""
    found = visible_surveys(actor).filter(pk=key).first()
    if found is None:
        raise NotFound("There is no such survey for you; see the list of surveys.")
    return found


def newest_questions(survey: Survey) -> Questions:
    """Return the version that the next wave is asked by."""
    return survey.versions.order_by("-number")[0]


def instrument_of(questions: Questions) -> Instrument:
    """Return what a version asks."""
    return read_instrument(questions.content)


def visible_steps(actor: Actor, survey: Survey) -> QuerySet[Step]:
    """Return what was done to shape norms, the newest first."""
    return access_survey(actor, survey.pk).steps.all()


def own_asks(actor: Actor) -> QuerySet[Asked]:
    """Return what waits for the actor's own answer; for nobody else, and needs no permission."""
    today = localdate()
    return _own(actor).filter(
        state=AskState.OPEN, wave__first_day__lte=today, wave__last_day__gte=today
    )


def surveys_asked_in(actor: Actor) -> QuerySet[Survey]:
    """Return the surveys in which the actor was ever asked; what all said together is theirs."""
    mine = _own(actor).values("wave__survey")
    return Survey.objects.filter(pk__in=mine).select_related("account", "workspace")


def _own(actor: Actor) -> QuerySet[Asked]:
    person = person_of(actor)
    if person is None:
        return Asked.objects.none()
    rows = Asked.objects.filter(person=person, wave__survey__workspace=actor.workspace)
    return rows.select_related("wave__survey__account", "wave__questions").order_by("-wave", "pk")
