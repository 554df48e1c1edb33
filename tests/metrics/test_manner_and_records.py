"""Breadth, depth, timeliness, quality and rework, counted by hand."""

from __future__ import annotations

import pytest

from tests.metrics.asking import FOUR_WEEKS, by_group, one
from tests.metrics.logs import Event, rollups, uses
from uptake.metrics.attributes import Attributes, Member
from uptake.metrics.evaluate import evaluate
from uptake.metrics.measurement import MeasurementState
from uptake.metrics.scope import Grouping

VALUE = ("create", "update", "approve", "close")


def test_breadth_is_of_what_is_expected_and_over_active_people() -> None:
    log = [Event("ann", 1, "create"), Event("ann", 2, "update"), Event("ben", 1, "create")]
    log += [Event("ben", 2, "login"), Event("cem", 3, "login"), Event("old", -9, "approve")]

    answer = one("breadth", rollups(log, value=("create", "update", "approve")))

    assert (answer.numerator, answer.denominator) == (3, 6)


def test_actions_in_use_are_those_that_anybody_used() -> None:
    log = [Event("ann", 1, "create"), Event("ben", 2, "update"), Event("old", -9, "approve")]

    answer = one("actions_in_use", rollups(log, value=("create", "update", "approve")))

    assert (answer.numerator, answer.denominator) == (2, 3)


def test_depth_is_the_effective_number_of_actions() -> None:
    # the published example: shares .5, .3, .15, .05
    times = {"create": 10, "update": 6, "approve": 3, "close": 1}
    log = [Event("ann", 1, action) for action, n in times.items() for _ in range(n)]

    assert one("depth", rollups(log, value=VALUE)).value == pytest.approx(3.1334, abs=5e-5)


def test_conformance_says_that_no_process_is_intended_yet() -> None:
    answer = one("conformance", rollups(uses("ann", 1)))

    assert answer.state is MeasurementState.NOT_MEASURABLE
    assert "intended process" in answer.reason


def test_timeliness_leaves_out_records_whose_recording_time_is_unknown() -> None:
    log = [Event("ann", 1, delay_hours=hours) for hours in (0.5, 24.0, 24.1, None)]

    answer = one("timeliness", rollups(log))

    assert (answer.numerator, answer.denominator) == (2, 3)


def test_the_delay_is_given_at_every_step() -> None:
    log = [Event("ann", 1, delay_hours=hours) for hours in (0.5, 3, 20, 40, 100, 500)]

    answers = evaluate(["recording_delay"], rollups(log), window=FOUR_WEEKS, minimum_people=1)

    assert [a.numerator for a in answers] == [1, 2, 3, 4, 5]
    assert {a.denominator for a in answers} == {6}


def test_timeliness_names_the_column_that_would_make_it_measurable() -> None:
    answer = one("timeliness", rollups(uses("ann", 1)))

    assert answer.state is MeasurementState.NOT_MEASURABLE
    assert "'recorded'" in answer.reason


def test_records_that_nobody_judged_are_left_out_of_quality() -> None:
    log = [Event("ann", 1, right=right) for right in (True, True, False, None, None)]

    answer = one("first_time_right", rollups(log))

    assert (answer.numerator, answer.denominator) == (2, 3)


def test_a_group_without_judged_records_says_so_beside_one_that_has_them() -> None:
    log = [Event("ann", 1, account="acme", right=True), Event("ben", 1, account="bolt")]

    answers = by_group("first_time_right", rollups(log), Grouping.ACCOUNT)

    assert answers["acme"].value == 1.0
    assert answers["bolt"].state is MeasurementState.NOT_MEASURABLE
    assert "nothing to count" in answers["bolt"].reason


def test_rework_is_the_same_action_on_the_same_object_again() -> None:
    log = [Event("ann", 1, object_id="1"), Event("ben", 2, object_id="1"), Event("ann", 3)]
    log += [Event("ann", 3, object_id="2"), Event("ann", 4, "login", object_id="2")]

    answer = one("rework", rollups(log))

    assert (answer.numerator, answer.denominator) == (1, 3)


def test_work_is_told_apart_by_module() -> None:
    log = [Event("ann", 1, module="sales"), Event("ben", 1, module="sales"), Event("ben", 2)]

    answers = by_group("value_actions", rollups(log), Grouping.MODULE)

    assert {name: answer.value for name, answer in answers.items()} == {"sales": 2}


def test_concentration_is_the_part_of_the_most_active_tenth_of_people_in_scope() -> None:
    people = tuple(Member(f"p{n}") for n in range(20))
    log = [Event("p0", 1) for _ in range(30)] + [Event("p1", 1) for _ in range(10)]
    log += [Event(f"p{n}", 1) for n in range(2, 12)]

    answer = one("concentration", rollups(log, Attributes(people=people)))

    assert (answer.numerator, answer.denominator) == (40, 50)


def test_a_team_counts_as_soon_as_one_of_its_people_is_active() -> None:
    people = (Member("ann", team="red"), Member("ben", team="red"), Member("cem", team="blue"))

    answer = one("team_breadth", rollups(uses("ben", 1), Attributes(people=people)))

    assert (answer.numerator, answer.denominator) == (1, 2)


def test_groups_of_the_data_stand_in_for_teams_without_a_list_of_people() -> None:
    log = [Event("ann", 1, account="red"), Event("ben", -40, account="blue")]

    answer = one("team_breadth", rollups(log))

    assert (answer.numerator, answer.denominator) == (1, 2)
