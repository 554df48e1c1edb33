"""Two questions to those who use others' records: starting and stopping them, answering."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from uptake.capabilities.records import pulsing
from uptake.capabilities.records.forms import AskingForm, PulseForm
from uptake.capabilities.records.pulse_mail import PULSE
from uptake.capabilities.records.queries import access_standard
from uptake.capabilities.reminders.asks import access_own_ask
from uptake.foundation.access import Permission
from uptake.foundation.web import PageRequest, page
from uptake.ui.outcomes import problems_next, require_clear


@require_POST
@page
def pulse(request: PageRequest, standard: int) -> HttpResponse:
    """Begin or stop asking."""
    actor = request.actor
    actor.require(Permission.RECORDS_WRITE)
    found = access_standard(actor, standard)
    with problems_next(request):
        if "stop" in request.POST:
            pulsing.stop_pulse(actor, found.pk)
            messages.success(request, "Nobody is asked any more; what rounds told stays.")
        else:
            form = AskingForm(request.POST)
            require_clear(form)
            pulsing.start_pulse(actor, found.pk, form.asking())
            messages.success(request, "Those who use these records are asked from now on.")
    return redirect("records:standard", workspace=actor.workspace.slug, standard=standard)


@require_POST
@page
def answer(request: PageRequest, ask: int) -> HttpResponse:
    """Take an answer, or that somebody skips it."""
    actor = request.actor
    found = access_own_ask(PULSE, actor, ask)
    form = PulseForm(request.POST)
    with problems_next(request):
        if "skip" in request.POST:
            pulsing.skip_ask(found)
            messages.success(request, "Skipped; nobody asks again before the next round.")
        else:
            require_clear(form)
            pulsing.answer_ask(found, form.said())
            messages.success(request, "Thank you. It is kept without your name.")
    return redirect("behaviours:my_week", workspace=actor.workspace.slug)
