"""Has measuring itself lapsed? No data, no review, no owner.

Requirement row A9: the investment is at risk "whenever you stop measuring and driving effective
user adoption". A lapse is a finding about the programme, never a state of the users.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import numpy as np

from uptake.methods.arrays import Counts, Days

_FEWEST_GAPS = 5
_SHORTEST_SILENCE = 3
_TIMES_USUAL = 2


class LapseKind(StrEnum):
    """What is missing."""

    NO_DATA = "no_data"
    HOLE = "hole"
    NO_REVIEW = "no_review"
    NO_OWNER = "no_owner"


@dataclass(frozen=True, slots=True)
class MeasurementLapse:
    """One lapse: since when, for how many days, in plain words, and what to do."""

    kind: LapseKind
    since: date | None
    days: int | None
    sentence: str
    advice: str


@dataclass(frozen=True, slots=True)
class SourceRhythm:
    """How often a source delivers, in working days.

    ``usual_gap``: median working days from one day with data to the next (1: every working day).
    ``limit``: longer than this is a silence.
    """

    usual_gap: float
    limit: int


def source_rhythm(days_with_data: Days, working_days: Days) -> SourceRhythm | None:
    """Learn a source's own rhythm; None with fewer than five gaps.

    ``days_with_data`` and ``working_days`` ascend. A silence is longer than twice the 95th
    percentile of the gaps so far, and longer than three working days.
    """
    gaps = _gaps(days_with_data, working_days)
    if len(gaps) < _FEWEST_GAPS:
        return None
    long_gap = float(np.quantile(gaps, 0.95, method="inverted_cdf"))
    limit = max(_SHORTEST_SILENCE, int(np.ceil(_TIMES_USUAL * long_gap)))
    return SourceRhythm(float(np.median(gaps)), limit)


def data_lapses(days_with_data: Days, working_days: Days, today: date) -> list[MeasurementLapse]:
    """Silences of a source: the one going on, and holes in its past.

    ``working_days`` ascend and cover the time from the first data to ``today``. A source that never
    delivered lapses as such; one whose rhythm is not known yet gives nothing.
    """
    if not len(days_with_data):
        return [_never_delivered()]
    days = np.unique(days_with_data)
    rhythm = source_rhythm(days, working_days)
    if rhythm is None:
        return []
    silent = _working_days_after(days[-1], np.datetime64(today, "D"), working_days)
    gaps = _gaps(days, working_days)
    found = [
        _hole(days[i].item(), days[i + 1].item(), int(gaps[i]) - 1)
        for i in np.flatnonzero(gaps > rhythm.limit)
    ]
    if silent > rhythm.limit:
        found.insert(0, _silence(days[-1].item(), silent, rhythm))
    return found


def review_lapse(
    last_review: date | None, today: date, *, every_days: int
) -> MeasurementLapse | None:
    """No review within the agreed interval; None when the last one is recent enough."""
    advice = "Put a review on the calendar with the people who can act on it."
    if last_review is None:
        sentence = "Adoption has never been reviewed with the people who own it."
        return MeasurementLapse(LapseKind.NO_REVIEW, None, None, sentence, advice)
    since = (today - last_review).days
    if since <= every_days:
        return None
    sentence = f"The last review was {since} days ago; one every {every_days} days is expected."
    due = last_review + timedelta(days=every_days)
    return MeasurementLapse(LapseKind.NO_REVIEW, due, since - every_days, sentence, advice)


def owner_lapse(
    *, has_owner: bool, owner_left: date | None = None, today: date
) -> MeasurementLapse | None:
    """Nobody owns adoption: none was named, or the one named has left; None when someone does."""
    advice = "Name one person who answers for adoption here."
    if not has_owner:
        sentence = "Nobody is named as owner of adoption."
        return MeasurementLapse(LapseKind.NO_OWNER, None, None, sentence, advice)
    if owner_left is None or owner_left > today:
        return None
    days = (today - owner_left).days
    sentence = f"The owner of adoption left on {owner_left.isoformat()} and was not replaced."
    return MeasurementLapse(LapseKind.NO_OWNER, owner_left, days, sentence, advice)


def _gaps(days: Days, working_days: Days) -> Counts:
    """Working days from each day with data to the next; 1 for neighbours, at least 1."""
    position = np.searchsorted(working_days, days, side="right")
    return np.asarray(np.maximum(np.diff(position), 1), dtype=np.int64)


def _working_days_after(last: np.datetime64, today: np.datetime64, working_days: Days) -> int:
    ends = np.searchsorted(working_days, np.array([last, today]), side="right")
    return int(ends[1] - ends[0])


def _never_delivered() -> MeasurementLapse:
    return MeasurementLapse(
        LapseKind.NO_DATA,
        None,
        None,
        "The source has never delivered any data.",
        "Check its connection and the mapping of its columns.",
    )


def _silence(last: date, silent: int, rhythm: SourceRhythm) -> MeasurementLapse:
    usual = f"every {rhythm.usual_gap:.0f} working days" if rhythm.usual_gap > 1 else "every day"
    return MeasurementLapse(
        LapseKind.NO_DATA,
        last,
        silent,
        f"No data for {silent} working days, since {last.isoformat()}; this source usually "
        f"delivers {usual}.",
        "Check the connection first; only then ask why nobody works in the system.",
    )


def _hole(before: date, after: date, missing: int) -> MeasurementLapse:
    return MeasurementLapse(
        LapseKind.HOLE,
        before + timedelta(days=1),
        missing,
        f"No data on {missing} working days between {before.isoformat()} and {after.isoformat()}.",
        "Load what is missing, or leave these days out of comparisons.",
    )
