"""What an owner decides: how often people are reminded at most, and which channels there are."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods, require_POST

from uptake.capabilities.reminders import actions
from uptake.capabilities.reminders.forms import ChatForm, LimitsForm
from uptake.capabilities.reminders.queries import limits_of
from uptake.foundation.access import Permission
from uptake.foundation.delivery import outbox
from uptake.foundation.delivery.models import ChatKind
from uptake.foundation.web import PageRequest, page
from uptake.ui.answers import answer_form
from uptake.ui.outcomes import problems_on

TRIED_FOR = timedelta(hours=1)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def limits(request: PageRequest) -> HttpResponse:
    """Decide how often and when people are reminded at most."""
    request.actor.require(Permission.WORKSPACE_MANAGE)
    now_in_force = LimitsForm.typed_of(limits_of(request.actor.workspace))
    form = LimitsForm(request.POST or None, initial=now_in_force)
    if form.is_bound and form.is_valid():
        with problems_on(form):
            actions.set_limits(request.actor, form.facts())
            messages.success(request, "Saved; it holds from the next hour on.")
            return redirect("reminders:reminders", workspace=request.actor.workspace.slug)
    return answer_form(request, "reminders/limits.html", form)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def chat(request: PageRequest) -> HttpResponse:
    """List the channels that messages may go to, and add one."""
    request.actor.require(Permission.WORKSPACE_MANAGE)
    form = ChatForm(request.POST or None, initial={"kind": ChatKind.SLACK.value})
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        with problems_on(form):
            outbox.add_chat_channel(
                request.actor,
                said["name"],
                kind=ChatKind(said["kind"]),
                address=said["address"],
            )
            messages.success(request, f"{said['name']} is added; try it out.")
            return _to_chat(request)
    channels = outbox.visible_chat_channels(request.actor)
    return answer_form(request, "reminders/chat.html", form, channels=list(channels))


@require_POST
@page
def try_chat(request: PageRequest, channel: int) -> HttpResponse:
    """Send a few words to a channel."""
    moment = now()
    outbox.try_chat_channel(request.actor, channel, outbox.When(moment, moment + TRIED_FOR))
    messages.success(request, "A few words are on their way; what came of it stands under Sent.")
    return _to_chat(request)


@require_POST
@page
def remove_chat(request: PageRequest, channel: int) -> HttpResponse:
    """Forget a channel."""
    outbox.remove_chat_channel(request.actor, channel)
    messages.success(request, "The channel is removed; nothing goes there any longer.")
    return _to_chat(request)


def _to_chat(request: PageRequest) -> HttpResponse:
    return redirect("reminders:chat", workspace=request.actor.workspace.slug)
