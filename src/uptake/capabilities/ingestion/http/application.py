"""The WSGI callable: key, body, reading, receiving, answer; everything else goes to Django."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import msgspec
import structlog
from django.db import DatabaseError

from uptake.capabilities.ingestion.credentials import KnownSource
from uptake.capabilities.ingestion.http import answers
from uptake.capabilities.ingestion.http.answers import Answer, Refusal
from uptake.capabilities.ingestion.http.requests import (
    Environ,
    basic_user,
    is_bearer,
    query_of,
    read_form,
    read_text,
    unreadable,
)
from uptake.capabilities.ingestion.http.routes import FLAGS, Route, route_of
from uptake.capabilities.ingestion.http.senders import Sender
from uptake.capabilities.ingestion.models import Protocol, RefusalReason
from uptake.capabilities.ingestion.posthog import read_posthog
from uptake.capabilities.ingestion.reading import Call, Malformed, Reading
from uptake.capabilities.ingestion.receiving import QuarantineFull, Receiver
from uptake.capabilities.ingestion.segment import read_segment
from uptake.capabilities.ingestion.totango import KEY_FIELD, read_pixel
from uptake.store.errors import (
    LakeFull,
    LakeReadOnly,
    LakeUnavailable,
    UnknownWorkspace,
    UptakeError,
)

log = structlog.get_logger(__name__)

StartResponse = Callable[..., Any]  # WSGI's own type
WsgiApplication = Callable[[Environ, StartResponse], Iterable[bytes]]

RETRY_SECONDS: Final = 30
QUARANTINE_RETRY_SECONDS: Final = 300


class IngestionApplication:
    """Answers the ingestion paths and hands everything else on to ``pages``."""

    def __init__(self, pages: WsgiApplication, receiver: Callable[[], Receiver]) -> None:
        self._pages = pages
        self._receiver = receiver

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        route = route_of(environ.get("PATH_INFO", ""))
        if route is None:
            return self._pages(environ, start_response)
        answer = self._answer(environ, route)
        headers = answers.cross_origin(environ.get("HTTP_ORIGIN", ""))
        start_response(answer.status_line, answer.all_headers(headers))
        return (answer.body,)

    def _answer(self, environ: Environ, route: Route) -> Answer:
        method = environ.get("REQUEST_METHOD", "")
        if method == "OPTIONS":
            return answers.preflight()
        if method != "POST" and route.protocol is not Protocol.TOTANGO:
            return answers.refused(Refusal(405, "Send it with POST."))
        try:
            sender = Sender(self._receiver())
        except Exception as problem:
            return answers.refused(_refusal_for(problem, environ))
        try:
            return _handle(environ, route, sender)
        except Exception as problem:
            refusal = _refusal_for(problem, environ)
            sender.count(refusal)
            return answers.refused(refusal)


def _handle(environ: Environ, route: Route, sender: Sender) -> Answer:
    if route.protocol is Protocol.TOTANGO:
        return _pixel(environ, route, sender)
    stated = basic_user(environ)
    if stated is not None and is_bearer(environ) and not sender.is_key(stated):
        stated = None  # a token of Segment's OAuth: the write key is in the body then
    source = None if stated is None else sender.source(stated, environ)
    text = read_text(environ, limit=route.limit)
    if source is None:
        source = sender.source(sender.key_in(text), environ)
    if route.kind == FLAGS:
        return Answer(200, answers.NO_FLAGS)
    read = _reader(route, text, source)
    return _store(sender.receiver, source, environ, read=read, route=route)


def _pixel(environ: Environ, route: Route, sender: Sender) -> Answer:
    fields: Mapping[str, str] = query_of(environ)
    if environ.get("REQUEST_METHOD") == "POST":
        fields = {**fields, **read_form(environ, limit=route.limit)}
    source = sender.source(fields.get(KEY_FIELD), environ)
    said = {name: value for name, value in fields.items() if name != KEY_FIELD}
    text = msgspec.json.encode(said).decode()
    return _store(
        sender.receiver, source, environ, read=lambda call: read_pixel(text, call), route=route
    )


def _reader(route: Route, text: str, source: KnownSource) -> Callable[[Call], Reading]:
    if route.protocol is Protocol.SEGMENT:
        return lambda call: read_segment(text, call)
    return lambda call: read_posthog(text, call, group_type=source.group_type)


def _store(
    receiver: Receiver,
    source: KnownSource,
    environ: Environ,
    *,
    read: Callable[[Call], Reading],
    route: Route,
) -> Answer:
    bucket = receiver.limits.bucket_of(source.id, source.events_a_second)
    if bucket is not None and (wait := bucket.seconds_to_wait()):
        says = f"Too fast: wait {wait} seconds and send it again."
        raise Refusal(429, says, reason=RefusalReason.TOO_FAST, retry_after=wait)
    reading = read(Call(route.protocol, route.kind, time.time_ns() // 1_000_000))
    if bucket is not None:
        bucket.take(max(1, reading.records))
    outcome = receiver.receive(source, reading)
    return answers.accepted(
        route.protocol,
        reading.records,
        outcome.failures,
        is_strict=_is_strict(environ, source),
    )


def _is_strict(environ: Environ, source: KnownSource) -> bool:
    stated = environ.get("HTTP_X_STRICT_MODE")
    return source.is_strict if stated is None else stated.strip() == "1"


def _refusal_for(problem: Exception, environ: Environ) -> Refusal:
    """What is answered when a request fails; what nobody foresaw is written down."""
    match problem:
        case Refusal():
            return problem
        case Malformed():
            return unreadable(str(problem))
        case QuarantineFull():
            return _quarantine_full()
        case LakeFull() | LakeReadOnly() | LakeUnavailable() | UnknownWorkspace() | DatabaseError():
            log.error("ingestion.unavailable", problem=type(problem).__name__)
            return _unavailable(problem)
        case _:
            log.error("ingestion.failed", path=environ.get("PATH_INFO", ""), exc_info=problem)
            says = "This failed on our side and was written down."
            return Refusal(500, says, reason=RefusalReason.UNAVAILABLE)


def _unavailable(problem: Exception) -> Refusal:
    said = str(problem) if isinstance(problem, UptakeError) else "Nothing can be stored now."
    return Refusal(
        503,
        f"{said} Send the same again later.",
        reason=RefusalReason.UNAVAILABLE,
        retry_after=RETRY_SECONDS,
    )


def _quarantine_full() -> Refusal:
    return Refusal(
        429,
        "The source's quarantine is full: fix or discard the records that wait there.",
        reason=RefusalReason.QUARANTINE_FULL,
        retry_after=QUARANTINE_RETRY_SECONDS,
    )
