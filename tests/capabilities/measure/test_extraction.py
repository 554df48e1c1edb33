from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from tests.capabilities.measure.logs import picture, steady
from tests.metrics.logs import Event, day
from uptake.capabilities.measure.picture import AdoptionPicture
from uptake.capabilities.measure.sections.activity import trend_sentence
from uptake.capabilities.measure.sections.head import headline
from uptake.methods.adoption.states import AdoptionState

CUT = 7 * 12
"""Day after which the planted export holds next to nothing."""


def _truncated() -> list[Event]:
    """Thirty steady people for twelve weeks, then a trickle for eight: an export that was cut."""
    late = [Event("north-0", CUT + 7 * week, account="north") for week in range(8)]
    return steady(30, 12) + late


@pytest.fixture(scope="module")
def truncated() -> AdoptionPicture:
    return picture(_truncated())


def test_a_log_that_was_cut_is_not_called_a_collapse(truncated: AdoptionPicture) -> None:
    seen = truncated

    assert seen.basis.window.last < day(CUT)
    assert seen.active.value == 1.0
    assert seen.overall is not None
    assert seen.overall.state is AdoptionState.WORKING
    assert [thing.key for thing in seen.findings if thing.key == "stopped"] == []


def test_the_reader_is_told_of_the_cut_and_what_was_done(truncated: AdoptionPicture) -> None:
    first = truncated.warnings[0]

    assert first.kind == "thinning_tail"
    assert "stop before that fall" in first.consequence


def test_weeks_after_the_cut_are_drawn_but_not_trusted(truncated: AdoptionPicture) -> None:
    weeks = truncated.weeks

    assert {week.trusted for week in weeks if week.start >= day(CUT)} == {False}
    assert "No detectable change" in trend_sentence(weeks)


def test_a_machine_is_left_out_of_people_and_said_so() -> None:
    rng = np.random.default_rng(3)
    nightly = [
        Event("robot", number, account="north", hour=int(rng.integers(0, 24)))
        for number in range(84)
        for _ in range(80)
    ]

    seen = picture(steady(20) + nightly)

    assert seen.summary.people == 21
    assert seen.active.denominator == 20
    assert "automated_person" in {warning.kind for warning in seen.warnings}
    assert seen.concentration is not None
    assert seen.concentration.people == 20


def test_a_log_without_artefacts_is_judged_to_its_last_day() -> None:
    seen = picture(steady(20))

    assert [warning.kind for warning in seen.warnings] == ["rounded_stamps"]
    assert seen.basis.trusted.first == seen.summary.first.date()
    assert seen.basis.trusted.last == seen.summary.last.date()
    assert headline(seen).startswith("20 of 20 people (100")


def test_people_who_really_stop_one_after_another_are_a_finding() -> None:
    leaving = [
        event
        for person in range(20)
        for event in steady(20)
        if event.person == f"north-{person}" and (person < 8 or event.day < 14 + person)
    ]

    seen = picture(leaving)

    assert seen.active.numerator == 8
    assert "stopped" in {thing.key for thing in seen.findings}
    assert seen.basis.window.last - seen.basis.window.first == timedelta(days=27)
