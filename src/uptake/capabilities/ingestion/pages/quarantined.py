"""Records that were wrong: look at them, mend and replay them, or discard them."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from uptake.capabilities.ingestion import actions, queries
from uptake.capabilities.ingestion.forms import Choice, MendForm
from uptake.capabilities.ingestion.models import QuarantineState
from uptake.foundation.errors import Conflict, DomainError
from uptake.foundation.lake import shared_lake
from uptake.foundation.web import PageRequest, page
from uptake.ui.answers import answer_form
from uptake.ui.words import plural

A_PAGE = 25


@require_safe
@page
def listing(request: PageRequest, source: str) -> HttpResponse:
    """List the records of a source that wait, or those that were decided about."""
    found = queries.access_source(request.actor, source)
    choice = Choice.of(request.GET)
    rows = queries.visible_quarantine(request.actor, found).filter(state=choice.state)
    if choice.state == QuarantineState.WAITING:
        rows = queries.waiting_records(request.actor, found, choice.with_problem)
    told = {
        "source": found,
        "state": choice.state,
        "states": QuarantineState.choices,
        "problems": queries.waiting_problems(request.actor, found),
        "problem": choice.problem,
        "field": choice.with_problem.field or "",
        "page": Paginator(rows, A_PAGE).get_page(request.GET.get("page")),
        "query": f"{urlencode({'state': choice.state, 'problem': choice.problem})}&",
    }
    return render(request, "ingestion/quarantine.html", told)


@require_POST
@page
def settle(request: PageRequest, source: str) -> HttpResponse:
    """Mend, replay or discard several records: those ticked, or all with the problem shown."""
    queries.visible_quarantine(request.actor, queries.access_source(request.actor, source))
    choice = Choice.of(request.POST)
    chosen = choice.meant
    if chosen.records == frozenset():
        messages.error(request, "Tick the records that are meant, or all of them.")
        return _back(request, source)
    if request.POST.get("act") == "discard":
        done = actions.discard_waiting(request.actor, source, chosen)
        said = f"{plural(done.settled, 'record')} discarded; what they said is deleted."
    else:
        done = actions.replay_waiting(
            request.actor, source, chosen, lake=shared_lake(), mend=choice.mend
        )
        said = f"{plural(done.settled, 'record')} stored as if they had come right."
    if done.still_wrong:
        said += f" {plural(done.still_wrong, 'record')} wrong as before: mend what they say."
    messages.success(request, said)
    return _back(request, source)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def record(request: PageRequest, record: int) -> HttpResponse:
    """Show a record with what is wrong; sent back, it is read again."""
    found = queries.access_quarantined(request.actor, record)
    form = MendForm(request.POST or None, initial={"raw": found.raw})
    if request.method == "POST" and form.is_valid():
        try:
            actions.fix_and_replay(
                request.actor, record, lake=shared_lake(), raw=form.cleaned_data["raw"]
            )
        except Conflict:
            raise
        except DomainError as problem:
            form.add_error("raw", str(problem))
        else:
            messages.success(request, "The record is stored as if it had come right.")
            return _back(request, found.source.slug)
    return answer_form(request, "ingestion/record.html", form, record=found, source=found.source)


@require_POST
@page
def discard(request: PageRequest, record: int) -> HttpResponse:
    """Decide that a record is not wanted."""
    found = actions.discard(request.actor, record)
    messages.success(request, "The record is discarded and what it said is deleted.")
    return _back(request, found.source.slug)


def _back(request: PageRequest, source: str) -> HttpResponse:
    return redirect("ingestion:quarantine", request.actor.workspace.slug, source)
