"""Questions that are answered by counting in parts that many metrics share.

The database reduces events to a few numbers a person (days as bits, sums of weights); from there
everything is whole numbers in arrays, and the same whichever rows the database has read.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import TYPE_CHECKING, TypeVar, cast

import pyarrow as pa

if TYPE_CHECKING:
    from uptake.metrics.relations import Relations
    from uptake.metrics.scope import Scope

T = TypeVar("T")

MOST_PARTS = 4096
"""Parts kept of one version."""

MOST_BYTES = 192 * 2**20
"""Bytes that the parts of one version take."""

SMALL = 100
"""What anything takes, about."""

LOOKED_AT = 50


@dataclass(frozen=True, slots=True)
class Counting:
    """A function that counts in shared parts, as an expression of a metric; use as a decorator."""

    count: Callable[[Relations, Scope], pa.Table]

    def __call__(self, relations: Relations, scope: Scope) -> pa.Table:
        """The counted rows."""
        return self.count(relations, scope)


class Parts:
    """What was worked out for the relations of one version of the lake, by its question.

    Up to some bytes: parts that were not asked for longest go first, and are worked out anew if
    somebody asks again. The caller holds the lock.
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._bytes = 0
        self._found: OrderedDict[Hashable, tuple[object, int]] = OrderedDict()

    def of(self, key: Hashable, build: Callable[[], T]) -> T:
        """The part kept under a key; built if there is none."""
        if key in self._found:
            self._found.move_to_end(key)
            return cast("T", self._found[key][0])
        built = build()
        self._keep(key, built, size_of(built))
        return built

    def _keep(self, key: Hashable, built: object, size: int) -> None:
        if key in self._found:  # building it asked for it again
            self._bytes -= self._found.pop(key)[1]
        self._found[key] = built, size
        self._bytes += size
        while len(self._found) > 1 and (self._bytes > self._most or len(self._found) > MOST_PARTS):
            self._bytes -= self._found.popitem(last=False)[1][1]


def size_of(value: object) -> int:
    """About how many bytes a part takes: its arrays and tables, whatever they are packed into."""
    size = getattr(value, "nbytes", None)
    if isinstance(size, int):
        return size + SMALL
    if is_dataclass(value):
        return SMALL + sum(size_of(getattr(value, each.name)) for each in fields(value))
    if isinstance(value, Mapping):
        return SMALL + _size_of_all(list(value.values()))
    if isinstance(value, (tuple, list)):
        return SMALL + _size_of_all(value)
    return SMALL


def _size_of_all(values: Sequence[object]) -> int:
    """Of many, some are looked at."""
    some = values[:: max(1, len(values) // LOOKED_AT)]
    return sum(map(size_of, some)) * len(values) // len(some) if some else 0
