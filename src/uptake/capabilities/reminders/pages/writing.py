"""Writing, changing, switching and removing reminders."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from uptake.capabilities.behaviours.models import Status
from uptake.capabilities.behaviours.queries import visible_behaviours
from uptake.capabilities.reminders import actions
from uptake.capabilities.reminders.forms import ReminderForm
from uptake.capabilities.reminders.models import Reminder
from uptake.capabilities.reminders.queries import access_reminder
from uptake.capabilities.reminders.wording import PLACES
from uptake.foundation.access import Permission
from uptake.foundation.delivery.outbox import visible_chat_channels
from uptake.foundation.web import PageRequest, page
from uptake.ui.answers import answer_form
from uptake.ui.outcomes import problems_next, problems_on


@require_http_methods(["GET", "HEAD", "POST"])
@page
def new(request: PageRequest) -> HttpResponse:
    """Write a reminder."""
    request.actor.require(Permission.BEHAVIOURS_WRITE)
    return _edited(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def edit(request: PageRequest, reminder: int) -> HttpResponse:
    """Change a reminder."""
    request.actor.require(Permission.BEHAVIOURS_WRITE)
    return _edited(request, access_reminder(request.actor, reminder))


def _edited(request: PageRequest, found: Reminder | None) -> HttpResponse:
    form = _form(request, found)
    if form.is_bound and form.is_valid():
        with problems_on(form):
            saved = _saved(request, found, form)
            messages.success(request, f"{saved.name} is saved.")
            return _to(request, saved.pk)
    return answer_form(
        request, "reminders/edit.html", form, reminder=found, places=list(PLACES.items())
    )


def _form(request: PageRequest, found: Reminder | None) -> ReminderForm:
    behaviours = visible_behaviours(request.actor).exclude(status=Status.ENDED)
    if found is not None:
        behaviours = behaviours.filter(pk=found.behaviour_id)
    offered = [(str(each.pk), each.name) for each in behaviours]
    chats = [
        (str(each.pk), f"{each.name} ({each.get_kind_display()})")
        for each in visible_chat_channels(request.actor)
    ]
    typed = ReminderForm.typed_of(found) if found else {"behaviour": request.GET.get("behaviour")}
    return ReminderForm(request.POST or None, behaviours=offered, chats=chats, initial=typed)


def _saved(request: PageRequest, found: Reminder | None, form: ReminderForm) -> Reminder:
    if found is not None:
        return actions.change_reminder(request.actor, found.pk, form.facts())
    about = int(form.cleaned_data["behaviour"])
    return actions.write_reminder(request.actor, about, form.facts())


@require_POST
@page
def switch(request: PageRequest, reminder: int) -> HttpResponse:
    """Switch a reminder on or off."""
    on = request.POST.get("on") == "1"
    with problems_next(request):
        found = actions.switch_reminder(request.actor, reminder, on=on)
        said = "is on: whoever is due gets it." if on else "is off: nobody gets it any longer."
        messages.success(request, f"{found.name} {said}")
    return _to(request, reminder)


@require_POST
@page
def remove(request: PageRequest, reminder: int) -> HttpResponse:
    """Remove a reminder."""
    actions.remove_reminder(request.actor, reminder)
    messages.success(request, "The reminder is removed.")
    return redirect("reminders:reminders", workspace=request.actor.workspace.slug)


def _to(request: PageRequest, reminder: int) -> HttpResponse:
    slug = request.actor.workspace.slug
    return redirect("reminders:reminder", workspace=slug, reminder=reminder)
