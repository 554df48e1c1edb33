"""What a request is, taken from the WSGI environment: its path, its key, its body."""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote_plus

from uptake.capabilities.ingestion.http.answers import Refusal
from uptake.capabilities.ingestion.models import RefusalReason

Environ = dict[str, Any]  # WSGI's own type

GZIP_OR_ZLIB = 47
READ_AT_ONCE = 1 << 20


def basic_user(environ: Environ) -> str | None:
    """Return the user of Basic authorisation, which is the write key, if there is one."""
    scheme, _, encoded = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    if not encoded:
        return None
    if is_bearer(environ):
        return str(encoded).strip() or None
    if scheme.lower() != "basic":
        return None
    try:
        user, _, _password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return None
    return user or None


def is_bearer(environ: Environ) -> bool:
    """Say whether a token is given in place of a user."""
    return str(environ.get("HTTP_AUTHORIZATION", "")).lower().startswith("bearer ")


def query_of(environ: Environ) -> dict[str, str]:
    """Return the parameters of the address."""
    return dict(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True))


def read_text(environ: Environ, *, limit: int) -> str:
    """Return the body as text of at most ``limit`` bytes, unpacked; raises ``Refusal``."""
    body = _read(environ, limit)
    encoding = environ.get("HTTP_CONTENT_ENCODING", "").strip().lower()
    if encoding in ("gzip", "x-gzip", "deflate") or "compression=gzip" in _query(environ):
        body = unpack(body, limit)
    elif encoding not in ("", "identity"):
        raise unreadable("Send the body as it is or packed with gzip.")
    try:
        text = body.decode().strip()
    except UnicodeDecodeError:
        raise unreadable("The body is no UTF-8 text.") from None
    if text.startswith("data="):
        text = _form_data(text)
    if not text:
        raise unreadable("The body is empty: send JSON.")
    return text


def read_form(environ: Environ, *, limit: int) -> Mapping[str, str]:
    """Return the fields of a form."""
    try:
        text = _read(environ, limit).decode()
    except UnicodeDecodeError:
        raise unreadable("The body is no UTF-8 text.") from None
    return dict(parse_qsl(text, keep_blank_values=True))


def _query(environ: Environ) -> str:
    return str(environ.get("QUERY_STRING", ""))


def _read(environ: Environ, limit: int) -> bytes:
    stated = environ.get("CONTENT_LENGTH") or ""
    if stated.isdigit() and int(stated) > limit:
        raise too_large(limit)
    body: bytes = environ["wsgi.input"].read(limit + 1)
    if len(body) > limit:
        raise too_large(limit)
    return body


def unpack(packed: bytes, limit: int) -> bytes:
    """Unpack gzip, never into more than ``limit`` bytes."""
    parts: list[bytes] = []
    size = 0
    while packed:
        unpacker = zlib.decompressobj(GZIP_OR_ZLIB)
        try:
            part = unpacker.decompress(packed, limit + 1 - size)
        except zlib.error:
            raise unreadable("The body says it is packed with gzip and is not.") from None
        size += len(part)
        parts.append(part)
        if size > limit:
            raise too_large(limit)
        if not unpacker.eof:
            raise unreadable("The packed body breaks off in the middle.")
        packed = unpacker.unused_data
    return b"".join(parts)


def too_large(limit: int) -> Refusal:
    """Say that the body has to be split."""
    says = f"The request is larger than {limit} bytes: send less at once."
    return Refusal(413, says, reason=RefusalReason.TOO_LARGE)


def unreadable(says: str) -> Refusal:
    """Say that the body is not what the path takes."""
    return Refusal(400, says, reason=RefusalReason.UNREADABLE)


def _form_data(text: str) -> str:
    """The JSON in a form's field ``data``, as browsers' clients send it when they leave a page."""
    data = unquote_plus(text.removeprefix("data=").split("&", 1)[0])
    if data[:1] in ("{", "["):
        return data
    try:
        return base64.b64decode(data.replace(" ", "+"), validate=True).decode().strip()
    except (binascii.Error, ValueError):
        raise unreadable("The field data holds no JSON.") from None
