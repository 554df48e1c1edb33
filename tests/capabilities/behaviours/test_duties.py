"""Managers' duties: measured by what managers do here, and by nothing else."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from tests import factories
from tests.capabilities.behaviours.asking import drafted
from tests.cast import Cast
from uptake.capabilities.behaviours import duties
from uptake.capabilities.behaviours.asking_duties import (
    AskedDuty,
    DutyCount,
    ask_duties,
    asked_duties,
    overview,
)
from uptake.capabilities.behaviours.duties import (
    DutyStanding,
    Manager,
    duties_of,
    managers_below,
    obstacles_open,
)
from uptake.capabilities.behaviours.models import (
    BarrierReport,
    Behaviour,
    Clarification,
    Duty,
    DutyCadence,
    LeadersWord,
    ManagersDuty,
    Obstacle,
    Status,
    WordKind,
)
from uptake.capabilities.customers.models import Person
from uptake.foundation import activity
from uptake.foundation.access import Role
from uptake.foundation.errors import NotAllowed, NotFound
from uptake.foundation.models import Activity

THURSDAY = datetime(2026, 3, 26, 12, tzinfo=UTC)
"""In the fourth week since duties were asked."""

MONDAY = date(2026, 3, 2)


@pytest.fixture
def managed(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """Mark leads six people of whom something is asked, and each duty is due every week."""
    mark = factories.person(cast.workspace, "mark", name="Mark", user=cast.mark.user)
    for number in range(6):
        factories.person(cast.workspace, f"p{number}", manager=mark)
    behaviour = drafted(cast.edith)
    Behaviour.objects.filter(pk=behaviour.pk).update(status=Status.LIVE, live_from=MONDAY)
    for duty in Duty:
        ManagersDuty.objects.create(
            workspace=cast.workspace, duty=duty, cadence=DutyCadence.WEEK, asked_from=MONDAY
        )
    monkeypatch.setattr(duties, "now", lambda: THURSDAY)
    monkeypatch.setattr(duties, "asked_below", lambda workspace, person: (behaviour.pk,))
    return cast


def of(cast: Cast, duty: Duty) -> DutyStanding:
    (manager,) = duties_of(cast.workspace, [Person.objects.get(external_id="mark")])
    return next(each for each in manager.duties if each.duty is duty)


def words(standing: DutyStanding) -> list[str]:
    return [each.word for each in standing.periods]


def did(cast: Cast, verb: str, day: date) -> None:
    """Mark did something at noon of a day."""
    found = activity.record(cast.mark, verb, Behaviour.objects.get())
    moment = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    Activity.objects.bulk_create(
        [
            Activity(
                workspace=found.workspace,
                user=found.user,
                actor_name=found.actor_name,
                verb=verb,
                at=moment,
            )
        ]
    )


def test_a_duty_is_met_in_the_weeks_in_which_it_was_done(managed: Cast) -> None:
    did(managed, "behaviour.explained", date(2026, 3, 11))

    found = of(managed, Duty.ARTICULATE)

    assert words(found) == ["missed", "met", "missed", "open"]
    assert (found.is_missed, found.last_due and found.last_due.why) == (
        True,
        "nothing was explained or answered",
    )


@pytest.mark.parametrize("verb", ["behaviour.thanked", "recognition.confirmed"])
def test_what_was_done_in_the_running_week_is_done(managed: Cast, verb: str) -> None:
    did(managed, verb, date(2026, 3, 25))

    assert words(of(managed, Duty.RECOGNISE))[-1] == "met"


def test_deeds_of_others_are_not_ones_own(managed: Cast) -> None:
    activity.record(managed.edith, "behaviour.explained", Behaviour.objects.get())

    assert words(of(managed, Duty.ARTICULATE))[-1] == "open"


def test_a_question_that_waits_longer_than_a_week_fails_the_duty(managed: Cast) -> None:
    did(managed, "behaviour.explained", date(2026, 3, 18))
    Clarification.objects.create(
        behaviour=Behaviour.objects.get(),
        person=Person.objects.get(external_id="p1"),
        question="Which?",
        asked_at=datetime(2026, 3, 12, tzinfo=UTC),
    )

    found = of(managed, Duty.ARTICULATE)

    assert words(found)[2] == "missed"
    assert found.periods[2].why == "a question waited longer than a week"


def test_a_question_of_yesterday_has_not_waited_longer_than_a_week(managed: Cast) -> None:
    ManagersDuty.objects.filter(duty=Duty.ARTICULATE).update(cadence=DutyCadence.MONTH)
    Clarification.objects.create(
        behaviour=Behaviour.objects.get(),
        person=Person.objects.get(external_id="p1"),
        question="Which?",
        asked_at=THURSDAY - timedelta(days=1),
    )

    running = of(managed, Duty.ARTICULATE).running

    assert (running.word, running.why) == ("open", "nothing was explained or answered")


def test_nothing_asked_of_ones_people_owes_nothing(managed: Cast) -> None:
    Behaviour.objects.update(live_from=date(2026, 3, 16))

    assert words(of(managed, Duty.RECOGNISE)) == ["not due", "not due", "missed", "open"]


def test_who_is_on_leave_is_exempt(managed: Cast) -> None:
    Person.objects.filter(external_id="mark").update(
        leave_starts_on=date(2026, 3, 9), leave_ends_on=date(2026, 3, 15)
    )

    assert words(of(managed, Duty.RECOGNISE)) == ["missed", "exempt", "missed", "open"]


def reported(day: datetime, *people: str) -> None:
    for person in Person.objects.filter(external_id__in=people):
        BarrierReport.objects.create(
            behaviour=Behaviour.objects.get(), person=person, kind=Obstacle.TIME, reported_at=day
        )


def test_to_correct_is_due_from_when_it_may_be_known_until_it_was_acted_on(managed: Cast) -> None:
    reported(datetime(2026, 3, 10, tzinfo=UTC), *(f"p{n}" for n in range(4)))
    assert words(of(managed, Duty.CORRECT)) == ["not due"] * 4
    reported(datetime(2026, 3, 11, tzinfo=UTC), "p4")

    owed = words(of(managed, Duty.CORRECT))
    LeadersWord.objects.create(
        behaviour=Behaviour.objects.get(),
        leader=Person.objects.get(external_id="mark"),
        kind=WordKind.FOLLOWED_UP,
        obstacle=Obstacle.TIME,
        text="Fridays are free.",
        said_at=datetime(2026, 3, 18, tzinfo=UTC),
    )
    did(managed, "behaviour.followed_up", date(2026, 3, 18))

    assert owed == ["not due", "missed", "missed", "open"]
    assert words(of(managed, Duty.CORRECT)) == ["not due", "missed", "met", "not due"]


def test_what_stops_people_again_waits_again() -> None:
    then = datetime(2026, 3, 1, tzinfo=UTC)
    early = [(1, "time", person, then) for person in range(5)]
    late = [(1, "time", person, then + timedelta(days=9)) for person in range(5)]
    acted = [(1, "time", then + timedelta(days=5))]

    assert obstacles_open(early, acted, fewest=5) == {}
    assert obstacles_open([*early, *late], acted, fewest=5) == {(1, "time"): 5}


def test_who_does_not_sign_in_as_manager_cannot_be_measured(managed: Cast) -> None:
    Person.objects.filter(external_id="mark").update(user=managed.ursula.user)

    (found,) = duties_of(managed.workspace, [Person.objects.get(external_id="mark")])

    assert (found.is_measurable, found.duties) == (False, ())


def test_a_missed_duty_is_seen_by_ones_own_manager_alone(
    managed: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    director = factories.person(managed.workspace, "edith", user=managed.edith.user)
    Person.objects.filter(external_id="mark").update(manager=director)
    monkeypatch.setattr(
        "uptake.capabilities.behaviours.team_page.duties_of",
        lambda workspace, people: [_missing(person) for person in people],
    )
    monkeypatch.setattr(
        "uptake.capabilities.behaviours.team_page.kept_team", _nothing_kept(managed)
    )

    theirs = _page(managed.edith)

    assert [p.external_id for p in managers_below(managed.workspace, director)] == ["mark"]
    assert "Say clearly what is wanted: nothing was explained" in theirs
    assert "Managers who report to you" not in _page(managed.mark)


def _missing(person: Person) -> Manager:
    period = duties.DutyPeriod(
        MONDAY, MONDAY, duties.Standing.MISSED, "nothing was explained or answered"
    )
    running = duties.DutyPeriod(MONDAY, MONDAY, duties.Standing.OPEN)
    return Manager(person, (DutyStanding(Duty.ARTICULATE, "Every week", (period, running)),))


def _nothing_kept(cast: Cast) -> Any:
    from uptake.capabilities.behaviours.figures import TeamsFigures
    from uptake.capabilities.measure.views import Basis

    basis = Basis(None, THURSDAY, 0, "", is_current=True, minimum_people=5)
    return lambda workspace, person: (basis, TeamsFigures())


def _page(who: Any) -> str:
    client = Client()
    client.force_login(who.user)
    return client.get("/w/acme/team/behaviours").content.decode()


def test_how_many_managers_did_it_is_told_of_five_or_more(managed: Cast) -> None:
    assert overview(managed.olga)[0] == DutyCount(Duty.ARTICULATE, "Every week", 1, None)

    for number in range(5):
        user = factories.user(f"m{number}")
        factories.membership(user, managed.workspace, Role.MANAGER)
        boss = factories.person(managed.workspace, f"m{number}", user=user)
        factories.person(managed.workspace, f"led{number}", manager=boss)
    did(managed, "behaviour.thanked", date(2026, 3, 18))

    told = {each.duty: (each.of, each.done) for each in overview(managed.olga)}
    assert told == {Duty.ARTICULATE: (6, 0), Duty.RECOGNISE: (6, 0), Duty.CORRECT: (0, None)}


def test_duties_are_asked_of_managers_and_taken_back(managed: Cast) -> None:
    client = Client()
    client.force_login(managed.olga.user)  # type: ignore[arg-type]  # a member is a user

    sent = client.post(
        "/w/acme/behaviours/duties", {"articulate": "week", "recognise": "month", "correct": ""}
    )

    kept = {row.duty: (row.cadence, row.asked_from) for row in ManagersDuty.objects.all()}
    assert sent.status_code == 302
    assert kept["articulate"] == ("week", MONDAY)
    assert kept["recognise"][0] == "month"
    assert "correct" not in kept
    assert "2 of three duties" in client.get("/w/acme/behaviours/duties").content.decode()


def test_who_does_not_speak_for_the_workspace_asks_no_duties(managed: Cast) -> None:
    refused = (*managed.who_may_not_write, managed.mark, managed.carla, managed.ursula)

    for actor in refused:
        with pytest.raises((NotAllowed, NotFound)):
            ask_duties(actor, [AskedDuty(Duty.CORRECT, None)])
        with pytest.raises((NotAllowed, NotFound)):
            overview(actor)
    assert len(asked_duties(managed.olga)) == ManagersDuty.objects.count() == 3
