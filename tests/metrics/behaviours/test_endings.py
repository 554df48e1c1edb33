"""What was done in the last hours before a deadline, and texts of either side of a day."""

from __future__ import annotations

import json
from datetime import time

import numpy as np
import pyarrow as pa
import pytest

from tests.metrics.logs import MONDAY, Event, canonical, day, snapshot, uses
from uptake.methods.behaviour.periods import Deadline
from uptake.metrics.behaviours.endings import endings
from uptake.metrics.behaviours.texts import typed
from uptake.metrics.behaviours.wanted import Predicate, Quality, Wanted
from uptake.store.memory import MemorySnapshot, snapshot_of
from uptake.store.schema import TermKind

CREATE = Predicate(frozenset({"create"}))


def codes(view: MemorySnapshot) -> np.ndarray:
    return np.array(sorted(view.texts(TermKind.PERSON)), dtype=np.int64)


@pytest.mark.parametrize(
    "predicate", [CREATE, Predicate(frozenset({"create"}), object_type="record")]
)
def test_the_last_four_hours_are_counted_by_week(predicate: Predicate) -> None:
    view = snapshot(
        [Event("ann", 4, hour=hour, object_id="c") for hour in (8, 9, 10, 13, 14)]
        + [Event("ann", 11, hour=12, object_id="c")]
    )
    wanted = Wanted("w", predicate, deadline=Deadline(at=time(13), weekday=4))

    (found,) = endings(view, [wanted], codes(view), first=MONDAY, last=day(11))

    assert found.done.tolist() == [[2, 1]]


def test_a_deadline_at_night_begins_the_evening_before() -> None:
    view = snapshot([Event("ann", 3, hour=23), Event("ann", 3, hour=20), Event("ann", 4, hour=1)])
    wanted = Wanted("w", CREATE, deadline=Deadline(at=time(2), weekday=4))

    (found,) = endings(view, [wanted], codes(view), first=MONDAY, last=day(4))

    assert found.done.tolist() == [[2]]


def test_as_many_texts_of_either_side_are_read_from_those_who_are_asked() -> None:
    table = canonical(
        [*uses("ann", 0, 1, 2, 8, 9), *uses("ben", 0, 8), *uses("ann", 0, action="view")]
    )
    at = table.schema.get_field_index("properties")
    notes = ["n0", "n1", "n2", "since", "Since then", *["ben's"] * 3]
    said = [json.dumps({"note": note}) for note in notes]
    table = table.set_column(at, "properties", pa.array(said, table.schema.field(at).type))
    view = snapshot_of(iter(table.to_batches()))
    ann = view.codes(TermKind.PERSON)["ann"]
    wanted = Wanted("w", CREATE, Quality(filled_in=("note",)))

    found = typed(view, wanted, np.array([ann, 2**40]), live=day(7))

    assert (found.texts, found.before.tolist()) == (2, [1, 1])
    assert sorted(found.since) == [1, 2]
    assert typed(view, Wanted("w", CREATE), np.array([ann]), live=day(7)).texts == 0
    view.close()
