"""My part: what somebody was named for, and saying no."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from uptake.capabilities.champions import naming
from uptake.capabilities.champions.carrying import own_jobs
from uptake.foundation.errors import Invalid
from uptake.foundation.web import PageRequest, page
from uptake.ui import words


@require_safe
@page
def own(request: PageRequest) -> HttpResponse:
    """Show somebody what they were named for."""
    jobs = list(own_jobs(request.actor))
    shown = {"jobs": jobs, "sentence": _sentence(len(jobs))}
    return render(request, "champions/own.html", shown)


def _sentence(jobs: int) -> str:
    if not jobs:
        return "You were named for nothing."
    return f"You have {words.plural(jobs, 'job')} around what is asked."


@require_POST
@page
def decline(request: PageRequest, carrier: int) -> HttpResponse:
    """Say no to a job."""
    try:
        naming.decline(request.actor, carrier, reason=request.POST.get("reason", ""))
    except Invalid as problem:
        messages.warning(request, str(problem))
    else:
        messages.success(request, "Said. Whoever named you knows, and looks for somebody else.")
    return redirect("champions:own", workspace=request.actor.workspace.slug)
