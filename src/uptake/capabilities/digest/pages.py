"""My digest: what somebody was told, exactly as it was sent, and when they want it."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from uptake.capabilities.digest import leaving
from uptake.capabilities.digest.composing import compose, message_of
from uptake.capabilities.digest.forms import WishesForm
from uptake.capabilities.digest.models import Digest
from uptake.capabilities.digest.personal import decide_own, own_digests
from uptake.capabilities.digest.sending import time_of, wishes_of
from uptake.foundation.delivery.messages import read
from uptake.foundation.errors import NotFound
from uptake.foundation.privacy import policy_in_force
from uptake.foundation.web import PageRequest, open_page, page
from uptake.ui import words
from uptake.ui.answers import answer_form
from uptake.ui.outcomes import problems_on

MOST = 8


@require_http_methods(["GET", "HEAD", "POST"])
@page
def own(request: PageRequest) -> HttpResponse:
    """Show somebody what they were told, and let them decide when they are."""
    actor = request.actor
    try:
        who, rows = own_digests(actor)
    except NotFound as missing:
        if request.method == "POST":
            raise
        return render(request, "digest/own.html", {"missing": str(missing)})
    wishes = wishes_of(who.person)
    form = WishesForm(request.POST or None, initial=WishesForm.typed_of(wishes))
    if form.is_bound and form.is_valid():
        with problems_on(form):
            decide_own(actor, form.wanted())
            messages.success(request, "Saved; it holds from now on.")
            return redirect("digest:own", workspace=actor.workspace.slug)
    told = list(rows[:MOST])
    composed = compose(actor, now())
    return answer_form(
        request,
        "digest/own.html",
        form,
        told=[(each, read(each.said)) for each in told],
        today=message_of(composed, actor) if composed.has_something else None,
        sentence=_sentence(told, is_off=wishes.is_off),
        zone=time_of(who.person, now()).local.tzinfo,
        policy=policy_in_force(actor.workspace),
    )


def _sentence(told: Sequence[Digest], *, is_off: bool) -> str:
    if is_off:
        return "You get no digest."
    if not told:
        return "Your first digest comes with the next week."
    return f"Your newest digest is of the week of {words.short_day(told[0].week)}."


@csrf_exempt  # mail programs post here by themselves (RFC 8058); the address is the secret
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@open_page
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """Ask whether somebody wants no more digests; a post is the answer."""
    person = leaving.leave(token) if request.method == "POST" else leaving.whom(token)
    shown = {"is_done": request.method == "POST", "workspace": person.workspace}
    return render(request, "digest/leave.html", shown)
