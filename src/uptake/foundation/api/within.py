"""Asking the API in this process, without a server: what ``uptake api`` rests on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

import structlog
from django.http import Http404, HttpResponseBase, QueryDict
from django.http.response import StreamingHttpResponse
from django.urls import resolve

from uptake.foundation.actor import Actor
from uptake.foundation.api.callers import Caller, FromWithin
from uptake.foundation.errors import NotFound

DESCRIPTION = "/api/v1/openapi.json"
NOWHERE = {"SERVER_NAME": "localhost", "SERVER_PORT": "80", "REQUEST_METHOD": "GET"}


def read_within(actor: Actor, address: str, asked: Mapping[str, str]) -> tuple[int, bytes]:
    """Read an address of the API on behalf of an actor; the status and what it answers.

    Raises:
        NotFound: there is nothing at this address.
    """
    return _ask(actor, "GET", address, asked=asked)


def write_within(actor: Actor, method: str, address: str, body: bytes) -> tuple[int, bytes]:
    """Send JSON to an address of the API on behalf of an actor; the status and what it answers.

    Raises:
        NotFound: there is nothing at this address.
    """
    return _ask(actor, method, address, asked={}, body=body)


def _ask(
    actor: Actor, method: str, address: str, *, asked: Mapping[str, str], body: bytes = b""
) -> tuple[int, bytes]:
    """Ask in this process.

    The actor's rights hold as they do for a key of theirs; there is no limit of requests.
    """
    request = FromWithin(Caller(name="within", key=actor), body)
    request.method, request.path, request.path_info = method, address, address
    request.META = NOWHERE | {"REQUEST_METHOD": method, "CONTENT_TYPE": "application/json"}
    request.GET = QueryDict(urlencode(asked))
    try:
        request.resolver_match = match = resolve(address)
    except Http404 as problem:
        raise NotFound(f"There is nothing at {address}; see: uptake api list") from problem
    before = structlog.contextvars.get_contextvars()
    try:
        answer: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
        return answer.status_code, _content(answer)
    finally:  # what the answer's log lines were to carry is not the caller's
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(**before)


def _content(answer: Any) -> bytes:  # Any: a streaming answer or a whole one
    if isinstance(answer, StreamingHttpResponse):
        parts: Iterable[bytes] = iter(answer)
        return b"".join(parts)
    return bytes(answer.content)
