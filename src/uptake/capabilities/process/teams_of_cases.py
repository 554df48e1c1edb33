"""What makes cases alike, and whose cases hang together."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from uptake.capabilities.process.ground import Ground
from uptake.formats.case_log import NOBODY, Performer
from uptake.formats.errors import UnusableFileError
from uptake.methods.arrays import Counts

TEAMS: Final = (Performer.GROUP, Performer.ROLE, Performer.ORGANISATION, Performer.RESOURCE)
"""Whose cases hang together: the first of these that a log names."""

MOST_KINDS: Final = 12
"""Different values up to which an attribute of cases is offered as what makes them alike."""


def mix_candidates(ground: Ground) -> tuple[str, ...]:
    """Attributes that may make cases alike: filled in, and of few different values.

    Those of cases, then those of events, as they stand at the first event. Whether one is known
    before a case begins, as it has to be, only a person can say.
    """
    names = (*ground.log.case_attributes.column_names, *ground.log.event_attributes.column_names)
    return tuple(name for name in dict.fromkeys(names) if _has_few_kinds(_of_cases(ground, name)))


def _of_cases(ground: Ground, name: str) -> pa.ChunkedArray:
    """The value of each case: its own, or that of its first event."""
    table = ground.log.case_attributes
    if name in table.column_names:
        return table[name]
    return ground.log.event_attributes[name].take(pa.array(ground.begins))


def _has_few_kinds(column: pa.ChunkedArray) -> bool:
    if not len(column) or column.null_count > 0.1 * len(column) or pa.types.is_nested(column.type):
        return False
    return 2 <= len(_plain(column).unique()) <= MOST_KINDS


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.cast(column, pa.string()) if pa.types.is_dictionary(column.type) else column


def kinds_of_cases(ground: Ground, mix: tuple[str, ...]) -> Counts:
    """The kind of each case by the attributes that make cases alike; empty cells are a kind."""
    codes = np.zeros(len(ground.begins), dtype=np.int64)
    known = {*ground.log.case_attributes.column_names, *ground.log.event_attributes.column_names}
    for name in mix:
        if name not in known:
            offered = ", ".join(mix_candidates(ground)) or "none"
            raise UnusableFileError(
                f"Cases have no attribute {name!r}; those that can make cases alike: {offered}."
            )
        array = _plain(_of_cases(ground, name)).combine_chunks()
        column = array.dictionary_encode(null_encoding="encode")
        codes = codes * max(len(column.dictionary), 1) + column.indices.to_numpy()
        codes = np.unique(codes, return_inverse=True)[1].ravel()
    return codes


def teams_of_cases(ground: Ground) -> tuple[Performer | None, Counts]:
    """The team of each case: who did its first step that names somebody."""
    cases = len(ground.begins)
    for level in TEAMS:
        own = ground.performers(level)
        if own is None or not (own != NOBODY).any():
            continue
        team = np.full(cases, int(own.max()) + 1, dtype=np.int64)
        known = np.flatnonzero(own != NOBODY)
        named, first = np.unique(ground.case[known], return_index=True)
        team[named] = own[known[first]]
        return level, team
    return None, np.zeros(cases, dtype=np.int64)
