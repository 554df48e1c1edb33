"""What works without signing in: answering the two questions that came by mail."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from uptake.capabilities.records import pulsing
from uptake.capabilities.records.forms import PulseForm
from uptake.capabilities.records.pulse_mail import Holder, ask_at, until
from uptake.foundation.models import User
from uptake.foundation.web import open_page


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@open_page
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Show the two questions; only a post answers, so that whoever follows links does not."""
    holder = Holder(request.user if isinstance(request.user, User) else None)
    ask = ask_at(token, holder)
    is_skipped = request.method == "POST" and "skip" in request.POST
    form = PulseForm(request.POST if request.method == "POST" and not is_skipped else None)
    is_answered = form.is_bound and form.is_valid()
    if is_skipped:
        pulsing.skip_by_mail(token, holder)
    elif is_answered:
        pulsing.answer_by_mail(token, form.said(), holder)
    shown = {
        "standard": ask.pulse.standard,
        "until": until(ask),
        "fewest": ask.pulse.standard.workspace.minimum_group,
        "form": form,
        "is_skipped": is_skipped,
        "is_answered": is_answered,
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "records/two_questions.html", shown, status=status)
