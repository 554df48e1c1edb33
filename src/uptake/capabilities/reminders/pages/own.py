"""My reminders: what one got in Uptake, and what one wants of reminders."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from uptake.capabilities.reminders import personal
from uptake.capabilities.reminders.forms import OwnForm
from uptake.capabilities.reminders.queries import limits_of, myself, wishes_of
from uptake.capabilities.reminders.zones import zone_of
from uptake.config import load_settings
from uptake.foundation.delivery.messages import read
from uptake.foundation.delivery.outbox import mark_read, visible_notices
from uptake.foundation.errors import NotFound
from uptake.foundation.web import PageRequest, page
from uptake.ui import words
from uptake.ui.answers import answer_form
from uptake.ui.outcomes import problems_on

MOST = 30
FEED = "reminders.feed"
"""Where the session keeps the address of a calendar until it has been shown once."""


@require_http_methods(["GET", "HEAD", "POST"])
@page
def own(request: PageRequest) -> HttpResponse:
    """Show one's own reminders, and let one decide about them."""
    try:
        person = myself(request.actor)
    except NotFound as missing:
        if request.method == "POST":
            raise
        return render(request, "reminders/own.html", {"missing": str(missing)})
    wishes = wishes_of(person)
    workspace = request.actor.workspace
    usual = f"Where I work ({zone_of(person, None, workspace)})"
    form = OwnForm(request.POST or None, usual=usual, initial=OwnForm.typed_of(wishes))
    if form.is_bound and form.is_valid():
        with problems_on(form):
            personal.decide_own(request.actor, form.wishes())
            messages.success(request, "Saved; it holds from now on.")
            return _back(request)
    notices = [(each, read(each.message)) for each in visible_notices(request.actor)[:MOST]]
    unread = sum(each.read_at is None for each, _said in notices)
    return answer_form(
        request,
        "reminders/own.html",
        form,
        wishes=wishes,
        notices=notices,
        unread=unread,
        sentence=_sentence(unread, is_off=wishes.is_off),
        feed=request.session.pop(FEED, ""),
        limits=limits_of(workspace),
        zone=zone_of(person, wishes, workspace),
    )


def _sentence(unread: int, *, is_off: bool) -> str:
    if unread:
        return f"{words.plural(unread, 'reminder')} you have not read yet."
    return "You get no reminders." if is_off else "You have read every reminder."


@require_POST
@page
def read_notices(request: PageRequest) -> HttpResponse:
    """Mark what one got as read."""
    myself(request.actor)
    mark_read(request.actor)
    return _back(request)


@require_POST
@page
def calendar(request: PageRequest) -> HttpResponse:
    """Open one's calendar at a new address, or close it."""
    if request.POST.get("close"):
        personal.close_feed(request.actor)
        messages.success(request, "The address works no longer.")
        return _back(request)
    path = reverse("own_reminders:calendar", kwargs={"secret": personal.open_feed(request.actor)})
    request.session[FEED] = f"{load_settings().public_url}{path}"
    return _back(request)


def _back(request: PageRequest) -> HttpResponse:
    return redirect("reminders:own", workspace=request.actor.workspace.slug)
