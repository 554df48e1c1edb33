"""The policy under which people may be named, and who has looked at whom."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from uptake.capabilities.administration.forms import GroupForm, PolicyForm
from uptake.foundation import privacy
from uptake.foundation.access import Permission
from uptake.foundation.web import PageRequest, page
from uptake.ui.answers import answer_form
from uptake.ui.outcomes import problems_on

ROWS = 50


@require_safe
@page
def policy(request: PageRequest) -> HttpResponse:
    """Show the rules, to every member: they are about all of them."""
    workspace = request.actor.workspace
    shown = {
        "policy": privacy.policy_of(workspace),
        "in_force": privacy.policy_in_force(workspace),
        "minimum": workspace.minimum_group,
        "may_change": request.actor.may(Permission.PRIVACY_MANAGE),
        "group_form": GroupForm(initial={"people": workspace.minimum_group}),
    }
    return render(request, "administration/privacy.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def record(request: PageRequest) -> HttpResponse:
    """Record the decision that people may be named."""
    request.actor.require(Permission.PRIVACY_MANAGE)
    form = PolicyForm(request.POST or None, initial=PolicyForm.proposal())
    if request.method == "POST" and form.is_valid():
        with problems_on(form):
            privacy.allow_named_views(request.actor, form.policy())
            messages.success(request, "The policy is recorded. Everyone here can read it.")
            return redirect("administration:privacy", workspace=request.actor.workspace.slug)
    return answer_form(request, "administration/privacy_record.html", form)


@require_POST
@page
def withdraw(request: PageRequest) -> HttpResponse:
    """Withdraw the policy."""
    privacy.forbid_named_views(request.actor)
    messages.success(request, "Nobody is named any more: everyone sees groups only.")
    return redirect("administration:privacy", workspace=request.actor.workspace.slug)


@require_POST
@page
def smallest_group(request: PageRequest) -> HttpResponse:
    """Change how many people a number must be about."""
    form = GroupForm(request.POST)
    request.actor.require(Permission.PRIVACY_MANAGE)
    if form.is_valid():
        privacy.set_minimum_group(request.actor, form.cleaned_data["people"])
        messages.success(request, "Saved. Figures follow as they are computed anew.")
    else:
        messages.error(request, " ".join(str(error) for error in form.errors["people"]))
    return redirect("administration:privacy", workspace=request.actor.workspace.slug)


@require_safe
@page
def looks(request: PageRequest) -> HttpResponse:
    """Show every look at named people."""
    pages = Paginator(privacy.visible_looks(request.actor), ROWS)
    shown = {"page": pages.get_page(request.GET.get("page"))}
    return render(request, "administration/looks.html", shown)
