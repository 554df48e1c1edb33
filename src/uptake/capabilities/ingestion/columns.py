"""Events as columns: how they travel from a body to the lake, half a million a second."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from uptake.store.schema import CANONICAL, MILLISECONDS_UTC

_TEXT = pa.string()
_NUMBER = pa.int64()


class Rare(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """What few events carry: the record and case they are about, and how well it went."""

    object_type: str | None
    object_id: str | None
    case_id: str | None
    duration_ms: int | None
    quality_ok: bool | None
    recorded_ms: int | None


_NO_RARE = Rare(
    object_type=None,
    object_id=None,
    case_id=None,
    duration_ms=None,
    quality_ok=None,
    recorded_ms=None,
)


class Event(msgspec.Struct, gc=False, kw_only=True):
    """One event on its way into the lake.

    Half a million a second are made: hence a struct, and hence not frozen, so that what a source
    leaves open is filled in without making it anew.
    """

    message_id: str
    occurred_ms: int
    person: str
    action: str
    account: str | None
    product: str | None
    module: str | None
    properties: bytes | None
    rare: Rare | None


@dataclass(slots=True)
class Columns:
    """Events column by column, all of the same length."""

    message_ids: list[str] = field(default_factory=list)
    occurred_ms: list[int] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    actions: list[str] = field(default_factory=list)
    accounts: list[str | None] = field(default_factory=list)
    products: list[str | None] = field(default_factory=list)
    modules: list[str | None] = field(default_factory=list)
    properties: list[bytes | None] = field(default_factory=list)
    rares: list[Rare | None] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.message_ids)

    @classmethod
    def of(cls, events: Sequence[Event]) -> Self:
        """Turn events into columns."""
        return cls(
            [event.message_id for event in events],
            [event.occurred_ms for event in events],
            [event.person for event in events],
            [event.action for event in events],
            [event.account for event in events],
            [event.product for event in events],
            [event.module for event in events],
            [event.properties for event in events],
            [event.rare for event in events],
        )

    def extend(self, other: Columns) -> None:
        """Add the events of another at the end."""
        self.message_ids += other.message_ids
        self.occurred_ms += other.occurred_ms
        self.people += other.people
        self.actions += other.actions
        self.accounts += other.accounts
        self.products += other.products
        self.modules += other.modules
        self.properties += other.properties
        self.rares += other.rares

    def arrays(self) -> Arrays:
        """The same as Arrow has them."""
        columns = {
            "message_id": texts(self.message_ids),
            "occurred_at": times(self.occurred_ms),
            "person": texts(self.people),
            "action": texts(self.actions),
            "account": texts(self.accounts),
            "product": texts(self.products),
            "module": texts(self.modules),
            "properties": texts(self.properties),
        }
        return Arrays(len(self), columns | rare_arrays(self.rares))


@dataclass(frozen=True, slots=True)
class Arrays:
    """Events column by column as Arrow has them, named as in ``CANONICAL``.

    A column that is not there is empty.
    """

    size: int
    columns: Mapping[str, pa.Array]

    def __len__(self) -> int:
        return self.size

    def batch(self, sources: pa.Array, received: pa.Array) -> pa.RecordBatch:
        """The events as they are stored, with the source of each and when it came."""
        whole = {**self.columns, "source_id": sources, "received_at": received}
        columns = [
            whole[field.name] if field.name in whole else pa.nulls(self.size, field.type)
            for field in CANONICAL
        ]
        return pa.RecordBatch.from_arrays(columns, schema=CANONICAL)


def texts(values: Sequence[str | bytes | None]) -> pa.Array:
    """Texts, or the bytes of texts, as Arrow has them."""
    return pa.array(values, _TEXT)


def times(values: Sequence[int | None] | npt.NDArray[np.int64]) -> pa.Array:
    """Milliseconds since 1970 as Arrow has them."""
    return pa.array(values, _NUMBER).view(MILLISECONDS_UTC)


def rare_arrays(rares: Sequence[Rare | None]) -> dict[str, pa.Array]:
    """The columns that few events carry, if one of these does."""
    if not any(rares):
        return {}
    whole = [_NO_RARE if rare is None else rare for rare in rares]
    return {
        "object_type": texts([rare.object_type for rare in whole]),
        "object_id": texts([rare.object_id for rare in whole]),
        "case_id": texts([rare.case_id for rare in whole]),
        "duration_ms": pa.array([rare.duration_ms for rare in whole], _NUMBER),
        "quality_ok": pa.array([rare.quality_ok for rare in whole], pa.bool_()),
        "recorded_at": times([rare.recorded_ms for rare in whole]),
    }
