"""What must not get worse while people are asked for something: measured in the same records.

Methods section 10: a target counts as met only if its counter-metric is not worse by the margin
that was agreed in advance.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from uptake.capabilities.behaviours.counted import Counted, Piece
from uptake.capabilities.behaviours.definition import Definition
from uptake.methods.arrays import Counts, Flags
from uptake.methods.statistics.proportions import Share

ARTIFICIAL, NOT_FIRST_TIME, LATE = "artificial", "not first time", "late"
MEASURED = (ARTIFICIAL, NOT_FIRST_TIME, LATE)
LATE_HOURS = 24


@dataclass(frozen=True, slots=True)
class Counter:
    """The bad share of records before people were asked, and since."""

    name: str
    before: Share
    since: Share


def pieces(key: str, definition: Definition) -> Iterator[Piece]:
    """Return what has to be counted besides, for the counter-metrics that are measured."""
    if definition.has_no_amount or definition.is_once:
        return
    plain = replace(definition, right_first_time=False, within_hours=None, filled_in=())
    if NOT_FIRST_TIME in definition.counters:
        yield Piece(f"{key}.{NOT_FIRST_TIME}", replace(plain, right_first_time=True))
    if LATE in definition.counters:
        yield Piece(f"{key}.{LATE}", replace(plain, within_hours=LATE_HOURS))


def counters(
    key: str,
    definition: Definition,
    counted: Mapping[str, Counted],
    rows: Counts,
    asked: Sequence[bool],
) -> tuple[Counter, ...]:
    """Return the counter-metrics of the people at some places; ``asked`` by period."""
    if definition.has_no_amount or definition.is_once:
        return ()
    return tuple(
        found
        for name in definition.counters
        if (found := _counter(name, key, counted, rows, np.array(asked, dtype=bool))) is not None
    )


def _counter(
    name: str, key: str, counted: Mapping[str, Counted], rows: Counts, asked: Flags
) -> Counter | None:
    found = counted.get(key if name == ARTIFICIAL else f"{key}.{name}")
    if name not in MEASURED or found is None or len(asked) != len(found.spans):
        return None
    done = found.tally.done[rows]
    bad = _artificial(found, rows) if name == ARTIFICIAL else done - found.tally.ok[rows]
    return Counter(name, _share(bad, done, ~asked), _share(bad, done, asked))


def _artificial(found: Counted, rows: Counts) -> Counts:
    nothing = np.zeros_like(found.tally.done[rows])
    if found.apart is None:
        return nothing
    return nothing + sum(table[rows] for table in found.apart.done.values())


def _share(bad: Counts, done: Counts, where: Flags) -> Share:
    return Share(int(bad[:, where].sum()), int(done[:, where].sum()))
