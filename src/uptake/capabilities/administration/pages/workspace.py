"""What the workspace is called and how long it keeps events."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from uptake.capabilities.administration.forms import WorkspaceForm
from uptake.foundation.access import Permission
from uptake.foundation.actions import rename_workspace, set_retention
from uptake.foundation.actor import Actor
from uptake.foundation.web import PageRequest, page
from uptake.ui.answers import answer_form


@require_http_methods(["GET", "HEAD", "POST"])
@page
def workspace(request: PageRequest) -> HttpResponse:
    """Show and change the settings of the workspace."""
    request.actor.require(Permission.WORKSPACE_MANAGE)
    here = request.actor.workspace
    as_it_is = {"name": here.name, "retention_months": here.retention_months}
    form = WorkspaceForm(request.POST or None, initial=as_it_is)
    if request.method == "POST" and form.is_valid():
        _change(request.actor, form)
        messages.success(request, "Saved.")
        return redirect("administration:workspace", workspace=here.slug)
    return answer_form(request, "administration/workspace.html", form)


@transaction.atomic
def _change(actor: Actor, form: WorkspaceForm) -> None:
    if "name" in form.changed_data:
        rename_workspace(actor, name=form.cleaned_data["name"])
    if "retention_months" in form.changed_data:
        set_retention(actor, months=form.cleaned_data["retention_months"])
