"""Recognition: what is public, what waits for one, and saying what one saw."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from uptake.capabilities.recognition import actions
from uptake.capabilities.recognition.forms import NominationForm
from uptake.capabilities.recognition.models import Standing
from uptake.capabilities.recognition.queries import (
    behaviours_to_name,
    counts_by_team,
    nominations_to_decide,
    own_nominations,
    public_nominations,
    require_nominator,
)
from uptake.foundation.access import Permission, Role
from uptake.foundation.delivery.outbox import visible_chat_channels
from uptake.foundation.web import PageRequest, page
from uptake.ui import words
from uptake.ui.answers import answer_form
from uptake.ui.outcomes import problems_on

MOST = 50


@require_safe
@page
def recognition(request: PageRequest) -> HttpResponse:
    """Show what was seen and may be told, and what waits for whoever looks."""
    actor = request.actor
    decides = actor.may(Permission.BEHAVIOURS_WRITE)
    waiting = list(nominations_to_decide(actor)[:MOST]) if decides else []
    own = list(own_nominations(actor)[:MOST])
    public = list(public_nominations(actor)[:MOST])
    teams = counts_by_team(actor) if actor.may(Permission.BEHAVIOURS_READ) else []
    asked = [each for each in own if each.standing == Standing.CONFIRMED]
    shown = {
        "public": public,
        "waiting": waiting,
        "own": own,
        "teams": [each for each in teams if each.times],
        "teams_without": sum(each.times == 0 for each in teams),
        "chats": list(visible_chat_channels(actor)) if decides else [],
        "may_nominate": actor.role is not Role.VIEWER,
        "sentence": _sentence(len(waiting), len(asked), len(public)),
    }
    return render(request, "recognition/recognition.html", shown)


def _sentence(waiting: int, asked: int, public: int) -> str:
    if asked:
        return "Somebody saw what you did well: decide whether others may know."
    if waiting:
        return f"{words.plural(waiting, 'nomination waits', 'nominations wait')} for you."
    if public:
        return f"{words.plural(public, 'time')} somebody was seen doing it well."
    return "Nobody has said yet who does it well."


@require_http_methods(["GET", "HEAD", "POST"])
@page
def nominate(request: PageRequest) -> HttpResponse:
    """Say who did something well."""
    require_nominator(request.actor)
    offered = [(str(each.pk), each.name) for each in behaviours_to_name(request.actor)]
    form = NominationForm(request.POST or None, behaviours=offered)
    if form.is_bound and form.is_valid():
        with problems_on(form):
            actions.nominate(request.actor, form.seen())
            messages.success(request, "Said. Their manager confirms it, then they decide.")
            return _back(request)
    return answer_form(request, "recognition/nominate.html", form, nothing=not offered)


@require_POST
@page
def decide(request: PageRequest, nomination: int) -> HttpResponse:
    """Confirm or decline what was said of somebody."""
    confirm, chat = request.POST.get("confirm") == "1", request.POST.get("chat", "")
    chosen = int(chat) if chat.isdecimal() else None
    actions.decide(request.actor, nomination, confirm=confirm, chat=chosen)
    messages.success(request, "Confirmed; they learn of it." if confirm else "Not confirmed.")
    return _back(request)


@require_POST
@page
def answer(request: PageRequest, nomination: int) -> HttpResponse:
    """Say whether what was confirmed of oneself may be public."""
    publish = request.POST.get("publish") == "1"
    actions.answer(request.actor, nomination, publish=publish)
    messages.success(request, "It is public." if publish else "It stays between you.")
    return _back(request)


def _back(request: PageRequest) -> HttpResponse:
    return redirect("recognition:recognition", workspace=request.actor.workspace.slug)
