"""Answering what one was asked, signed in or by the address in a mail; and what everybody said."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from uptake.capabilities.assessments import actions
from uptake.capabilities.assessments.forms import AnswerForm
from uptake.capabilities.assessments.models import Asked
from uptake.capabilities.assessments.queries import instrument_of, own_asks, surveys_asked_in
from uptake.capabilities.assessments.results import waves_told
from uptake.capabilities.assessments.telling import SURVEY
from uptake.capabilities.reminders.asks import access_own_ask, ask_at, open_ask
from uptake.capabilities.reminders.pages.asked import Taken, holder_of, posted, take
from uptake.foundation.web import PageRequest, open_page, page
from uptake.ui.answers import answer_form


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
    found = open_ask(SURVEY, access_own_ask(SURVEY, request.actor, ask))
    form, taken = _asked(request, found)
    if taken is Taken.NOTHING:
        return answer_form(request, "assessments/answer.html", form, ask=found)
    messages.success(request, _SAID[taken])
    return redirect("assessments:own", workspace=request.actor.workspace.slug)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@open_page
def answer_by_mail(request: HttpRequest, token: str) -> HttpResponse:
    """Take the answer of whoever holds the address in their mail; looking answers nothing."""
    found = ask_at(SURVEY, token, holder_of(request))
    form, taken = _asked(request, found)
    done = _SAID.get(taken, "")
    return answer_form(request, "assessments/answer_by_mail.html", form, ask=found, done=done)


_SAID = {
    Taken.ANSWERED: "Thank you. It is kept without your name.",
    Taken.SKIPPED: "Skipped; nobody asks again before the next wave.",
}


def _asked(request: HttpRequest, ask: Asked) -> tuple[AnswerForm, Taken]:
    form = AnswerForm(posted(request), asked=instrument_of(ask.wave.questions))
    taken = take(
        request,
        form,
        answer=lambda: actions.answer_ask(ask, form.answers()),
        skip=lambda: actions.skip_ask(ask),
    )
    return form, taken
