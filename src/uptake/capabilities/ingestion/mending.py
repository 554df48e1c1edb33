"""Puts one field of many wrong records right, so that they can be read again together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import msgspec

_OBJECT: Final = msgspec.json.Decoder(dict[str, Any])  # whatever clients wrote


@dataclass(frozen=True, slots=True)
class Mend:
    """What to put in a field, named as problems name it (``event``, ``context.groupId``).

    A value of ``None`` takes the field out, as is right for a time that cannot be.
    """

    field: str
    value: str | None

    def applied(self, raw: str) -> str:
        """Return the record with the field put right; as it is if it is no object."""
        try:
            record = _OBJECT.decode(raw)
        except (msgspec.DecodeError, RecursionError):
            return raw
        *outer, last = self.field.split(".")
        place = record
        for name in outer:
            inner = place.get(name)
            if not isinstance(inner, dict):
                inner = place[name] = {}
            place = inner
        if self.value is None:
            place.pop(last, None)
        else:
            place[last] = self.value
        return msgspec.json.encode(record).decode()
