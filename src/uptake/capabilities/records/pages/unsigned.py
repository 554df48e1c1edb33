"""What works without signing in: answering the two questions that came by mail."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from uptake.capabilities.records import pulsing
from uptake.capabilities.records.forms import PulseForm
from uptake.capabilities.records.pulse_mail import PULSE, until
from uptake.capabilities.reminders.asks import ask_at
from uptake.capabilities.reminders.pages.asked import holder_of, posted, take
from uptake.foundation.web import open_page
from uptake.ui.answers import answer_form


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@open_page
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Show the two questions; only a post answers, so that whoever follows links does not."""
    ask = ask_at(PULSE, token, holder_of(request))
    form = PulseForm(posted(request))
    taken = take(
        request,
        form,
        answer=lambda: pulsing.answer_ask(ask, form.said()),
        skip=lambda: pulsing.skip_ask(ask),
    )
    return answer_form(
        request,
        "records/two_questions.html",
        form,
        standard=ask.pulse.standard,
        until=until(ask),
        fewest=ask.pulse.standard.workspace.minimum_group,
        taken=taken,
    )
