"""Keys with which programs read or write."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from uptake.capabilities.administration import actions, queries
from uptake.capabilities.administration.forms import KeyForm
from uptake.foundation import keys
from uptake.foundation.actor import Actor
from uptake.foundation.web import PageRequest, page
from uptake.ui.answers import answer_form
from uptake.ui.outcomes import problems_on


@require_safe
@page
def list_keys(request: PageRequest) -> HttpResponse:
    """Show the keys there are."""
    shown = {"keys": keys.visible_keys(request.actor), "words": keys.SCOPE_WORDS}
    return render(request, "administration/keys.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def create(request: PageRequest) -> HttpResponse:
    """Make a key; it is shown once."""
    keys.visible_keys(request.actor)
    form = KeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with problems_on(form):
            issued = _create(request.actor, form)
            return render(request, "administration/key_created.html", {"issued": issued})
    accounts = queries.account_suggestions(request.actor)
    return answer_form(request, "administration/key_new.html", form, accounts=accounts)


def _create(actor: Actor, form: KeyForm) -> keys.IssuedKey:
    wanted = form.cleaned_data
    return actions.make_key(
        actor,
        wanted["name"],
        scopes=frozenset(wanted["scopes"]),
        account=wanted["account"],
        last_day=wanted["expires_on"],
    )


@require_POST
@page
def revoke(request: PageRequest, key: int) -> HttpResponse:
    """Take a key out of use."""
    revoked = keys.revoke_key(request.actor, key)
    messages.success(request, f"{revoked.name} is revoked; whatever used it is refused now.")
    return redirect("administration:keys", workspace=request.actor.workspace.slug)
