"""Behaviours over the API: what is asked, whether it happens, one's own week, one's team."""

from __future__ import annotations

from ninja import Query

from uptake.capabilities.behaviours import actions, api_speaking, speaking
from uptake.capabilities.behaviours.api_numbers import (
    Attained,
    DutyShape,
    ManagerShape,
    ObstacleShape,
    OwnItemShape,
    OwnPeriodShape,
    OwnWeekOfBehaviours,
    TeamItemShape,
    TeamOfBehaviours,
    Teams,
    TeamShape,
    number_of,
)
from uptake.capabilities.behaviours.api_shapes import (
    BehaviourQuery,
    BehaviourShape,
    ChangedBehaviour,
    DefinitionShape,
    Findings,
    FindingShape,
    NewAnswer,
    NewBehaviour,
    QuestionQuery,
    QuestionShape,
    Since,
    VersionShape,
)
from uptake.capabilities.behaviours.definition import due_words, read
from uptake.capabilities.behaviours.duties import DutyStanding, Manager
from uptake.capabilities.behaviours.keeping import kept_figures
from uptake.capabilities.behaviours.models import Behaviour
from uptake.capabilities.behaviours.own_counts import OwnItem, own_week
from uptake.capabilities.behaviours.own_counts import sentences as own_sentences
from uptake.capabilities.behaviours.queries import access_behaviour, newest, visible_behaviours
from uptake.capabilities.behaviours.team_page import TeamRow, sentences, team_page
from uptake.capabilities.behaviours.telling import amount_words, sentence
from uptake.capabilities.measure.api_numbers import Place
from uptake.foundation.access import Permission
from uptake.foundation.api.callers import ApiRequest
from uptake.foundation.api.endpoints import Endpoints
from uptake.foundation.api.paging import Listed, Paging, page_of, page_of_rows
from uptake.methods.behaviour.smart import may_go_live

READ, WRITE = Permission.BEHAVIOURS_READ, Permission.BEHAVIOURS_WRITE

behaviours = Endpoints("Behaviours")
own = Endpoints("One's own")


@behaviours.get("/behaviours", answers=Listed[BehaviourShape], needs=READ)
def list_behaviours(request: ApiRequest, asked: Query[BehaviourQuery]) -> Listed[BehaviourShape]:
    """List behaviours, by name.

    Who is limited to an account sees those of that account and below; a manager those that are
    asked of the people they lead.
    """
    rows = visible_behaviours(request.actor).prefetch_related("versions")
    if asked.status is not None:
        rows = rows.filter(status=asked.status)
    return page_of_rows(rows, asked, order=("name", "id"), show=_shown)


@behaviours.post("/behaviours", answers=BehaviourShape, needs=WRITE)
def create_behaviour(request: ApiRequest, body: NewBehaviour) -> BehaviourShape:
    """Write down a behaviour as a draft; nobody is asked before it goes live."""
    return _shown(actions.draft_behaviour(request.actor, body.facts))


@behaviours.get("/behaviours/{behaviour}", answers=BehaviourShape, needs=READ)
def get_behaviour(request: ApiRequest, behaviour: int) -> BehaviourShape:
    """Show one behaviour as it was written last."""
    return _shown(access_behaviour(request.actor, behaviour))


@behaviours.put("/behaviours/{behaviour}", answers=BehaviourShape, needs=WRITE)
def change_behaviour(request: ApiRequest, behaviour: int, body: ChangedBehaviour) -> BehaviourShape:
    """Change what is asked, from the next period on where people are asked already.

    It becomes a version of its own; what was judged before stays as it was judged.
    """
    actions.revise_behaviour(request.actor, behaviour, body.facts, note=body.note)
    return _shown(access_behaviour(request.actor, behaviour))


@behaviours.post("/behaviours/{behaviour}/live", answers=BehaviourShape, needs=WRITE)
def set_behaviour_live(request: ApiRequest, behaviour: int, body: Since) -> BehaviourShape:
    """Ask people from the running period on; refused while something is unclear."""
    return _shown(actions.go_live(request.actor, behaviour, since=body.since))


@behaviours.post("/behaviours/{behaviour}/end", answers=BehaviourShape, needs=WRITE)
def end_behaviour(request: ApiRequest, behaviour: int) -> BehaviourShape:
    """Ask nobody any longer; what was judged stays to be read."""
    return _shown(actions.end_behaviour(request.actor, behaviour))


@behaviours.get("/behaviours/{behaviour}/findings", answers=Findings, needs=READ)
def check_behaviour(request: ApiRequest, behaviour: int) -> Findings:
    """Say what of a behaviour leaves unclear what is wanted."""
    row = access_behaviour(request.actor, behaviour)
    found = actions.findings(request.actor, row, newest(row))
    shown = tuple(FindingShape.of(finding) for finding in found)
    return Findings(may_go_live=may_go_live(found), findings=shown)


@behaviours.get("/behaviours/{behaviour}/versions", answers=Listed[VersionShape], needs=READ)
def list_versions(
    request: ApiRequest, behaviour: int, asked: Query[Paging]
) -> Listed[VersionShape]:
    """List every version of what was asked, the oldest first."""
    row = access_behaviour(request.actor, behaviour)
    return page_of_rows(row.versions.all(), asked, order=("number",), show=VersionShape.of)


@behaviours.get("/behaviours/{behaviour}/attainment", answers=Attained, needs=READ)
def get_attainment(request: ApiRequest, behaviour: int) -> Attained:
    """Show whether it happens: roll-ups, chart, streaks, and records that nobody worked for."""
    row = access_behaviour(request.actor, behaviour)
    basis, figures = kept_figures(row)
    place = Place.of(request.actor.workspace.slug, basis)
    told = sentence(row, newest(row), figures)
    return Attained.of(figures, place, key=row.pk, sentence=told)


@behaviours.get("/behaviours/{behaviour}/teams", answers=Teams, needs=READ)
def list_teams(request: ApiRequest, behaviour: int, asked: Query[Paging]) -> Teams:
    """List teams in the newest closed period, within the limits of their size."""
    row = access_behaviour(request.actor, behaviour)
    basis, figures = kept_figures(row)
    place = Place.of(request.actor.workspace.slug, basis)
    page = page_of(
        figures.teams if figures else (),
        asked,
        key=lambda team: f"{team.account}\x1f{team.team}",
        show=lambda team: TeamShape.of(team, place, row.pk),
    )
    return Teams(items=page.items, next=page.next, basis=place.basis)


@behaviours.get("/questions", answers=Listed[QuestionShape], needs=WRITE)
def list_questions(request: ApiRequest, asked: Query[QuestionQuery]) -> Listed[QuestionShape]:
    """List what people ask about behaviours, of those the caller may answer; the oldest first."""
    rows = speaking.questions_for(request.actor)
    if asked.open is not None:
        rows = rows.filter(answered_at__isnull=asked.open)
    return page_of_rows(rows, asked, order=("id",), show=QuestionShape.of)


@behaviours.post("/questions/{question}/answer", answers=QuestionShape, needs=WRITE)
def answer_question(request: ApiRequest, question: int, body: NewAnswer) -> QuestionShape:
    """Answer what somebody asked; it stands in their week."""
    return QuestionShape.of(speaking.answer_question(request.actor, question, answer=body.answer))


@own.get("/me/week", answers=OwnWeekOfBehaviours, needs=Permission.CUSTOMERS_READ)
def get_own_week(request: ApiRequest) -> OwnWeekOfBehaviours:
    """Show what is asked of the caller, and how they stand; for people who are signed in."""
    week = own_week(request.actor)
    items = sorted(week.items, key=lambda item: item.due)
    return OwnWeekOfBehaviours(
        as_of=week.as_of,
        sentences=tuple(own_sentences(week)),
        items=tuple(_own(item) for item in items),
    )


@own.get("/me/team/behaviours", answers=TeamOfBehaviours, needs=Permission.TEAM_METRICS_READ)
def get_team_of_behaviours(request: ApiRequest) -> TeamOfBehaviours:
    """Show how the people whom the caller leads do what is asked; for people who are signed in."""
    view = team_page(request.actor)
    place = Place.of(request.actor.workspace.slug, view.basis)
    return TeamOfBehaviours(
        basis=place.basis,
        sentences=sentences(view),
        people=view.led,
        items=tuple(_team_item(row, place) for row in view.rows),
        waiting=len(view.questions),
        oldest=view.questions[0].asked_at if view.questions else None,
        duties=tuple(_duty(each) for each in view.own.duties),
        managers=tuple(_manager(each) for each in view.managers),
    )


def _shown(row: Behaviour) -> BehaviourShape:
    versions = sorted(row.versions.all(), key=lambda version: version.number)
    definition = read(versions[-1].definition)
    return BehaviourShape(
        id=row.pk,
        name=row.name,
        status=row.status,  # type: ignore[arg-type]  # one of the three
        account=row.account.external_id if row.account else None,
        is_of_team=row.of_team,
        owner=row.answers,
        live_from=row.live_from,
        ended_on=row.ended_on,
        version=len(versions),
        amount=amount_words(definition),
        due=due_words(definition),
        definition=DefinitionShape.of(definition),
    )


def _own(item: OwnItem) -> OwnItemShape:
    return OwnItemShape(
        behaviour=item.behaviour.pk,
        name=item.behaviour.name,
        statement=item.definition.statement,
        reason=item.definition.reason,
        standing=item.standing,
        good=item.good,
        others=item.others,
        asked=item.asked,
        left=item.left,
        due=item.due,
        streak=item.streak,
        course=tuple(OwnPeriodShape.model_validate(past) for past in item.course),
    )


def _team_item(row: TeamRow, place: Place) -> TeamItemShape:
    item, key = row.item, row.behaviour.pk
    return TeamItemShape(
        behaviour=key,
        name=row.behaviour.name,
        missing=item.missing,
        latest=number_of(item.latest, place, key),
        before=number_of(item.before, place, key),
        progress=number_of(item.progress, place, key),
        trend=item.trend,
        improved=item.improved,
        is_organisational=item.is_organisational,
        stops=tuple(
            ObstacleShape(kind=stop.kind.value, words=str(stop.kind.label), people=stop.people)
            for stop in row.in_the_way
        ),
    )


def _duty(standing: DutyStanding) -> DutyShape:
    return DutyShape(
        duty=standing.duty.value,
        cadence=standing.cadence,
        standing=standing.running.word,
        why=standing.running.why,
        is_missed=standing.is_missed,
    )


def _manager(manager: Manager) -> ManagerShape:
    return ManagerShape(
        person=manager.person.external_id,
        is_measurable=manager.is_measurable,
        missed=tuple(each.duty.value for each in manager.missed),
    )


ROUTERS = (behaviours.router, own.router, *api_speaking.ROUTERS)
