"""Was the log made by picking cases opened in a period? Then its ends are not what they seem.

Such an export holds every update of the picked cases and nothing of all others. At its end the
updates dwindle, because only old cases are left; at its start they grow, because cases that were
already open are missing. Both look like changes of use.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from uptake.methods.adoption.artefacts.model import Artefact, ArtefactKind, Certainty, Figure, Span
from uptake.methods.arrays import Counts, Floats, Stamps

_EXPECTED_OPENINGS = 20.0
_FEWEST_DAYS = 7
_FEWEST_UPDATES = 20
_STEADY = 0.5
_SHORT_LIVED = 0.25
_BACKLOG = 1.25
_FEWEST_DAYS_OF_LIFE = 3.5
_SLIPS = 0.01
_WARM_UP_QUANTILE = 0.9


@dataclass(frozen=True, slots=True)
class _Cases:
    """Days since the epoch: per case its opening and last update, per update its day and age."""

    opened: Counts
    closed: Counts
    updated: Counts
    age: Floats
    known: bool

    @property
    def first(self) -> int:
        return int(self.updated.min())

    @property
    def last(self) -> int:
        return int(self.updated.max())

    @property
    def last_opening(self) -> int:
        return int(self.opened.max())

    @property
    def per_day(self) -> float:
        """New cases a day between the first update and the last opening."""
        inside = np.count_nonzero(self.opened >= self.first)
        return float(inside / (self.last_opening - self.first + 1))


def opening_date_sampling(
    cases: npt.ArrayLike, updated: Stamps, opened: Stamps | None = None
) -> Artefact | None:
    """Recognise a log of the cases opened within a period.

    ``cases``: the case or object of each update; ``updated``: its moment; ``opened``: the moment
    its case was opened, where the log has it (otherwise the first update seen stands in). Arrays of
    one length. Found when new cases stop while at least 20 updates follow: at the usual rate at
    least 20 cases would have been opened after the last opening, over at least a week. Without
    ``opened`` it also asks that cases are short-lived beside the period of openings and that new
    cases came at a steady rate until they stopped; a register of lasting objects that fills up is
    no such log.
    """
    table = _cases(cases, updated, opened)
    silence = table.last - table.last_opening
    if silence < _FEWEST_DAYS or silence * table.per_day < _EXPECTED_OPENINGS:
        return None
    if np.count_nonzero(table.updated > table.last_opening) < _FEWEST_UPDATES:
        return None
    if not table.known and not _looks_like_cases(table):
        return None
    warm_up = _warm_up_days(table)
    return _describe(table, warm_up)


def _cases(cases: npt.ArrayLike, updated: Stamps, opened: Stamps | None) -> _Cases:
    names, position = np.unique(np.asarray(cases), return_inverse=True)
    seconds = updated.astype("datetime64[s]").astype(np.int64)
    starts = seconds
    if opened is not None:  # a case cannot be opened after it was updated: such dates are slips
        starts = np.minimum(starts, opened.astype("datetime64[s]").astype(np.int64))
    first = np.full(len(names), np.iinfo(np.int64).max)
    last = np.full(len(names), np.iinfo(np.int64).min)
    np.minimum.at(first, position, starts)
    np.maximum.at(last, position, seconds)
    age = (seconds - first[position]) / 86_400
    return _Cases(first // 86_400, last // 86_400, seconds // 86_400, age, opened is not None)


def _looks_like_cases(table: _Cases) -> bool:
    start = table.first
    length = table.last_opening - start + 1
    life = np.median(table.closed - table.opened)
    second_half = np.count_nonzero(table.opened >= start + length / 2)
    first_half = len(table.opened) - second_half
    return bool(life < _SHORT_LIVED * length and second_half >= _STEADY * first_half)


def _warm_up_days(table: _Cases) -> int:
    """Days until the log holds most of the work on open cases; 0 when old cases are in it.

    The 90th percentile of the age of a case when it is updated, in the middle of the log. Old
    cases are missing if hardly any was opened before the first update; where openings are not
    known, if the first week shows no backlog: hardly more new cases than other weeks.
    """
    middle = (table.updated >= table.first + 28) & (table.updated <= table.last_opening)
    ages = table.age[middle]
    if not len(ages):
        return 0
    if table.known:
        older = np.count_nonzero(table.opened < table.first - 1)
        missing = bool(older <= _SLIPS * len(table.opened))
    else:
        first_week = np.count_nonzero(table.opened < table.first + 7) / 7
        mean_life = float(np.mean(table.closed - table.opened))
        few = bool(first_week <= _BACKLOG * table.per_day)
        missing = few and mean_life >= _FEWEST_DAYS_OF_LIFE
    return int(np.ceil(np.quantile(ages, _WARM_UP_QUANTILE))) if missing else 0


def _describe(table: _Cases, warm_up: int) -> Artefact:
    end = _date(table.last_opening)
    spans = [Span(end, _date(table.last))]
    begins = ""
    if warm_up:
        spans.insert(0, Span(_date(table.first), _date(table.first + warm_up - 1)))
        begins = (
            f" Cases opened before {_date(table.first).isoformat()} are missing too, so the first "
            f"{warm_up} days show too little."
        )
    later = table.updated > table.last_opening
    body, tail = table.age[~later], table.age[later]
    return Artefact(
        kind=ArtefactKind.OPENING_DATE_SAMPLING,
        certainty=Certainty.CERTAIN if table.known else Certainty.LIKELY,
        sentence=(
            f"The log holds cases opened up to {end.isoformat()} and nothing opened later, while "
            f"their updates go on until {_date(table.last).isoformat()}. The fall at the end is "
            f"the export running out of cases, not people stopping work.{begins}"
        ),
        advice=(
            f"Judge adoption from {_date(table.first + warm_up).isoformat()} to "
            f"{(end - timedelta(days=1)).isoformat()}, or export by date of update."
        ),
        evidence=(
            Figure("cases", len(table.opened), "cases"),
            Figure("new cases a week until they stop", round(7 * table.per_day, 1), "cases"),
            Figure("days without a new case at the end", table.last - table.last_opening, "days"),
            Figure("updates after the last new case", int(later.sum()), "events"),
            Figure("median age of a case when updated, before", round(_median(body), 1), "days"),
            Figure("median age of a case when updated, after", round(_median(tail), 1), "days"),
        ),
        spans=tuple(spans),
    )


def _median(values: Floats) -> float:
    return float(np.median(values)) if len(values) else 0.0


def _date(day: int) -> date:
    return date(1970, 1, 1) + timedelta(days=day)
