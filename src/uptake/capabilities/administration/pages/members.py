"""Members of the workspace and those who are invited."""

from __future__ import annotations

from typing import TypedDict

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from uptake.capabilities.administration import actions, queries
from uptake.capabilities.administration.forms import InvitationForm, MemberForm
from uptake.foundation import invitations
from uptake.foundation.access import Role
from uptake.foundation.actor import Actor
from uptake.foundation.web import PageRequest, page
from uptake.ui.answers import answer_form
from uptake.ui.outcomes import problems_on


@require_safe
@page
def members(request: PageRequest) -> HttpResponse:
    """Show who has access, and who is invited."""
    shown = {
        "members": queries.members(request.actor),
        "invitations": invitations.visible_invitations(request.actor),
    }
    return render(request, "administration/members.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def invite(request: PageRequest) -> HttpResponse:
    """Invite somebody; the link is shown once."""
    accounts = queries.account_suggestions(request.actor)
    invitations.visible_invitations(request.actor)
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with problems_on(form):
            invited = _invite(request.actor, form)
            told = {"link": invited.link, "email": invited.row.email}
            return render(request, "administration/invited.html", told)
    return answer_form(request, "administration/invite.html", form, accounts=accounts)


def _invite(actor: Actor, form: InvitationForm) -> actions.Invited:
    told = form.cleaned_data
    return actions.invite(actor, told["email"], days=int(told["days"]), **_wanted(form))


class _Wanted(TypedDict):
    """What a member is to be."""

    role: Role
    account: str
    person: str


def _wanted(form: MemberForm) -> _Wanted:
    told = form.cleaned_data
    return {
        "role": Role(told["role"]),
        "account": told["account"],
        "person": told["person"].strip(),
    }


@require_POST
@page
def revoke_invitation(request: PageRequest, invitation: int) -> HttpResponse:
    """Withdraw an invitation."""
    revoked = invitations.revoke_invitation(request.actor, invitation)
    messages.success(request, f"The invitation to {revoked.email} is withdrawn.")
    return redirect("administration:members", workspace=request.actor.workspace.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def member(request: PageRequest, user: int) -> HttpResponse:
    """Change what a member may do and see."""
    membership = queries.access_membership(request.actor, user)
    as_it_is = {
        "role": membership.role,
        "account": membership.account,
        "person": queries.person_of_member(request.actor, membership.user),
    }
    form = MemberForm(request.POST or None, initial=as_it_is)
    if request.method == "POST" and form.is_valid():
        with problems_on(form):
            actions.change_member(request.actor, user, **_wanted(form))
            messages.success(request, f"{membership.user.email} is up to date.")
            return redirect("administration:members", workspace=request.actor.workspace.slug)
    accounts = queries.account_suggestions(request.actor)
    return answer_form(
        request, "administration/member.html", form, accounts=accounts, member=membership.user
    )


@require_POST
@page
def remove(request: PageRequest, user: int) -> HttpResponse:
    """Take somebody out of the workspace."""
    gone = actions.take_out(request.actor, user)
    messages.success(request, f"{gone.email} no longer has access.")
    return redirect("administration:members", workspace=request.actor.workspace.slug)
