"""Cases of a log: which ones are asked for, and the log of those alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from uptake.capabilities.process.asked import Asked
from uptake.formats.case_log import NO_MOMENT, CaseLog, Coded, Performer
from uptake.methods.process.variants import Variants, find_variants

if TYPE_CHECKING:
    from uptake.capabilities.process.models import IntendedVersion

Flags = npt.NDArray[np.bool_]
KEY_BYTES = 5


def only_cases(log: CaseLog, wanted: Flags) -> CaseLog:
    """Return the log of some of its cases; ``wanted`` has a place for each case."""
    if wanted.all():
        return log
    kept = wanted[log.case]
    place = np.cumsum(wanted) - 1
    mask = pa.array(wanted)
    return replace(
        log,
        case=place[log.case[kept]].astype(np.int32),
        activity=_only(log.activity, kept),
        started=log.started[kept],
        completed=log.completed[kept],
        performers={
            kind: Coded(each.codes[kept], each.words) for kind, each in log.performers.items()
        },
        marks=log.marks[kept],
        row=log.row[kept],
        case_names=log.case_names.filter(mask),
        case_attributes=rows_of(log.case_attributes, mask),
        event_attributes=rows_of(log.event_attributes, pa.array(kept)),
    )


def rows_of(table: pa.Table, wanted: pa.Array) -> pa.Table:
    """Return some rows of attributes; a log without any has a table without columns."""
    return table.filter(wanted) if table.num_columns else table


def _only(coded: Coded, kept: Flags) -> Coded:
    """The words that are left, in the order in which they were."""
    codes, place = np.unique(coded.codes[kept], return_inverse=True)
    return Coded(place.astype(np.int32), tuple(coded.words[code] for code in codes.tolist()))


def begins_of_cases(log: CaseLog) -> npt.NDArray[np.int64]:
    """Return the first moment of each case that is known, ``NO_MOMENT`` where none is."""
    moments = np.where(log.started != NO_MOMENT, log.started, log.completed)
    latest = np.iinfo(np.int64).max
    first = np.full(log.cases, latest, dtype=np.int64)
    known = moments != NO_MOMENT
    np.minimum.at(first, log.case[known], moments[known])
    return np.where(first == latest, NO_MOMENT, first)


def in_period(log: CaseLog, begins: date | None, ends: date | None) -> Flags:
    """Say of each case whether it began on one of these days; without moments no case did."""
    wanted = np.ones(log.cases, dtype=np.bool_)
    if begins is None and ends is None:
        return wanted
    first = begins_of_cases(log)
    wanted &= first != NO_MOMENT
    if begins is not None:
        wanted &= first >= _milliseconds(begins)
    if ends is not None:
        wanted &= first < _milliseconds(ends + timedelta(days=1))
    return wanted


def _milliseconds(day: date) -> int:
    return int(datetime.combine(day, time(), tzinfo=UTC).timestamp() * 1000)


def asked_cases(log: CaseLog, asked: Asked) -> Flags:
    """Say of each case whether it is asked for; deviations are for those who know the model."""
    wanted = in_period(log, asked.begins, asked.ends)
    for kind, word in (
        (Performer.ORGANISATION, asked.organisation),
        (Performer.GROUP, asked.group),
    ):
        if word:
            wanted &= _passes(log, log.performers.get(kind), word)
    if asked.has:
        wanted &= _passes(log, log.activity, asked.has)
    if asked.lacks:
        wanted &= ~_passes(log, log.activity, asked.lacks)
    if asked.variant:
        wanted &= _runs_like(log, asked.variant)
    return wanted


def _passes(log: CaseLog, coded: Coded | None, word: str) -> Flags:
    """Say of each case whether one of its events has the word."""
    found = np.zeros(log.cases, dtype=np.bool_)
    if coded is not None and word in coded.words:
        found[log.case[coded.codes == coded.words.index(word)]] = True
    return found


def _runs_like(log: CaseLog, key: str) -> Flags:
    variants = variants_of(log)
    alike = [
        number for number in range(len(variants)) if key_of(_names(log, variants, number)) == key
    ]
    return np.isin(variants.of_case, alike)


def variants_of(log: CaseLog) -> Variants:
    """Return how cases ran, the most frequent way first."""
    return find_variants(log.case.astype(np.int64), log.activity.codes.astype(np.int64))


def _names(log: CaseLog, variants: Variants, number: int) -> tuple[str, ...]:
    steps = variants.steps(number, log.activity.codes.astype(np.int64))
    return tuple(log.activity.words[code] for code in steps.tolist())


def key_of(activities: tuple[str, ...]) -> str:
    """Return a short name of a variant, the same in every selection and at every time."""
    return blake2b("\x1f".join(activities).encode(), digest_size=KEY_BYTES).hexdigest()


def measured_by(log: CaseLog, version: IntendedVersion | None) -> Flags:
    """Say of each case whether a version of the intended way was in force when it began."""
    if version is None:
        return np.ones(log.cases, dtype=np.bool_)
    return in_period(log, version.begins, version.ends)


def people_in(log: CaseLog) -> int | None:
    """How many different people did something in a log; None where it names nobody."""
    people = log.performers.get(Performer.RESOURCE)
    if people is None:
        return None
    return len(np.unique(people.codes[people.codes >= 0]))
