"""Track calls read together, column by column: what makes large batches cheap.

Only batches in which nothing needs a second look are read this way; of anything else this says
``None``, and the calls are read one by one, which is the definition. Tests hold the two equal.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any, Final

import msgspec
import numpy as np
import pyarrow as pa

from uptake.capabilities.ingestion.columns import Columns
from uptake.capabilities.ingestion.models import IDENTIFIER
from uptake.capabilities.ingestion.reading import (
    FUTURE_MS,
    Call,
    Properties,
    first_part,
    rare_of,
    term,
)
from uptake.store.batches import EARLIEST_MS, LATEST_MS

if TYPE_CHECKING:
    from uptake.capabilities.ingestion.segment import Context, Record

SMALL: Final = 16 * 1024
FIRST_VISIBLE: Final = "!"
USUAL_REST: Final = 1024
"""Characters of a record beside its properties that are nothing special."""

_TEXT: Final = frozenset({str})
_NONE: Final = frozenset({type(None)})
_DECODE = msgspec.json.Decoder(Properties).decode
_NO_PROPERTIES = Properties()
_MICROSECONDS = pa.timestamp("us", tz="UTC")


def tracks_together(records: Sequence[Record], call: Call, *, size: int) -> Columns | None:
    """Return the events of track calls, or ``None`` if one of them needs a second look."""
    identities = [record.message_id for record in records]
    users = [record.user_id for record in records]
    actions = [record.event for record in records]
    contexts = [record.context for record in records]
    accounts = [None if context is None else context.group_id for context in contexts]
    if not (_are_names(identities) and _are_names(users) and _are_names(set(actions))):
        return None
    named = set(accounts) - {None}
    if named and not _are_names(named):
        return None
    moments = _moments(records, call)
    texts = [bytes(record.properties) for record in records]
    if moments is None or not _are_small(texts, size):
        return None
    columns = Columns(identities, moments, users, actions, accounts)  # type: ignore[arg-type]  # all are texts, as just seen
    return columns if _add_properties(columns, texts, contexts) else None


def _are_names(values: Collection[Any]) -> bool:  # whatever clients send as identifiers
    """Say whether all are texts that can be identifiers; NUL characters were looked for before.

    A text that begins with a visible ASCII character is not blank; only others are looked at whole.
    """
    try:
        whole = "".join(values)
    except TypeError:
        return False
    if max(map(len, values)) > IDENTIFIER:
        return False
    if whole.isascii() and min(values) >= FIRST_VISIBLE:
        return True
    return all(values) and not any(map(str.isspace, values))


def _moments(records: Sequence[Record], call: Call) -> list[int] | None:
    stated = [
        record.timestamp if record.original_timestamp is None else record.original_timestamp
        for record in records
    ]
    kinds = set(map(type, stated))
    if kinds == _NONE:
        return [call.received_ms] * len(records)
    if kinds != _TEXT or {type(record.sent_at) for record in records} != _NONE:
        return None
    try:
        micro = pa.array(stated, pa.string()).cast(_MICROSECONDS)
    except pa.ArrowInvalid:
        return None
    moments = micro.view(pa.int64()).to_numpy() // 1000
    if call.sent_ms is not None:
        if not EARLIEST_MS <= call.sent_ms < LATEST_MS:
            return None
        moments = moments + (call.received_ms - call.sent_ms)
    return _plausible(moments, call)


def _plausible(moments: np.ndarray[tuple[int], np.dtype[np.int64]], call: Call) -> list[int] | None:
    last = min(LATEST_MS - 1, call.received_ms + FUTURE_MS)
    if moments.min() < EARLIEST_MS or moments.max() > last:
        return None
    listed: list[int] = moments.tolist()
    return listed


def _are_small(texts: Sequence[bytes], size: int) -> bool:
    """Say whether no record can be near the limit: of what is stored, and on average of the rest.

    A record whose properties are small and whose context is huge may get by among many small ones;
    its context is not kept.
    """
    sizes = list(map(len, texts))
    rest = size - sum(sizes) - len(texts) * USUAL_REST
    return max(sizes) <= SMALL and rest <= SMALL


def _add_properties(
    columns: Columns, texts: Sequence[bytes], contexts: Sequence[Context | None]
) -> bool:
    """Add what properties and pages say; says whether all could be read: none is no object."""
    try:
        read = [_DECODE(text) if text else _NO_PROPERTIES for text in texts]
    except (msgspec.DecodeError, RecursionError):
        return False
    columns.properties = [text if len(text) > len("{}") else None for text in texts]
    if all(properties == _NO_PROPERTIES for properties in read):
        nothing = [None] * len(read)
        columns.products, columns.rares = list(nothing), list(nothing)
        columns.modules = _modules_of_pages(contexts)
        return True
    columns.products = [term(properties.product) for properties in read]
    columns.rares = [rare_of(properties) for properties in read]
    columns.modules = [
        page if properties.module is None else term(properties.module)
        for properties, page in zip(read, _modules_of_pages(contexts), strict=True)
    ]
    return True


def _modules_of_pages(contexts: Sequence[Context | None]) -> list[str | None]:
    pages = [None if context is None else context.page for context in contexts]
    if not any(pages):
        return [None] * len(pages)
    return [None if page is None else first_part(page.path) for page in pages]
