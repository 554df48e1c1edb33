"""The promise of the rollups: exactly the numbers of the raw events, for every metric."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.metrics.logs import MONDAY, Event, both, day
from uptake.metrics.attributes import Attributes, GoLive, Member, Seats
from uptake.metrics.catalogue import catalogue
from uptake.metrics.classification import classify_groups
from uptake.metrics.evaluate import evaluate, measure_over_time
from uptake.metrics.measurement import Window
from uptake.metrics.relations import Relations
from uptake.metrics.scope import Grain, Grouping

PEOPLE = [f"p{number}" for number in range(9)]
ACTIONS = ["create", "update", "login", "approve"]
LAST_DAY = 150

events = st.builds(
    Event,
    person=st.sampled_from(PEOPLE),
    day=st.integers(0, LAST_DAY),
    action=st.sampled_from(ACTIONS),
    account=st.sampled_from(["acme", "bolt", None]),
    hour=st.integers(0, 23),
    product=st.sampled_from(["crm", "erp", None]),
    module=st.sampled_from(["sales", None]),
    object_id=st.sampled_from(["1", "2", "3", None]),
    delay_hours=st.sampled_from([None, -1.0, 0.5, 1.0, 23.0, 24.0, 100.0]),
    right=st.sampled_from([None, True, False]),
)
logs = st.lists(events, min_size=1, max_size=120)

members = st.builds(
    Member,
    person=st.sampled_from([*PEOPLE, "never seen"]),
    account=st.sampled_from(["acme", "bolt", "newly signed", None]),
    team=st.sampled_from(["red", "blue", None]),
    role=st.sampled_from(["seller", "buyer", None]),
    start=st.sampled_from([None, day(-200), day(10), day(60)]),
    end=st.sampled_from([None, day(100), day(140)]),
)
attributes = st.builds(
    Attributes,
    people=st.lists(members, unique_by=lambda member: member.person).map(tuple),
    seats=st.just(
        (
            Seats("acme", 5, day(0), day(149), price=100.0),
            Seats("acme", 3, day(0), product="crm", provisioned=2),
            Seats("bolt", 4, day(20), price=50.0),
        )
    ),
    go_lives=st.just((GoLive("acme", day(5)), GoLive("bolt", day(200)))),
)


def trying(examples: int) -> settings:
    """So many random logs; compiling the metrics is what takes the time."""
    return settings(
        max_examples=examples,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


def measured(relations: Relations, by: Grouping | None, window: Window) -> list[object]:
    return list(evaluate(catalogue.values(), relations, by=by, window=window, minimum_people=1))


@trying(16)
@given(
    by=st.sampled_from([None, *Grouping]),
    log=logs,
    known=attributes,
    last=st.integers(20, LAST_DAY + 5),
)
def test_every_metric_is_the_same_from_raw_events_and_from_rollups(
    by: Grouping | None, log: list[Event], known: Attributes, last: int
) -> None:
    raw, rolled_up = both(log, known)
    window = Window.ending(day(last))

    assert measured(raw, by, window) == measured(rolled_up, by, window)


@trying(6)
@given(
    grain=st.sampled_from(list(Grain)),
    log=logs,
    known=attributes,
    by=st.sampled_from([None, Grouping.ACCOUNT, Grouping.TEAM, Grouping.MODULE]),
)
def test_every_metric_over_time_is_the_same_from_raw_events_and_from_rollups(
    grain: Grain, log: list[Event], known: Attributes, by: Grouping | None
) -> None:
    raw, rolled_up = both(log, known)
    window = Window(day(100), day(143))
    periodic = [metric for metric in catalogue.values() if metric.over_time]

    for metric in periodic:
        from_raw = measure_over_time(metric, raw, grain, by=by, window=window)
        from_rollups = measure_over_time(metric, rolled_up, grain, by=by, window=window)
        assert from_raw == from_rollups


@trying(4)
@given(log=logs, known=attributes)
def test_states_of_groups_are_the_same_from_raw_events_and_from_rollups(
    log: list[Event], known: Attributes
) -> None:
    raw, rolled_up = both(log, known)
    window = Window.ending(day(LAST_DAY))

    states = classify_groups(raw, by=Grouping.ACCOUNT, window=window)

    assert states == classify_groups(rolled_up, by=Grouping.ACCOUNT, window=window)


@trying(4)
@given(log=logs, hour_of_zone=st.sampled_from(["UTC", "Asia/Kolkata", "America/New_York"]))
def test_proposals_and_days_are_the_same_from_raw_events_and_from_rollups(
    log: list[Event], hour_of_zone: str
) -> None:
    raw, rolled_up = both(log, timezone=hour_of_zone, calendar=None)

    assert raw.profile == rolled_up.profile
    assert raw.calendar == rolled_up.calendar
    assert (raw.span, raw.last_complete_day) == (rolled_up.span, rolled_up.last_complete_day)


def test_actions_beyond_the_first_mask_are_told_apart() -> None:
    log = [Event(f"p{n % 7}", n % 28, action=f"step {n}") for n in range(140)]
    raw, rolled_up = both(log)
    window = Window.ending(day(27))

    figures = measured(raw, Grouping.ACTION, window)

    assert figures == measured(rolled_up, Grouping.ACTION, window)
    assert len({figure.group for figure in figures}) > 130  # type: ignore[attr-defined]


def test_a_rollup_that_says_the_same_twice_changes_nothing() -> None:
    log = [Event(f"p{n % 6}", n % 28, right=n % 2 == 0) for n in range(60)]
    _, rolled_up = both(log)
    window = Window(MONDAY, MONDAY + timedelta(days=27))
    once = measured(rolled_up, None, window)
    view = rolled_up.backend
    doubled = view.table("person_days").union(view.table("person_days"), distinct=False)

    twice = measured(_with_presence(rolled_up, doubled), None, window)

    assert [m for m in once if m.key == "breadth"] == [m for m in twice if m.key == "breadth"]  # type: ignore[attr-defined]


def _with_presence(relations: Relations, presence: object) -> Relations:
    return replace(relations, presence=presence)


def test_the_default_window_ends_on_a_given_date() -> None:
    assert Window.ending(date(2025, 3, 28)).first == date(2025, 3, 1)
