"""Every object that exists shall have its fields by a moment."""

from __future__ import annotations

import json
from datetime import time

import numpy as np
import pyarrow as pa
import pytest

from tests.metrics.logs import MONDAY, Event, canonical, day, snapshot
from uptake.methods.behaviour.periods import Cadence, Deadline
from uptake.metrics.behaviours.counting import tally
from uptake.metrics.behaviours.wanted import Predicate, Quality, Wanted
from uptake.store.memory import snapshot_of
from uptake.store.schema import TermKind

ACTIONS = Predicate(frozenset({"create", "edit"}), object_type="record")
FIELDS = Quality(filled_in=("phone", "title"))
ASKED, FRIDAY = day(7), day(11)
BY_ONE = Wanted(
    "whole",
    ACTIONS,
    FIELDS,
    Cadence.ONCE,
    Deadline(at=time(13)),
    span=(ASKED, FRIDAY),
    objects=True,
)

Said = tuple[Event, dict[str, object]]


def counted(said: list[Said], wanted: Wanted = BY_ONE) -> dict[str, tuple[int, int]]:
    """By person: objects that existed, and those that have every field."""
    table = canonical([event for event, _ in said])
    texts = pa.array(
        [json.dumps(facts) for _, facts in said], table.schema.field("properties").type
    )
    table = table.set_column(table.schema.get_field_index("properties"), "properties", texts)
    view = snapshot_of(iter(table.to_batches()))
    names = view.texts(TermKind.PERSON)
    codes = np.array(sorted(names), dtype=np.int64)
    (found,) = tally(view, [wanted], codes, first=MONDAY, last=day(12))
    told = {
        names[code]: (int(found.done[n, 0]), int(found.ok[n, 0])) for n, code in enumerate(codes)
    }
    view.close()
    return told


def made(person: str, thing: str, on: int = 0, hour: int = 10, **facts: object) -> Said:
    return Event(person, on, object_id=thing, hour=hour), facts


def edited(person: str, thing: str, on: int, hour: int = 10, **facts: object) -> Said:
    return Event(person, on, "edit", object_id=thing, hour=hour), facts


def test_an_object_is_its_creators_whoever_completes_it() -> None:
    told = counted(
        [
            made("ann", "c1", phone="1", title="Dr"),
            made("ann", "c2", phone="1"),
            edited("ben", "c2", 8, title="Ms"),
            made("ben", "c3"),
        ]
    )

    assert told == {"ann": (2, 2), "ben": (1, 0)}


def test_what_came_after_people_were_asked_is_not_part_of_it() -> None:
    assert counted(
        [made("ann", "old", 6), made("ann", "new", 7, hour=0, phone="1", title="Dr")]
    ) == {"ann": (1, 0)}


@pytest.mark.parametrize(("hour", "complete"), [(12, 1), (13, 1), (14, 0)])
def test_a_field_counts_that_was_said_by_the_deadline(hour: int, complete: int) -> None:
    said = [made("ann", "c1", phone="1"), edited("ann", "c1", 11, hour=hour, title="Dr")]

    assert counted(said) == {"ann": (1, complete)}


@pytest.mark.parametrize("value", ["?", "n/a", " ", "-"])
def test_a_placeholder_fills_nothing_in_and_the_last_word_counts(value: str) -> None:
    said = [made("ann", "c1", phone="1", title="Dr"), edited("ann", "c1", 8, title=value)]

    assert counted(said) == {"ann": (1, 0)}


def test_a_field_that_an_edit_does_not_speak_of_stays_as_it_was() -> None:
    said = [made("ann", "c1", phone="1", title="Dr"), edited("ben", "c1", 8, phone="2")]

    assert counted(said)["ann"] == (1, 1)


def test_without_objects_there_is_nothing_to_do() -> None:
    view = snapshot([Event("ann", 0)])
    codes = np.array(sorted(view.texts(TermKind.PERSON)), dtype=np.int64)

    (found,) = tally(view, [BY_ONE], codes, first=MONDAY, last=day(12))

    assert (found.done.tolist(), found.ok.tolist()) == ([[0]], [[0]])


def test_records_that_are_asked_once_count_from_the_first_day_to_the_deadline() -> None:
    wanted = Wanted(
        "three",
        Predicate(frozenset({"create"})),
        Quality(),
        Cadence.ONCE,
        BY_ONE.deadline,
        span=BY_ONE.span,
    )
    said = [(Event("ann", on, hour=hour), {}) for on, hour in ((6, 23), (7, 0), (11, 12), (11, 14))]

    assert counted(said, wanted) == {"ann": (2, 2)}
