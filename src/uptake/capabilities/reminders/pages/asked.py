"""How a page takes what somebody was asked: an answer, a skip, or a form that is not clear yet."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from django.forms import BaseForm
from django.http import HttpRequest, QueryDict

from uptake.capabilities.reminders.asks import Holder
from uptake.foundation.errors import Invalid
from uptake.foundation.models import User


class Taken(StrEnum):
    """What a request came to; ``NOTHING``: it only looks, or its form is not clear."""

    NOTHING = ""
    ANSWERED = "answered"
    SKIPPED = "skipped"


def holder_of(request: HttpRequest) -> Holder:
    """Return who holds an address that works without signing in."""
    return Holder(request.user if isinstance(request.user, User) else None)


def posted(request: HttpRequest) -> QueryDict | None:
    """Return what a form is to be filled with; None while somebody looks or skips."""
    return request.POST if request.method == "POST" and "skip" not in request.POST else None


def take(
    request: HttpRequest, form: BaseForm, *, answer: Callable[[], None], skip: Callable[[], None]
) -> Taken:
    """Answer or skip as was posted; looking does neither, so that programs may follow links.

    What is wrong with an answer is said on the form.
    """
    if request.method != "POST":
        return Taken.NOTHING
    if "skip" in request.POST:
        skip()
        return Taken.SKIPPED
    if not form.is_valid():
        return Taken.NOTHING
    try:
        answer()
    except Invalid as problem:  # that it was answered meanwhile ends the page
        form.add_error(None, str(problem))
        return Taken.NOTHING
    return Taken.ANSWERED
