"""What clients get to read: status, JSON and the headers that their protocols know."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

import msgspec

from uptake.capabilities.ingestion.models import Protocol, RefusalReason
from uptake.capabilities.ingestion.reading import Failure

Header = tuple[str, str]
JSON: Final = "application/json"
GIF: Final = bytes.fromhex(
    "47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b"
)
"""One transparent pixel."""

SUCCESS: Final = b'{"success": true}'
OK: Final = b'{"status": "Ok"}'
NO_FLAGS: Final = (
    b'{"featureFlags": {}, "featureFlagPayloads": {}, "flags": {}, "sessionRecording": false, '
    b'"supportedCompression": ["gzip", "gzip-js"], "errorsWhileComputingFlags": false}'
)
"""What PostHog's clients are told when they ask for feature flags: there are none here."""

_STATUS_LINES: Final = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}
_PREFLIGHT: Final = (
    ("Access-Control-Allow-Methods", "GET, POST, OPTIONS"),
    (
        "Access-Control-Allow-Headers",
        "Authorization, Content-Type, Content-Encoding, X-Strict-Mode, AnonymousId",
    ),
    ("Access-Control-Max-Age", "86400"),
)


class Refusal(Exception):
    """A request that is answered with an error and of which nothing was stored.

    ``reason`` is what it is counted under for its source; ``None`` is not counted.
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        reason: RefusalReason | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.reason = reason
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer."""

    status: int
    body: bytes
    content_type: str = JSON
    headers: tuple[Header, ...] = ()

    @property
    def status_line(self) -> str:
        """The status as WSGI wants it."""
        return _STATUS_LINES[self.status]

    def all_headers(self, extra: Iterable[Header] = ()) -> list[Header]:
        """Every header of the answer."""
        length = ("Content-Length", str(len(self.body)))
        return [("Content-Type", self.content_type), length, *self.headers, *extra]


def accepted(
    protocol: Protocol, records: int, failures: Sequence[Failure], *, is_strict: bool
) -> Answer:
    """Say what became of the records: all stored, or which went to the quarantine and why."""
    if protocol is Protocol.TOTANGO:
        return Answer(400 if failures and is_strict else 200, GIF, "image/gif")
    if not failures:
        return Answer(200, SUCCESS if protocol is Protocol.SEGMENT else OK)
    body = {
        "success": not is_strict,
        "message": f"{len(failures)} of {records} records are in the quarantine of the source.",
        "num_records_imported": records - len(failures),
        "failed_records": [
            {
                "index": failure.index,
                "message_id": failure.stated_id,
                "field": failure.field,
                "message": failure.message,
            }
            for failure in failures
        ],
    }
    return Answer(400 if is_strict else 200, msgspec.json.encode(body))


def refused(refusal: Refusal) -> Answer:
    """Say why nothing was stored and when to try again."""
    body = msgspec.json.encode({"success": False, "message": refusal.message})
    headers: tuple[Header, ...] = ()
    if refusal.retry_after is not None:
        after = str(refusal.retry_after)
        headers = (("Retry-After", after), ("X-RateLimit-Reset", after))
    if refusal.status == HTTPStatus.UNAUTHORIZED:
        headers = (*headers, ("WWW-Authenticate", 'Basic realm="write key"'))
    if refusal.status == HTTPStatus.METHOD_NOT_ALLOWED:
        headers = (*headers, ("Allow", "POST, OPTIONS"))
    return Answer(refusal.status, body, headers=headers)


def preflight() -> Answer:
    """Let a page's browser send; whether the source takes it is said when it does."""
    return Answer(204, b"", headers=_PREFLIGHT)


def cross_origin(origin: str) -> tuple[Header, ...]:
    """Let the page that sent this read the answer."""
    if not origin or "\r" in origin or "\n" in origin:
        return ()
    return (("Access-Control-Allow-Origin", origin), ("Vary", "Origin"))
