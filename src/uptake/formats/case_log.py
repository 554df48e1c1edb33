"""A log of cases, ready to be measured: what every reader ends in and every analysis begins with.

Events lie in the order of their cases and, within a case, of time; events of one moment keep the
order of the file. Nothing is left out here: what could not be taken as it stood is marked on the
event and said in ``warnings``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntFlag, StrEnum

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from uptake.formats.records import RejectedRow

Codes = npt.NDArray[np.int32]
Moments = npt.NDArray[np.int64]
Marks = npt.NDArray[np.uint8]

NOBODY = -1
"""Code of a performer that the log does not name."""

NO_MOMENT = np.iinfo(np.int64).min
"""Milliseconds where the log names no moment."""

MOST_REJECTED = 1_000
"""Rows that were refused and are kept to be shown; all are counted."""


class Performer(StrEnum):
    """Whose hands a step passes through, from the one to the many."""

    RESOURCE = "resource"
    ROLE = "role"
    GROUP = "group"
    ORGANISATION = "organisation"


class Mark(IntFlag):
    """What is to be known of an event before its moment is used."""

    NONE = 0
    DATE_ONLY = 1
    """The moment is a day; the order within the day is that of the file."""
    TIED = 2
    """Another event of the case has the same moment: which was first is not known."""
    BATCH = 4
    """Written with many others in one second: the moment of writing, not of working."""
    STRANGE = 8
    """A year before 1990 or after tomorrow; the moment stands, durations leave it out."""
    NO_START = 16
    """A start without an end or an end without a start, where the log has both."""
    BACKWARDS = 32
    """It ends before it starts; both moments stand, durations leave it out."""


@dataclass(frozen=True, slots=True)
class Coded:
    """One word for each event, as codes into ``words``; ``NOBODY`` where there is none."""

    codes: Codes
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CaseLog:
    """Events of cases in columns of equal length.

    Time, in the order of events, is ``completed``, and ``started`` where that is not known.

    ``case``: a row of ``case_names`` and ``case_attributes``, ascending, without gaps.
    ``activity``: never ``NOBODY``. ``started`` and ``completed``: milliseconds of UTC or
    ``NO_MOMENT``; a log with one stamp has it in ``completed``. ``performers``: only those that
    the log names. ``row``: the line or number of the event in its file, for evidence.
    ``event_attributes`` has a row for each event and may have no columns; texts in it and in
    ``case_attributes`` are Arrow dictionaries. ``source``: the name of the file or of the lake's
    selection. ``is_timed`` is False where the log gives an order only: durations are then not
    measurable. ``rejected``: rows without a case or an activity, which are in no case; ``warnings``
    count them all. Names of cases may repeat where the file repeats them; then ``warnings`` say so.
    ``columns``: of a table, by role the column that was read as it; empty where a format says it.
    """

    case: Codes
    activity: Coded
    started: Moments
    completed: Moments
    performers: Mapping[Performer, Coded]
    marks: Marks
    row: Moments
    case_names: pa.Array
    case_attributes: pa.Table
    event_attributes: pa.Table
    source: str
    is_timed: bool = True
    warnings: tuple[str, ...] = field(default=())
    rejected: tuple[RejectedRow, ...] = field(default=())
    columns: Mapping[str, str] = field(default_factory=dict)

    @property
    def events(self) -> int:
        """How many events there are."""
        return len(self.case)

    @property
    def cases(self) -> int:
        """How many cases there are."""
        return len(self.case_names)
