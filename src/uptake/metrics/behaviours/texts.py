"""Texts that people typed into the fields of a behaviour, to see whether they became alike.

They are read to be measured. What is kept of a file's texts are numbers that stand for their words
in this process alone, so that a load does not make the texts of years be read again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from uptake.methods.arrays import Counts
from uptake.metrics.behaviours.counting import coded
from uptake.metrics.behaviours.files import Column, File, Files, View, small
from uptake.metrics.behaviours.sql import matches, said
from uptake.metrics.behaviours.wanted import Wanted

MOST = 2_000
"""Texts read on either side."""

LARGEST_CODE = 2**31
"""Codes from here on stand for people of whom there is no event."""

_PEOPLE = "uptake_whose_texts"


@dataclass(frozen=True, slots=True)
class Typed:
    """As many texts from before people were asked as since; how often each word occurs in them."""

    texts: int
    before: Counts
    since: Counts


NOTHING = Typed(0, np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))


def typed(view: View, wanted: Wanted, people: Counts, *, live: date) -> Typed:
    """Look at texts of some people from either side of a day, the same number of each.

    They are chosen by a hash of what happened, so that the same ones are read every time.
    """
    if not wanted.quality.filled_in:
        return NOTHING
    seen = pa.array(people[people < LARGEST_CODE], pa.int32())
    view.connection.register(_PEOPLE, pa.table({"person": seen}))
    whose = sha256(seen.to_numpy().tobytes()).hexdigest()
    events = Files.of(view, "events")
    before, since = (
        [_of_file(events, file, sql, whose) for file in events.every if _has(file, side, live)]
        for side in ("<", ">=")
        for sql in [_sql(view, wanted, f"day {side} DATE '{live.isoformat()}'")]
    )
    most = min(MOST, *(sum(len(each.order) for each in side) for side in (before, since)))
    return Typed(most, _occurrences(before, most), _occurrences(since, most))


def _has(file: File, side: str, live: date) -> bool:
    return file.first < live if side == "<" else file.last >= live


def _sql(view: View, wanted: Wanted, when: str) -> str:
    text = f"concat_ws(' ', {', '.join(said(name) for name in wanted.quality.filled_in)})"
    return (
        f"SELECT hash(person, occurred_at, object_id) AS place, {text} AS said "
        f"FROM events SEMI JOIN {_PEOPLE} USING (person) "
        f"WHERE {matches(wanted.predicate, coded(view))} AND {when} AND length({text}) > 0 "
        f"ORDER BY place, said LIMIT {MOST:d}"
    )


@dataclass(frozen=True, slots=True)
class _Texts:
    """Texts of a file in their order; ``words`` of all of them one after the other.

    ``lengths``: words of each text. ``words`` are places in ``names``, numbers that stand for words
    in this process.
    """

    order: npt.NDArray[np.uint64]
    lengths: Column
    words: Column
    names: Counts

    @property
    def nbytes(self) -> int:
        """Bytes that the arrays take."""
        arrays: tuple[Column, ...] = (self.order, self.lengths, self.words, self.names)
        return sum(array.nbytes for array in arrays)


def _of_file(events: Files, file: File, sql: str, whose: str) -> _Texts:
    def read(source: str) -> _Texts:
        rows = events.view.connection.sql(f"{source} FROM ({sql})").to_arrow_table()
        texts = [str(text).casefold().split() for text in rows["said"].to_pylist()]
        every = np.array([hash(word) for words in texts for word in words], dtype=np.int64)
        names, words = np.unique(every, return_inverse=True)
        lengths = np.array([len(words) for words in texts], dtype=np.int64)
        order = rows["place"].to_numpy().astype(np.uint64)
        return _Texts(order, small(lengths), small(words), names)

    return events.made([file], f"{whose} {sql}", read)


def _occurrences(parts: Sequence[_Texts], most: int) -> Counts:
    """How often each word occurs in the first so many texts of all parts."""
    order = np.concatenate([np.empty(0, dtype=np.uint64), *(part.order for part in parts)])
    chosen = np.zeros(len(order), dtype=bool)
    chosen[np.argsort(order, kind="stable")[:most]] = True
    names, counts, at = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.int64)], 0
    for part in parts:
        mine = np.repeat(chosen[at : at + len(part.order)], part.lengths.astype(np.int64))
        names.append(part.names)
        counts.append(np.bincount(part.words[mine], minlength=len(part.names)))
        at += len(part.order)
    _distinct, place = np.unique(np.concatenate(names), return_inverse=True)
    found = np.bincount(place, weights=np.concatenate(counts)).astype(np.int64)
    return np.asarray(found[found > 0])
