"""What states were before, and how starters of one quarter compare with those of another."""

from __future__ import annotations

from datetime import date

import pytest

from tests.capabilities.measure.logs import picture, steady, workdays
from tests.metrics.logs import Event, day
from uptake.capabilities.measure.picture import AdoptionPicture, StateCourse
from uptake.capabilities.measure.report import to_document
from uptake.metrics.attributes import Attributes, Member
from uptake.ui.document import Chart, Section

WEEKS = 24


def _of(seen: AdoptionPicture, group: str | None) -> StateCourse:
    return next(course for course in seen.courses if course.group == group)


def _charts(seen: AdoptionPicture, anchor: str) -> list[Chart]:
    sections: list[Section] = [s for s in to_document(seen).sections if s.anchor == anchor]
    return [block for block in sections[0].blocks if isinstance(block, Chart)]


def _stopped(people: int, weeks: int) -> list[Event]:
    """People of the south who work for some weeks and then no more."""
    return [event for event in steady(people, WEEKS, account="south") if event.day < 7 * weeks]


@pytest.fixture
def stopped() -> AdoptionPicture:
    return picture(steady(20, WEEKS) + _stopped(9, 12))


def test_the_newest_period_is_the_state_of_the_window(stopped: AdoptionPicture) -> None:
    now = {group.group: group.classification.state for group in stopped.groups}

    assert {c.group: c.periods[-1].state for c in stopped.courses if c.group} == now
    assert {c.periods[-1].last for c in stopped.courses} == {stopped.basis.window.last}


def test_a_group_that_stops_goes_from_working_to_idle_and_stays_there(
    stopped: AdoptionPicture,
) -> None:
    south = _of(stopped, "south")

    assert [period.state.value for period in south.periods if period.state] == [
        *["working"] * 2,
        *["idle"] * 3,
    ]
    assert [change.after.value for change in south.changes] == ["working", "idle"]
    assert len(_of(stopped, "north").changes) == 1


def test_a_group_that_begins_later_has_no_state_before(stopped: AdoptionPicture) -> None:
    late = [event for event in steady(9, WEEKS, account="east") if event.day >= 7 * 12]

    east = _of(picture(steady(20, WEEKS) + late), "east")

    assert [period.state is None for period in east.periods] == [True] * 2 + [False] * 3


def test_small_groups_have_no_course() -> None:
    seen = picture(
        steady(20, WEEKS) + steady(7, WEEKS, account="south") + steady(2, WEEKS, account="x")
    )

    assert {course.group for course in seen.courses} == {None, "north"}


def test_the_strip_says_what_changed_in_words_and_table(stopped: AdoptionPicture) -> None:
    strip = _charts(stopped, "groups")[-1]

    assert strip.spec["title"]["text"] == "1 of 2 groups changed its state for 8 weeks or longer"
    assert "south: Since" in strip.summary
    assert [cell.text for cell in strip.table.rows[1]][:6] == [
        "south",
        *["Working"] * 2,
        *["Idle"] * 3,
    ]


def test_a_month_and_less_has_no_strip() -> None:
    assert len(_charts(picture(steady(20, 5)), "groups")) == 1


def _starters(name: str, people: int, week: int) -> list[Event]:
    return [
        Event(f"{name}-{person}", at, account="north")
        for person in range(people)
        for at in workdays(WEEKS)
        if at >= 7 * week
    ]


def _with_starts(*cohorts: tuple[str, int, int]) -> AdoptionPicture:
    """Twelve tenured people, and starters by name, number and week of their start."""
    people = [Member(f"north-{n}", "north", start=day(-400)) for n in range(12)]
    people += [
        Member(f"{name}-{n}", "north", start=day(7 * week))
        for name, size, week in cohorts
        for n in range(size)
    ]
    events = [event for cohort in cohorts for event in _starters(*cohort)]
    return picture(steady(12, WEEKS) + events, Attributes(people=tuple(people)))


def test_starters_are_compared_by_the_quarter_of_their_start() -> None:
    seen = _with_starts(("early", 6, 2), ("late", 7, 14))

    assert [cohort.ramp.people for cohort in seen.ramp.cohorts] == [6, 7]
    assert all(cohort.first.month % 3 == 1 for cohort in seen.ramp.cohorts)
    assert len(_charts(seen, "journeys")) == 2


def test_quarters_of_fewer_than_five_are_taken_together() -> None:
    seen = _with_starts(("early", 6, 2), ("late", 3, 14))

    (cohort,) = seen.ramp.cohorts
    assert cohort.ramp.people == 9
    assert (cohort.first, cohort.last) == (date(2025, 1, 1), date(2025, 6, 30))
    assert len(_charts(seen, "journeys")) == 1
