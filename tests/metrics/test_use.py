"""Active people, rates, frequency and recency on logs small enough to count by hand."""

from __future__ import annotations

from datetime import date

import pytest

from tests.metrics.asking import FOUR_WEEKS, by_group, one
from tests.metrics.logs import Event, day, rollups, snapshot, uses
from uptake.methods.adoption.calendar import WorkingCalendar
from uptake.metrics.attributes import Attributes, GoLive, Member
from uptake.metrics.evaluate import evaluate, measure_over_time
from uptake.metrics.measurement import MeasurementState, Window
from uptake.metrics.profiles import Expectation, Profile
from uptake.metrics.relations import Relations
from uptake.metrics.scope import Grain, Grouping
from uptake.store.schema import TermKind


def test_signing_in_does_not_make_anybody_active() -> None:
    log = [*uses("ann", 1, 2), *uses("ben", 1, 2, 3, action="login")]

    answer = one("adoption_rate", rollups(log))

    assert (answer.numerator, answer.denominator, answer.value) == (1, 2, 0.5)


def test_a_rate_carries_its_wilson_interval() -> None:
    people = [Event(f"p{n}", 1, action="create" if n < 81 else "login") for n in range(263)]

    answer = one("adoption_rate", rollups(people))

    assert answer.low == pytest.approx(0.2553, abs=5e-5)
    assert answer.high == pytest.approx(0.3662, abs=5e-5)


def test_people_seen_long_ago_stay_in_scope_without_a_list_of_people() -> None:
    log = [*uses("ann", 0), *uses("ben", 60)]

    answer = one("adoption_rate", rollups(log), window=Window.ending(day(60)))

    assert (answer.numerator, answer.denominator) == (1, 2)


def test_people_not_seen_yet_are_not_in_scope_without_a_list_of_people() -> None:
    log = [*uses("ann", 0), *uses("ben", 60)]

    answer = one("adoption_rate", rollups(log))

    assert (answer.numerator, answer.denominator) == (1, 1)


def test_listed_people_are_in_scope_though_they_never_used_it() -> None:
    people = Attributes(people=(Member("ann", "acme"), Member("ben", "acme")))

    answer = one("adoption_rate", rollups(uses("ann", 1), people))

    assert (answer.numerator, answer.denominator) == (1, 2)


def test_people_who_left_or_have_not_come_are_not_in_scope() -> None:
    people = Attributes(
        people=(
            Member("ann", "acme"),
            Member("left", "acme", end=day(-1)),
            Member("next", "acme", start=day(28)),
        )
    )
    log = [*uses("ann", 1), *uses("left", 2), *uses("next", 3)]

    answer = one("active_people", rollups(log, people))

    assert (answer.value, answer.people) == (1, 1)


def test_people_who_are_not_listed_do_not_count_once_people_are_listed() -> None:
    people = Attributes(people=(Member("ann", "acme"),))

    answer = one("active_people", rollups([*uses("ann", 1), *uses("robot", 1)], people))

    assert answer.value == 1


def test_listed_people_belong_to_the_account_of_the_list() -> None:
    people = Attributes(people=(Member("ann", "bolt"), Member("ben", "acme")))

    answers = by_group("active_people", rollups(uses("ann", 1), people), Grouping.ACCOUNT)

    assert {name: answer.value for name, answer in answers.items()} == {"bolt": 1, "acme": 0}


def test_active_days_are_shared_out_among_active_people() -> None:
    log = [*uses("ann", 0, 1, 2, 2), *uses("ben", 5), *uses("cem", 3, action="login")]

    answer = one("active_days", rollups(log))

    assert (answer.numerator, answer.denominator, answer.value) == (4, 2, 2.0)


def test_frequency_counts_working_days_up_to_those_expected() -> None:
    # expected: 2 days a week over 20 working days = 8 each; ann did 10 working days and a Sunday
    log = [*uses("ann", 0, 1, 2, 3, 4, 7, 8, 9, 10, 11, 6), *uses("ben", 0, 1)]

    answer = one("frequency", rollups(log, days_a_week=2.0))

    assert answer.numerator == 10.0
    assert answer.denominator == 16.0
    assert answer.value == 0.625


def test_frequency_expects_nothing_of_people_before_they_started() -> None:
    people = Attributes(people=(Member("ann", start=day(14)),))

    answer = one("frequency", rollups(uses("ann", 14, 15), people))

    assert (answer.numerator, answer.denominator) == (2.0, 10.0)


def test_frequency_is_not_measurable_when_nobody_said_how_often() -> None:
    answer = one("frequency", rollups(uses("ann", 1), days_a_week=None))

    assert answer.state is MeasurementState.NOT_MEASURABLE
    assert "days a week" in answer.reason


def test_a_window_without_working_days_is_exempt_from_frequency() -> None:
    weekend = Window(day(5), day(6))

    answer = one("frequency", rollups(uses("ann", 5)), window=weekend)

    assert answer.state is MeasurementState.EXEMPT


def test_weekly_of_monthly_actives_counts_different_people() -> None:
    log = [*uses("ann", 1, 25, 26), *uses("ben", 2, 3), *uses("cem", 21), *uses("dee", 20)]

    answer = one("wau_mau", rollups(log))

    assert (answer.numerator, answer.denominator) == (2, 4)


def test_recency_is_the_median_of_working_days_since_last_use() -> None:
    # last day is a Sunday; since Friday 0 working days, since Thursday 1, since Monday 4
    log = [*uses("ann", 25), *uses("ben", 24), *uses("cem", 21)]

    assert one("recency", rollups(log)).value == 1.0


def test_active_people_over_time_are_counted_in_each_week() -> None:
    log = [*uses("ann", 0, 7, 8, 21), *uses("ben", 8)]

    weeks = measure_over_time(
        "active_people", rollups(log), Grain.WEEK, window=FOUR_WEEKS, minimum_people=1
    )

    assert [week.value for week in weeks] == [1, 2, 0, 1]
    assert weeks[-1].window.last == day(27)


def test_months_are_calendar_months_inside_the_window() -> None:
    log = [*uses("ann", 0, 40), *uses("ben", 50)]
    window = Window(date(2025, 3, 1), date(2025, 5, 10))

    months = measure_over_time(
        "active_people", rollups(log), Grain.MONTH, window=window, minimum_people=1
    )

    assert [(m.window.label, m.value) for m in months] == [("2025-03", 1), ("2025-04", 2)]


def test_days_without_a_whole_period_say_so() -> None:
    (answer,) = measure_over_time(
        "active_people", rollups(uses("ann", 1)), Grain.MONTH, window=Window(day(1), day(9))
    )

    assert answer.reason == "these days hold no whole month"


def test_a_metric_about_all_history_is_answered_as_of_each_period() -> None:
    answers = measure_over_time(
        "days_since_last_use", rollups(uses("ann", 3)), Grain.WEEK, window=FOUR_WEEKS
    )

    assert len(answers) == 4
    assert [answer.window.last for answer in answers] == [day(6), day(13), day(20), day(27)]


def test_an_account_is_not_yet_due_before_its_go_live() -> None:
    known = Attributes(go_lives=(GoLive("acme", day(30)),))

    answers = by_group("adoption_rate", rollups(uses("ann", 1), known), Grouping.ACCOUNT)

    assert answers["acme"].state is MeasurementState.NOT_YET_DUE
    assert answers["acme"].value is None


def test_nothing_can_be_split_by_teams_that_nobody_named() -> None:
    (answer,) = evaluate(["adoption_rate"], rollups(uses("ann", 1)), by="team", window=FOUR_WEEKS)

    assert answer.state is MeasurementState.NOT_MEASURABLE
    assert "team" in answer.reason


def test_different_actions_are_expected_of_different_populations() -> None:
    people = Attributes(people=(Member("ann", role="seller"), Member("ben", role="buyer")))
    view = snapshot([Event("ann", 1, "order"), Event("ben", 1, "order"), Event("ben", 2, "offer")])
    codes = view.codes(TermKind.ACTION)
    profile = Profile(
        Expectation(frozenset({codes["order"]})),
        {"seller": Expectation(frozenset({codes["offer"]}))},
    )
    relations = Relations.from_rollups(view, people, profile=profile)

    answers = by_group("active_people", relations, Grouping.ROLE)

    assert {role: answer.value for role, answer in answers.items()} == {"buyer": 1, "seller": 0}


def test_nothing_is_expected_on_holidays() -> None:
    closed = WorkingCalendar(closures=frozenset({day(1), day(2)}))

    answer = one("frequency", rollups(uses("ann", 0, 1, 3), calendar=closed))

    assert (answer.numerator, answer.denominator) == (2.0, 18.0)


def test_public_holidays_of_a_country_are_no_working_days() -> None:
    germany, listed = WorkingCalendar("DE"), Attributes((Member("ann"),))
    easter = Window(date(2025, 4, 14), date(2025, 4, 27))

    answer = one("frequency", rollups(uses("ann", 46), listed, calendar=germany), window=easter)

    assert answer.denominator == 8.0


def test_nothing_is_expected_of_people_on_leave() -> None:
    away = Attributes((Member("ann", leave=((day(0), day(13)), (day(18), day(18)))),))

    answer = one("frequency", rollups(uses("ann", 14, 15), away))

    assert (answer.numerator, answer.denominator) == (2.0, 9.0)


def test_people_on_leave_all_the_time_are_exempt() -> None:
    away = Attributes((Member("ann", leave=((day(-3), day(40)),)),))

    assert one("frequency", rollups(uses("ann", 14), away)).state is MeasurementState.EXEMPT


def test_less_is_expected_of_people_who_work_part_time() -> None:
    half = Attributes((Member("ann", days_a_week=2.5), Member("ben")))

    answer = one("frequency", rollups(uses("ann", *range(28)), half, days_a_week=2.0))

    assert (answer.numerator, answer.denominator) == (4.0, 12.0)
