"""A service desk's own counters beside what is counted from its log: real incidents.

Each row of the log is an incident after a change, with the desk's running counts of reassignments
and reopenings. What differs was looked at row by row, and is held here.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from uptake.formats.case_choices import CaseChoices
from uptake.formats.case_log import NOBODY, CaseLog, Performer
from uptake.formats.case_logs import open_case_log
from uptake.methods.arrays import Counts, Flags
from uptake.methods.process.handovers import handovers

LOG = Path(__file__).resolve().parents[3] / "shared/data/usage/servicenow_incident_event_log.csv.gz"
COLUMNS = {
    "case": "number",
    "activity": "incident_state",
    "completed": "sys_updated_at",
    "resource": "assigned_to",
    "group": "assignment_group",
}
DONE = ("Resolved", "Closed")


@pytest.fixture(scope="module")
def log() -> CaseLog:
    kept = ("reassignment_count", "reopen_count")
    return open_case_log(LOG, CaseChoices(columns=COLUMNS, attributes=kept))


def counter(log: CaseLog, name: str) -> Counts:
    """A running count, for each event."""
    texts = log.event_attributes[name].combine_chunks()
    return np.asarray(texts.cast(pa.string()).cast(pa.int64()).to_numpy(), dtype=np.int64)


def last(log: CaseLog, counts: Counts) -> Counts:
    """The highest of a running count, for each case."""
    highest = np.zeros(log.cases, dtype=np.int64)
    np.maximum.at(highest, log.case, counts)
    return highest


def with_one(log: CaseLog, events: Flags) -> Flags:
    """Cases that have such an event."""
    return np.bincount(log.case[events], minlength=log.cases) > 0


def follows(log: CaseLog) -> Flags:
    """Events before which there is one of the same case."""
    return np.concatenate([[False], log.case[1:] == log.case[:-1]])


def between_groups(log: CaseLog) -> Counts:
    """Handovers of each case to another group."""
    groups = log.performers[Performer.GROUP]
    codes = groups.codes.astype(np.int64)
    return handovers(log.case.astype(np.int64), codes, count=len(groups.words)).per_case


def test_every_row_of_the_log_is_there(log: CaseLog) -> None:
    assert (log.events, log.cases) == (119_998, 20_769)


def test_handovers_agree_with_the_count_of_reassignments_and_never_exceed_it(log: CaseLog) -> None:
    counted, recorded = between_groups(log), last(log, counter(log, "reassignment_count"))

    assert (counted <= recorded).all()
    assert np.mean(counted == recorded) == pytest.approx(0.8305, abs=0.0001)
    assert np.corrcoef(counted, recorded)[0, 1] == pytest.approx(0.9087, abs=0.0001)
    assert (counted.sum(), recorded.sum()) == (15_030, 20_520)


def test_every_difference_to_the_count_of_reassignments_is_explained_by_rows(log: CaseLog) -> None:
    """A group is not named, or the count rose without a row that shows the group between."""
    recorded = counter(log, "reassignment_count")
    groups = log.performers[Performer.GROUP].codes
    differs = between_groups(log) != last(log, recorded)
    unnamed = with_one(log, groups == NOBODY)
    rise = np.where(follows(log), np.diff(recorded, prepend=0), 0)
    stays = np.concatenate([[False], groups[1:] == groups[:-1]])
    unseen = with_one(log, (rise > 1) | ((rise == 1) & stays))

    assert differs.sum() == 3_521
    assert (differs & unnamed).sum() == 3_489
    assert (differs & ~unnamed & unseen).sum() == 32
    assert not (differs & ~unnamed & ~unseen).any()


def test_work_after_the_end_agrees_with_the_count_of_reopenings(log: CaseLog) -> None:
    """In all but one: a row of INC0000137 repeats an earlier state with a later moment."""
    done = np.isin(log.activity.codes, [log.activity.words.index(word) for word in DONE])
    again = follows(log) & np.concatenate([[False], done[:-1]]) & ~done
    counted = np.bincount(log.case[again], minlength=log.cases)
    recorded = last(log, counter(log, "reopen_count"))

    differing = np.flatnonzero(counted != recorded)

    assert [str(log.case_names[int(case)]) for case in differing] == ["INC0000137"]
    assert (counted.sum(), recorded.sum()) == (277, 276)
