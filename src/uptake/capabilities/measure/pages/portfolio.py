"""Portfolio: every deployment, the ones that need somebody first."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from uptake.capabilities.measure import queries, segments
from uptake.capabilities.measure.charts.portfolio import picture
from uptake.capabilities.measure.drawing import drawn_once
from uptake.capabilities.measure.forms import PortfolioForm, SegmentForm
from uptake.capabilities.measure.portfolio_rows import PortfolioFilter, Wanted, csv_rows
from uptake.capabilities.measure.portfolio_table import (
    PortfolioColumn,
    asked_of,
    columns,
    state_choices,
    without,
)
from uptake.capabilities.measure.views import DeploymentRow, PortfolioView
from uptake.foundation.access import Permission
from uptake.foundation.web import PageRequest, page
from uptake.ui.answers import answer_csv
from uptake.ui.pictures import DrawnChart, draw_chart

ROWS = 50


@require_safe
@page
def portfolio(request: PageRequest) -> HttpResponse:
    """Show the deployments that the address asks for."""
    whole = queries.portfolio(request.actor)
    template = "measure/portfolio_part.html" if request.htmx else "measure/portfolio.html"
    return render(request, template, _shown(request, whole))


def _shown(request: PageRequest, whole: PortfolioView) -> dict[str, object]:
    asked, wanted = request.GET, asked_of(request.GET)
    view = queries.narrowed(request.actor, whole, wanted)
    heads = columns(asked, sees_prices=request.actor.may(Permission.CONTRACTS_READ))
    page = Paginator(view.rows, ROWS).get_page(asked.get("page"))
    return {
        "view": view,
        "picture": drawn_once(
            request.actor, view.basis, ("picture", wanted), lambda: _picture(view)
        ),
        "page": page,
        "rows": _rows(request, view, heads, page, wanted),
        "columns": heads,
        "states": state_choices(asked, whole.rows),
        "form": PortfolioForm(asked or None, view=view),
        "segment_form": SegmentForm(can_share=request.actor.account is None),
        "segments": [
            (segment, _address_of(segment.conditions, segment.sort, segment.descending))
            for segment in segments.visible_segments(request.actor).select_related("user")
        ],
        "is_filtered": not asked_of(asked).filter.is_empty,
        "query": _ending_in_and(without(asked, "page")),
        "kept": [(name, value) for name in asked for value in asked.getlist(name)],
        "may_export": request.actor.may(Permission.METRICS_EXPORT),
    }


def _picture(view: PortfolioView) -> DrawnChart | None:
    found = picture(view)
    return draw_chart(found) if found else None


def _rows(
    request: PageRequest,
    view: PortfolioView,
    heads: Sequence[PortfolioColumn],
    page: Page[DeploymentRow],
    wanted: Wanted,
) -> str:
    """The rows of one page of the table, drawn for whoever may see the same."""
    keys = tuple(column.key for column in heads if column.is_shown)
    told = {"page": page, "keys": keys, "view": view}

    def draw() -> str:
        return render_to_string("measure/parts/portfolio_rows.html", told, request)

    what = ("page", wanted, page.number, keys)
    return drawn_once(request.actor, view.basis, what, draw)


def _ending_in_and(query: str) -> str:
    return f"{query}&" if query else ""


def _address_of(conditions: dict[str, object], sort: str, descending: bool) -> str:
    query = QueryDict(mutable=True)
    for name, value in PortfolioFilter.read(conditions).to_dict().items():
        if value is not False:
            query.setlist(name, [str(item) for item in _many(value)])
    query["sort"] = sort
    if descending:
        query["desc"] = "1"
    return query.urlencode()


def _many(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else (value,)


@require_safe
@page
def portfolio_csv(request: PageRequest) -> HttpResponseBase:
    """Send the rows that the address asks for as a file."""
    request.actor.require(Permission.METRICS_EXPORT)
    view = queries.portfolio(request.actor, asked_of(request.GET))
    day = view.basis.as_of.isoformat() if view.basis.as_of else "empty"
    return answer_csv(csv_rows(view.rows, as_of=view.basis.as_of), name=f"portfolio-{day}")


@require_POST
@page
def save_segment(request: PageRequest) -> HttpResponse:
    """Save what the address asks for under a name."""
    asked = QueryDict(request.POST.get("asked", ""))
    shared = request.POST.get("shared") == "on"
    name = request.POST.get("name", "")
    saved = segments.save_segment(request.actor, name, asked_of(asked), shared=shared)
    messages.success(request, f"{saved.name} is saved; it is in the list of segments.")
    return _to_portfolio(request, asked.urlencode())


@require_POST
@page
def remove_segment(request: PageRequest, segment: int) -> HttpResponse:
    """Remove one of one's own segments."""
    segments.remove_segment(request.actor, segment)
    messages.success(request, "The segment is removed; the deployments in it are untouched.")
    return _to_portfolio(request, "")


def _to_portfolio(request: PageRequest, query: str) -> HttpResponse:
    address = reverse("measure:portfolio", args=[request.actor.workspace.slug])
    return redirect(f"{address}?{query}" if query else address)
