"""What every request passes through."""

from __future__ import annotations

import time
from collections.abc import Callable
from uuid import uuid4

import structlog
from django.http import HttpRequest, HttpResponse

from uptake.foundation.actor import Actor
from uptake.foundation.logs import told_path
from uptake.site.telemetry import REQUESTS

REQUEST_ID_HEADER = "X-Request-ID"
LONGEST_REQUEST_ID = 64
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
QUIET_PATHS = ("/static/", "/health", "/ready", "/metrics")
"""What is asked all the time and tells nobody anything."""

log = structlog.get_logger(__name__)


class RequestContext:
    """Gives each request an id that its log lines and its answer carry, and says how it went."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request with its id bound to everything logged meanwhile."""
        request_id = _accepted(request.headers.get(REQUEST_ID_HEADER, "")) or uuid4().hex
        vars(request)["request_id"] = request_id
        began = time.perf_counter()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        try:
            response = self._get_response(request)
            _tell(request, response, seconds=time.perf_counter() - began)
        finally:
            structlog.contextvars.clear_contextvars()  # the thread's next request is another's
        response[REQUEST_ID_HEADER] = request_id
        return response


def _tell(request: HttpRequest, response: HttpResponse, *, seconds: float) -> None:
    """Log and count an answer; the address without its query, which may name people."""
    if request.path.startswith(QUIET_PATHS):
        return
    match = request.resolver_match
    route = match.view_name if match and match.view_name else "none"
    method = request.method if request.method in METHODS else "other"
    REQUESTS.labels(method, route, str(response.status_code)).observe(seconds)
    actor = getattr(request, "actor", None)
    log.info(
        "request.answered",
        method=request.method,
        route=route,
        path=told_path(request),
        status=response.status_code,
        milliseconds=round(seconds * 1000),
        workspace=actor.workspace.slug if isinstance(actor, Actor) else None,
    )


def _accepted(proposed: str) -> str:
    """A proxy's id is kept if it is short and plain, so that nobody can write into our log."""
    plain = proposed.replace("-", "").isalnum() and proposed.isascii()
    return proposed if plain and len(proposed) <= LONGEST_REQUEST_ID else ""
