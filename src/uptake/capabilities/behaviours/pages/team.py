"""Team, for whoever leads people; managers' duties, for whoever asks them of managers."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from uptake.capabilities.behaviours import words_of_leaders
from uptake.capabilities.behaviours.asking_duties import (
    AskedDuty,
    ask_duties,
    asked_duties,
    may_ask_duties,
    overview,
)
from uptake.capabilities.behaviours.definition import due_words
from uptake.capabilities.behaviours.forms_of_teams import DutiesForm
from uptake.capabilities.behaviours.improvers import name_improvers
from uptake.capabilities.behaviours.models import Obstacle
from uptake.capabilities.behaviours.team_page import TeamPage, sentences, team_page
from uptake.capabilities.behaviours.telling import amount_words, good_words
from uptake.foundation.errors import Invalid, NotFound
from uptake.foundation.privacy import policy_in_force
from uptake.foundation.web import PageRequest, page
from uptake.ui.outcomes import problems_next

MOST = 2_000
"""Characters of what a leader says."""


@require_safe
@page
def team(request: PageRequest) -> HttpResponse:
    """Show whoever leads people how they stand, and what is the leader's to do."""
    try:
        view = team_page(request.actor)
    except NotFound as missing:
        return render(request, "behaviours/team.html", {"missing": str(missing)})
    return render(request, "behaviours/team.html", _shown(request, view))


def _shown(request: PageRequest, view: TeamPage) -> dict[str, object]:
    return {
        "view": view,
        "sentences": sentences(view),
        "rows": [(row, _words(view, row.behaviour.pk)) for row in view.rows],
        "policy": policy_in_force(request.actor.workspace),
        "may_ask_duties": may_ask_duties(request.actor),
    }


def _words(view: TeamPage, key: int) -> dict[str, str]:
    definition = next(row.definition for row in view.rows if row.behaviour.pk == key)
    return {
        "amount": amount_words(definition),
        "due": due_words(definition),
        "good": good_words(definition),
    }


@require_POST
@page
def names(request: PageRequest) -> HttpResponse:
    """Name who improved, once the look has been written down; each look is sent."""
    view = team_page(request.actor)
    shown = _shown(request, view)
    purpose = request.POST.get("purpose", "")
    try:
        keys = [row.behaviour.pk for row in view.improved]
        shown["named"] = name_improvers(request.actor, keys, purpose=purpose)
    except Invalid as problem:
        messages.warning(request, str(problem))
        return render(request, "behaviours/team.html", shown, status=422)
    return render(request, "behaviours/team.html", shown | {"purpose": purpose})


@require_POST
@page
def explain(request: PageRequest, behaviour: int) -> HttpResponse:
    """Tell one's people what exactly is meant."""
    typed = request.POST.get("text", "")[:MOST]
    with problems_next(request):
        words_of_leaders.explain(request.actor, behaviour, text=typed)
        messages.success(request, "Said; it stands in their week.")
    return _back(request)


@require_POST
@page
def thank(request: PageRequest, behaviour: int) -> HttpResponse:
    """Thank those who improved."""
    typed = request.POST.get("text", "")[:MOST]
    with problems_next(request):
        words_of_leaders.thank_improvers(request.actor, behaviour, text=typed)
        messages.success(request, "Thanked: whoever improved reads it in their week.")
    return _back(request)


@require_POST
@page
def follow_up(request: PageRequest, behaviour: int) -> HttpResponse:
    """Say what was done about what stops people."""
    kind, typed = request.POST.get("obstacle", ""), request.POST.get("text", "")[:MOST]
    chosen = Obstacle(kind) if kind in Obstacle.values else Obstacle.OTHER
    with problems_next(request):
        words_of_leaders.follow_up(request.actor, behaviour, obstacle=chosen, text=typed)
        messages.success(request, "Said; those whom it stops read it in their week.")
    return _back(request)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def duties(request: PageRequest) -> HttpResponse:
    """Say which duties managers are asked for, and how often; see how many do them."""
    asked = asked_duties(request.actor)
    form = DutiesForm(request.POST or None, initial={each.duty: each.cadence for each in asked})
    if request.method == "POST" and form.is_valid():
        wanted = [AskedDuty(duty, cadence) for duty, cadence in form.cadences()]
        ask_duties(request.actor, wanted)
        messages.success(request, "Saved. Managers see it on their Team page.")
        return redirect("behaviours:duties", workspace=request.actor.workspace.slug)
    shown = {"form": form, "overview": overview(request.actor)}
    return render(request, "behaviours/duties.html", shown, status=422 if form.is_bound else 200)


def _back(request: PageRequest) -> HttpResponse:
    return redirect("behaviours:team", workspace=request.actor.workspace.slug)
