"""Before and after in the product: the worker works it out, and nobody waits for a page."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now

from tests.capabilities.process.laked import INTENDED, SHORT, USUAL, load, measured, people_of
from tests.cast import Cast
from uptake.capabilities.process import actions, comparing_due, working
from uptake.capabilities.process.asked import Asked
from uptake.capabilities.process.before_after import MOST_ASKED, BeforeAfter, compare_at
from uptake.capabilities.process.compared import Comparison
from uptake.capabilities.process.comparing import Beside
from uptake.capabilities.process.comparison_questions import Question
from uptake.capabilities.process.forgetting import forget_performer
from uptake.capabilities.process.models import KeptComparison, KeptPicture, Process
from uptake.capabilities.process.viewing import look
from uptake.foundation.errors import NotAllowed

DAY = date(2025, 3, 20)


class Killed(BaseException):
    """The worker dies where it stands."""


@pytest.fixture
def process(cast: Cast) -> Process:
    people_of(cast)
    load((USUAL, 24), (SHORT, 12))
    return measured(cast)


def asked(
    cast: Cast, process: Process, day: date | None = DAY, mix: tuple[str, ...] | None = None
) -> BeforeAfter:
    return compare_at(look(cast.victor, process.pk, Asked()), day, mix)


def page(cast: Cast, process: Process, *, polled: bool = False) -> Any:
    client = Client()
    client.force_login(cast.victor.user)  # type: ignore[arg-type]  # victor is a person
    headers = {"HX-Request": "true", "HX-Target": "compared"} if polled else {}
    address = f"/w/acme/processes/{process.pk}/before-after?at={DAY}"
    return client.get(address, headers=headers)


def test_what_nobody_asked_yet_is_noted_and_the_worker_answers(
    cast: Cast, process: Process
) -> None:
    first = asked(cast, process)
    working.carry_on()
    second = asked(cast, process)

    assert (first.comparison, first.is_begun) == (None, False)
    assert first.since is not None
    assert (second.since, second.problem) == (None, "")
    assert second.comparison is not None
    assert second.comparison.cases == (17, 19)


def test_an_answer_is_kept_as_it_was_worked_out(cast: Cast, process: Process) -> None:
    asked(cast, process)
    working.carry_on()
    log = look(cast.victor, process.pk, Asked()).log
    assert log is not None

    anew = comparing_due.compared(
        log, list(process.versions.all()), Question(Asked(), DAY), Beside(fewest=5)
    )

    assert asked(cast, process).comparison == anew


def test_the_day_of_a_version_is_prepared_before_anybody_asks(cast: Cast, process: Process) -> None:
    actions.write_intended(cast.edith, process.pk, actions.IntendedFacts(INTENDED, begins=DAY))
    working.carry_on()

    found = compare_at(look(cast.victor, process.pk, Asked()), DAY)

    assert found.since is None
    assert found.comparison is not None
    assert found.comparison.of("straight") is not None


def test_nothing_is_worked_out_again_while_nothing_changed(cast: Cast, process: Process) -> None:
    asked(cast, process)
    working.carry_on()
    first = KeptComparison.objects.get().computed_at

    working.carry_on()

    assert KeptComparison.objects.get().computed_at == first


def test_when_cases_change_the_old_answer_stands_until_the_new_one_is_there(
    cast: Cast, process: Process
) -> None:
    asked(cast, process)
    working.carry_on()
    KeptPicture.objects.update(stamp="cases changed")

    between = asked(cast, process)
    working.carry_on()

    assert between.since is not None
    assert between.as_of is not None
    assert between.comparison is not None
    assert asked(cast, process).since is None


def test_a_worker_that_is_killed_leaves_what_is_known_and_work_that_is_taken_up(
    cast: Cast, process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(found: Comparison, *, at: int = 3) -> Any:
        if len(found.measures) == at:
            raise Killed
        return plain(found)

    plain = comparing_due._plain
    asked(cast, process)
    monkeypatch.setattr(comparing_due, "SECONDS_BETWEEN", 0.0)
    monkeypatch.setattr(comparing_due, "_plain", dies)
    with pytest.raises(Killed):
        working.carry_on()
    left = asked(cast, process)
    monkeypatch.undo()
    working.carry_on()

    assert left.is_begun
    assert left.since is not None
    assert left.comparison is not None
    assert len(left.comparison.measures) == 2
    assert left.as_of is None
    whole = asked(cast, process)
    assert whole.since is None
    assert whole.comparison is not None
    assert len(whole.comparison.measures) > 3


def test_what_was_worked_out_leaves_with_a_person_even_while_it_is_worked_out(
    cast: Cast, process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = comparing_due._plain

    def meanwhile(found: Comparison) -> Any:
        forget_performer(cast.workspace, "p3")
        return plain(found)

    asked(cast, process)
    monkeypatch.setattr(comparing_due, "_plain", meanwhile)
    working.carry_on()

    assert not KeptComparison.objects.exists()


def test_a_raised_smallest_group_takes_away_what_was_shown(cast: Cast, process: Process) -> None:
    asked(cast, process)
    working.carry_on()
    view = look(cast.victor, process.pk, Asked())
    view.process.workspace.minimum_group = 20

    found = compare_at(view, DAY)

    assert found.comparison is None


@pytest.mark.parametrize(
    ("day", "mix", "told"),
    [
        (None, None, "Choose a day"),
        (date(2024, 1, 1), None, "the first began on 3 Mar 2025 and the last on 7 Apr 2025"),
        (date(2025, 3, 4), None, "Fewer than 5 cases began before 4 Mar 2025"),
        (DAY, ("colour",), "no attribute colour"),
    ],
)
def test_what_cannot_be_compared_is_said_with_what_to_choose(
    cast: Cast, process: Process, day: date | None, mix: tuple[str, ...] | None, told: str
) -> None:
    asked(cast, process, day, mix)
    working.carry_on()

    found = asked(cast, process, day, mix)

    assert told in found.problem
    assert found.comparison is None


def test_cases_of_few_people_are_not_compared(cast: Cast, process: Process) -> None:
    narrow = look(cast.victor, process.pk, Asked(ends=date(2025, 3, 24)))
    few = replace(narrow, asked=Asked(ends=date(2025, 3, 3)))
    compare_at(few, DAY)
    working.carry_on()

    assert "Fewer than 5 people" in compare_at(few, DAY).problem


def test_of_many_questions_the_newest_are_kept_and_those_nobody_asks_go(
    cast: Cast, process: Process
) -> None:
    for number in range(MOST_ASKED + 3):
        asked(cast, process, DAY + timedelta(days=number))
    many = KeptComparison.objects.count()
    KeptComparison.objects.update(asked_at=now() - timedelta(days=40))
    working.carry_on()

    assert many == MOST_ASKED
    assert not KeptComparison.objects.exists()


def test_who_may_not_read_processes_asks_nothing(cast: Cast, process: Process) -> None:
    with pytest.raises(NotAllowed):
        compare_at(look(cast.ursula, process.pk, Asked()), DAY)

    assert not KeptComparison.objects.exists()


def test_the_page_says_that_it_waits_and_is_shown_anew_once_it_is_done(
    cast: Cast, process: Process
) -> None:
    waiting, polled = page(cast, process), page(cast, process, polled=True)
    working.carry_on()
    done, told = page(cast, process), page(cast, process, polled=True)

    assert "Waits for the worker since" in waiting.content.decode()
    assert "HX-Refresh" not in polled
    assert "17 cases before 20 Mar 2025, 19 from 20 Mar 2025 on" in done.content.decode()
    assert "hx-trigger" not in done.content.decode().partition('id="compared"')[2][:200]
    assert told["HX-Refresh"] == "true"


def test_the_api_says_that_it_waits_and_then_what_is_found(cast: Cast, process: Process) -> None:
    client = Client()
    client.force_login(cast.victor.user)  # type: ignore[arg-type]  # victor is a person
    address = f"/api/v1/workspaces/acme/processes/{process.pk}/before-after?at={DAY}"
    waiting = client.get(address).json()
    working.carry_on()
    done = client.get(address).json()

    assert (waiting["before_after"], waiting["working_since"] is None) == (None, False)
    assert done["working_since"] is None
    assert done["before_after"]["cases_before"] == 17
    assert done["can_be_alike_in"] == []


def test_business_time_stands_beside_calendar_time_where_a_process_has_hours(
    cast: Cast, process: Process
) -> None:
    Process.objects.filter(pk=process.pk).update(hours="09:00-11:00", timezone="UTC")
    asked(cast, process)
    working.carry_on()

    found = asked(cast, process).comparison

    assert found is not None
    business = found.of("business_duration")
    assert business is not None
    assert business.shift.reference.median == 2 * 3_600
