"""Founding, changing, ending processes; bringing logs; reporting barriers; looking at people."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from uptake.capabilities.customers.queries import (
    visible_accounts,
    visible_actions,
    visible_products,
)
from uptake.capabilities.imports import uploading
from uptake.capabilities.imports.actions import SMALL_BYTES
from uptake.capabilities.imports.deliveries import DeliveryState
from uptake.capabilities.process import actions, working
from uptake.capabilities.process.asked import Asked
from uptake.capabilities.process.forms import (
    ROLES_OF_COLUMNS,
    ProcessChoices,
    ProcessForm,
    typed_of,
)
from uptake.capabilities.process.models import LogDelivery, Process
from uptake.capabilities.process.naming_people import look_at_hands
from uptake.capabilities.process.queries import access_process, doing_now
from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor
from uptake.foundation.errors import Conflict, Invalid
from uptake.foundation.holidays import countries
from uptake.foundation.web import PageRequest, page
from uptake.ui.outcomes import problems_next, problems_on

MOST_OFFERED = 1_000


@require_http_methods(["GET", "HEAD", "POST"])
@page
def new(request: PageRequest) -> HttpResponse:
    """Write down which work is looked at."""
    request.actor.require(Permission.PROCESS_WRITE)
    return _edited(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def edit(request: PageRequest, process: int) -> HttpResponse:
    """Change what a process is."""
    request.actor.require(Permission.PROCESS_WRITE)
    return _edited(request, access_process(request.actor, process))


def _edited(request: PageRequest, found: Process | None) -> HttpResponse:
    actor, is_sent = request.actor, request.method == "POST"
    choices = _choices(actor, found)
    initial = typed_of(found) if found else {"level": "group", "product": ""}
    form = ProcessForm(request.POST if is_sent else None, choices=choices, initial=initial)
    if is_sent and form.is_valid():
        facts = form.facts(request.user)
        with problems_on(form):
            saved = (
                actions.change_process(actor, found.pk, facts)
                if found
                else actions.found_process(actor, facts)
            )
            messages.success(request, f"{saved.name} is written down.")
            return _to(request, saved.pk)
    status = 422 if is_sent else 200
    shown = {"form": form, "process": found, "countries": countries()}
    return render(request, "process/new.html", shown, status=status)


def _choices(actor: Actor, found: Process | None) -> ProcessChoices:
    accounts = [
        (key, name or key)
        for key, name in visible_accounts(actor)
        .order_by("name", "external_id")
        .values_list("external_id", "name")[:MOST_OFFERED]
    ]
    products = [(each.external_id, str(each)) for each in visible_products(actor)]
    rows = visible_actions(actor).values_list("external_id", "module__external_id")
    actions_there = sorted({key for key, _module in rows} | set(found.actions if found else ()))
    modules = sorted({module for _key, module in rows if module})
    everywhere = [] if actor.account is not None else [("", "All accounts")]
    return ProcessChoices(
        accounts=[*everywhere, *accounts],
        products=[("", "All products"), *products],
        modules=[("", "All modules"), *((each, each) for each in modules)],
        actions=[(each, each) for each in actions_there[:MOST_OFFERED]],
        timezone=actor.workspace.timezone,
    )


@require_POST
@page
def end(request: PageRequest, process: int) -> HttpResponse:
    """Measure a process no longer."""
    with problems_next(request):
        actions.end_process(request.actor, process)
        messages.success(request, "Ended; what was found stays.")
    return _to(request, process)


@require_POST
@page
def remove(request: PageRequest, process: int) -> HttpResponse:
    """Remove a process with all that was brought."""
    actions.remove_process(request.actor, process)
    messages.success(request, "Removed, with everything that was brought and found.")
    return redirect("process:processes", workspace=request.actor.workspace.slug)


def _to(request: PageRequest, process: int, view: str = "process:process") -> HttpResponse:
    return redirect(view, workspace=request.actor.workspace.slug, process=process)


@require_POST
@page
def deliver(request: PageRequest, process: int) -> HttpResponse:
    """Take a log of cases."""
    request.actor.require(Permission.PROCESS_WRITE)
    found = access_process(request.actor, process)
    try:
        delivery = _brought(request, found)
    except (Invalid, Conflict) as problem:
        messages.warning(request, str(problem))
        return _to(request, process)
    if delivery.state == DeliveryState.WAITING and delivery.size <= SMALL_BYTES:
        working.carry_on()
        delivery.refresh_from_db()
    if delivery.state == DeliveryState.FAILED:
        messages.warning(request, f"{delivery.file_name} could not be read: {delivery.problem}")
    else:
        messages.success(request, _said(delivery))
    return _to(request, process)


def _brought(request: PageRequest, found: Process) -> LogDelivery:
    upload = uploading.take_whole(request.actor, request.FILES.get("file"))
    choices = _reading(request.POST)
    return actions.deliver_log(request.actor, found.pk, upload.pk, choices=choices)


def _reading(sent: Mapping[str, str]) -> dict[str, object]:
    """How the file is to be read, where somebody said so."""
    columns = {
        role: sent[f"column-{role}"].strip()
        for role, *_words in ROLES_OF_COLUMNS
        if sent.get(f"column-{role}", "").strip()
    }
    chosen: dict[str, object] = {"columns": columns} if columns else {}
    if sent.get("object_type", "").strip():
        chosen["object_type"] = sent["object_type"].strip()
    return chosen


def _said(delivery: LogDelivery) -> str:
    if delivery.state == DeliveryState.WAITING:
        return f"{delivery.file_name} is here; it is measured in a minute."
    return f"{delivery.file_name}: {delivery.cases:,} cases with {delivery.events:,} events."


@require_safe
@page
def progress(request: PageRequest, process: int) -> HttpResponse:
    """Say what the worker is at; once it is done, the page is shown anew."""
    found = access_process(request.actor, process)
    doing = doing_now(found)
    answer = render(request, "process/parts/progress.html", {"process": found, "doing": doing})
    if not doing and request.htmx:
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
@page
def report_barrier(request: PageRequest, process: int) -> HttpResponse:
    """Say what stops people."""
    sent = request.POST
    report = actions.BarrierFacts(
        deviation=sent.get("deviation", "")[:40],
        sentence=sent.get("sentence", "")[:1_000],
        kind=sent.get("kind", ""),
        text=sent.get("text", ""),
    )
    with problems_next(request):
        actions.report_barrier(request.actor, process, report)
        messages.success(request, "Thank you. It counts as a barrier, not as anybody's failing.")
    return _to(request, process, "process:deviations")


@require_POST
@page
def people(request: PageRequest, process: int) -> HttpResponse:
    """Show whose hands by name, once it is written down who looks and why."""
    asked = Asked.of(request.GET.dict())
    purpose = request.POST.get("purpose", "")
    try:
        found = look_at_hands(request.actor, process, asked, purpose=purpose)
    except Invalid as problem:
        messages.warning(request, str(problem))
        return _to(request, process, "process:resources")
    return render(request, "process/people.html", {"found": found, "process": found.view.process})
