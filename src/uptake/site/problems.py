"""What people see when an address leads nowhere or something broke."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render

from uptake.foundation.errors import DomainError, NotFound
from uptake.foundation.web import show_problem


class WrongMethod(DomainError):
    """An address was asked in a way that it does not take."""

    status = 405


class FormExpired(DomainError):
    """A form came without the mark that proves it is ours."""

    status = 403


def not_found(request: HttpRequest, **_why: object) -> HttpResponse:
    """Answer 404."""
    return show_problem(request, NotFound("There is no page at this address; check it."))


def not_there(request: HttpRequest) -> HttpResponse:
    """Answer 404 for a page of allauth's that Uptake does not have."""
    return not_found(request)


def bad_request(request: HttpRequest, **_why: object) -> HttpResponse:
    """Answer 400."""
    return show_problem(request, DomainError("This request cannot be understood; start again."))


def forbidden(request: HttpRequest, **_why: object) -> HttpResponse:
    """Answer 403."""
    return show_problem(request, FormExpired("You may not do this here."))


def csrf_failure(request: HttpRequest, **_why: object) -> HttpResponse:
    """Answer a form that was open for too long or came from elsewhere."""
    return show_problem(
        request,
        FormExpired("This form is no longer valid; go back, reload the page and send it again."),
    )


class RefusedMethods:
    """Has a page say so where an address is only to be read, or only to be sent to."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        answer = self._get_response(request)
        if not isinstance(answer, HttpResponseNotAllowed) or answer.content:
            return answer
        said = "This address cannot be opened like this; go back and use the button or link there."
        shown = show_problem(request, WrongMethod(said))
        shown["Allow"] = answer["Allow"]
        return shown


def broken(request: HttpRequest) -> HttpResponse:
    """Answer 500, with the id under which the log tells what happened."""
    return render(request, "ui/broken.html", status=500)
