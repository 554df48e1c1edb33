"""Holds what a file says against what is known: which rows are new, changed, unchanged, refused.

Pure: the same comparison serves the dry run and the import. A field that the file leaves empty
keeps what is known.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Generic, TypeVar

from uptake.formats.records import (
    AccountRecord,
    ContractRecord,
    ImportCounts,
    PersonRecord,
    ProductRecord,
    RejectedRow,
)

Record = TypeVar("Record", AccountRecord, PersonRecord, ContractRecord, ProductRecord)
Key = TypeVar("Key", bound=Hashable)


Check = Callable[[Record], str | None]
"""Returns the reason against a row, or ``None`` if there is none."""


@dataclass(frozen=True, slots=True)
class Sifted(Generic[Record]):
    """Rows that may go on, and rows that may not with the reason."""

    kept: tuple[Record, ...]
    refused: tuple[RejectedRow, ...] = ()

    def sift(self, *checks: Check[Record]) -> Sifted[Record]:
        """Refuse every row that a check has a reason against; the first reason is given."""
        kept: list[Record] = []
        refused = list(self.refused)
        for row in self.kept:
            reason = next(filter(None, (check(row) for check in checks)), None)
            if reason is None:
                kept.append(row)
            else:
                refused.append(RejectedRow(line=row.line, reason=reason))
        return Sifted(tuple(kept), tuple(refused))


def contradicts_earlier(key: Callable[[Record], Hashable]) -> Check[Record]:
    """Make a check that refuses a row that disagrees with an earlier one of the same key."""
    first: dict[Hashable, Record] = {}

    def check(row: Record) -> str | None:
        earlier = first.setdefault(key(row), row)
        if earlier == row:
            return None
        return f"line {earlier.line} says something else about the same identifier"

    return check


@dataclass(frozen=True, slots=True)
class Comparison(Generic[Record]):
    """Rows by what they would do; ``changed`` are complete with what was known before."""

    new: tuple[Record, ...]
    changed: tuple[Record, ...]
    unchanged: int

    @property
    def written(self) -> tuple[Record, ...]:
        """Records to write."""
        return self.new + self.changed

    def counts(
        self, refused: tuple[RejectedRow, ...], remarks: tuple[RejectedRow, ...] = ()
    ) -> ImportCounts:
        """Sum up for the person who asked for the import."""
        return ImportCounts(
            new=len(self.new),
            changed=len(self.changed),
            unchanged=self.unchanged,
            rejected=len(refused),
            refused=refused,
            remarks=remarks,
        )


def compare(
    rows: Iterable[Record], known: Mapping[Key, Record], *, key: Callable[[Record], Key]
) -> Comparison[Record]:
    """Sort rows into new, changed and unchanged; rows that repeat a key are one."""
    last = {key(row): row for row in rows}
    new = tuple(row for name, row in last.items() if name not in known)
    merged = [
        (known[name], overlay(known[name], row)) for name, row in last.items() if name in known
    ]
    changed = tuple(after for before, after in merged if after != before)
    return Comparison(new, changed, unchanged=len(merged) - len(changed))


def overlay(known: Record, row: Record) -> Record:
    """Return what is known with everything that the row states put over it."""
    stated = {
        item.name: value for item in fields(row) if (value := getattr(row, item.name)) is not None
    }
    return replace(known, **stated)
