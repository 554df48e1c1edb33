"""Founding, changing, agreeing on standards; bringing records; exceptions; the board of teams."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from uptake.capabilities.customers.queries import visible_accounts
from uptake.capabilities.imports import uploading
from uptake.capabilities.imports.actions import SMALL_BYTES
from uptake.capabilities.imports.deliveries import DeliveryState
from uptake.capabilities.records import actions, board, working
from uptake.capabilities.records.forms import (
    FROM_DATA,
    ExceptionForm,
    NewStandardForm,
    StandardTextForm,
)
from uptake.capabilities.records.looking import StandardLook, look
from uptake.capabilities.records.models import DataStandard, Delivery
from uptake.capabilities.records.queries import (
    access_delivery,
    access_exception,
    access_standard,
    content_of,
    judgement_of,
    newest,
)
from uptake.capabilities.records.samples import sample_text
from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor
from uptake.foundation.errors import Conflict, DomainError, Invalid
from uptake.foundation.web import PageRequest, page
from uptake.ui.outcomes import problems_next, problems_on, require_clear

MOST_ACCOUNTS = 1_000


@require_http_methods(["GET", "HEAD", "POST"])
@page
def new(request: PageRequest) -> HttpResponse:
    """Found a standard."""
    actor = request.actor
    actor.require(Permission.RECORDS_WRITE)
    form = NewStandardForm(
        request.POST if request.method == "POST" else None,
        accounts=_accounts(actor),
        may_bring=actor.may(Permission.IMPORTS_RUN),
    )
    if request.method == "POST" and form.is_valid():
        begins = form.cleaned_data["begins"]
        text = "" if begins == FROM_DATA else sample_text(begins)
        with problems_on(form):
            made = actions.found_standard(actor, form.facts(request.user), text=text)
            messages.success(request, f"{made.name} is written down.")
            view = "records:standard" if not text else "records:edit"
            return redirect(view, workspace=actor.workspace.slug, standard=made.pk)
    status = 422 if form.is_bound else 200
    return render(request, "records/new.html", {"form": form}, status=status)


def _accounts(actor: Actor) -> list[tuple[str, str]]:
    rows = visible_accounts(actor).order_by("name", "external_id")
    named = [(key, name or key) for key, name in rows.values_list("external_id", "name")]
    everywhere = [] if actor.account is not None else [("", "All accounts")]
    return [*everywhere, *named[:MOST_ACCOUNTS]]


@require_http_methods(["GET", "HEAD", "POST"])
@page
def edit(request: PageRequest, standard: int) -> HttpResponse:
    """Change what records must hold."""
    actor = request.actor
    actor.require(Permission.RECORDS_WRITE)
    found = access_standard(actor, standard)
    version = newest(found)
    if request.method == "POST":
        form = StandardTextForm(request.POST)
        is_sent = "preview" not in request.POST
        if is_sent and form.is_valid():
            said = form.cleaned_data
            try:
                actions.revise_standard(actor, found.pk, text=said["text"], note=said["note"])
            except DomainError as problem:
                form.add_error("text", str(problem))
            else:
                messages.success(request, "Saved. The records are judged by it within a minute.")
                return redirect(
                    "records:standard", workspace=actor.workspace.slug, standard=standard
                )
    else:
        form, is_sent = StandardTextForm(initial={"text": version.text if version else ""}), False
    typed = request.POST.get("text", version.text if version else "")
    shown = {"standard": found, "form": form, **looked_at(found, typed)}
    return render(request, "records/edit.html", shown, status=422 if is_sent else 200)


@require_POST
@page
def try_out(request: PageRequest, standard: int) -> HttpResponse:
    """Show what a text would mean, before anything is written down."""
    request.actor.require(Permission.RECORDS_WRITE)
    found = access_standard(request.actor, standard)
    return render(
        request, "records/parts/look.html", looked_at(found, request.POST.get("text", ""))
    )


def looked_at(found: DataStandard, text: str) -> dict[str, StandardLook | str]:
    """Return what a text would mean, for the preview beside it."""
    try:
        content = actions.read_text(text)
    except Invalid as problem:
        return {"problem": str(problem)}
    return {"look": look(found, content)}


@require_POST
@page
def agree(request: PageRequest, standard: int) -> HttpResponse:
    """Say that people agreed on a standard."""
    return _done(request, standard, actions.agree_on_standard, "Agreed on: it now counts.")


@require_POST
@page
def end(request: PageRequest, standard: int) -> HttpResponse:
    """Judge by a standard no longer."""
    return _done(request, standard, actions.end_standard, "Ended; what was judged stays.")


def _done(request: PageRequest, standard: int, act: object, said: str) -> HttpResponse:
    with problems_next(request):
        act(request.actor, standard)  # type: ignore[operator]  # one of the actions above
        messages.success(request, said)
    return _back(request, standard)


def _back(request: PageRequest, standard: int) -> HttpResponse:
    slug = request.actor.workspace.slug
    return redirect("records:standard", workspace=slug, standard=standard)


@require_POST
@page
def deliver(request: PageRequest, standard: int) -> HttpResponse:
    """Take a file of records."""
    request.actor.require(Permission.RECORDS_WRITE)
    found = access_standard(request.actor, standard)
    try:
        delivery = _brought(request, found)
    except (Invalid, Conflict) as problem:
        messages.warning(request, str(problem))
        return _back(request, standard)
    if delivery.state == DeliveryState.WAITING and delivery.size <= SMALL_BYTES:
        working.carry_on()
        delivery.refresh_from_db()
    say = messages.warning if delivery.state == DeliveryState.FAILED else messages.success
    say(request, _said(delivery))
    return _back(request, standard)


def _brought(request: PageRequest, found: DataStandard) -> Delivery:
    upload = uploading.take_whole(request.actor, request.FILES.get("file"))
    return actions.deliver_records(request.actor, found.pk, upload.pk)


def _said(delivery: Delivery) -> str:
    if delivery.state == DeliveryState.FAILED:
        return f"{delivery.file_name} could not be read: {delivery.problem}"
    if delivery.state == DeliveryState.WAITING:
        return f"{delivery.file_name} is here; its rows are taken in within a minute."
    return (
        f"{delivery.file_name}: {delivery.new:,} rows are new, {delivery.known:,} were known, "
        f"{delivery.rejected:,} could not be read."
    )


@require_POST
@page
def take_back(request: PageRequest, delivery: int) -> HttpResponse:
    """Remove the rows that a delivery brought."""
    request.actor.require(Permission.RECORDS_WRITE)
    standard = access_delivery(request.actor, delivery).standard_id
    actions.take_back_delivery(request.actor, delivery)
    messages.success(request, "Taken back; what is left is judged anew within a minute.")
    return _back(request, standard)


@require_POST
@page
def except_from(request: PageRequest, standard: int) -> HttpResponse:
    """Log an exception."""
    request.actor.require(Permission.RECORDS_WRITE)
    found = access_standard(request.actor, standard)
    version = newest(found)
    judged = judgement_of(version)
    form = ExceptionForm(
        request.POST,
        fields=content_of(version).field_names if version else (),
        groups=[team["name"] for team in judged.teams] if judged else [],
    )
    with problems_next(request):
        require_clear(form)
        actions.log_exception(request.actor, found.pk, form.facts())
        messages.success(request, "Logged: these records are exempt until then.")
    return _back(request, standard)


@require_POST
@page
def withdraw(request: PageRequest, exception: int) -> HttpResponse:
    """Withdraw an exception."""
    request.actor.require(Permission.RECORDS_WRITE)
    standard = access_exception(request.actor, exception).standard_id
    with problems_next(request):
        actions.withdraw_exception(request.actor, exception)
        messages.success(request, "Withdrawn: these records are judged again.")
    return _back(request, standard)


@require_safe
@page
def teams(request: PageRequest) -> HttpResponse:
    """Show the board of teams that agreed to stand on it."""
    rows = board.board(request.actor)
    agreed = [row for row in rows if row.agreed]
    shown = {
        "rows": agreed,
        "others": [row for row in rows if not row.agreed],
        "may_write": request.actor.may(Permission.RECORDS_WRITE),
        "may_read": request.actor.may(Permission.RECORDS_READ),
    }
    return render(request, "records/teams.html", shown)


@require_POST
@page
def consent(request: PageRequest) -> HttpResponse:
    """Write down that a team agreed, or that it does so no longer."""
    team = request.POST.get("team", "")
    with problems_next(request):
        if request.POST.get("withdraw"):
            board.withdraw_consent(request.actor, team)
            messages.success(request, f"{team} is off the board.")
        else:
            board.record_consent(request.actor, team, agreed_by=request.POST.get("agreed_by", ""))
            messages.success(request, f"{team} stands on the board.")
    return redirect("records:teams", workspace=request.actor.workspace.slug)
