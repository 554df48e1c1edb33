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
)
from uptake.capabilities.ingestion.http.routes import FLAGS, Route, route_of
from uptake.capabilities.ingestion.models import Protocol
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


_ABSENT: Final = msgspec.Raw()


class _Keys(msgspec.Struct):
    """Where clients put their key in the body; anything that is no text is passed over."""

    writeKey: Any = None  # noqa: N815 - the protocol's name
    api_key: Any = None
    token: Any = None
    properties: Any = None
    batch: msgspec.Raw = _ABSENT


_KEYS = msgspec.json.Decoder(_Keys)
_LISTED_KEYS = msgspec.json.Decoder(list[_Keys])


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
        try:
            return self._handle(environ, route)
        except Refusal as refusal:
            return answers.refused(refusal)
        except Malformed as problem:
            return answers.refused(Refusal(400, str(problem)))
        except QuarantineFull:
            return answers.refused(_quarantine_full())
        except (
            LakeFull,
            LakeReadOnly,
            LakeUnavailable,
            UnknownWorkspace,
            DatabaseError,
        ) as problem:
            log.error("ingestion.unavailable", problem=type(problem).__name__)
            return answers.refused(_unavailable(problem))
        except Exception:
            log.exception("ingestion.failed", path=environ.get("PATH_INFO", ""))
            return answers.refused(Refusal(500, "This failed on our side and was written down."))

    def _handle(self, environ: Environ, route: Route) -> Answer:
        method = environ.get("REQUEST_METHOD", "")
        if method == "OPTIONS":
            return answers.preflight()
        if route.protocol is Protocol.TOTANGO:
            return self._pixel(environ, route)
        if method != "POST":
            raise Refusal(405, "Send it with POST.")
        receiver = self._receiver()
        stated = basic_user(environ)
        if stated is not None and is_bearer(environ) and not _is_key(receiver, stated):
            stated = None  # a token of Segment's OAuth: the write key is in the body then
        source = None if stated is None else _source(receiver, stated, environ)
        text = read_text(environ, limit=route.limit)
        if source is None:
            source = _source(receiver, key_in(text), environ)
        if route.kind == FLAGS:
            return Answer(200, answers.NO_FLAGS)
        return _store(receiver, source, environ, read=_reader(route, text, source), route=route)

    def _pixel(self, environ: Environ, route: Route) -> Answer:
        fields: Mapping[str, str] = query_of(environ)
        if environ.get("REQUEST_METHOD") == "POST":
            fields = {**fields, **read_form(environ, limit=route.limit)}
        receiver = self._receiver()
        source = _source(receiver, fields.get(KEY_FIELD), environ)
        said = {name: value for name, value in fields.items() if name != KEY_FIELD}
        text = msgspec.json.encode(said).decode()
        return _store(
            receiver, source, environ, read=lambda call: read_pixel(text, call), route=route
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
        raise Refusal(429, f"Too fast: wait {wait} seconds and send it again.", retry_after=wait)
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


def _is_key(receiver: Receiver, key: str) -> bool:
    return receiver.credentials.source_of(key, now=time.time()) is not None


def _source(receiver: Receiver, key: str | None, environ: Environ) -> KnownSource:
    """The source that a key writes to; raises ``Refusal``."""
    source = receiver.credentials.source_of(key, now=time.time()) if key else None
    if source is None:
        raise Refusal(401, "The write key is missing, unknown, revoked or expired.")
    origin = environ.get("HTTP_ORIGIN", "")
    if origin and not source.allows(origin):
        raise Refusal(403, "The source takes nothing from pages of this origin.")
    return source


def key_in(text: str) -> str | None:
    """Return the write key in a body, wherever the protocols put it."""
    try:
        stated = _LISTED_KEYS.decode(text)[:1] if text[:1] == "[" else [_KEYS.decode(text)]
        for keys in stated:
            found = _stated_key(keys)
            if found is None and bytes(keys.batch):
                listed = _LISTED_KEYS.decode(keys.batch)[:1]
                found = next((key for part in listed if (key := _stated_key(part))), None)
            return found
    except msgspec.ValidationError:
        return None
    except (msgspec.DecodeError, RecursionError) as problem:
        raise Malformed(f"The body is no valid JSON: {problem}.") from None
    return None


def _stated_key(keys: _Keys) -> str | None:
    inner = keys.properties if isinstance(keys.properties, dict) else {}
    stated = (keys.writeKey, keys.api_key, keys.token, inner.get("token"))
    return next((key for key in stated if isinstance(key, str) and key), None)


def _is_strict(environ: Environ, source: KnownSource) -> bool:
    stated = environ.get("HTTP_X_STRICT_MODE")
    return source.is_strict if stated is None else stated.strip() == "1"


def _unavailable(problem: Exception) -> Refusal:
    said = str(problem) if isinstance(problem, UptakeError) else "Nothing can be stored now."
    return Refusal(503, f"{said} Send the same again later.", retry_after=RETRY_SECONDS)


def _quarantine_full() -> Refusal:
    return Refusal(
        429,
        "The source's quarantine is full: fix or discard the records that wait there.",
        retry_after=QUARANTINE_RETRY_SECONDS,
    )
