from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.metrics.logs import MONDAY, Event, canonical, day, snapshot, uses
from uptake.methods.behaviour.periods import Cadence, Deadline, periods
from uptake.metrics.behaviours.counting import Shared, tally
from uptake.metrics.behaviours.endings import endings
from uptake.metrics.behaviours.wanted import Answer, Predicate, Quality, Wanted
from uptake.store.lake import Lake
from uptake.store.loader import Loader
from uptake.store.memory import snapshot_of
from uptake.store.schema import TermKind

CREATE = Predicate(frozenset({"create"}))
LOGGED = Wanted("logged", CREATE)
FRIDAY_ONE = Deadline(at=time(13), weekday=4)


def counted(view, *wanted, last=20, people=None):
    names = view.texts(TermKind.PERSON)
    codes = sorted(names)
    found = {}
    tallies = tally(view, wanted, np.array(codes, dtype=np.int64), first=MONDAY, last=day(last))
    for one in tallies:
        found[one.key] = {
            names[code]: list(zip(done.tolist(), ok.tolist(), strict=True))
            for code, done, ok in zip(codes, one.done, one.ok, strict=True)
        }
    return found


def test_records_are_counted_by_person_and_week():
    view = snapshot([*uses("ann", 0, 1, 8), *uses("ben", 2), *uses("ben", 3, action="view")])

    found = counted(view, LOGGED)["logged"]

    assert found == {"ann": [(2, 2), (1, 1), (0, 0)], "ben": [(1, 1), (0, 0), (0, 0)]}


def test_what_is_counted_a_few_at_a_time_is_the_same_as_all_at_once():
    view = snapshot([*uses("ann", 0, 4, 8, right=True), *uses("ben", 4, action="view")])
    by_friday = {"deadline": FRIDAY_ONE}
    every = [
        LOGGED,
        replace(LOGGED, key="right", quality=Quality(right_first_time=True)),
        replace(LOGGED, key="friday", **by_friday),
        replace(LOGGED, key="viewed", predicate=Predicate(frozenset({"view"})), **by_friday),
        replace(LOGGED, key="odd", quality=Quality(within=timedelta(minutes=40))),
    ]
    people = np.array(sorted(view.texts(TermKind.PERSON)), dtype=np.int64)
    shared = Shared(every)

    def found(count, wanted, **how):
        told = count(view, wanted, people, first=MONDAY, last=day(20), **how)
        return {each.key: each.done.tolist() for each in told}

    for count in (tally, endings):
        apart = {}
        for wanted in (*every, every[0]):
            apart |= found(count, [wanted], shared=shared)
        assert apart == found(count, every)


def test_only_records_of_the_agreed_quality_are_good():
    events = [
        Event("ann", 0, right=True, delay_hours=0.5),
        Event("ann", 0, right=False, delay_hours=0.5),
        Event("ann", 1, right=True, delay_hours=30),
        Event("ann", 1),
    ]
    wanted = [
        replace(LOGGED, key="right", quality=Quality(right_first_time=True)),
        replace(LOGGED, key="soon", quality=Quality(within=timedelta(days=1))),
        replace(LOGGED, key="odd", quality=Quality(within=timedelta(minutes=40))),
        replace(LOGGED, key="both", quality=Quality(True, timedelta(days=1))),
    ]

    found = counted(snapshot(events), *wanted, last=6)

    good = {key: people["ann"] for key, people in found.items()}
    assert good == {"right": [(4, 2)], "soon": [(4, 2)], "odd": [(4, 2)], "both": [(4, 1)]}


def test_module_and_product_narrow_what_counts():
    events = [
        Event("ann", 0, product="crm", module="deals"),
        Event("ann", 0, product="crm", module="calls"),
        Event("ann", 0, product="desk", module="calls"),
    ]
    wanted = [
        Wanted("crm", Predicate(frozenset({"create"}), product="crm")),
        Wanted("calls", Predicate(frozenset({"create"}), module="calls")),
        Wanted("both", Predicate(frozenset({"create"}), "crm", "calls")),
        Wanted("none", Predicate(frozenset({"create"}), "unheard of")),
    ]

    found = counted(snapshot(events), *wanted, last=6)

    assert {key: people["ann"][0][0] for key, people in found.items()} == {
        "crm": 2,
        "calls": 2,
        "both": 1,
        "none": 0,
    }


def test_what_is_done_after_the_deadline_counts_to_the_next_week():
    friday = [Event("ann", 4, hour=hour) for hour in (12, 13, 14)]
    wanted = Wanted("by one", CREATE, deadline=FRIDAY_ONE)

    found = counted(snapshot(friday), wanted, last=11)

    assert [done for done, _ in found["by one"]["ann"]] == [2, 1]


def test_what_is_done_after_the_deadline_before_the_first_week_counts_to_the_first():
    wanted = Wanted("by one", CREATE, deadline=FRIDAY_ONE)
    view = snapshot([Event("ann", 0), Event("ann", -3, hour=15), Event("ann", -3, hour=11)])

    assert [done for done, _ in counted(view, wanted, last=4)["by one"]["ann"]] == [2]


def test_grace_counts_what_is_done_until_its_end_to_the_week_before():
    sunday_grace = Wanted("grace", CREATE, deadline=Deadline(grace=timedelta(hours=10)))
    view = snapshot([Event("ann", 7, hour=9), Event("ann", 7, hour=11)])

    assert [done for done, _ in counted(view, sunday_grace, last=13)["grace"]["ann"]] == [1, 1]


def test_grace_longer_than_a_period_counts_every_record_once():
    wanted = Wanted("grace", CREATE, cadence=Cadence.DAY, deadline=Deadline(grace=timedelta(2)))
    view = snapshot([Event("ann", 3, hour=9), Event("ann", 4, hour=9)])

    found = counted(view, wanted, last=5)["grace"]["ann"]

    assert [done for done, _ in found] == [0, 1, 1, 0, 0, 0]


def test_the_deadline_is_that_of_the_clocks_of_the_workspace():
    wanted = Wanted("by one", CREATE, deadline=FRIDAY_ONE)
    view = snapshot([Event("ann", 4, hour=12)], timezone="Europe/Paris")  # 13:00 in Paris

    assert [done for done, _ in counted(view, wanted, last=11)["by one"]["ann"]] == [1, 0]


def test_an_opportunity_is_answered_by_a_good_record_on_the_same_thing_in_time():
    called = Predicate(frozenset({"call"}))
    wanted = Wanted("noted", called, answer=Answer(CREATE, timedelta(hours=24)))
    events = [
        Event("ann", 0, "call", object_id="c1"),
        Event("ann", 0, "create", object_id="c1", hour=12),
        Event("ann", 1, "call", object_id="c2"),
        Event("ben", 3, "create", object_id="c2"),
        Event("ben", 2, "call", object_id="c3"),
        Event("ben", 1, "create", object_id="c3"),
        Event("ben", 4, "call"),
        Event("ben", 6, "call", object_id="c4", hour=20),
        Event("ben", 7, "view", hour=8),
    ]

    found = counted(snapshot(events), wanted, last=13)["noted"]

    assert found == {"ann": [(2, 1), (0, 0)], "ben": [(1, 0), (0, 0)]}


def test_an_opportunity_counts_when_its_time_to_be_answered_ends():
    wanted = Wanted(
        "noted", Predicate(frozenset({"call"})), answer=Answer(CREATE, timedelta(days=3))
    )
    events = [Event("ann", 5, "call", object_id="c"), Event("ann", 12, "view")]

    assert counted(snapshot(events), wanted, last=13)["noted"]["ann"] == [(0, 0), (1, 0)]


@pytest.mark.parametrize(("late", "weeks"), [(999, [(1, 0), (0, 0)]), (1_000, [(0, 0), (1, 0)])])
def test_an_opportunity_that_ends_in_the_second_of_the_deadline_is_in_time(late, weeks):
    wanted = Wanted(
        "noted",
        Predicate(frozenset({"call"})),
        deadline=Deadline(at=time(10)),
        answer=Answer(CREATE, timedelta(days=3)),
    )
    table = canonical([Event("ann", 3, "call", object_id="c"), Event("ann", 12, "view")])
    moments = [at + timedelta(milliseconds=late) for at in table["occurred_at"].to_pylist()]
    place = table.schema.get_field_index("occurred_at")
    view = snapshot_of(
        iter(table.set_column(place, "occurred_at", [moments]).cast(table.schema).to_batches())
    )

    assert counted(view, wanted, last=13)["noted"]["ann"] == weeks
    view.close()


def test_events_are_told_apart_by_object_type_and_properties():
    table = canonical(uses("ann", 0, 0, 1, object_id="x"))
    said = ['{"stage": "won", "amount": "3"}', '{"stage": "won", "amount": "n/a"}', None]
    table = table.set_column(table.schema.get_field_index("properties"), "properties", [said]).cast(
        table.schema
    )
    view = snapshot_of(iter(table.to_batches()))
    won = Predicate(frozenset({"create"}), object_type="record", properties=(("stage", "won"),))

    found = counted(view, Wanted("won", won, Quality(filled_in=("amount",))), last=6)

    assert found["won"]["ann"] == [(2, 1)]
    view.close()


@pytest.mark.parametrize("value", ["it's", '"', "\\", "$.x", "%"])
def test_what_people_type_is_no_sql(value):
    tricky = Predicate(frozenset({"create"}), properties=((value, value),))

    assert counted(snapshot(uses("ann", 0)), Wanted("odd", tricky), last=6)["odd"]["ann"] == [
        (0, 0)
    ]


def test_people_who_are_not_asked_are_left_out():
    view = snapshot([*uses("ann", 0), *uses("ben", 0)])
    ben = np.array([view.codes(TermKind.PERSON)["ben"]])

    (found,) = tally(view, [LOGGED], ben, first=MONDAY, last=day(6))

    assert found.done.tolist() == [[1]]


def test_of_nobody_nothing_is_counted():
    (found,) = tally(snapshot(uses("ann", 0)), [LOGGED], np.array([]), first=MONDAY, last=day(6))

    assert found.done.shape == (0, 1)


def test_a_lake_on_disk_counts_the_same_after_every_load(tmp_path):
    lake = Lake.open(tmp_path, f"sqlite:///{tmp_path}/lake.sqlite3")
    lake.create_workspace("acme")
    wanted = Wanted("by one", CREATE, deadline=FRIDAY_ONE)
    seen = []
    for load, days in enumerate([(0, 4), (1, 9)]):
        lake.append("acme", canonical([Event("ann", n, hour=14) for n in days], f"{load}-"))
        Loader(lake).run_once()
        with lake.snapshot("acme") as view:
            seen.append(counted(view, LOGGED, wanted, last=11))
    lake.close()

    assert [one["logged"]["ann"] for one in seen] == [[(2, 2), (0, 0)], [(3, 3), (1, 1)]]
    assert [one["by one"]["ann"] for one in seen] == [[(1, 1), (1, 1)], [(2, 2), (2, 2)]]


events = st.lists(
    st.builds(
        Event,
        person=st.sampled_from(["ann", "ben", "cyd"]),
        day=st.integers(-2, 33),
        hour=st.integers(0, 23),
        action=st.sampled_from(["create", "edit"]),
        module=st.sampled_from([None, "deals"]),
        object_id=st.just("x"),
        right=st.sampled_from([None, True, False]),
        delay_hours=st.sampled_from([None, 0.5, 30.0]),
    ),
    min_size=1,
    max_size=40,
)
shapes = st.sampled_from(
    [
        (Cadence.WEEK, Deadline()),
        (Cadence.WEEK, FRIDAY_ONE),
        (Cadence.WEEK, Deadline(at=time(18), weekday=2, grace=timedelta(hours=9))),
        (Cadence.DAY, Deadline(at=time(9, 30))),
        (Cadence.DAY, Deadline(at=time(9, 30), grace=timedelta(hours=50))),
        (Cadence.MONTH, Deadline(at=time(12))),
    ]
)
qualities = st.sampled_from([Quality(), Quality(True), Quality(within=timedelta(hours=1))])


@settings(max_examples=60, deadline=None)
@given(events, shapes, qualities, st.sampled_from(["UTC", "Asia/Kolkata", "America/New_York"]))
def test_rollups_and_raw_events_count_what_a_loop_counts(log, shape, quality, zone):
    cadence, deadline = shape
    predicate = Predicate(frozenset({"create"}), module="deals")
    rolled = Wanted("rolled", predicate, quality, cadence, deadline)
    raw = replace(rolled, key="raw", predicate=replace(predicate, object_type="record"))
    view = snapshot(log, zone)

    found = counted(view, rolled, raw, last=28)

    spans = periods(cadence, MONDAY, day(28), zone=ZoneInfo(zone), deadline=deadline)
    for person, cells in found["rolled"].items():
        mine = [e for e in log if e.person == person and e.action == "create" and e.module]
        expected = [_inside(mine, span, quality) for span in spans]
        assert cells == expected
    assert found["raw"] == found["rolled"]


def _inside(log, span, quality):
    second = timedelta(seconds=1)
    done = [e for e in log if span.opens + second <= e.occurred_at < span.closes + second]
    return len(done), sum(_good(event, quality) for event in done)


def _good(event, quality):
    soon = quality.within is None or (
        event.delay_hours is not None and event.delay_hours <= quality.within.total_seconds() / 3600
    )
    return soon and (event.right is True or not quality.right_first_time)
