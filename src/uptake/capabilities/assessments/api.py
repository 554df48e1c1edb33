"""Surveys over the API: what waves told, what was done, and one's own answer."""

from __future__ import annotations

from ninja import Query

from uptake.capabilities.assessments import actions
from uptake.capabilities.assessments.api_shapes import (
    NewAnswers,
    NewStep,
    NewSurvey,
    OwnSurveyShape,
    StepShape,
    SurveyShape,
)
from uptake.capabilities.assessments.queries import (
    access_survey,
    own_asks,
    visible_steps,
    visible_surveys,
)
from uptake.capabilities.assessments.telling import SURVEY
from uptake.capabilities.reminders.asks import access_own_ask
from uptake.foundation.access import Permission
from uptake.foundation.api.callers import ApiRequest
from uptake.foundation.api.endpoints import Endpoints
from uptake.foundation.api.paging import Listed, Paging, page_of_rows

READ, WRITE = Permission.BEHAVIOURS_READ, Permission.BEHAVIOURS_WRITE
OWN = Permission.CUSTOMERS_READ

surveys = Endpoints("Surveys")
own = Endpoints("One's own")


@surveys.get("/surveys", answers=Listed[SurveyShape], needs=READ)
def list_surveys(request: ApiRequest, paging: Query[Paging]) -> Listed[SurveyShape]:
    """List what people are asked again and again; who is limited to an account sees their own."""
    rows = visible_surveys(request.actor)
    return page_of_rows(rows, paging, order=("name", "id"), show=SurveyShape.of)


@surveys.post("/surveys", answers=SurveyShape, needs=WRITE, status=201)
def start_survey(request: ApiRequest, body: NewSurvey) -> SurveyShape:
    """Ask the people of an account again and again."""
    wanted = actions.Wanted(body.account, body.name, body.every_weeks, body.first_day)
    return SurveyShape.of(actions.start_survey(request.actor, wanted))


@surveys.get("/surveys/{survey}", answers=SurveyShape, needs=READ)
def get_survey(request: ApiRequest, survey: int) -> SurveyShape:
    """Show a survey with everything that its waves told."""
    return SurveyShape.of(access_survey(request.actor, survey))


@surveys.delete("/surveys/{survey}", needs=WRITE)
def stop_survey(request: ApiRequest, survey: int) -> None:
    """Ask nobody any more; what was told stays."""
    actions.stop_survey(request.actor, survey)


@surveys.get("/surveys/{survey}/steps", answers=Listed[StepShape], needs=READ)
def list_survey_steps(request: ApiRequest, survey: int, paging: Query[Paging]) -> Listed[StepShape]:
    """List what was done to shape norms."""
    rows = visible_steps(request.actor, access_survey(request.actor, survey))
    return page_of_rows(rows, paging, order=("-day", "-id"), show=StepShape.of)


@surveys.post("/surveys/{survey}/steps", answers=StepShape, needs=WRITE, status=201)
def note_survey_step(request: ApiRequest, survey: int, body: NewStep) -> StepShape:
    """Note what was done to shape norms."""
    done = actions.Done(body.what, body.by_whom, body.day, body.norms)
    return StepShape.of(actions.note_step(request.actor, survey, done))


@surveys.delete("/surveys/{survey}/steps/{step}", needs=WRITE)
def withdraw_survey_step(request: ApiRequest, survey: int, step: int) -> None:
    """Take a step off that was noted by mistake."""
    actions.withdraw_step(request.actor, survey, step)


@own.get("/me/surveys", answers=Listed[OwnSurveyShape], needs=OWN)
def list_own_surveys(request: ApiRequest, paging: Query[Paging]) -> Listed[OwnSurveyShape]:
    """List the surveys that wait for one's own answer."""
    return page_of_rows(own_asks(request.actor), paging, order=("id",), show=OwnSurveyShape.of)


@own.post("/me/surveys/{ask}/answer", answers=OwnSurveyShape, needs=OWN)
def answer_own_survey(request: ApiRequest, ask: int, body: NewAnswers) -> OwnSurveyShape:
    """Answer; it is kept without a name or a day."""
    actions.answer_survey(request.actor, ask, body.answers)
    return OwnSurveyShape.of(access_own_ask(SURVEY, request.actor, ask))


@own.post("/me/surveys/{ask}/skip", answers=OwnSurveyShape, needs=OWN)
def skip_own_survey(request: ApiRequest, ask: int) -> OwnSurveyShape:
    """Leave this wave unanswered."""
    actions.skip_survey(request.actor, ask)
    return OwnSurveyShape.of(access_own_ask(SURVEY, request.actor, ask))


ROUTERS = (surveys.router, own.router)
"""What is added to the API."""
