"""Answering what one was asked, signed in or by the address in a mail; and what everybody said."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from uptake.capabilities.assessments import actions
from uptake.capabilities.assessments.forms import AnswerForm
from uptake.capabilities.assessments.models import Asked, AskState, Wave
from uptake.capabilities.assessments.queries import (
    access_own_ask,
    instrument_of,
    own_asks,
    surveys_asked_in,
)
from uptake.capabilities.assessments.results import waves_told
from uptake.capabilities.assessments.telling import ask_at
from uptake.foundation.errors import Conflict, Invalid
from uptake.foundation.web import PageRequest, open_page, page


@require_safe
@page
def own(request: PageRequest) -> HttpResponse:
    """Show what waits for one's own answer, and what everybody asked said."""
    told = [
        (survey, next((wave for wave in waves_told(survey) if wave.is_told), None))
        for survey in surveys_asked_in(request.actor)
    ]
    asks = list(own_asks(request.actor))
    return render(request, "assessments/own.html", {"asks": asks, "told": told})


@require_http_methods(["GET", "HEAD", "POST"])
@page
def answer(request: PageRequest, ask: int) -> HttpResponse:
    """Take one's answer, or that one skips it."""
    found = access_own_ask(request.actor, ask)
    form = _form(request, found)
    done = _taken(request, found, form)
    if not done:
        return _shown(request, "assessments/answer.html", found, form)
    messages.success(request, done)
    return redirect("assessments:own", workspace=request.actor.workspace.slug)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@open_page
def answer_by_mail(request: HttpRequest, token: str) -> HttpResponse:
    """Take the answer of whoever holds the address in their mail; looking answers nothing."""
    found = ask_at(token)
    form = _form(request, found)
    done = _taken(request, found, form)
    return _shown(request, "assessments/answer_by_mail.html", found, form, done=done)


def _form(request: HttpRequest, ask: Asked) -> AnswerForm:
    return AnswerForm(request.POST or None, asked=instrument_of(ask.wave.questions))


def _taken(request: HttpRequest, ask: Asked, form: AnswerForm) -> str:
    """What to say once an answer was taken; empty while there is none, with what is wrong said."""
    if request.method != "POST":
        return ""
    try:
        if "skip" in request.POST:
            actions.skip_ask(ask)
            return "Skipped; nobody asks again before the next wave."
        if form.is_valid():
            actions.answer_ask(ask, form.answers())
            return "Thank you. It is kept without your name."
    except Invalid as problem:
        form.add_error(None, str(problem))
    except Conflict as problem:
        return str(problem)
    return ""


def _shown(
    request: HttpRequest, template: str, ask: Asked, form: AnswerForm, *, done: str = ""
) -> HttpResponse:
    is_open = ask.state == AskState.OPEN and _is_running(ask.wave)
    shown = {"ask": ask, "form": form, "done": done, "is_open": is_open}
    status = 422 if not done and form.is_bound and form.errors else 200
    return render(request, template, shown, status=status)


def _is_running(wave: Wave) -> bool:
    return wave.first_day <= localdate() <= wave.last_day
