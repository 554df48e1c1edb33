"""Who is reminded, who is not and why, and that nobody is reminded twice."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from tests import factories
from tests.capabilities.behaviours.test_keeping import asked
from tests.capabilities.reminders.writing import WEDNESDAY, reminder
from tests.cast import Cast
from tests.foundation.delivery.servers import MailSink
from tests.ports import free_port
from uptake.capabilities.behaviours.models import BarrierReport, LeadersWord, Obstacle, WordKind
from uptake.capabilities.customers.models import Person
from uptake.capabilities.reminders.deciding import decisions, scene
from uptake.capabilities.reminders.models import OwnReminders, Reminded, Reminder, ReminderLimits
from uptake.capabilities.reminders.sending import remind, remind_all
from uptake.capabilities.reminders.wording import Words
from uptake.foundation.delivery import outbox, sending
from uptake.foundation.delivery.messages import read
from uptake.foundation.delivery.models import Channel, ChatChannel, ChatKind, Delivery, State
from uptake.methods.behaviour.reminding import Reason, is_held_out

WEEK = "2025-05-19"
_GROUP = Words("{behaviour}", "{left} have not done it yet.")


def reasons(cast: Cast, written: Reminder, at: datetime = WEDNESDAY) -> dict[str, Reason]:
    found = scene(cast.workspace, [written], at)
    return {each.person.external_id: each.reason for each in decisions(found, [written])}


def drawn_out(written: Reminder) -> set[str]:
    people = Person.objects.values_list("external_id", flat=True)
    return {name for name in people if is_held_out(written.template, name, WEEK)}


def somebody(written: Reminder) -> Person:
    """One who has something left to do, and is not held out."""
    out = drawn_out(written)
    return next(
        person for n in range(1, 24, 2) if (person := _person(f"p{n}")).external_id not in out
    )


def _person(name: str) -> Person:
    return Person.objects.get(external_id=name)


def test_whoever_has_something_left_is_reminded_and_a_few_are_held_out(
    worked: Cast, reachable: MailSink
) -> None:
    written = reminder(worked)

    done = remind(worked.workspace, WEDNESDAY)

    out = drawn_out(written)
    left = {f"p{n}" for n in range(1, 24, 2)}
    assert (done.reminded, done.held_out) == (len(left - out), len(left & out))
    assert set(Delivery.objects.values_list("person", flat=True)) == left - out
    held = Reminded.objects.filter(is_held_out=True).values_list("person__external_id", flat=True)
    assert set(held) == left & out


def test_nobody_is_reminded_twice_whatever_runs_twice(worked: Cast, reachable: MailSink) -> None:
    reminder(worked)

    first = remind(worked.workspace, WEDNESDAY)
    again = [remind(worked.workspace, WEDNESDAY + timedelta(minutes=m)) for m in (0, 5, 60)]

    assert first.reminded > 0
    assert [each.reminded + each.held_out for each in again] == [0, 0, 0]


def test_a_mail_says_what_is_left_until_when_and_how_to_leave(
    worked: Cast, reachable: MailSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = reminder(worked)
    person = somebody(written)
    remind(worked.workspace, WEDNESDAY)
    monkeypatch.setattr(sending, "now", lambda: WEDNESDAY)

    sending.deliver_due()

    mail = next(m for m in reachable.mails if m["To"] == f"{person.external_id}@example.org")
    body = mail.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert mail["Subject"] == "Log calls: 1 is left"
    assert "until Sunday 23:59." in text
    assert "/w/acme/my-week" in text
    assert "/reminders/leave/" in mail["List-Unsubscribe"]
    assert "Uptake knows what was done to Monday 2025-05-19" in text


def test_who_has_met_it_is_left_alone(worked: Cast, reachable: MailSink) -> None:
    found = reasons(worked, reminder(worked))

    assert {found[f"p{n}"] for n in range(0, 24, 2)} == {Reason.DONE}


@pytest.mark.parametrize(
    ("at", "reason"),
    [
        (WEDNESDAY.replace(hour=22), Reason.QUIET),
        (WEDNESDAY.replace(hour=3), Reason.QUIET),
    ],
)
def test_nobody_is_reminded_in_quiet_hours(
    worked: Cast, reachable: MailSink, at: datetime, reason: Reason
) -> None:
    written = reminder(worked)

    assert reasons(worked, written, at)[somebody(written).external_id] is reason


def test_quiet_hours_run_where_the_person_is(worked: Cast, reachable: MailSink) -> None:
    written = reminder(worked)
    person = somebody(written)
    person.location = "Tokyo"
    person.save()

    assert reasons(worked, written)[person.external_id] is Reason.QUIET
    OwnReminders.objects.create(person=person, timezone="Europe/Paris")
    assert reasons(worked, written)[person.external_id] is Reason.DUE


def test_ones_own_hours_come_before_quiet_hours(worked: Cast, reachable: MailSink) -> None:
    written = reminder(worked)
    person = somebody(written)
    OwnReminders.objects.create(person=person, hours=[22])

    assert reasons(worked, written)[person.external_id] is Reason.OTHER_TIME
    night = WEDNESDAY.replace(hour=22)
    assert reasons(worked, written, night)[person.external_id] is Reason.DUE


def test_ones_own_days_are_kept(worked: Cast, reachable: MailSink) -> None:
    written = reminder(worked)
    person = somebody(written)
    wishes = OwnReminders.objects.create(person=person, weekdays=[3])

    assert reasons(worked, written)[person.external_id] is Reason.OTHER_TIME
    wishes.weekdays = [2]
    wishes.save()
    assert reasons(worked, written)[person.external_id] is Reason.DUE


def _away(person: Person, _written: Reminder) -> None:
    person.leave_starts_on = person.leave_ends_on = WEDNESDAY.date()
    person.save()


def _off(person: Person, _written: Reminder) -> None:
    OwnReminders.objects.create(person=person, is_off=True)


def _unreachable(person: Person, _written: Reminder) -> None:
    person.email = ""
    person.save()


def _stopped(person: Person, written: Reminder) -> None:
    BarrierReport.objects.create(
        behaviour=written.behaviour, person=person, kind=Obstacle.PERMISSION
    )


def _reminded_of_others(person: Person, written: Reminder) -> None:
    for days in (3, 5):
        Reminded.objects.create(
            reminder=written,
            version=1,
            person=person,
            day=date(2025, 5, 21) - timedelta(days=days),
            decided_at=WEDNESDAY - timedelta(days=days),
            period=date(2025, 5, 12),
            closes=WEDNESDAY,
            is_held_out=False,
        )


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (_away, Reason.AWAY),
        (_off, Reason.OPTED_OUT),
        (_unreachable, Reason.UNREACHABLE),
        (_stopped, Reason.BLOCKED),
        (_reminded_of_others, Reason.CAP),
    ],
)
def test_there_are_reasons_to_leave_somebody_alone(
    worked: Cast, reachable: MailSink, given: Any, reason: Reason
) -> None:
    written = reminder(worked)
    person = somebody(written)

    given(person, written)

    assert reasons(worked, written)[person.external_id] is reason


def test_whoever_is_stopped_is_reminded_again_once_somebody_acted_on_it(
    worked: Cast, reachable: MailSink
) -> None:
    written = reminder(worked)
    person = somebody(written)
    _stopped(person, written)
    leader = factories.person(worked.workspace, "boss")

    LeadersWord.objects.create(
        behaviour=written.behaviour,
        leader=leader,
        kind=WordKind.FOLLOWED_UP,
        obstacle=Obstacle.PERMISSION,
        text="Granted",
        said_by="boss",
    )

    assert reasons(worked, written)[person.external_id] is Reason.DUE


def test_the_cap_holds_over_all_behaviours_at_once(worked: Cast, reachable: MailSink) -> None:
    ReminderLimits.objects.create(workspace=worked.workspace, most_a_week=1)
    reminder(worked)
    reminder(worked, behaviour=asked(worked, name="Again").pk, name="Second")

    remind(worked.workspace, WEDNESDAY)

    many = Counter(Delivery.objects.values_list("person", flat=True))
    assert set(many.values()) == {1}


def test_reminders_keep_a_day_apart_after_a_lapse(worked: Cast, reachable: MailSink) -> None:
    written = reminder(worked)
    person = somebody(written)
    remind(worked.workspace, WEDNESDAY)

    later = WEDNESDAY + timedelta(hours=5)
    assert reasons(worked, written, later)[person.external_id] is Reason.SPACING
    next_day = WEDNESDAY + timedelta(hours=24)
    assert reasons(worked, written, next_day)[person.external_id] is Reason.DUE


def test_nothing_is_said_before_the_deadline_is_near(worked: Cast, reachable: MailSink) -> None:
    written = reminder(worked, lead_hours=24)

    assert reasons(worked, written)[somebody(written).external_id] is Reason.FAR


def test_on_a_public_holiday_nobody_is_reminded(worked: Cast, reachable: MailSink) -> None:
    written = reminder(worked)
    worked.workspace.country = "BR"
    worked.workspace.save()
    tiradentes = datetime(2025, 4, 21, 9, tzinfo=WEDNESDAY.tzinfo)

    found = scene(worked.workspace, [written], tiradentes)

    assert not found.calendar.is_working(tiradentes.date())


def test_old_data_remind_nobody(worked: Cast, reachable: MailSink) -> None:
    written = reminder(worked)

    assert reasons(worked, written, WEDNESDAY + timedelta(days=3)) == {}


def test_a_reminder_that_is_off_and_a_behaviour_that_ended_remind_nobody(
    worked: Cast, reachable: MailSink
) -> None:
    reminder(worked, on=False)
    ended = reminder(worked, behaviour=asked(worked, name="Ended").pk)
    ended.behaviour.status = "ended"
    ended.behaviour.save()

    assert remind_all(WEDNESDAY) == 0


def test_in_uptake_only_who_signs_in_is_reached(worked: Cast) -> None:
    written = reminder(worked, channel=Channel.PRODUCT)
    person = somebody(written)
    person.user = worked.ursula.user
    person.save()

    remind(worked.workspace, WEDNESDAY)
    Delivery.objects.update(due_at=outbox.now(), next_try_at=outbox.now())
    Delivery.objects.update(expires_at=outbox.now() + timedelta(days=1))
    sending.deliver_due()

    (notice,) = outbox.visible_notices(worked.ursula)
    assert notice.person == person.external_id
    assert notice.state == State.SENT


def test_a_calendar_gets_an_invitation(worked: Cast, reachable: MailSink) -> None:
    written = reminder(worked, channel=Channel.CALENDAR)
    person = somebody(written)

    remind(worked.workspace, WEDNESDAY)

    said = read(Delivery.objects.get(person=person.external_id).message)
    assert "METHOD:REQUEST" in said.calendar
    assert "DTEND:20250525T235959Z" in said.calendar
    assert f"mailto:{person.external_id}@example.org" in said.calendar.replace("\r\n ", "")


def _chat(cast: Cast) -> ChatChannel:
    return ChatChannel.objects.create(
        workspace=cast.workspace,
        name="#sales",
        kind=ChatKind.SLACK,
        sealed_address="x",
        host=f"127.0.0.1:{free_port()}",
        added_by="olga",
    )


def test_a_channel_is_told_how_many_once_a_period_and_never_who(worked: Cast) -> None:
    chat = _chat(worked)
    reminder(worked, channel=Channel.SLACK, chat=chat.pk, words=_GROUP)

    done = [remind(worked.workspace, WEDNESDAY + timedelta(hours=h)) for h in (0, 1, 24)]

    (delivery,) = Delivery.objects.all()
    said = read(delivery.message)
    assert [each.groups for each in done] == [1, 0, 0]
    assert said.paragraphs == ("12 people have not done it yet.",)
    assert (delivery.chat, delivery.person) == (chat, "")
    assert not Reminded.objects.exists()


def test_a_channel_is_told_nothing_of_too_few_people(worked: Cast) -> None:
    worked.workspace.minimum_group = 13
    worked.workspace.save()
    reminder(worked, channel=Channel.SLACK, chat=_chat(worked).pk, words=_GROUP)

    assert remind(worked.workspace, WEDNESDAY).groups == 0


def test_a_channel_has_quiet_hours_too(worked: Cast) -> None:
    reminder(worked, channel=Channel.SLACK, chat=_chat(worked).pk, words=_GROUP)

    assert remind(worked.workspace, WEDNESDAY.replace(hour=20)).groups == 0


def test_what_came_of_it_is_written_down_once_the_period_is_over(
    worked: Cast, reachable: MailSink
) -> None:
    written = reminder(worked)
    for name, day in (("p0", date(2025, 5, 12)), ("p1", date(2025, 5, 12))):
        Reminded.objects.create(
            reminder=written,
            version=1,
            person=_person(name),
            day=day,
            decided_at=WEDNESDAY - timedelta(days=8),
            period=day,
            closes=datetime.combine(day + timedelta(days=6), time(23), WEDNESDAY.tzinfo),
            is_held_out=False,
        )

    remind(worked.workspace, WEDNESDAY)

    judged = Reminded.objects.filter(judged_at__isnull=False)
    assert dict(judged.values_list("person__external_id", "met")) == {"p0": True, "p1": False}
