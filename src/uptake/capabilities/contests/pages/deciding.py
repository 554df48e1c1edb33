"""What teams and people decide: to enter, to leave, to have one's own work count for nobody."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from uptake.capabilities.contests import taking_part
from uptake.foundation.web import PageRequest, page
from uptake.ui.outcomes import problems_next


@require_POST
@page
def team(request: PageRequest, contest: int) -> HttpResponse:
    """Enter a team or take it out."""
    named = request.POST.get("team", "")
    key = int(named) if named.isdecimal() and len(named) < 19 else 0
    leaves = request.POST.get("act") == "withdraw"
    with problems_next(request):
        act = taking_part.withdraw if leaves else taking_part.enter
        entry = act(request.actor, contest, key)
        said = "is out" if leaves else "is in; each of its people may still opt out"
        messages.success(request, f"{entry.team} {said}.")
    return redirect("contests:contest", workspace=request.actor.workspace.slug, contest=contest)


@require_POST
@page
def own(request: PageRequest, contest: int) -> HttpResponse:
    """Decide whether one's own work counts."""
    counts = request.POST.get("counts") == "1"
    act = taking_part.opt_in if counts else taking_part.opt_out
    act(request.actor, contest)
    said = "Your work counts." if counts else "Your work counts for nobody, and nobody learns it."
    messages.success(request, f"{said} It holds from the next day on.")
    return redirect("contests:contest", workspace=request.actor.workspace.slug, contest=contest)
