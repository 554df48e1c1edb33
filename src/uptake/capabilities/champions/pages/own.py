"""My part: what somebody was named for, and saying yes or no."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from uptake.capabilities.champions import championing, naming
from uptake.capabilities.champions.activity_of import own_activity
from uptake.capabilities.champions.carrying import own_jobs
from uptake.capabilities.champions.champions import own_championships
from uptake.capabilities.champions.models import Standing
from uptake.foundation.access import Role
from uptake.foundation.web import PageRequest, page
from uptake.ui import words
from uptake.ui.outcomes import problems_next


@require_safe
@page
def own(request: PageRequest) -> HttpResponse:
    """Show somebody what they were named for."""
    actor = request.actor
    jobs, parts = list(own_jobs(actor)), list(own_championships(actor))
    active = sum(each.standing == Standing.ACTIVE for each in parts)
    shown = {
        "jobs": jobs,
        "parts": parts,
        "done": own_activity(actor) if active else [],
        "may_nominate": actor.role is not Role.VIEWER,
        "sentence": _sentence(len(jobs), active, len(parts) - active),
    }
    return render(request, "champions/own.html", shown)


def _sentence(jobs: int, active: int, asked: int) -> str:
    if asked:
        return "You are asked to be a champion."
    parts = [f"{words.plural(jobs, 'job')} around what is asked"] if jobs else []
    parts += ["your colleagues learn from you as a champion"] if active else []
    if not parts:
        return "Nobody has asked you to take a part yet."
    said = " and ".join(parts)
    return f"You have {said}." if jobs else f"{said[0].upper()}{said[1:]}."


@require_POST
@page
def answer(request: PageRequest, champion: int) -> HttpResponse:
    """Say yes or no to being a champion, or stop being one."""
    accept, reason = request.POST.get("accept") == "1", request.POST.get("reason", "")
    with problems_next(request):
        championing.answer_as_champion(request.actor, champion, accept=accept, reason=reason)
        said = "Thank you. Colleagues now see that they can come to you."
        messages.success(request, said if accept else "Said; nobody counts on you for this.")
    return redirect("champions:own", workspace=request.actor.workspace.slug)


@require_POST
@page
def decline(request: PageRequest, carrier: int) -> HttpResponse:
    """Say no to a job."""
    with problems_next(request):
        naming.decline(request.actor, carrier, reason=request.POST.get("reason", ""))
        messages.success(request, "Said. Whoever named you knows, and looks for somebody else.")
    return redirect("champions:own", workspace=request.actor.workspace.slug)
