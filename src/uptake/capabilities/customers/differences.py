"""What changed between two texts, word by word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from enum import StrEnum

from uptake.capabilities.customers.models import DiscoveryRecord

HEADS = (
    ("goals", "Long-term goals"),
    ("struggles", "Struggles"),
    ("changes", "What is changing"),
    ("structure", "Structure"),
    ("values_and_rewards", "What they value, recognise and reward"),
    ("processes", "Processes and performance expected"),
)
"""The six heads of a discovery record, with their words."""


class Piece(StrEnum):
    """What became of a run of words."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Run:
    """Words in a row that share a fate."""

    piece: Piece
    text: str


@dataclass(frozen=True, slots=True)
class Head:
    """One head of a record beside the record before; without one before, all is the same."""

    name: str
    runs: tuple[Run, ...]

    @property
    def has_changed(self) -> bool:
        """Say whether anything came or went."""
        return any(run.piece is not Piece.SAME for run in self.runs)


@dataclass(frozen=True, slots=True)
class Compared:
    """A record with its heads compared to the record before it; empty heads are left out."""

    record: DiscoveryRecord
    is_first: bool
    heads: tuple[Head, ...]


def differences(before: str, after: str) -> tuple[Run, ...]:
    """Return the words of both texts as runs: what stayed, what came, what went.

    >>> [(run.piece.value, run.text) for run in differences("ten new clerks", "ten old clerks")]
    [('same', 'ten'), ('removed', 'new'), ('added', 'old'), ('same', 'clerks')]
    """
    old, new = before.split(), after.split()
    runs: list[Run] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            runs.append(Run(Piece.SAME, " ".join(new[c:d])))
            continue
        if b > a:
            runs.append(Run(Piece.REMOVED, " ".join(old[a:b])))
        if d > c:
            runs.append(Run(Piece.ADDED, " ".join(new[c:d])))
    return tuple(runs)


def compared(records: Sequence[DiscoveryRecord]) -> list[Compared]:
    """Return records, newest first as they come, each beside the one before it."""
    found: list[Compared] = []
    for place, record in enumerate(records):
        earlier = records[place + 1] if place + 1 < len(records) else None
        found.append(Compared(record, earlier is None, tuple(_heads(record, earlier))))
    return found


def _heads(record: DiscoveryRecord, earlier: DiscoveryRecord | None) -> list[Head]:
    heads: list[Head] = []
    for field, name in HEADS:
        text = str(getattr(record, field)).strip()
        before = str(getattr(earlier, field)).strip() if earlier else text
        if text or before:
            heads.append(Head(name, differences(before, text)))
    return heads


def days_since(records: Sequence[DiscoveryRecord], today: date) -> int | None:
    """Return how old the newest record is; None if there is none."""
    return (today - records[0].recorded_on).days if records else None
