"""Whether reminders help, and whom they would reach, told of groups alone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils.timezone import localdate
from hypothesis import given
from hypothesis import strategies as st

from tests import factories
from tests.capabilities.reminders.writing import WEDNESDAY, reminder
from tests.cast import Cast
from tests.foundation.delivery.servers import MailSink
from uptake.capabilities.reminders.lifting import lift_of, measured
from uptake.capabilities.reminders.models import Reminded
from uptake.capabilities.reminders.previewing import OTHERS, name_preview, preview, told
from uptake.foundation.delivery.models import Channel
from uptake.foundation.errors import Invalid, NotAllowed
from uptake.foundation.models import NamedView
from uptake.foundation.privacy import NamedViewsPolicy, allow_named_views
from uptake.methods.behaviour.reminding import Reason

WEEK = date(2025, 5, 12)


def rows(met: int, of: int, *, held_out: bool) -> list[tuple[int, date, bool, bool | None]]:
    first = 10_000 if held_out else 0
    return [(first + n, WEEK, held_out, n < met) for n in range(of)]


def test_the_lift_is_the_difference_between_the_reminded_and_the_held_out() -> None:
    found = measured(1, rows(1200, 1800, held_out=False) + rows(100, 200, held_out=True), fewest=5)

    assert found.lift is not None
    assert found.lift.lift == pytest.approx(2 / 3 - 1 / 2)
    assert found.is_clear is True
    assert found.sentence.startswith("+17 percentage points (+9 to +24)")


@pytest.mark.parametrize(("held_out", "is_early"), [(199, True), (200, False)])
def test_it_is_early_below_two_hundred_on_a_side(held_out: int, is_early: bool) -> None:
    found = measured(
        1, rows(1500, 1800, held_out=False) + rows(90, held_out, held_out=True), fewest=5
    )

    assert found.is_early is is_early
    assert found.is_clear is (None if is_early else True)


def test_only_the_wording_in_force_is_measured(cast: Cast) -> None:
    written = reminder(cast, on=False)
    people = [factories.person(cast.workspace, f"x{n}") for n in range(12)]
    Reminded.objects.bulk_create(
        Reminded(
            reminder=written,
            version=version,
            person=person,
            day=WEEK + timedelta(days=version),
            decided_at=WEDNESDAY,
            period=WEEK,
            closes=WEDNESDAY,
            is_held_out=number % 2 == 0,
            met=version == written.version,
        )
        for version in (written.version, written.version + 1)
        for number, person in enumerate(people)
    )

    found = lift_of(written, fewest=5)

    assert (found.reminded, found.held_out) == (6, 6)
    assert found.lift is not None
    assert (found.lift.reminded.numerator, found.lift.held_out.numerator) == (6, 6)


def test_no_difference_has_no_sign() -> None:
    found = measured(1, rows(900, 1803, held_out=False) + rows(100, 200, held_out=True), fewest=5)

    assert found.sentence.startswith("0 percentage points (-")


def test_what_may_be_chance_is_said_to_be() -> None:
    found = measured(1, rows(1000, 1800, held_out=False) + rows(105, 200, held_out=True), fewest=5)

    assert found.is_clear is None
    assert "may still be chance" in found.sentence


def test_of_few_person_periods_no_verdict_is_given() -> None:
    found = measured(1, rows(900, 900, held_out=False) + rows(0, 100, held_out=True), fewest=5)

    assert found.is_clear is None
    assert "Too early to say" in found.sentence


def test_harm_is_told_as_harm() -> None:
    found = measured(1, rows(600, 1800, held_out=False) + rows(120, 200, held_out=True), fewest=5)

    assert found.is_clear is False
    assert "does harm" in found.sentence


def test_nothing_is_told_of_too_few_people() -> None:
    few = [(1, WEEK + timedelta(weeks=n), True, True) for n in range(20)]

    found = measured(1, rows(50, 90, held_out=False) + few, fewest=5)

    assert found.lift is None
    assert found.sentence.startswith("Not yet measurable")


def test_a_person_and_a_period_count_once() -> None:
    twice = rows(3, 5, held_out=False) * 2 + rows(2, 5, held_out=True)

    assert measured(1, twice, fewest=5).reminded == 5


def test_of_a_channel_nothing_can_be_measured(cast: Cast) -> None:
    written = reminder(cast, on=False)
    written.channel = Channel.SLACK

    assert "Not measurable" in lift_of(written, fewest=5).sentence


@given(st.dictionaries(st.sampled_from(list(Reason)), st.integers(1, 40), max_size=8))
def test_no_number_is_of_too_few_nor_can_be_worked_out(reasons: dict[Reason, int]) -> None:
    lines = told(reasons, 5)

    total = sum(reasons.values())
    assert sum(line.people for line in lines) == total
    assert all(line.people >= min(5, total) for line in lines)
    assert sum(line.reason == OTHERS for line in lines) <= 1


def test_tomorrow_is_told_as_numbers_of_people(worked: Cast, reachable: MailSink) -> None:
    found = preview(reminder(worked, on=False), today=WEDNESDAY)

    lines = {line.reason: line.people for line in found.lines}
    assert found.moment.isoformat() == "2025-05-22T09:00:00+00:00"
    assert found.people == 24
    assert lines[Reason.DONE.value] == 12
    assert sum(lines.values()) == 24


def test_names_are_shown_under_a_policy_alone_and_never_unrecorded(
    worked: Cast, reachable: MailSink
) -> None:
    written = reminder(worked)
    with pytest.raises(NotAllowed, match="no policy"):
        name_preview(worked.edith, written, today=WEDNESDAY, purpose="Planning")
    today = localdate()
    policy = NamedViewsPolicy("Olga", "Contract", "Planning", today, today)
    allow_named_views(worked.olga, policy)
    worked.workspace.refresh_from_db()

    named = name_preview(worked.edith, written, today=WEDNESDAY, purpose="Planning")

    assert len(named) == 24
    assert NamedView.objects.count() == 24
    with pytest.raises(Invalid):
        name_preview(worked.edith, written, today=WEDNESDAY, purpose=" ")
    for actor in (worked.victor, worked.mark, worked.xenia):
        with pytest.raises(NotAllowed):
            name_preview(actor, written, today=WEDNESDAY, purpose="Curiosity")
