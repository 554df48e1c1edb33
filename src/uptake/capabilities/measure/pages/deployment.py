"""Deployment: everything about one product in one account, and how each number came about."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from uptake.capabilities.customers.terms import visible_terms
from uptake.capabilities.measure import queries
from uptake.capabilities.measure.charts import deployment as charts
from uptake.capabilities.measure.charts.funnel import of_groups
from uptake.capabilities.measure.deployment_tables import group_lines, groups, next_steps, tiles
from uptake.capabilities.measure.records import success_definitions
from uptake.capabilities.measure.views import DeploymentView
from uptake.foundation.access import Permission
from uptake.foundation.errors import NotFound
from uptake.foundation.web import PageRequest, page
from uptake.metrics.scope import Grouping
from uptake.ui.answers import answer_csv

ALL = "all"
"""In an address: all products of the account together."""


@require_safe
@page
def own(request: PageRequest) -> HttpResponse:
    """Lead people of a customer to their deployment, everybody else to the portfolio."""
    actor = request.actor
    if actor.account is None:
        return redirect("measure:portfolio", workspace=actor.workspace.slug)
    return redirect(
        "measure:deployment", workspace=actor.workspace.slug, account=actor.account, product=ALL
    )


@require_safe
@page
def deployment(request: PageRequest, account: str, product: str) -> HttpResponse:
    """Show how a deployment stands, whose move it is, and what that rests on."""
    view = queries.deployment(request.actor, account, product_of(product))
    table = groups(view, request.GET.get("by", ""))
    shown = {
        "view": view,
        "row": view.row,
        "slug": product,
        "groups": table,
        "funnel": of_groups(table),
        "may_export": request.actor.may(Permission.METRICS_EXPORT),
    }
    if request.htmx:
        return render(request, "measure/parts/groups.html", shown)
    return render(request, "measure/deployment.html", shown | _rest(request, view))


def product_of(slug: str) -> str | None:
    """Return the product that an address names; None for all use of the account."""
    return None if slug == ALL else slug


def _rest(request: PageRequest, view: DeploymentView) -> dict[str, object]:
    actor = request.actor
    terms = [
        term
        for term in visible_terms(actor, view.row.account)
        if view.row.product is None or term.product in (None, view.row.product)
    ]
    return {
        "tiles": tiles(view),
        "adoption": charts.adoption(view.curve, view.marks),
        "cohorts": [
            chart
            for chart in (charts.retention(view), charts.ramp(view), charts.first_use(view))
            if chart
        ],
        "steps": next_steps(view),
        "terms": terms,
        "definitions": success_definitions(actor, view.row.account, view.row.product),
        "about": urlencode({"product": view.row.product or "", "next": request.path}),
        "may_write": actor.may(Permission.CUSTOMERS_WRITE),
        "sees_portfolio": actor.account is None,
    }


@require_safe
@page
def groups_csv(request: PageRequest, account: str, product: str) -> HttpResponseBase:
    """Send the populations, teams and roles of a deployment as a file."""
    request.actor.require(Permission.METRICS_EXPORT)
    view = queries.deployment(request.actor, account, product_of(product))
    day = view.basis.as_of.isoformat() if view.basis.as_of else "empty"
    return answer_csv(group_lines(view), name=f"groups-{day}")


@require_safe
@page
def how(request: PageRequest, account: str, product: str, key: str) -> HttpResponse:
    """Show how a number came about: beside the page, or as a page of its own."""
    by = request.GET.get("by", "")
    if by and by not in set(Grouping):
        raise NotFound("There is no such grouping; open the number from its page.")
    explained = queries.how(
        request.actor,
        key,
        account=account,
        product=product_of(product),
        by=Grouping(by) if by else None,
        group=request.GET.get("group"),
    )
    template = "measure/parts/how.html" if request.htmx else "measure/how.html"
    shown = {"how": explained, "account": account, "product": product}
    return render(request, template, shown | {"group": request.GET.get("group", "")})
