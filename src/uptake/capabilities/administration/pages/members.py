"""Members of the workspace and those who are invited."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from uptake.capabilities.administration import actions, queries
from uptake.capabilities.administration.forms import InvitationForm, MemberForm
from uptake.capabilities.customers import actions as customers
from uptake.capabilities.customers import queries as people
from uptake.foundation import invitations
from uptake.foundation.access import Role
from uptake.foundation.actions import remove_member, set_member
from uptake.foundation.actor import Actor
from uptake.foundation.errors import DomainError
from uptake.foundation.models import Membership
from uptake.foundation.web import PageRequest, page
from uptake.ui.answers import answer_form


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
        try:
            link = _invite(request.actor, form)
        except DomainError as problem:
            form.add_error(None, str(problem))
        else:
            told = {"link": link, "email": form.cleaned_data["email"]}
            return render(request, "administration/invited.html", told)
    return answer_form(request, "administration/invite.html", form, accounts=accounts)


def _invite(actor: Actor, form: InvitationForm) -> str:
    wanted = form.cleaned_data
    return actions.invite(
        actor,
        wanted["email"],
        role=Role(wanted["role"]),
        account=wanted["account"],
        person=wanted["person"].strip(),
        days=int(wanted["days"]),
    )


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
    form = MemberForm(request.POST or None, initial=_as_it_is(request.actor, membership))
    if request.method == "POST" and form.is_valid():
        try:
            _change(request.actor, membership, form)
        except DomainError as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, f"{membership.user.email} is up to date.")
            return redirect("administration:members", workspace=request.actor.workspace.slug)
    accounts = queries.account_suggestions(request.actor)
    return answer_form(
        request, "administration/member.html", form, accounts=accounts, member=membership.user
    )


def _as_it_is(actor: Actor, membership: Membership) -> dict[str, str]:
    linked = people.visible_people(actor).filter(user=membership.user).first()
    return {
        "role": membership.role,
        "account": membership.account,
        "person": linked.external_id if linked else "",
    }


def _change(actor: Actor, membership: Membership, form: MemberForm) -> None:
    wanted, user = form.cleaned_data, membership.user
    if wanted["account"]:
        people.access_account(actor, wanted["account"])
    set_member(actor, user, role=Role(wanted["role"]), account=wanted["account"])
    person = wanted["person"].strip()
    if person == _as_it_is(actor, membership)["person"]:
        return
    customers.unlink_person(actor, user)
    if person:
        customers.link_person(actor, person, user)


@require_POST
@page
def remove(request: PageRequest, user: int) -> HttpResponse:
    """Take somebody out of the workspace."""
    membership = queries.access_membership(request.actor, user)
    remove_member(request.actor, membership.user)
    customers.unlink_person(request.actor, membership.user)
    messages.success(request, f"{membership.user.email} no longer has access.")
    return redirect("administration:members", workspace=request.actor.workspace.slug)
