"""Questions that are answered by counting in parts that many metrics share.

The database reduces events to a few numbers a person (days as bits, sums of weights); from there
everything is whole numbers in arrays, and the same whichever rows the database has read.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar, cast

import pyarrow as pa

if TYPE_CHECKING:
    from uptake.metrics.relations import Relations
    from uptake.metrics.scope import Scope

T = TypeVar("T")

MOST_PARTS = 4096
"""Parts kept of one version; the oldest go first."""


@dataclass(frozen=True, slots=True)
class Counting:
    """A function that counts in shared parts, as an expression of a metric; use as a decorator."""

    count: Callable[[Relations, Scope], pa.Table]

    def __call__(self, relations: Relations, scope: Scope) -> pa.Table:
        """The counted rows."""
        return self.count(relations, scope)


class Parts:
    """What was worked out for the relations of one version of the lake, by its question."""

    def __init__(self) -> None:
        self._found: dict[Hashable, object] = {}

    def of(self, key: Hashable, build: Callable[[], T]) -> T:
        """The part kept under a key; built if there is none. The caller holds the lock."""
        if key not in self._found:
            built = build()
            while len(self._found) >= MOST_PARTS:
                self._found.pop(next(iter(self._found)))
            self._found[key] = built
        return cast("T", self._found[key])
