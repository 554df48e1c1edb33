"""Two questions to those who use others' records: starting and stopping them, answering."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from uptake.capabilities.records import pulsing
from uptake.capabilities.records.forms import AskingForm, PulseForm
from uptake.capabilities.records.pulse_mail import PULSE
from uptake.capabilities.records.queries import access_standard
from uptake.capabilities.reminders.asks import access_own_ask
from uptake.capabilities.reminders.pages.asked import Taken, take
from uptake.foundation.access import Permission
from uptake.foundation.errors import Conflict, Invalid
from uptake.foundation.web import PageRequest, page

_SAID = {
    Taken.ANSWERED: "Thank you. It is kept without your name.",
    Taken.SKIPPED: "Skipped; nobody asks again before the next round.",
}


@require_POST
@page
def pulse(request: PageRequest, standard: int) -> HttpResponse:
    """Begin or stop asking."""
    actor = request.actor
    actor.require(Permission.RECORDS_WRITE)
    found = access_standard(actor, standard)
    try:
        if "stop" in request.POST:
            pulsing.stop_pulse(actor, found.pk)
            messages.success(request, "Nobody is asked any more; what rounds told stays.")
        elif (form := AskingForm(request.POST)).is_valid():
            pulsing.start_pulse(actor, found.pk, form.asking())
            messages.success(request, "Those who use these records are asked from now on.")
        else:
            messages.warning(request, _first_problem(form))
    except (Conflict, Invalid) as problem:
        messages.warning(request, str(problem))
    return redirect("records:standard", workspace=actor.workspace.slug, standard=standard)


@require_POST
@page
def answer(request: PageRequest, ask: int) -> HttpResponse:
    """Take an answer, or that somebody skips it."""
    actor = request.actor
    found = access_own_ask(PULSE, actor, ask)
    form = PulseForm(request.POST)
    try:
        taken = take(
            request,
            form,
            answer=lambda: pulsing.answer_ask(found, form.said()),
            skip=lambda: pulsing.skip_ask(found),
        )
        said = _SAID.get(taken)
        if said:
            messages.success(request, said)
        else:
            messages.warning(request, _first_problem(form))
    except Conflict as problem:
        messages.warning(request, str(problem))
    return redirect("behaviours:my_week", workspace=actor.workspace.slug)


def _first_problem(form: forms.Form) -> str:
    name, problems = next(iter(form.errors.items()))
    return f"{form.fields[name].label} {problems[0]}"
