"""Events as columns: how they travel from a body to the lake, half a million a second."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Self

import msgspec


class Rare(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """What few events carry: the record and case they are about, and how well it went."""

    object_type: str | None
    object_id: str | None
    case_id: str | None
    duration_ms: int | None
    quality_ok: bool | None
    recorded_ms: int | None


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
