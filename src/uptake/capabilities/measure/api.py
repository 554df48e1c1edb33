"""Figures over the API: portfolio, deployments, explore, catalogue, one's own and one's team's."""

from __future__ import annotations

from ninja import Query

from uptake.capabilities.measure import queries
from uptake.capabilities.measure.api_numbers import BasisShape, Group, How, Place, State
from uptake.capabilities.measure.api_people import NewSegment, Own, SegmentShape, Team
from uptake.capabilities.measure.api_shapes import (
    Deployment,
    DeploymentAsked,
    Explored,
    ExploreQuery,
    Finding,
    GapShape,
    HowQuery,
    MarkShape,
    MetricShape,
    Portfolio,
    PortfolioQuery,
    Row,
    SeriesShape,
    Side,
    TimelineShape,
)
from uptake.capabilities.measure.figures import Series
from uptake.capabilities.measure.questions import ExploreQuestion
from uptake.capabilities.measure.segments import (
    remove_segment,
    save_segment,
    visible_segments,
)
from uptake.capabilities.measure.views import DeploymentRow, DeploymentView
from uptake.foundation.access import Permission
from uptake.foundation.api.callers import ApiRequest
from uptake.foundation.api.endpoints import Endpoints
from uptake.foundation.api.paging import Listed, Paging, page_of, page_of_rows
from uptake.foundation.errors import NotFound
from uptake.metrics.catalogue import catalogue
from uptake.metrics.scope import Grouping

METRICS = Permission.METRICS_READ

figures = Endpoints("Figures")
own = Endpoints("One's own")


@figures.get("/portfolio", answers=Portfolio, needs=METRICS)
def list_portfolio(request: ApiRequest, asked: Query[PortfolioQuery]) -> Portfolio:
    """List every deployment that the caller sees, the ones that need somebody first."""
    view = queries.portfolio(request.actor, asked.wanted)
    place = Place.of(request.actor.workspace.slug, view.basis)
    page = page_of(view.rows, asked, key=_name_of, show=lambda row: Row.of(row, place))
    return Portfolio(
        items=page.items,
        next=page.next,
        basis=place.basis,
        sentences=view.sentences,
        fitting=len(view.rows),
        all_rows=view.all_rows,
    )


def _name_of(row: DeploymentRow) -> str:
    return f"{row.account}\x1f{row.slug}"


@figures.get("/deployments/{path:account}", answers=Deployment, needs=METRICS)
def get_deployment(request: ApiRequest, account: str, asked: Query[DeploymentAsked]) -> Deployment:
    """Show everything about a deployment: state, four sides, groups, curves, findings, timeline."""
    view = queries.deployment(request.actor, account, asked.product)
    place = Place.of(request.actor.workspace.slug, view.basis).at(account, asked.product)
    return Deployment(
        basis=place.basis,
        row=Row.of(view.row, place),
        products=view.products,
        sentences=view.sentences,
        sides=tuple(Side.of(side, place) for side in view.sides),
        teams=_groups(view, place, Grouping.TEAM),
        roles=_groups(view, place, Grouping.ROLE),
        populations=_groups(view, place, Grouping.POPULATION),
        curve=place.all(view.curve),
        marks=tuple(MarkShape.model_validate(mark) for mark in view.marks),
        retention=place.all(view.retention),
        adoption_curve=place.all(view.adoption_curve),
        ramp=place.all(view.ramp),
        findings=tuple(Finding.model_validate(finding) for finding in view.findings),
        timeline=tuple(TimelineShape.model_validate(entry) for entry in view.timeline),
        gaps=tuple(GapShape.model_validate(gap) for gap in view.gaps),
        numbers=place.all(view.numbers),
    )


def _groups(view: DeploymentView, place: Place, by: Grouping) -> tuple[Group, ...]:
    rows = {
        Grouping.TEAM: view.teams,
        Grouping.ROLE: view.roles,
        Grouping.POPULATION: view.populations,
    }
    return tuple(place.within(by, view.groups_basis).group(row) for row in rows[by])


@figures.get("/how/{key}", answers=How, needs=METRICS)
def explain_number(request: ApiRequest, key: str, asked: Query[HowQuery]) -> How:
    """Show how a number of a deployment, or of one of its groups, came about."""
    view = queries.how(
        request.actor,
        key,
        account=asked.account,
        product=asked.product,
        by=asked.by,
        group=asked.group,
    )
    place = Place.of(request.actor.workspace.slug, view.basis).at(asked.account, asked.product)
    return How.of(view, place.within(asked.by, view.basis) if asked.by else place)


@figures.get("/explore", answers=Explored, needs=METRICS)
def explore(request: ApiRequest, asked: Query[ExploreQuery]) -> Explored:
    """Answer any metric by any grouping over time; the groups are listed page by page.

    Questions that would point at persons are refused with 422 and say so.
    """
    question = ExploreQuestion(
        metric=asked.metric,
        by=asked.by,
        grain=asked.periods,
        span=asked.span,
        account=asked.account,
        filters=asked.filters,
    )
    view = queries.explore(request.actor, question)
    place = Place.of(request.actor.workspace.slug, view.basis)

    def show(series: Series) -> SeriesShape:
        return SeriesShape(group=series.group, points=place.all(series.points))

    page = page_of(view.series, asked, key=lambda series: series.group, show=show)
    return Explored(
        items=page.items,
        next=page.next,
        basis=place.basis,
        title=view.title,
        sentence=view.sentence,
        hidden=view.hidden,
        how=How.of(view.how, place),
    )


@figures.get("/metrics", answers=Listed[MetricShape], needs=Permission.CUSTOMERS_READ)
def list_metrics(
    request: ApiRequest,  # noqa: ARG001 - the catalogue is everybody's
    asked: Query[Paging],
) -> Listed[MetricShape]:
    """List the metric catalogue, in the order in which people read it."""
    metrics = tuple(catalogue.values())
    return page_of(metrics, asked, key=lambda metric: metric.key, show=MetricShape.of)


@figures.get("/metrics/{key}", answers=MetricShape, needs=Permission.CUSTOMERS_READ)
def get_metric(
    request: ApiRequest,  # noqa: ARG001 - the catalogue is everybody's
    key: str,
) -> MetricShape:
    """Show one metric of the catalogue."""
    if key not in catalogue:
        raise NotFound(f"There is no metric {key!r}; choose one from the list.")
    return MetricShape.of(catalogue[key])


@figures.get("/segments", answers=Listed[SegmentShape], needs=METRICS)
def list_segments(request: ApiRequest, asked: Query[Paging]) -> Listed[SegmentShape]:
    """List one's own saved segments of the portfolio, and those that colleagues share, by name."""
    rows = visible_segments(request.actor)
    return page_of_rows(rows, asked, order=("name", "id"), show=SegmentShape.of)


@figures.post("/segments", answers=SegmentShape, needs=METRICS, status=201)
def create_segment(request: ApiRequest, body: NewSegment) -> SegmentShape:
    """Keep a filter of the portfolio under a name; for people who are signed in."""
    saved = save_segment(request.actor, body.name, body.wanted, shared=body.shared)
    return SegmentShape.of(saved)


@figures.delete("/segments/{segment}", needs=METRICS)
def delete_segment(request: ApiRequest, segment: int) -> None:
    """Remove one of one's own segments; the deployments in it are untouched."""
    remove_segment(request.actor, segment)


@own.get("/me/adoption", answers=Own)
def get_own_adoption(request: ApiRequest) -> Own:
    """Show one's own numbers, and who has looked at them; for people who are signed in."""
    return Own.model_validate(queries.own_adoption(request.actor))


@own.get("/me/team", answers=Team, needs=Permission.TEAM_METRICS_READ)
def get_team(request: ApiRequest) -> Team:
    """Show the people whom the caller leads, as groups; for people who are signed in."""
    view = queries.team_picture(request.actor)
    place = Place.of(request.actor.workspace.slug, view.basis)
    return Team(
        basis=BasisShape.model_validate(view.basis),
        sentences=view.sentences,
        people=view.people,
        state=State.of(view.state) if view.state else None,
        numbers=place.all(view.numbers),
        weeks=place.all(view.weeks),
        teams=tuple(place.group(found) for found in view.teams),
        roles=tuple(place.group(found) for found in view.roles),
        missing=view.missing,
    )


ROUTERS = (figures.router, own.router)
