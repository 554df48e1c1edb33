"""Before beside after: what was planted is found, and what was not is not."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import numpy as np
import pytest

from tests.capabilities.process.worlds import service_desk
from uptake.capabilities.process.compared import Comparison
from uptake.capabilities.process.comparing import Beside, before_and_after, beside_each_other
from uptake.capabilities.process.ground import Ground
from uptake.capabilities.process.saying_comparison import comparison_sentence
from uptake.capabilities.process.teams_of_cases import mix_candidates
from uptake.formats.case_log import CaseLog, Performer
from uptake.formats.errors import UnusableFileError
from uptake.methods.process.durations import WorkingHours

MIDDLE = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=50)


def compared(log: CaseLog, how: Beside | None = None) -> Comparison:
    return before_and_after(Ground.of(log), MIDDLE, how)


def test_rarer_handovers_are_found_with_an_interval_that_holds_the_planted_change() -> None:
    found = compared(service_desk(handover=(0.6, 0.2))).of("handovers_people")

    assert found is not None
    assert found.shift.mean_interval is not None
    assert found.shift.mean_interval.contains(-0.4)
    assert found.shift.mean_interval.high < 0
    assert "fewer (95 % interval" in found.sentence


def test_where_nothing_changed_it_is_said_that_it_could_be_chance() -> None:
    found = compared(service_desk())

    same = ("handovers_groups", "different_groups", "repeats")
    assert all("could be chance" in row.sentence for row in found.measures if row.key not in same)
    assert all("That is no difference." in row.sentence for row in map(found.of, same) if row)
    assert found.tried == 4
    assert found.neighbours == ()


def test_harder_cases_are_not_taken_for_slower_work_once_they_are_named() -> None:
    log = service_desk(hard=(0.2, 0.7))
    plain = compared(log).of("duration")
    alike = compared(log, Beside(mix=("size",))).of("duration")

    assert plain is not None
    assert alike is not None
    assert plain.shift.shift_interval is not None
    assert alike.shift.shift_interval is not None
    assert plain.shift.shift_interval.low > 0
    assert alike.shift.shift_interval.contains(0)


def test_what_moved_without_being_asked_about_is_found_among_the_neighbours() -> None:
    log = service_desk()
    ground = Ground.of(log)
    late = np.asarray(ground.begun[ground.begins] >= MIDDLE.timestamp() * 1000)
    checked = np.bincount(
        ground.case[ground.activity == ground.names.index("checked")], minlength=log.cases
    )
    kept = ~late | (checked > 0)  # from the middle on, nobody skips
    sides = (kept & ~late, kept & late)

    found = beside_each_other(ground, sides, ("before", "after"))

    assert found.neighbours[0].activity == "checked"
    assert "points more" in found.neighbours[0].sentence


def test_only_attributes_of_few_kinds_can_make_cases_alike() -> None:
    ground = Ground.of(service_desk(teams=2, cases_each=10))

    assert mix_candidates(ground) == ("size",)
    with pytest.raises(UnusableFileError, match="those that can make cases alike: size"):
        before_and_after(ground, MIDDLE, Beside(mix=("colour",)))


def test_few_teams_give_no_interval_and_say_so() -> None:
    found = compared(service_desk(teams=4, cases_each=60))

    assert found.teams is Performer.GROUP
    assert found.team_count == 4
    assert all(row.shift.shift_interval is None for row in found.measures)
    assert all("fewer than ten teams" in row.sentence for row in found.measures if row.change)
    assert comparison_sentence(found) == (
        "What changed cannot be told from chance: fewer than ten teams."
    )


def test_fewer_than_five_people_are_not_compared() -> None:
    ground = Ground.of(service_desk(teams=1, cases_each=60))
    found = before_and_after(ground, MIDDLE, Beside(fewest=7))

    assert found.measures == ()
    assert "fewer than 7 people" in found.not_measurable[0].why


def test_cases_that_began_too_late_to_have_ended_count_for_durations_only() -> None:
    found = compared(service_desk())
    duration, steps = found.of("duration"), found.of("events")

    assert found.unripe > 0
    assert duration is not None
    assert steps is not None
    assert duration.shift.other.cases == steps.shift.other.cases + found.unripe


def test_business_time_is_compared_beside_calendar_time() -> None:
    days = [date(2025, 12, 29) + timedelta(days=number) for number in range(140)]
    hours = WorkingHours.of(
        [day for day in days if day.weekday() < 5], (time(9), time(17)), UTC, until=days[-1]
    )
    found = compared(service_desk(), Beside(hours=hours))
    calendar, business = found.of("duration"), found.of("business_duration")

    assert calendar is not None
    assert business is not None
    assert business.shift.reference.median is not None
    assert calendar.shift.reference.median is not None
    assert 0.1 < business.shift.reference.median / calendar.shift.reference.median < 0.5


def test_cases_that_span_the_day_are_counted() -> None:
    found = compared(service_desk())

    assert 0 < found.straddling < 40
    assert sum(found.cases) == 640
