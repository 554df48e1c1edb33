"""What the workspace is called, how long it keeps events, whose holidays are free; another one."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods, require_safe

from uptake.capabilities.administration.forms import NewWorkspaceForm, WorkspaceForm
from uptake.foundation.access import Permission
from uptake.foundation.actions import (
    create_another_workspace,
    rename_workspace,
    set_retention,
)
from uptake.foundation.actor import Actor
from uptake.foundation.errors import Invalid, NotAllowed
from uptake.foundation.holidays import coming_holidays, countries, place_of, set_country
from uptake.foundation.models import User, Workspace, WorkspaceKind
from uptake.foundation.queries import runs_a_workspace
from uptake.foundation.web import OwnRequest, PageRequest, own_page, page
from uptake.ui.answers import answer_form
from uptake.ui.outcomes import problems_on


@require_http_methods(["GET", "HEAD", "POST"])
@page
def workspace(request: PageRequest) -> HttpResponse:
    """Show and change the settings of the workspace."""
    request.actor.require(Permission.WORKSPACE_MANAGE)
    here = request.actor.workspace
    names = ("name", "retention_months", "country")
    form = WorkspaceForm(
        request.POST or None, initial={name: getattr(here, name) for name in names}
    )
    if request.method == "POST" and form.is_valid():
        _change(request.actor, form)
        messages.success(request, "Saved.")
        return redirect("administration:workspace", workspace=here.slug)
    shown = _holidays(here.country) | {"countries": countries()}
    return answer_form(request, "administration/workspace.html", form, **shown)


@require_safe
@page
def preview_holidays(request: PageRequest) -> HttpResponse:
    """Show the next public holidays of the place in the field, before it is saved."""
    request.actor.require(Permission.WORKSPACE_MANAGE)
    try:
        shown = _holidays(request.GET.get("country", ""))
    except Invalid as unknown:
        shown = {"problem": str(unknown)}
    return render(request, "administration/holidays_part.html", shown)


def _holidays(place: str) -> dict[str, object]:
    return {"place": place_of(place), "coming": coming_holidays(place, localdate())}


@require_http_methods(["GET", "HEAD", "POST"])
@own_page
def new(request: OwnRequest) -> HttpResponse:
    """Make another workspace."""
    if not runs_a_workspace(request.user):
        raise NotAllowed("Only an owner of a workspace can make another; ask one of them.")
    form = NewWorkspaceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with problems_on(form):
            made = _create(request.user, form)
            messages.success(request, f"{made.name} is there. Invite people, or bring data next.")
            return redirect("administration:workspace", workspace=made.slug)
    return answer_form(request, "administration/workspace_new.html", form)


def _create(user: User, form: NewWorkspaceForm) -> Workspace:
    told = form.cleaned_data
    return create_another_workspace(
        user,
        told["slug"],
        name=told["name"].strip(),
        kind=WorkspaceKind(told["kind"]),
        timezone=told["timezone"],
    )


@transaction.atomic
def _change(actor: Actor, form: WorkspaceForm) -> None:
    if "name" in form.changed_data:
        rename_workspace(actor, name=form.cleaned_data["name"])
    if "retention_months" in form.changed_data:
        set_retention(actor, months=form.cleaned_data["retention_months"])
    if "country" in form.changed_data:
        set_country(actor, form.cleaned_data["country"])
