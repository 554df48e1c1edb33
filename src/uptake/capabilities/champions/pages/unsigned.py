"""What works without signing in: saying no to what one was named for by mail."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from uptake.capabilities.champions.answering import decline_at, part_at
from uptake.capabilities.champions.forms import DeclineForm
from uptake.foundation.web import open_page


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@open_page
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Ask why somebody says no; a post is the answer."""
    part = part_at(token)
    form = DeclineForm(request.POST or None)
    if form.is_valid():
        part = decline_at(token, reason=form.cleaned_data["reason"])
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "champions/answer.html", {"part": part, "form": form}, status=status)
