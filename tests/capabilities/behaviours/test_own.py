"""My week in the eyes of the person it is about, and what people say about what is asked."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client

from tests import factories
from tests.capabilities.behaviours.test_keeping import asked, write_version
from tests.cast import Cast
from tests.metrics.logs import day
from uptake.capabilities.behaviours import own_counts, speaking
from uptake.capabilities.behaviours.models import (
    BarrierReport,
    Clarification,
    LeadersWord,
    Obstacle,
    WordKind,
)
from uptake.capabilities.behaviours.own_counts import OwnItem, own_week, sentences
from uptake.capabilities.customers.models import Person
from uptake.foundation.errors import Conflict, Invalid, NotAllowed, NotFound
from uptake.foundation.models import Activity

WEDNESDAY = datetime(2025, 5, 21, 12, tzinfo=UTC)
"""In the twelfth week, of which Monday is known."""


@pytest.fixture(autouse=True)
def wednesday(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_counts, "now", lambda: WEDNESDAY)


def is_ursula(cast: Cast, person: str) -> Person:
    Person.objects.filter(external_id=person).update(user=cast.ursula.user)
    return Person.objects.get(external_id=person)


def item(cast: Cast) -> OwnItem:
    (found,) = own_week(cast.ursula).items
    return found


def test_what_is_done_is_done(worked: Cast) -> None:
    is_ursula(worked, "p2")
    asked(worked)

    found = item(worked)

    assert (found.standing, found.good, found.left, found.streak) == ("met", 1, 0, 7)
    assert [past.standing for past in found.course] == ["met"] * 7


def test_what_is_left_says_until_when_and_what_did_not_count(worked: Cast) -> None:
    is_ursula(worked, "p1")
    asked(worked)

    found = item(worked)

    assert (found.standing, found.good, found.others, found.left) == ("open", 0, 1, 1)
    assert found.due.isoformat() == "2025-05-25T23:59:59+00:00"
    assert sentences(own_week(worked.ursula))[0] == "1 of 1 thing is left to do."


def test_nothing_is_due_on_leave(worked: Cast) -> None:
    person = is_ursula(worked, "p1")
    person.leave_starts_on, person.leave_ends_on = date(2025, 5, 1), date(2025, 6, 1)
    person.save()
    asked(worked)

    assert item(worked).standing == "exempt"


def test_what_is_asked_of_others_is_none_of_ones_own(worked: Cast) -> None:
    is_ursula(worked, "p1")
    asked(worked, rules=({"field": "team", "op": "is", "value": "good"},))

    assert own_week(worked.ursula).items == ()


def test_a_rising_target_asks_for_the_step_it_has_reached(worked: Cast) -> None:
    is_ursula(worked, "p2")
    asked(worked, amount=9, ramp=(1, 2))

    assert item(worked).asked == 2


def test_a_new_target_leaves_ones_own_course_as_it_was(worked: Cast) -> None:
    is_ursula(worked, "p2")
    behaviour = asked(worked)
    before = item(worked)
    write_version(behaviour, 2, day(77), amount=9)

    after = item(worked)

    assert (before.asked, after.asked) == (1, 9)
    assert [past.standing for past in after.course] == ["met"] * 7
    assert (before.streak, after.streak) == (7, 7)


def test_a_step_is_that_of_the_periods_since_it_went_live(worked: Cast) -> None:
    is_ursula(worked, "p2")
    behaviour = asked(worked, amount=9, ramp=(1, 2))
    behaviour.live_from = day(38)  # a Thursday: the first whole week begins on day 42
    behaviour.save()

    found = item(worked)

    assert found.asked == 2
    assert [past.first for past in found.course] == [day(42 + 7 * n) for n in range(5)]
    assert [past.standing for past in found.course] == ["met"] * 4 + ["missed"]


def test_who_is_nobody_in_the_data_is_told_what_to_do(worked: Cast) -> None:
    with pytest.raises(NotFound, match="Settings, Members"):
        own_week(worked.victor)


def test_a_question_waits_until_somebody_answers_it(worked: Cast) -> None:
    is_ursula(worked, "p1")
    behaviour = asked(worked)

    question = speaking.ask_what_is_wanted(worked.ursula, behaviour.pk, question="Which calls?")
    assert list(speaking.questions_for(worked.edith)) == [question]
    assert item(worked).questions[0].is_open
    speaking.answer_question(worked.edith, question.pk, answer="Every outgoing one.")

    (answered,) = item(worked).questions
    assert (answered.answer, answered.answered_by) == ("Every outgoing one.", "edith")
    with pytest.raises(Conflict, match="answered this already"):
        speaking.answer_question(worked.olga, question.pk, answer="Another")


def test_the_manager_of_who_asks_may_answer(worked: Cast) -> None:
    person = is_ursula(worked, "p1")
    mark = factories.person(worked.workspace, "mark", user=worked.mark.user)
    behaviour = asked(worked)
    question = speaking.ask_what_is_wanted(worked.ursula, behaviour.pk, question="Which?")
    assert not speaking.questions_for(worked.mark).exists()

    person.manager = mark
    person.save()

    answered = speaking.answer_question(worked.mark, question.pk, answer="These.")
    assert not answered.is_open


def test_empty_words_are_refused(worked: Cast) -> None:
    is_ursula(worked, "p1")
    behaviour = asked(worked)
    question = speaking.ask_what_is_wanted(worked.ursula, behaviour.pk, question="Which?")

    with pytest.raises(Invalid, match="unclear to you"):
        speaking.ask_what_is_wanted(worked.ursula, behaviour.pk, question=" ")
    with pytest.raises(Invalid, match="what exactly to do"):
        speaking.answer_question(worked.edith, question.pk, answer=" ")


def test_nobody_speaks_about_what_is_not_asked_of_them_nor_answers_for_others(
    worked: Cast,
) -> None:
    is_ursula(worked, "p1")
    behaviour = asked(worked)
    question = speaking.ask_what_is_wanted(worked.ursula, behaviour.pk, question="Which?")

    for actor in worked.who_may_not_write:
        with pytest.raises(NotFound):
            speaking.ask_what_is_wanted(actor, behaviour.pk, question="Which?")
        with pytest.raises(NotFound):
            speaking.say_what_stops(actor, behaviour.pk, kind=Obstacle.TIME)
        with pytest.raises((NotAllowed, NotFound)):
            speaking.answer_question(actor, question.pk, answer="These.")
    assert (Clarification.objects.count(), BarrierReport.objects.count()) == (1, 0)


def test_what_stops_somebody_is_told_as_a_number_of_people(worked: Cast) -> None:
    person = is_ursula(worked, "p1")
    behaviour = asked(worked)

    speaking.say_what_stops(worked.ursula, behaviour.pk, kind=Obstacle.TIME, text="No time")
    assert speaking.obstacles(behaviour, fewest=5) == []
    for other in Person.objects.exclude(pk=person.pk)[:4]:
        BarrierReport.objects.create(behaviour=behaviour, person=other, kind=Obstacle.TIME)

    assert speaking.obstacles(behaviour, fewest=5) == [("I have no time for it", 5)]
    reported = Activity.objects.get(verb="behaviour.barrier_reported")
    assert (reported.user, reported.actor_name) == (None, "system")


def test_what_one_said_stands_in_ones_week_until_it_is_taken_back(worked: Cast) -> None:
    is_ursula(worked, "p1")
    behaviour = asked(worked)
    speaking.say_what_stops(worked.ursula, behaviour.pk, kind=Obstacle.TIME, text="One")
    report = speaking.say_what_stops(worked.ursula, behaviour.pk, kind=Obstacle.TIME, text="Two")
    mine = _client(worked.ursula)
    said = "You said that this stops you:</b> I have no time for it: Two"
    assert said in mine.get("/w/acme/my-week").content.decode()

    for other in worked.who_may_not_write:
        with pytest.raises(NotFound):
            speaking.take_back_obstacle(other, report.pk)
    mine.post(f"/w/acme/my-week/reports/{report.pk}/take-back")

    assert not BarrierReport.objects.exists()
    assert said not in mine.get("/w/acme/my-week").content.decode()
    taken_back = Activity.objects.get(verb="behaviour.barrier_taken_back")
    assert (taken_back.user, taken_back.actor_name) == (None, "system")


def test_what_was_acted_on_waits_for_nobody(worked: Cast) -> None:
    person = is_ursula(worked, "p1")
    behaviour = asked(worked)
    speaking.say_what_stops(worked.ursula, behaviour.pk, kind=Obstacle.TIME)
    about = {"behaviour": behaviour, "leader": person, "kind": WordKind.FOLLOWED_UP}
    LeadersWord.objects.create(**about, obstacle=Obstacle.SKILL)
    assert [*speaking.own_open_obstacles(worked.ursula)] == [behaviour.pk]

    LeadersWord.objects.create(**about, obstacle=Obstacle.TIME)

    assert not speaking.own_open_obstacles(worked.ursula)


def test_what_somebody_said_goes_with_them(worked: Cast) -> None:
    person = is_ursula(worked, "p1")
    behaviour = asked(worked)
    speaking.ask_what_is_wanted(worked.ursula, behaviour.pk, question="Which?")
    speaking.say_what_stops(worked.ursula, behaviour.pk, kind=Obstacle.TIME)

    person.delete()

    assert not Clarification.objects.exists()
    assert not BarrierReport.objects.exists()


def _client(who: Any) -> Client:
    client = Client()
    client.force_login(who.user)
    return client


def test_the_page_shows_ones_own_week_and_takes_what_one_says(worked: Cast) -> None:
    is_ursula(worked, "p1")
    behaviour = asked(worked)
    client = _client(worked.ursula)

    client.post(f"/w/acme/my-week/{behaviour.pk}/ask", {"question": "Which <calls>?"})
    client.post(f"/w/acme/my-week/{behaviour.pk}/stuck", {"kind": "time"})
    shown = client.get("/w/acme/my-week").content.decode()

    assert "Which &lt;calls&gt;?" in shown
    assert "<b>1</b> left" in shown
    assert BarrierReport.objects.get().kind == Obstacle.TIME


def test_questions_are_answered_on_their_page(worked: Cast) -> None:
    is_ursula(worked, "p1")
    behaviour = asked(worked)
    question = speaking.ask_what_is_wanted(worked.ursula, behaviour.pk, question="Which?")
    client = _client(worked.edith)

    assert "1 question waits" in client.get("/w/acme/behaviours/questions").content.decode()
    path = f"/w/acme/behaviours/questions/{question.pk}/answer"
    client.post(path, {"answer": "These."})

    assert "Nobody waits" in client.get("/w/acme/behaviours/questions").content.decode()


def test_over_the_api_one_asks_and_says_what_stops_one_and_sees_only_ones_own(
    worked: Cast,
) -> None:
    is_ursula(worked, "p1")
    behaviour = asked(worked)
    api, json = "/api/v1/workspaces/acme/me", {"content_type": "application/json"}
    client, mark = _client(worked.ursula), _client(worked.mark)

    question = client.post(
        f"{api}/behaviours/{behaviour.pk}/questions", {"question": "Which calls?"}, **json
    )
    stop = client.post(f"{api}/behaviours/{behaviour.pk}/obstacles", {"kind": "time"}, **json)
    empty = client.post(f"{api}/behaviours/{behaviour.pk}/questions", {"question": " "}, **json)
    speaking.answer_question(worked.edith, question.json()["id"], answer="Those of customers")

    assert (question.status_code, stop.status_code, empty.status_code) == (201, 201, 422)
    (own,) = client.get(f"{api}/questions?open=false").json()["items"]
    assert (own["question"], own["answer"]) == ("Which calls?", "Those of customers")
    assert client.get(f"{api}/questions?open=true").json()["items"] == []
    assert client.get(f"{api}/obstacles").json()["items"][0]["kind"] == "time"
    assert mark.delete(f"{api}/obstacles/{stop.json()['id']}").status_code == 404
    assert client.delete(f"{api}/obstacles/{stop.json()['id']}").status_code == 204
    assert client.get(f"{api}/obstacles").json()["items"] == []
    assert mark.get(f"{api}/questions").status_code == 404


def test_the_api_tells_what_stops_enough_people_and_nothing_of_fewer(worked: Cast) -> None:
    behaviour = asked(worked)
    people = Person.objects.filter(workspace=worked.workspace).order_by("pk")[:6]
    for place, person in enumerate(people):
        BarrierReport.objects.create(behaviour=behaviour, person=person, kind=Obstacle.TIME)
        kind = Obstacle.SKILL if place < 4 else Obstacle.TIME
        BarrierReport.objects.create(behaviour=behaviour, person=person, kind=kind)

    told = _client(worked.victor).get(
        f"/api/v1/workspaces/acme/behaviours/{behaviour.pk}/obstacles"
    )

    assert [(each["kind"], each["people"]) for each in told.json()["items"]] == [("time", 6)]


@pytest.mark.parametrize("path", ["my-week", "my-reminders", "team/behaviours", "team"])
def test_a_page_with_nothing_to_show_yet_has_its_heading(cast: Cast, path: str) -> None:
    client = Client()
    client.force_login(cast.edith.user)

    page = client.get(f"/w/acme/{path}").content.decode()

    assert "ask an owner to link you" in page
    assert page.count("<h1") == 1
