"""Two questions to those who use others' records: starting and stopping them, answering."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from uptake.capabilities.records import pulsing
from uptake.capabilities.records.forms import AskingForm, PulseForm
from uptake.capabilities.records.pulses import access_ask
from uptake.capabilities.records.queries import access_standard
from uptake.foundation.access import Permission
from uptake.foundation.errors import Conflict, Invalid
from uptake.foundation.web import PageRequest, page


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
    form = PulseForm(request.POST)
    try:
        if "skip" in request.POST:
            pulsing.skip_pulse(actor, ask)
            messages.success(request, "Skipped; nobody asks again before the next round.")
        elif form.is_valid():
            pulsing.answer_pulse(actor, ask, form.said())
            messages.success(request, "Thank you. It is kept without your name.")
        else:
            access_ask(actor, ask)
            messages.warning(request, _first_problem(form))
    except (Conflict, Invalid) as problem:
        messages.warning(request, str(problem))
    return redirect("behaviours:my_week", workspace=actor.workspace.slug)


def _first_problem(form: forms.Form) -> str:
    name, problems = next(iter(form.errors.items()))
    return f"{form.fields[name].label} {problems[0]}"
