"""Batches of track calls read at once, column by column: what makes large batches cheap.

Only batches in which nothing needs a second look are read this way, straight from text to Arrow's
columns; of anything else this says ``None``, and the calls are read one by one, which is the
definition. Tests hold the two equal.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Literal

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from uptake.capabilities.ingestion.columns import Arrays, rare_arrays, texts, times
from uptake.capabilities.ingestion.models import IDENTIFIER
from uptake.capabilities.ingestion.moments import moment_or_none
from uptake.capabilities.ingestion.reading import (
    FUTURE_MS,
    Call,
    Properties,
    first_part,
    rare_of,
    term,
)
from uptake.store.batches import EARLIEST_MS, LATEST_MS

LEAST: Final = 6_000
"""Characters from which on a body is read this way: some twenty calls, with which it pays."""

SMALL: Final = 16 * 1024
FIRST_VISIBLE: Final = ord("!")
FIRST_OTHER: Final = 128
"""First byte of a character that is not ASCII: it may be a blank one."""

USUAL_REST: Final = 1024
"""Characters of a record beside its properties that are nothing special."""

_NOTHING: Final = len("{}")
_ABSENT: Final = msgspec.Raw()
_MICROSECONDS = pa.timestamp("us", tz="UTC")


class Page(msgspec.Struct, gc=False):
    """``context.page``."""

    path: Any = None  # a client's context may hold anything


class Context(msgspec.Struct, gc=False):
    """What is read of a context."""

    group_id: str | None = msgspec.field(default=None, name="groupId")
    page: Page | None = None


class Track(msgspec.Struct, gc=False):
    """A call that needs no second look as far as types go."""

    type: Literal["track"]
    event: str
    user_id: str = msgspec.field(name="userId")
    message_id: str = msgspec.field(name="messageId")
    timestamp: str | None = None
    original_timestamp: str | None = msgspec.field(default=None, name="originalTimestamp")
    sent_at: None = msgspec.field(default=None, name="sentAt")
    context: Context | None = None
    properties: msgspec.Raw = _ABSENT


class Envelope(msgspec.Struct):
    """The body of a batch."""

    batch: list[Track]
    sent_at: Any = msgspec.field(default=None, name="sentAt")  # what is no time is left out


class Placed(Properties, gc=False, omit_defaults=True):
    """Properties with a place of their own; encoded, they are ``{}`` if there are none."""


_DECODE = msgspec.json.Decoder(Envelope).decode
_PLACED = msgspec.json.Decoder(list[Placed]).decode
_ENCODE = msgspec.json.Encoder().encode


def tracks_together(body: str, call: Call) -> Arrays | None:
    """Return the events of a batch of track calls, or ``None`` if one needs a second look."""
    try:
        envelope = _DECODE(body)
    except (msgspec.DecodeError, RecursionError):
        return None
    if not envelope.batch or _has_nul(body):
        return None
    return _arrays(envelope.batch, call, moment_or_none(envelope.sent_at), size=len(body))


def _has_nul(body: str) -> bool:
    """Say whether a NUL character is in the body; looking for a backslash first is quicker."""
    return "\\" in body and "\\u0000" in body


def _arrays(
    tracks: Sequence[Track], call: Call, sent_ms: int | None, *, size: int
) -> Arrays | None:
    contexts = [track.context for track in tracks]
    names = {
        "message_id": texts([track.message_id for track in tracks]),
        "person": texts([track.user_id for track in tracks]),
        "action": texts([track.event for track in tracks]),
        "account": texts([None if context is None else context.group_id for context in contexts]),
    }
    moments = _moments(tracks, call, call.sent_ms if sent_ms is None else sent_ms)
    properties = [bytes(track.properties) for track in tracks]
    if moments is None or not all(map(_are_names, names.values())):
        return None
    if not _are_small(properties, size):
        return None
    said = _properties(properties, contexts)
    return None if said is None else Arrays(len(tracks), names | {"occurred_at": moments} | said)


def _are_names(column: pa.Array) -> bool:
    """Say whether all texts, if any, can be identifiers; NUL characters were looked for before.

    A text that begins with a visible ASCII character is not blank; of others this is not sure.
    """
    known = column.drop_null() if column.null_count else column
    if not len(known):
        return True
    lengths, offsets = _lengths(known)
    if lengths.min() < 1 or lengths.max() > IDENTIFIER:
        return False
    first = np.frombuffer(known.buffers()[2], dtype=np.uint8)[offsets[:-1]]
    return bool(first.min() >= FIRST_VISIBLE and first.max() < FIRST_OTHER)


def _lengths(column: pa.Array) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """The bytes of each text, and where each begins."""
    count = column.offset + len(column) + 1
    offsets = np.frombuffer(column.buffers()[1], dtype=np.int32, count=count)[column.offset :]
    return offsets[1:] - offsets[:-1], offsets


def _moments(tracks: Sequence[Track], call: Call, sent_ms: int | None) -> pa.Array | None:
    stated = texts(
        [
            track.timestamp if track.original_timestamp is None else track.original_timestamp
            for track in tracks
        ]
    )
    if stated.null_count == len(stated):
        return times(np.full(len(stated), call.received_ms))
    if stated.null_count:
        return None
    try:
        micro = stated.cast(_MICROSECONDS)
    except pa.ArrowInvalid:
        return None
    moments = micro.view(pa.int64()).to_numpy() // 1000
    if sent_ms is not None:
        if not EARLIEST_MS <= sent_ms < LATEST_MS:
            return None
        moments += call.received_ms - sent_ms
    last = min(LATEST_MS - 1, call.received_ms + FUTURE_MS)
    return times(moments) if moments.min() >= EARLIEST_MS and moments.max() <= last else None


def _are_small(properties: Sequence[bytes], size: int) -> bool:
    """Say whether no record can be near the limit: of what is stored, and on average of the rest.

    A record whose properties are small and whose context is huge may get by among many small ones;
    its context is not kept.
    """
    sizes = list(map(len, properties))
    rest = size - sum(sizes) - len(properties) * USUAL_REST
    return max(sizes) <= SMALL and rest <= SMALL


def _properties(
    stated: Sequence[bytes], contexts: Sequence[Context | None]
) -> dict[str, pa.Array] | None:
    """What properties and pages say, or ``None`` if some properties are no object."""
    whole = [text or b"{}" for text in stated]
    try:
        placed = _PLACED(b"[" + b",".join(whole) + b"]")
    except (msgspec.DecodeError, RecursionError):
        return None
    kept = [text if len(text) > _NOTHING else None for text in whole]
    columns = {"properties": texts(kept)}
    pages = _modules_of_pages(contexts)
    if len(_ENCODE(placed)) == len(placed) * (_NOTHING + 1) + 1:
        return columns | ({"module": texts(pages)} if any(pages) else {})
    modules = [
        page if own.module is None else term(own.module)
        for own, page in zip(placed, pages, strict=True)
    ]
    return columns | {
        "module": texts(modules),
        "product": texts([term(own.product) for own in placed]),
        **rare_arrays([rare_of(own) for own in placed]),
    }


def _modules_of_pages(contexts: Sequence[Context | None]) -> list[str | None]:
    pages = [None if context is None else context.page for context in contexts]
    if not any(pages):
        return [None] * len(pages)
    return [None if page is None else first_part(page.path) for page in pages]
