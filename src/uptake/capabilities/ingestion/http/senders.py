"""Who sends a request: the key they state, wherever it is, and the source it was issued for."""

from __future__ import annotations

import re
import time
from typing import Any, Final

import msgspec

from uptake.capabilities.ingestion.credentials import KnownSource
from uptake.capabilities.ingestion.http.answers import Refusal
from uptake.capabilities.ingestion.http.requests import Environ
from uptake.capabilities.ingestion.keys import KEY_LENGTH, KEY_MARK
from uptake.capabilities.ingestion.models import RefusalReason
from uptake.capabilities.ingestion.reading import Malformed
from uptake.capabilities.ingestion.receiving import Receiver

_ABSENT: Final = msgspec.Raw()
_WRITTEN_KEY: Final = re.compile(rf"{KEY_MARK}[\w-]{{{KEY_LENGTH}}}")


class _Keys(msgspec.Struct):
    """Where clients put their key in the body; anything that is no text is passed over."""

    writeKey: Any = None  # noqa: N815 - the protocol's name
    api_key: Any = None
    token: Any = None
    properties: Any = None
    batch: msgspec.Raw = _ABSENT


_KEYS = msgspec.json.Decoder(_Keys)
_LISTED_KEYS = msgspec.json.Decoder(list[_Keys])


class Sender:
    """Who sends a request, as far as it is known: what is refused is counted for them."""

    __slots__ = ("_source_id", "receiver")

    def __init__(self, receiver: Receiver) -> None:
        self.receiver = receiver
        self._source_id: int | None = None

    def is_key(self, stated: str) -> bool:
        """Say whether what is stated was ever issued as a write key."""
        return self.receiver.credentials.owner_of(stated) is not None

    def source(self, key: str | None, environ: Environ) -> KnownSource:
        """Return the source that a key writes to; raises ``Refusal``."""
        owner = self._owner(key)
        if owner is None or time.time() >= owner.expires_at:
            says = "The write key is missing, unknown, revoked or expired."
            raise Refusal(401, says, reason=RefusalReason.KEY_ENDED)
        origin = environ.get("HTTP_ORIGIN", "")
        if origin and not owner.allows(origin):
            says = "The source takes nothing from pages of this origin."
            raise Refusal(403, says, reason=RefusalReason.ORIGIN)
        return owner

    def key_in(self, text: str) -> str | None:
        """Return the write key in a body; raises ``Malformed`` if the body is no JSON.

        Such a body is looked through for anything that has the form of a key, so that the source
        learns of it.
        """
        try:
            return key_in(text)
        except Malformed:
            written = _WRITTEN_KEY.search(text)
            self._owner(written and written[0])
            raise

    def count(self, refusal: Refusal) -> None:
        """Count a refusal for the source, if it is known whose request it was."""
        if self._source_id is not None and refusal.reason is not None:
            self.receiver.counters.refuse(self._source_id, refusal.reason, now=time.time())

    def _owner(self, key: str | None) -> KnownSource | None:
        owner = self.receiver.credentials.owner_of(key) if key else None
        self._source_id = None if owner is None else owner.id
        return owner


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
