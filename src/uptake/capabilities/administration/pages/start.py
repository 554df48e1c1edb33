"""Where people begin, and where they find things."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from uptake.foundation.queries import visible_workspaces
from uptake.foundation.web import LAST_WORKSPACE, OwnRequest, PageRequest, own_page, page
from uptake.ui import navigation, search


@require_safe
@own_page
def start(request: OwnRequest) -> HttpResponse:
    """Lead to the workspace that the user was in last."""
    spaces = visible_workspaces(request.user)
    first = spaces.filter(slug=request.session.get(LAST_WORKSPACE, "")).first() or spaces.first()
    if first is None:
        return render(request, "administration/no_workspace.html")
    return redirect("administration:home", workspace=first.slug)


@require_safe
@page
def home(request: PageRequest) -> HttpResponse:
    """Lead to what the actor's role opens in the morning."""
    entry = navigation.home_of(request.actor)
    if entry is None:
        return render(request, "administration/welcome.html")
    return redirect(entry.address(request.actor))


@require_safe
@page
def find(request: PageRequest) -> HttpResponse:
    """Find pages, accounts, people and deployments that the actor may see."""
    text = request.GET.get("q", "")
    only = request.GET.get("of", "all")
    found = {"hits": search.find(request.actor, text, only=only), "text": text, "of": only}
    template = "ui/parts/hits.html" if request.htmx else "administration/search.html"
    return render(request, template, found)
