"""What works without signing in: answering what one was named for or asked by mail."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from uptake.capabilities.champions.answering import answer_at, part_at
from uptake.capabilities.champions.forms import AnswerForm
from uptake.foundation.web import open_page


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@open_page
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for an answer; a post is it."""
    part = part_at(token)
    accept = request.POST.get("accept") == "1"
    form = AnswerForm(request.POST or None, must_say_why=not (accept or part.is_asked))
    if form.is_bound and form.is_valid():
        part = answer_at(token, accept=accept, reason=form.cleaned_data["reason"])
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "champions/answer.html", {"part": part, "form": form}, status=status)
