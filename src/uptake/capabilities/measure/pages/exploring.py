"""Explore: any metric by any grouping over time; the question is the address."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from uptake.capabilities.measure import exploration, queries
from uptake.capabilities.measure.charts.exploring import headline, picture
from uptake.capabilities.measure.drawing import drawn_once
from uptake.capabilities.measure.explore_form import ExploreForm, question_of
from uptake.capabilities.measure.questions import ExploreQuestion
from uptake.capabilities.measure.views import ExploreView
from uptake.foundation.access import Permission
from uptake.foundation.errors import DomainError, Invalid, NotFound
from uptake.foundation.web import PageRequest, page
from uptake.ui.answers import answer_csv
from uptake.ui.pictures import DrawnChart, draw_chart

MOST_ROWS = 200
"""Rows of the table on the page; the file holds all of them."""


@require_safe
@page
def explore(request: PageRequest) -> HttpResponse:
    """Answer the question of the address; one that is refused says why and keeps its form."""
    asked = question_of(request.GET)
    try:
        view, problem = queries.explore(request.actor, asked), ""
    except (Invalid, NotFound) as refused:
        view, problem = _nearest(request, asked, refused), str(refused)
    drawn = None if problem else _drawn(request, view)
    shown = {
        "view": view,
        "problem": problem,
        "headline": problem or headline(view),
        "form": ExploreForm(view, asked=request.GET if problem else QueryDict()),
        "picture": drawn and drawn.picture,
        "rows": drawn and drawn.rows,
        "more": drawn.more if drawn else 0,
        "may_export": request.actor.may(Permission.METRICS_EXPORT),
    }
    template = "measure/explore_part.html" if request.htmx else "measure/explore.html"
    return render(request, template, shown, status=422 if problem else 200)


@dataclass(frozen=True, slots=True)
class _Drawn:
    """The picture of an answer, the rows of its table, and how many rows are in the file alone."""

    picture: DrawnChart | None
    rows: str
    more: int


def _drawn(request: PageRequest, view: ExploreView) -> _Drawn:
    """Draw an answer, or return what was drawn for whoever may see the same."""
    return drawn_once(request.actor, view.basis, ("explore", view.question), lambda: _draw(view))


def _draw(view: ExploreView) -> _Drawn:
    found = picture(view)
    numbers = [(view.called(one.group), n) for one in view.series for n in reversed(one.points)]
    told = {"numbers": numbers[:MOST_ROWS], "is_split": view.question.by is not None}
    return _Drawn(
        picture=draw_chart(found) if found else None,
        rows=render_to_string("measure/parts/explore_rows.html", told) if numbers else "",
        more=max(0, len(numbers) - MOST_ROWS),
    )


def _nearest(request: PageRequest, asked: ExploreQuestion, refused: DomainError) -> ExploreView:
    """The same question as plain as it can be, so that its form can be mended."""
    for plain in (
        replace(asked, by=None, filters=()),
        replace(asked, by=None, filters=(), grain=None),
        ExploreQuestion(),
    ):
        try:
            return queries.explore(request.actor, plain)
        except (Invalid, NotFound):
            continue
    raise refused


@require_safe
@page
def explore_csv(request: PageRequest) -> HttpResponseBase:
    """Send the answer as a file."""
    request.actor.require(Permission.METRICS_EXPORT)
    view = queries.explore(request.actor, question_of(request.GET))
    return answer_csv(exploration.csv_rows(view), name=f"explore-{view.question.metric}")
