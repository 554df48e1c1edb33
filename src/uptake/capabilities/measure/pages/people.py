"""My adoption, for the person themselves; Team, for whoever leads people."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from uptake.capabilities.measure import queries
from uptake.capabilities.measure.charts import deployment as charts
from uptake.capabilities.measure.charts import own
from uptake.capabilities.measure.explaining import explain
from uptake.foundation.errors import NotFound
from uptake.foundation.web import PageRequest, page
from uptake.metrics.catalogue import catalogue
from uptake.metrics.measurement import Measurement

TEAM_NUMBERS = (
    ("adoption_rate", "Active"),
    ("conformance", "How"),
    ("breadth", "How"),
    ("timeliness", "When"),
    ("first_time_right", "How well"),
    ("frequency", "How often"),
    ("active_days", "How often"),
)
"""Numbers of a team's tiles; of those with the same words the first measured one is shown."""


@require_safe
@page
def me(request: PageRequest) -> HttpResponse:
    """Show people their own numbers, and who has looked at them."""
    try:
        view = queries.own_adoption(request.actor)
    except NotFound as missing:
        shown: dict[str, object] = {"missing": str(missing)}
    else:
        shown = {"view": view, "picture": own.picture(view)}
    return render(request, "measure/me.html", shown)


@require_safe
@page
def team(request: PageRequest) -> HttpResponse:
    """Show the people whom one leads, as groups."""
    try:
        view = queries.team_picture(request.actor)
    except NotFound as missing:
        return render(request, "measure/team.html", {"missing": str(missing)})
    tiles: dict[str, tuple[str, Measurement]] = {}
    for key, title in TEAM_NUMBERS:
        number = view.number(key)
        if number is not None and (title not in tiles) and number.is_measured:
            tiles[title] = (catalogue[key].name, number)
    shown = {
        "view": view,
        "tiles": [
            (title, name, explain(number.key, number, view.basis))
            for title, (name, number) in tiles.items()
        ],
        "picture": charts.adoption(view.weeks, ()),
        "tables": [(n, rows) for n, rows in (("Teams", view.teams), ("Roles", view.roles)) if rows],
    }
    return render(request, "measure/team.html", shown)
