"""What every request passes through."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import structlog
from django.http import HttpRequest, HttpResponse

REQUEST_ID_HEADER = "X-Request-ID"
LONGEST_REQUEST_ID = 64


class RequestContext:
    """Gives each request an id that its log lines and its answer carry."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request with its id bound to everything logged meanwhile."""
        request_id = _accepted(request.headers.get(REQUEST_ID_HEADER, "")) or uuid4().hex
        vars(request)["request_id"] = request_id
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = self._get_response(request)
        response[REQUEST_ID_HEADER] = request_id
        return response


def _accepted(proposed: str) -> str:
    """A proxy's id is kept if it is short and plain, so that nobody can write into our log."""
    plain = proposed.replace("-", "").isalnum() and proposed.isascii()
    return proposed if plain and len(proposed) <= LONGEST_REQUEST_ID else ""
