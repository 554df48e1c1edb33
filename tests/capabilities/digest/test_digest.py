"""Once a week whoever leads people is told what is theirs to do, once, and only if there is any."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import localdate

from tests import factories
from tests.capabilities.behaviours.test_keeping import asked
from tests.capabilities.behaviours.test_team import better, permit
from tests.capabilities.champions.test_jobs import client, shown
from tests.capabilities.digest.leading import MONDAY, mark_leads, question
from tests.cast import Cast
from tests.foundation.delivery.servers import MailSink
from uptake.capabilities.behaviours import words_of_leaders
from uptake.capabilities.behaviours.models import Behaviour, Duty, LeadersWord, ManagersDuty
from uptake.capabilities.champions.models import Carrier, Job
from uptake.capabilities.customers.erasure import erase_person
from uptake.capabilities.customers.models import Person
from uptake.capabilities.digest import sending as digests
from uptake.capabilities.digest.composing import Composed, Section, compose, message_of
from uptake.capabilities.digest.models import Digest, DigestWishes
from uptake.capabilities.digest.personal import Wanted, decide_own, own_digests
from uptake.capabilities.digest.sending import digest_all, send_digests
from uptake.capabilities.reminders.models import OwnReminders
from uptake.foundation.delivery import sending
from uptake.foundation.delivery.messages import read
from uptake.foundation.delivery.models import Channel, Delivery
from uptake.foundation.errors import DomainError, Invalid, NotAllowed, NotFound
from uptake.foundation.lake import shared_lake
from uptake.foundation.models import NamedView

LATE = timedelta(hours=10)


@pytest.fixture
def mark(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Person:
    """Mark leads somebody, and there is something to tell him, whatever it is."""
    something = Composed((Section("Questions", ("Somebody waits",), "1 question waits"),))
    monkeypatch.setattr(digests, "compose", lambda *_args, **_named: something)
    found = factories.person(cast.workspace, "mark", user=cast.mark.user)
    factories.person(cast.workspace, "p1", manager=found)
    return found


def said(cast: Cast, purpose: str = "") -> str:
    return message_of(compose(cast.mark, MONDAY, purpose=purpose), cast.mark).text


def fully_named(cast: Cast, behaviour: Behaviour) -> None:
    """Somebody for each of the three jobs, so that nothing is red."""
    for job in Job:
        Carrier.objects.create(
            workspace=cast.workspace,
            behaviour=behaviour,
            job=job,
            user=cast.edith.user,
            since=localdate(),
            named_by_name="olga",
        )


def test_it_says_who_waits_and_how_long(worked: Cast) -> None:
    mark_leads(worked)
    behaviour = asked(worked)
    question(behaviour, MONDAY - timedelta(days=9))

    message = message_of(compose(worked.mark, MONDAY), worked.mark)

    assert message.subject == "Your team: 1 question waits"
    assert "Questions that wait for you\n- p1 about Log calls: waits 9 days" in message.paragraphs
    assert "Which calls?" not in message.text


def test_it_says_who_got_better_as_a_group_until_they_are_thanked(worked: Cast) -> None:
    mark_leads(worked)
    behaviour = better(worked)

    assert "- Log calls: about 12 people\n" in said(worked)
    words_of_leaders.thank_improvers(worked.mark, behaviour.pk, text="Well done")
    LeadersWord.objects.update(said_at=MONDAY - timedelta(days=1))

    assert "thank-you" not in said(worked)


def test_names_take_a_policy_and_a_purpose(worked: Cast) -> None:
    mark_leads(worked)
    better(worked)

    assert "p1 (" not in said(worked, "To thank them")
    permit(worked)
    worked.mark.workspace.refresh_from_db()

    assert "p1 (0 of 4 before, 4 of the newest 4)" in said(worked, "To thank them")
    assert "p1 (" not in said(worked)


def test_a_digest_with_names_is_a_look_that_those_named_can_read(worked: Cast) -> None:
    mark = mark_leads(worked)
    better(worked)
    permit(worked)
    DigestWishes.objects.create(person=mark, purpose="To thank them")

    assert send_digests(worked.workspace, MONDAY) == 1

    looks = NamedView.objects.filter(person="p1").values_list("page", "purpose")
    assert list(looks) == [("Digest", "To thank them")]
    assert NamedView.objects.count() == 12


def test_it_says_what_is_due_what_is_organisational_and_what_nobody_does(worked: Cast) -> None:
    mark_leads(worked)
    asked(worked)
    ManagersDuty.objects.create(
        workspace=worked.workspace, duty=Duty.RECOGNISE, cadence="week", asked_from=localdate()
    )

    text = said(worked)

    assert "- Thank those who do it: by " in text
    assert "Do not push people for these: it looks organisational\n- Log calls: " in text
    assert (
        "- Log calls (Everybody it is asked of): nobody shows how it is done, reminds people and "
        "notices who does it. edith can name somebody" in text
    )


def test_with_nothing_to_say_there_is_no_mail_and_the_week_is_over(
    worked: Cast, sink: MailSink
) -> None:
    mark = mark_leads(worked)
    Person.objects.filter(manager=mark).update(manager=None)
    Person.objects.filter(team__external_id="good").update(manager=mark)
    fully_named(worked, asked(worked))

    assert send_digests(worked.workspace, MONDAY) == 0

    assert Digest.objects.get().said is None
    assert not Delivery.objects.exists()
    assert "No mail would be sent." in shown(worked.mark, "my-digest")


def test_the_page_says_exactly_what_the_mail_says(
    worked: Cast, sink: MailSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark_leads(worked)
    question(asked(worked), MONDAY - timedelta(days=2))
    assert digest_all(MONDAY) == 1
    monkeypatch.setattr(sending, "now", lambda: MONDAY)

    sending.deliver_due()

    (mail,) = sink.mails
    plain, rich = (mail.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None
    assert rich is not None
    message = read(Digest.objects.get().said)
    assert mail["Subject"] == message.subject
    assert "<br>- p1 about Log calls" in rich.get_content()
    page = shown(worked.mark, "my-digest").replace("&#x27;", "'")
    for paragraph in message.paragraphs:
        assert paragraph in plain.get_content().replace("\r\n", "\n")
        assert all(line in page for line in paragraph.split("\n"))
    assert "/digest/leave/" in mail["List-Unsubscribe"]


def test_nobody_is_told_twice_whatever_runs_twice(cast: Cast, mark: Person) -> None:
    first = send_digests(cast.workspace, MONDAY)
    again = [send_digests(cast.workspace, MONDAY + timedelta(hours=h)) for h in (0, 1, 25, 97)]
    following = send_digests(cast.workspace, MONDAY + timedelta(days=7))

    assert (first, again, following) == (1, [0, 0, 0, 0], 1)


def test_what_dies_before_it_is_written_down_is_sent_by_the_next_run(
    worked: Cast, sink: MailSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark_leads(worked)
    asked(worked)

    def dies(*_args: object, **_named: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(digests, "put", dies)
        with pytest.raises(SystemExit):
            send_digests(worked.workspace, MONDAY)

    assert not Digest.objects.exists()
    assert send_digests(worked.workspace, MONDAY) == 1


@pytest.mark.parametrize(
    ("at", "wishes", "person", "is_sent"),
    [
        (MONDAY, {}, {}, True),
        (MONDAY.replace(hour=7), {}, {}, False),
        (MONDAY.replace(hour=20), {}, {}, False),
        (MONDAY + timedelta(days=1), {}, {}, True),
        (MONDAY + timedelta(days=5), {}, {}, False),
        (MONDAY, {"is_off": True}, {}, False),
        (MONDAY, {"weekday": 2}, {}, False),
        (MONDAY + timedelta(days=2), {"weekday": 2}, {}, True),
        (MONDAY.replace(hour=6), {"hour": 6}, {}, True),
        (MONDAY + timedelta(days=5), {"weekday": 5, "hour": 9}, {}, True),
        (MONDAY, {}, {"location": "Tokyo"}, False),
        (MONDAY.replace(hour=1), {}, {"location": "Tokyo"}, True),
        (MONDAY, {}, {"leave_starts_on": MONDAY.date(), "leave_ends_on": MONDAY.date()}, False),
    ],
)
def test_it_comes_on_the_chosen_day_in_ones_own_time(
    cast: Cast,
    mark: Person,
    at: datetime,
    wishes: dict[str, Any],
    person: dict[str, Any],
    is_sent: bool,
) -> None:
    Person.objects.filter(pk=mark.pk).update(**person)
    for _ in range(bool(wishes)):
        DigestWishes.objects.create(person=mark, **wishes)

    assert send_digests(cast.workspace, at) == is_sent


def test_the_time_zone_is_the_one_of_ones_reminders(cast: Cast, mark: Person) -> None:
    OwnReminders.objects.create(person=mark, timezone="America/New_York")

    assert send_digests(cast.workspace, MONDAY) == 0
    assert send_digests(cast.workspace, MONDAY.replace(hour=13)) == 1


def test_without_a_mail_server_it_is_told_in_uptake(worked: Cast) -> None:
    mark_leads(worked)
    asked(worked)

    send_digests(worked.workspace, MONDAY)

    assert Delivery.objects.get().channel == Channel.PRODUCT


def test_who_may_not_see_teams_gets_none(worked: Cast) -> None:
    mark = mark_leads(worked)
    asked(worked)
    Person.objects.filter(pk=mark.pk).update(user=worked.ursula.user)

    assert send_digests(worked.workspace, MONDAY) == 0


def test_one_click_is_enough_to_leave(worked: Cast, sink: MailSink) -> None:
    mark_leads(worked)
    asked(worked)
    send_digests(worked.workspace, MONDAY)
    path = "/" + read(Digest.objects.get().said).leave.split("/", 3)[3]

    assert "No more digests" in Client().get(path).content.decode()
    assert Client(enforce_csrf_checks=True).post(path).status_code == 200

    assert send_digests(worked.workspace, MONDAY + timedelta(days=7)) == 0
    assert "You get no digest." in shown(worked.mark, "my-digest")
    assert Client().get("/digest/leave/nothing").status_code == 404


def test_one_decides_about_ones_own_digest_alone(worked: Cast) -> None:
    mark = mark_leads(worked)
    asked(worked)
    facts = {"weekday": "2", "hour": "7", "purpose": ""}

    assert client(worked.mark).post("/w/acme/my-digest", facts).status_code == 302
    assert client(worked.mark).post("/w/acme/my-digest", facts | {"hour": "x"}).status_code == 422

    assert (DigestWishes.objects.get().person, DigestWishes.objects.get().weekday) == (mark, 2)
    with pytest.raises(Invalid):
        decide_own(worked.mark, Wanted(False, 7, 8))
    for who, problem in ((worked.victor, NotAllowed), (worked.stan, NotFound)):
        with pytest.raises(problem):
            decide_own(who, Wanted(False, 0, 8))
        with pytest.raises(problem):
            own_digests(who)


def test_who_leads_nobody_is_told_so(worked: Cast) -> None:
    factories.person(worked.workspace, "mark", user=worked.mark.user)

    assert "Your digest will stand here." in shown(worked.mark, "my-digest")


def test_erasing_somebody_takes_digests_along_that_name_them(worked: Cast, sink: MailSink) -> None:
    mark_leads(worked)
    question(asked(worked), MONDAY - timedelta(days=2))
    send_digests(worked.workspace, MONDAY)

    erase_person(worked.olga, "p1", lake=shared_lake())

    assert Digest.objects.get().said is None
    assert not Delivery.objects.filter(key__startswith="digest:").exists()
    assert send_digests(worked.workspace, MONDAY + timedelta(hours=1)) == 0


def test_a_policy_that_ends_meanwhile_keeps_names_in(
    worked: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = mark_leads(worked)
    better(worked)
    permit(worked)
    DigestWishes.objects.create(person=mark, purpose="To thank them")

    def ended(*_args: object, **_named: object) -> None:
        raise NotAllowed("People are not named here.")

    monkeypatch.setattr(digests, "look_at_people", ended)

    assert send_digests(worked.workspace, MONDAY) == 0
    assert not Digest.objects.exists()


def test_the_api_tells_the_same(worked: Cast) -> None:
    mark_leads(worked)
    asked(worked)
    send_digests(worked.workspace, MONDAY)

    told = client(worked.mark).get("/api/v1/workspaces/acme/me/digests").json()

    (item,) = told["items"]
    message = read(Digest.objects.get().said)
    assert (item["week"], item["subject"]) == (MONDAY.date().isoformat(), message.subject)
    assert item["paragraphs"] == list(message.paragraphs)


def test_a_problem_with_one_workspace_stops_no_other(
    worked: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark_leads(worked)
    asked(worked)

    def fails(*_args: object) -> int:
        raise DomainError("Nothing has arrived.")

    monkeypatch.setattr(digests, "send_digests", fails)

    assert digest_all(MONDAY) == 0
    assert date(2025, 5, 26).weekday() == 0
