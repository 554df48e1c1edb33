"""My week, for the person themselves; answering what people ask."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from uptake.capabilities.behaviours import speaking
from uptake.capabilities.behaviours.definition import due_words
from uptake.capabilities.behaviours.models import BarrierReport, LeadersWord, Obstacle
from uptake.capabilities.behaviours.own_counts import OwnItem, OwnWeek, own_week, sentences
from uptake.capabilities.behaviours.telling import amount_words, good_words
from uptake.capabilities.behaviours.words_of_leaders import words_to
from uptake.foundation.errors import NotFound
from uptake.foundation.web import PageRequest, page
from uptake.ui.outcomes import problems_next

MOST_WORDS = 3
"""So many things that leaders said stand beside a behaviour, the newest."""

MOST = 2_000
"""Characters of a question, an answer, or what stops somebody."""


@require_safe
@page
def my_week(request: PageRequest) -> HttpResponse:
    """Show somebody what is asked of them, and how they stand."""
    try:
        week = own_week(request.actor)
    except NotFound as missing:
        return render(request, "behaviours/my_week.html", {"missing": str(missing)})
    order = {"open": 0, "met": 1}
    items = sorted(week.items, key=lambda item: (order.get(item.standing, 2), item.due))
    said, reports = said_to(week), speaking.own_open_obstacles(request.actor)
    shown = {
        "week": week,
        "sentences": sentences(week),
        "items": [(item, _words(item) | _told(item, said, reports)) for item in items],
        "obstacles": Obstacle.choices,
    }
    return render(request, "behaviours/my_week.html", shown)


def said_to(week: OwnWeek) -> dict[int, list[LeadersWord]]:
    """Return what those who lead somebody said lately, by the number of the behaviour."""
    found: dict[int, list[LeadersWord]] = defaultdict(list)
    for word in words_to(week.person, [item.behaviour for item in week.items]):
        if len(found[word.behaviour_id]) < MOST_WORDS:
            found[word.behaviour_id].append(word)
    return found


def _told(
    item: OwnItem,
    said: Mapping[int, list[LeadersWord]],
    reports: Mapping[int, list[BarrierReport]],
) -> dict[str, object]:
    key = item.behaviour.pk
    return {"words": said.get(key, ()), "reports": reports.get(key, ())}


def _words(item: OwnItem) -> dict[str, object]:
    return {
        "amount": amount_words(item.definition),
        "due": due_words(item.definition),
        "good": good_words(item.definition),
    }


@require_POST
@page
def ask(request: PageRequest, behaviour: int) -> HttpResponse:
    """Ask what exactly is wanted."""
    typed = request.POST.get("question", "")[:MOST]
    with problems_next(request):
        speaking.ask_what_is_wanted(request.actor, behaviour, question=typed)
        messages.success(request, "Asked. The answer will stand here.")
    return redirect("behaviours:my_week", workspace=request.actor.workspace.slug)


@require_POST
@page
def stuck(request: PageRequest, behaviour: int) -> HttpResponse:
    """Say what stops one."""
    kind = request.POST.get("kind", "")
    chosen = Obstacle(kind) if kind in Obstacle.values else Obstacle.OTHER
    text = request.POST.get("text", "")[:MOST]
    speaking.say_what_stops(request.actor, behaviour, kind=chosen, text=text)
    messages.success(request, "Thank you. It counts as a barrier, not as a failing of yours.")
    return redirect("behaviours:my_week", workspace=request.actor.workspace.slug)


@require_POST
@page
def unstuck(request: PageRequest, report: int) -> HttpResponse:
    """Take back what one said stops one."""
    found = speaking.take_back_obstacle(request.actor, report)
    messages.success(request, f"Taken back: it counts as a barrier to {found.name} no longer.")
    return redirect("behaviours:my_week", workspace=request.actor.workspace.slug)


@require_POST
@page
def answer(request: PageRequest, question: int) -> HttpResponse:
    """Answer what somebody asked."""
    typed = request.POST.get("answer", "")[:MOST]
    with problems_next(request):
        speaking.answer_question(request.actor, question, answer=typed)
        messages.success(request, "Answered; it stands in their week.")
    place = "behaviours:team" if request.GET.get("to") == "team" else "behaviours:questions"
    return redirect(place, workspace=request.actor.workspace.slug)


@require_safe
@page
def questions(request: PageRequest) -> HttpResponse:
    """Show what people ask, the oldest unanswered first."""
    found = list(speaking.questions_for(request.actor))
    waiting = [each for each in found if each.is_open]
    shown = {"waiting": waiting, "answered": [each for each in found if not each.is_open][-20:]}
    return render(request, "behaviours/questions.html", shown)
