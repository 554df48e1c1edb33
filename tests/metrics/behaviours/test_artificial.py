from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.metrics.logs import MONDAY, canonical, day, uses
from uptake.methods.behaviour.periods import Cadence
from uptake.metrics.behaviours.artificial import Kind, Rules, artificial
from uptake.metrics.behaviours.counting import tally
from uptake.metrics.behaviours.wanted import Predicate, Quality, Wanted
from uptake.store.memory import snapshot_of
from uptake.store.schema import CANONICAL, TermKind

CREATED = Wanted("created", Predicate(frozenset({"create"})))


def log(*events):
    """Events of one person: seconds after Monday ten o'clock, object, properties."""
    table = canonical(uses("ann", *[0] * len(events)))
    moments = [table["occurred_at"][0].as_py() + timedelta(seconds=e[0]) for e in events]
    columns = {
        "occurred_at": moments,
        "object_id": [e[1] if len(e) > 1 else None for e in events],
        "properties": [e[2] if len(e) > 2 else None for e in events],
    }
    arrays = [
        pa.array(columns.get(n, table[n].to_pylist()), CANONICAL.field(n).type)
        for n in CANONICAL.names
    ]
    return pa.table(arrays, schema=CANONICAL)


def found(table, wanted=CREATED, last=6, **how):
    view = snapshot_of(iter(table.to_batches()))
    people = np.array(sorted(view.texts(TermKind.PERSON)))
    (kinds,) = artificial(view, [wanted], people, first=MONDAY, last=day(last), **how)
    view.close()
    return {kind.value: int(done.sum()) for kind, done in kinds.done.items()}


def test_twenty_in_a_minute_are_bulk_and_nineteen_are_not():
    assert found(log(*[(n,) for n in range(20)])) == {"bulk": 20}
    assert found(log(*[(n,) for n in range(19)])) == {}


def test_the_same_object_again_within_a_minute_is_repeated_but_the_first_counts():
    assert found(log((0, "x"), (30, "x"), (59, "x"), (60, "y"), (200, "x"))) == {"repeated": 2}


@pytest.mark.parametrize(
    ("events", "kinds"),
    [
        ([(0, "x"), (0, "x"), (0, "x")], {"repeated": 2}),
        ([(0, "x"), (0, "y")], {}),
        ([(0, "x"), (30, "x"), (30, "x")], {"repeated": 2}),
        ([(0, "x"), (60, "x"), (60, "x")], {"repeated": 1}),
        ([(0, None), (0, None)], {}),
        (
            [(0, "x", '{"changed": false}'), (0, "x", '{"changed": false}')],
            {"repeated": 1, "unchanged": 1},
        ),
    ],
)
def test_of_what_is_done_at_once_one_counts(events, kinds):
    assert found(log(*events)) == kinds


def test_of_what_is_done_at_once_in_bulk_all_is_bulk():
    assert found(log(*[(0, "x") for _ in range(25)])) == {"bulk": 25}


@pytest.mark.parametrize(
    ("properties", "kinds"),
    [
        ('{"changed_fields": []}', {"unchanged": 1}),
        ('{"changed": false}', {"unchanged": 1}),
        ('{"changes": {}}', {"unchanged": 1}),
        ('{"changed_fields": 0}', {"unchanged": 1}),
        ('{"changed_fields": 2}', {}),
        ('{"changed_fields": ["phone"]}', {}),
        ('{"stage": ""}', {}),
        (None, {}),
    ],
)
def test_an_edit_that_says_it_changed_nothing_is_unchanged(properties, kinds):
    assert found(log((0, "x", properties))) == kinds


def test_the_same_interval_all_day_is_a_keep_alive():
    assert found(log(*[(300 * n,) for n in range(12)])) == {"keep_alive": 12}
    assert found(log(*[(300 * n + 7 * (n % 3),) for n in range(12)])) == {}


def paced(events, gap=120, off=0):
    """Seconds of events at one interval, of which the last comes later."""
    return [(gap * n + off * (n == events - 1),) for n in range(events)]


@pytest.mark.parametrize(
    ("events", "kinds"),
    [
        (paced(11), {}),
        (paced(12), {"keep_alive": 12}),
        (paced(12, off=2), {"keep_alive": 12}),
        (paced(12, off=3), {}),
        (paced(12, gap=60), {"keep_alive": 12}),
        (paced(12, gap=59), {}),
    ],
)
def test_twelve_a_day_within_two_seconds_of_an_interval_are_a_keep_alive(events, kinds):
    assert found(log(*events)) == kinds


def test_a_minute_later_it_is_another_time():
    assert found(log((0, "x"), (59, "x"))) == {"repeated": 1}
    assert found(log((0, "x"), (60, "x"))) == {}


def test_an_event_is_of_the_first_kind_that_fits():
    same = [(n / 2, "x", '{"changed": false}') for n in range(40)]

    assert found(log(*same)) == {"bulk": 40}


def test_the_lines_can_be_moved():
    assert found(log((0,), (1,), (2,)), rules=Rules(bulk=3)) == {"bulk": 3}


def test_only_what_the_behaviour_counts_is_looked_at():
    other = replace(CREATED, predicate=Predicate(frozenset({"view"})))

    assert found(log(*[(n,) for n in range(30)]), other) == {}


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 9 * 86_400),
            st.sampled_from([None, "x", "y"]),
            st.sampled_from([None, '{"changed": false}', '{"changed": true}']),
        ),
        min_size=1,
        max_size=60,
    ),
    st.sampled_from([Cadence.DAY, Cadence.WEEK]),
)
def test_what_is_artificial_is_part_of_what_is_counted(events, cadence):
    wanted = replace(CREATED, cadence=cadence, quality=Quality(filled_in=("changed",)))
    view = snapshot_of(iter(log(*events).to_batches()))
    people = np.array(sorted(view.texts(TermKind.PERSON)))
    rules = Rules(bulk=3)

    (all_of,) = tally(view, [wanted], people, first=MONDAY, last=day(13))
    (kinds,) = artificial(view, [wanted], people, first=MONDAY, last=day(13), rules=rules)

    view.close()
    zero = np.zeros_like(all_of.done)
    assert (sum(kinds.done.values(), zero) <= all_of.done).all()
    assert (sum(kinds.ok.values(), zero) <= all_of.ok).all()
    assert (kinds.done.get(Kind.BULK, zero) >= kinds.ok.get(Kind.BULK, zero)).all()
