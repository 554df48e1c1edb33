"""What works without signing in: answering what one was named for or asked by mail."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from uptake.capabilities.champions.answering import answer_at, part_at
from uptake.capabilities.champions.forms import AnswerForm
from uptake.foundation.models import User
from uptake.foundation.web import open_page


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@open_page
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for an answer; a post is it."""
    signed_in = request.user if isinstance(request.user, User) else None
    part = part_at(token, signed_in=signed_in)
    accept = request.POST.get("accept") == "1"
    form = AnswerForm(request.POST or None, must_say_why=not (accept or part.is_asked))
    if form.is_bound and form.is_valid():
        reason = form.cleaned_data["reason"]
        part = answer_at(token, signed_in=signed_in, accept=accept, reason=reason)
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "champions/answer.html", {"part": part, "form": form}, status=status)
