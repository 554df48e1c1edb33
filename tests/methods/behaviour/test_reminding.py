from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uptake.methods.behaviour.reminding import (
    Policy,
    Reason,
    Situation,
    decide,
    gap,
    is_held_out,
    is_quiet,
    lift,
)
from uptake.methods.statistics.proportions import Share

WEDNESDAY = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)  # local time of the person
GAP = Situation(
    done=False, due=True, blocked=False, opted_out=False, held_out=False, met_in_a_row=0
)


def test_a_gap_is_reminded_of():
    assert decide(Policy(), GAP, WEDNESDAY) is Reason.DUE


@pytest.mark.parametrize(
    ("what", "reason"),
    [
        ({"done": True}, Reason.DONE),
        ({"due": False}, Reason.EXEMPT),
        ({"blocked": True}, Reason.BLOCKED),
        ({"opted_out": True}, Reason.OPTED_OUT),
        ({"held_out": True}, Reason.HELD_OUT),
        ({"sent": [WEDNESDAY - timedelta(days=d) for d in (2, 3)]}, Reason.CAP),
        ({"sent_about_this": [WEDNESDAY - timedelta(hours=5)]}, Reason.SPACING),
        ({"near": False}, Reason.FAR),
        ({"reachable": False}, Reason.UNREACHABLE),
        ({"at_work": False}, Reason.AWAY),
        ({"chosen": False}, Reason.OTHER_TIME),
    ],
)
def test_nobody_is_reminded_without_need(what, reason):
    assert decide(Policy(), replace(GAP, **what), WEDNESDAY) is reason


def test_the_time_that_somebody_chose_counts_even_in_quiet_hours():
    night = WEDNESDAY.replace(hour=22)

    assert decide(Policy(), replace(GAP, chosen=None), night) is Reason.QUIET
    assert decide(Policy(), replace(GAP, chosen=True), night) is Reason.DUE


def test_two_reminders_of_the_week_before_last_do_not_count():
    old = [WEDNESDAY - timedelta(days=d) for d in (8, 9)]

    assert decide(Policy(), replace(GAP, sent=old), WEDNESDAY) is Reason.DUE


def test_the_blocked_are_not_counted_as_held_out():
    both = replace(GAP, blocked=True, held_out=True)

    assert decide(Policy(), both, WEDNESDAY) is Reason.BLOCKED


@pytest.mark.parametrize(
    ("moment", "quiet"),
    [
        (datetime(2026, 3, 4, 7, 59, tzinfo=UTC), True),
        (datetime(2026, 3, 4, 8, 0, tzinfo=UTC), False),
        (datetime(2026, 3, 4, 18, 0, tzinfo=UTC), True),
        (datetime(2026, 3, 7, 10, 0, tzinfo=UTC), True),  # a Saturday
    ],
)
def test_quiet_hours_run_over_night_and_over_weekends(moment, quiet):
    assert is_quiet(Policy(), moment) is quiet


def test_quiet_hours_may_lie_within_a_day():
    lunch = Policy(quiet_from=time(12), quiet_to=time(13))

    assert is_quiet(lunch, WEDNESDAY.replace(hour=12))
    assert not is_quiet(lunch, WEDNESDAY)


def test_reminders_come_further_apart_while_all_goes_well_and_closer_after_a_lapse():
    gaps = [gap(met).days for met in (0, 1, 2, 3, 4, 5, 40)]

    assert gaps == [1, 2, 4, 8, 16, 28, 28]


def test_a_tenth_is_held_out_and_always_the_same():
    chosen = [is_held_out("week", f"p{n}", "2026-03-02") for n in range(20_000)]

    assert sum(chosen) / len(chosen) == pytest.approx(0.1, abs=0.01)
    assert chosen == [is_held_out("week", f"p{n}", "2026-03-02") for n in range(20_000)]


def test_another_template_or_period_holds_out_other_people():
    first = {n for n in range(2000) if is_held_out("week", f"p{n}", "2026-03-02")}
    second = {n for n in range(2000) if is_held_out("week", f"p{n}", "2026-03-09")}

    assert len(first & second) < 60


def test_the_lift_has_an_interval():
    found = lift(Share(5200, 10_000), Share(500, 1000))

    assert found.lift == pytest.approx(0.02)
    assert found.interval.low < 0 < found.interval.high


def test_lift_is_what_the_reminded_met_more_often_with_newcombes_interval():
    found = lift(Share(56, 70), Share(48, 80))

    assert found.lift == pytest.approx(0.2)
    assert (round(found.interval.low, 4), round(found.interval.high, 4)) == (0.0524, 0.3339)


def test_without_anybody_held_out_there_is_no_lift():
    assert lift(Share(5, 10), Share(0, 0)).lift is None


@given(
    st.lists(st.integers(0, 30 * 24), max_size=8),
    st.integers(0, 20),
    st.integers(0, 14 * 24),
)
def test_the_cap_is_never_passed(hours, met, later):
    now = WEDNESDAY + timedelta(hours=later)
    sent = [now - timedelta(hours=h) for h in hours]
    situation = replace(GAP, sent=sent, sent_about_this=sent, met_in_a_row=met)

    due = decide(Policy(), situation, now) is Reason.DUE

    assert not due or sum(now - s < timedelta(days=7) for s in sent) < 2
