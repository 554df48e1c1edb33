"""Reminders in the browser, signed in and not."""

from __future__ import annotations

import pytest
from django.test import Client

from tests import factories
from tests.capabilities.behaviours.test_keeping import asked
from tests.capabilities.reminders.writing import WEDNESDAY, reminder
from tests.cast import Cast
from tests.foundation.delivery.putting import SAID, mailed, placed
from uptake.capabilities.customers.erasure import _erasers
from uptake.capabilities.customers.models import Person
from uptake.capabilities.reminders import personal
from uptake.capabilities.reminders.erasing import forget_deliveries
from uptake.capabilities.reminders.feeds import feed
from uptake.capabilities.reminders.leaving import leave, leave_address
from uptake.capabilities.reminders.models import OwnReminders, Reminder, ReminderLimits
from uptake.capabilities.reminders.personal import Wishes
from uptake.capabilities.reminders.zones import zone_of_place
from uptake.foundation.actor import Actor
from uptake.foundation.delivery.models import Channel, ChatChannel, Delivery, State
from uptake.foundation.delivery.outbox import Recipient, visible_notices
from uptake.foundation.delivery.sending import deliver_due
from uptake.foundation.errors import Invalid, NotFound

TYPED = {
    "name": "Before the deadline",
    "channel": "mail",
    "lead_hours": "24",
    "subject": "{what}",
    "text": "{left} until {until}",
}


def client(who: Actor) -> Client:
    found = Client()
    assert who.user is not None
    found.force_login(who.user)
    return found


def shown(who: Actor, path: str) -> str:
    return client(who).get(f"/w/acme/{path}").content.decode()


@pytest.fixture
def ursula(cast: Cast) -> Person:
    return factories.person(cast.workspace, "p1", user=cast.ursula.user, location="Paris")


def test_a_reminder_is_written_switched_on_and_off_and_removed(cast: Cast) -> None:
    edith = client(cast.edith)
    about = asked(cast).pk

    edith.post("/w/acme/reminders/new", TYPED | {"behaviour": about})
    written = Reminder.objects.get()
    path = f"/w/acme/reminders/{written.pk}"
    edith.post(f"{path}/switch", {"on": "1"})

    assert "1 reminder is on" in shown(cast.victor, "reminders")
    assert "whether it helps is not known yet" in shown(cast.victor, f"reminders/{written.pk}")
    edith.post(f"{path}/edit", TYPED | {"behaviour": about, "text": "Other"})
    edith.post(f"{path}/switch", {"on": "0"})
    written.refresh_from_db()
    assert (written.version, written.is_on) == (2, False)
    edith.post(f"{path}/remove")
    assert "Nobody is reminded" in shown(cast.victor, "reminders")


def test_without_a_behaviour_there_is_nothing_to_remind_of(cast: Cast) -> None:
    page = shown(cast.edith, "reminders/new")

    assert "There is nothing to remind of yet." in page
    assert "<select" not in page


def test_who_sees_one_account_is_not_told_that_nobody_is_reminded(cast: Cast) -> None:
    page = shown(cast.carla, "reminders")

    assert "You have no reminder of your own." in page
    assert "are written by whoever asks it" in page


def test_what_is_wrong_with_a_reminder_is_said_in_the_form(cast: Cast) -> None:
    about = asked(cast).pk

    answer = client(cast.edith).post(
        "/w/acme/reminders/new", TYPED | {"behaviour": about, "text": "{salary}"}
    )

    assert answer.status_code == 422
    assert "Nothing can be put in for {salary}" in answer.content.decode()


def test_tomorrow_says_why_nothing_is_known(worked: Cast) -> None:
    written = reminder(worked)

    page = shown(worked.victor, f"reminders/{written.pk}/tomorrow")

    assert "Nothing is known yet" in page


def test_what_nobody_knows_is_decided_on_its_page_without_a_name(cast: Cast) -> None:
    delivery = mailed(cast.workspace)
    Delivery.objects.update(state=State.UNKNOWN)

    page = shown(cast.edith, "reminders/sent")
    assert "Of 1 message nobody knows" in page
    assert "ursula@example.org" not in page
    client(cast.edith).post(f"/w/acme/reminders/sent/{delivery.pk}", {"arrived": "1"})
    assert "nothing is stuck" in shown(cast.edith, "reminders/sent?state=sent")
    client(cast.edith).post(f"/w/acme/reminders/sent/{delivery.pk}", {"arrived": "0"})

    delivery.refresh_from_db()
    assert delivery.state == State.SENT


def test_limits_and_channels_are_decided_by_the_owner(cast: Cast) -> None:
    olga = client(cast.olga)
    olga.post(
        "/w/acme/reminders/limits",
        {"most_a_week": 1, "quiet_from": "17:00", "quiet_to": "09:00", "weekdays": ["0", "1"]},
    )
    address = "https://hooks.slack.com/services/T0/B0/secret"
    olga.post("/w/acme/reminders/chat", {"name": "#sales", "kind": "slack", "address": address})
    channel = ChatChannel.objects.get()
    olga.post(f"/w/acme/reminders/chat/{channel.pk}/try")

    page = shown(cast.olga, "reminders/chat")
    assert "hooks.slack.com" in page
    assert "secret" not in page
    assert ReminderLimits.objects.get().weekdays == [0, 1]
    assert Delivery.objects.get().chat == channel
    refused = olga.post("/w/acme/reminders/chat", {"name": "x", "kind": "slack", "address": "y"})
    assert refused.status_code == 422
    olga.post(f"/w/acme/reminders/chat/{channel.pk}/remove")
    assert not ChatChannel.objects.exists()


def test_one_reads_ones_notices_and_decides_when_they_come(cast: Cast, ursula: Person) -> None:
    placed(cast.workspace, Recipient(Channel.PRODUCT, user=cast.ursula.user), "k")
    deliver_due()
    browser = client(cast.ursula)

    page = browser.get("/w/acme/my-reminders").content.decode()
    assert SAID.subject in page
    assert "Europe/Paris" in page
    browser.post("/w/acme/my-reminders/read")
    browser.post(
        "/w/acme/my-reminders", {"hours": ["9", "14"], "weekdays": ["1"], "timezone": "Asia/Tokyo"}
    )

    assert not visible_notices(cast.ursula).filter(read_at=None).exists()
    kept = OwnReminders.objects.get(person=ursula)
    assert (kept.hours, kept.weekdays, kept.timezone) == ([9, 14], [1], "Asia/Tokyo")


@pytest.mark.parametrize(
    "wishes", [Wishes(False, (24,)), Wishes(False, (), (7,)), Wishes(False, timezone="Mars")]
)
def test_hours_days_and_zones_have_to_exist(cast: Cast, ursula: Person, wishes: Wishes) -> None:
    with pytest.raises(Invalid):
        personal.decide_own(cast.ursula, wishes)


def test_nobody_decides_for_others(cast: Cast, ursula: Person) -> None:
    for actor in (*cast.who_may_not_write, cast.olga):
        for decide in (
            lambda who: personal.decide_own(who, Wishes(True)),
            personal.open_feed,
            personal.close_feed,
        ):
            with pytest.raises(NotFound):
                decide(actor)
    assert not OwnReminders.objects.exists()


def test_one_click_in_a_mail_ends_them_and_looking_does_not(cast: Cast, ursula: Person) -> None:
    path = leave_address(ursula).removeprefix("http://127.0.0.1:8000")
    stranger = Client(enforce_csrf_checks=True)

    assert "Send me none" in stranger.get(path).content.decode()
    assert not OwnReminders.objects.filter(is_off=True).exists()
    answer = stranger.post(path, {"List-Unsubscribe": "One-Click"})

    assert answer.status_code == 200
    assert OwnReminders.objects.get(person=ursula).is_off


def test_an_address_that_was_changed_ends_nothing(cast: Cast, ursula: Person) -> None:
    path = leave_address(ursula)

    assert Client().post(path.removeprefix("http://127.0.0.1:8000") + "x").status_code == 404
    ursula.delete()
    with pytest.raises(NotFound):
        leave(path.rpartition("/")[2])


def test_ones_calendar_is_read_at_a_secret_address_until_it_is_closed(
    cast: Cast, ursula: Person
) -> None:
    asked(cast)
    browser = client(cast.ursula)
    page = browser.post("/w/acme/my-reminders/calendar", follow=True).content.decode()
    secret = page.partition("/reminders/calendar/")[2].partition(".ics")[0]

    answer = Client().get(f"/reminders/calendar/{secret}.ics")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.content.decode().count("BEGIN:VEVENT") >= 5
    assert secret not in browser.get("/w/acme/my-reminders").content.decode()
    browser.post("/w/acme/my-reminders/calendar", {"close": "1"})
    assert Client().get(f"/reminders/calendar/{secret}.ics").status_code == 404


def test_a_calendar_holds_deadlines_to_come(cast: Cast, ursula: Person) -> None:
    asked(cast)

    text = feed(personal.open_feed(cast.ursula), WEDNESDAY)

    assert "DTEND:20250525T235959Z" in text
    assert "20250518" not in text


def test_who_is_nobody_in_the_data_is_told_what_to_do(cast: Cast) -> None:
    assert "Settings, Members" in shown(cast.victor, "my-reminders")


def test_what_was_sent_to_somebody_goes_with_them(cast: Cast) -> None:
    mailed(cast.workspace)

    assert forget_deliveries in _erasers
    assert forget_deliveries(cast.workspace, "p1") == 1
    assert not Delivery.objects.exists()


@pytest.mark.parametrize(
    ("location", "zone"),
    [
        ("Paris, France", "Europe/Paris"),
        ("Europe/Berlin", "Europe/Berlin"),
        ("New York", "America/New_York"),
        ("Lyon", ""),
        ("", ""),
    ],
)
def test_a_location_names_a_zone_or_none(location: str, zone: str) -> None:
    assert zone_of_place(location) == zone
