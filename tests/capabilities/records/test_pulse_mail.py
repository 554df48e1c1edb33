"""The two questions by mail: who is written to and when, and that an address answers once."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from unittest.mock import patch

import pytest
from django.test import Client

from tests import factories
from tests.capabilities.records.delivering import founded
from tests.capabilities.records.test_dependence import CONTACTS
from tests.capabilities.records.test_pages import browser
from tests.capabilities.records.test_pulse import MONDAY, SIX_WEEKS, on
from tests.capabilities.reminders.conftest import sink as sink
from tests.cast import Cast
from tests.foundation.delivery.servers import MailSink
from uptake.capabilities.behaviours.models import BarrierReport, Behaviour, BehaviourVersion, Status
from uptake.capabilities.customers.models import Person
from uptake.capabilities.records import actions, pulse_mail, pulsing
from uptake.capabilities.records.models import (
    DataStandard,
    Pulse,
    PulseAsk,
    PulseTally,
)
from uptake.capabilities.records.pulse_mail import PULSE, mail_due
from uptake.capabilities.reminders.ask_models import AskState
from uptake.capabilities.reminders.asks import Holder, answer_address, ask_at
from uptake.capabilities.reminders.models import OwnReminders, ReminderLimits
from uptake.capabilities.reminders.wording import Words
from uptake.foundation.delivery import sending
from uptake.foundation.delivery.messages import Message
from uptake.foundation.delivery.models import Channel, Delivery
from uptake.foundation.delivery.outbox import Recipient, When, put
from uptake.foundation.errors import Conflict, Invalid

TEN = datetime(2026, 3, 2, 10, tzinfo=UTC)
"""A Monday, in working hours."""

SAID = {"minutes": 45, "confidence": 2}


@pytest.fixture
def standard(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> DataStandard:
    """Five people used what others wrote; m1 signs in as Ursula, s1 as Mark, m2 does not."""
    made = founded(cast.edith, CONTACTS)
    actions.agree_on_standard(cast.edith, made.pk)
    used = frozenset(f"m{number}" for number in range(5))
    monkeypatch.setattr(pulsing, "recent_users", lambda _version, *, days: used)
    factories.person(cast.workspace, "m1", user=cast.ursula.user)
    factories.person(cast.workspace, "s1", user=cast.mark.user)
    factories.person(cast.workspace, "m2")
    made.refresh_from_db()
    return made


@pytest.fixture
def pulse(cast: Cast, standard: DataStandard) -> Pulse:
    with on(MONDAY):
        return pulsing.start_pulse(cast.edith, standard.pk)


def reachable(*names: str) -> None:
    """Give people an address."""
    for person in Person.objects.filter(external_id__in=names):
        person.email = f"{person.external_id}@example.org"
        person.save(update_fields=["email"])


def asked(*names: str) -> list[PulseAsk]:
    """Have people be reachable and asked."""
    reachable(*names)
    pulsing.ask_due(MONDAY)
    return list(PulseAsk.objects.order_by("person__external_id"))


def told(moment: datetime) -> list[str]:
    """Who is mailed at a moment."""
    before = set(Delivery.objects.values_list("pk", flat=True))
    mail_due(moment)
    return sorted(Delivery.objects.exclude(pk__in=before).values_list("person", flat=True))


def path_of(ask: PulseAsk) -> str:
    """The address of a mail, without the host."""
    address = answer_address(PULSE, ask)
    return address[address.index("/two-questions/") :]


def mailed(name: str = "m2") -> PulseAsk:
    """Somebody who does not sign in, mailed on Monday."""
    asked(name)
    mail_due(TEN)
    return PulseAsk.objects.get(person__external_id=name)


def test_who_does_not_sign_in_is_asked_by_mail_if_mail_reaches_them(
    pulse: Pulse, sink: MailSink
) -> None:
    factories.person(pulse.standard.workspace, "m3")

    asks = asked("m2")

    assert [ask.person.external_id for ask in asks] == ["m1", "m2"]  # m1 signs in, m3 has no mail


def test_without_mail_only_who_signs_in_is_asked(
    cast: Cast, standard: DataStandard, sink: MailSink
) -> None:
    with on(MONDAY):
        pulsing.start_pulse(cast.edith, standard.pk, pulsing.Asking(6, by_mail=False))

    asks = asked("m1", "m2")

    assert [ask.person.external_id for ask in asks] == ["m1"]
    assert mail_due(TEN) == 0


def test_the_mail_arrives_once_with_an_address_that_answers(
    pulse: Pulse, sink: MailSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked("m2")
    assert [told(TEN + timedelta(hours=h)) for h in (0, 0, 1, 25)] == [["m1", "m2"], [], [], []]
    monkeypatch.setattr(sending, "now", lambda: TEN)
    sending.deliver_due()
    sending.deliver_due()

    first, mail = sorted(sink.mails, key=lambda each: each["To"], reverse=True)
    assert first["To"] == "ursula@example.org"
    body = mail.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert (mail["To"], mail["Subject"]) == ("m2@example.org", "Two questions about Contacts")
    assert "until Mon 16 Mar 2026" in text.replace("\n", " ")
    assert "/reminders/leave/" in mail["List-Unsubscribe"]
    found = re.search(r"/two-questions/\S+", text)
    assert found is not None
    with on(MONDAY):
        assert Client().get(found[0]).status_code == 200


def test_what_was_answered_in_my_week_is_not_answered_by_mail(
    cast: Cast, pulse: Pulse, sink: MailSink
) -> None:
    ask = mailed("m1")
    with on(MONDAY):
        pulsing.answer_pulse(cast.ursula, ask.pk, pulsing.Answered(5, 5))

        assert Client().post(path_of(ask), SAID).status_code == 409
    assert PulseTally.objects.get(group="").minutes == {"5": 1}


def test_a_mail_that_waits_still_does_not_leave_once_it_is_answered(
    pulse: Pulse, sink: MailSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = mailed()
    with on(MONDAY):
        Client().post(path_of(ask), {"skip": 1})
    monkeypatch.setattr(sending, "now", lambda: TEN + timedelta(hours=1))

    sending.deliver_due()

    assert "m2@example.org" not in [mail["To"] for mail in sink.mails]
    ask.refresh_from_db()
    assert ask.state == AskState.SKIPPED
    assert Delivery.objects.get(person="m2").state == "expired"


def test_an_address_answers_no_longer_than_two_weeks_nor_than_its_round(
    pulse: Pulse, sink: MailSink
) -> None:
    ask = mailed()
    late = ask_at(PULSE, token_of(ask), Holder(), moment=TEN + timedelta(days=13))
    assert late == ask

    with pytest.raises(Conflict, match="time to answer is over"):
        ask_at(PULSE, token_of(ask), Holder(), moment=TEN + timedelta(days=14))
    PulseAsk.objects.update(mailed_at=TEN + SIX_WEEKS - timedelta(days=3))
    with pytest.raises(Conflict, match="time to answer is over"):
        ask_at(PULSE, token_of(ask), Holder(), moment=TEN + SIX_WEEKS)
    with on(MONDAY + SIX_WEEKS):
        assert Client().post(path_of(ask), SAID).status_code == 409
    assert PulseTally.objects.get(group="").answered == 0


def test_an_address_ends_when_nobody_is_asked_any_more(
    cast: Cast, pulse: Pulse, sink: MailSink
) -> None:
    ask = mailed()
    with on(MONDAY):
        pulsing.stop_pulse(cast.edith, pulse.standard_id)

        assert Client().post(path_of(ask), SAID).status_code == 404
    waiting = Delivery.objects.filter(expires_at__gt=TEN)
    assert not waiting.exists()


def token_of(ask: PulseAsk) -> str:
    return path_of(ask).removeprefix("/two-questions/")


def test_answers_that_cannot_be_are_asked_again(pulse: Pulse, sink: MailSink) -> None:
    ask = mailed()
    with on(MONDAY):
        for said in ({"minutes": "x", "confidence": 2}, {"minutes": 9_999, "confidence": 2}, {}):
            assert Client().post(path_of(ask), said).status_code == 422
    ask.refresh_from_db()
    assert ask.state == AskState.OPEN


@pytest.mark.parametrize(
    "moment",
    [TEN.replace(hour=7), TEN.replace(hour=19), TEN + timedelta(days=5)],
    ids=["early", "late", "Saturday"],
)
def test_nobody_is_mailed_in_quiet_hours(pulse: Pulse, sink: MailSink, moment: datetime) -> None:
    asked("m2")

    assert told(moment) == []
    assert told(TEN + timedelta(days=7)) == ["m1", "m2"]


def test_quiet_hours_are_those_where_the_person_lives_and_chosen_ones_come_first(
    pulse: Pulse, sink: MailSink
) -> None:
    asked("m2")
    person = Person.objects.get(external_id="m2")
    wishes = OwnReminders.objects.create(person=person, timezone="America/New_York")
    assert told(TEN) == ["m1"]  # it is five in the morning for m2
    wishes.hours, wishes.weekdays = [5], [0]
    wishes.save()

    assert told(TEN) == ["m2"]


def test_who_wants_no_reminders_is_not_mailed(pulse: Pulse, sink: MailSink) -> None:
    reachable("m1", "m2")
    for name in ("m1", "m2"):
        OwnReminders.objects.create(person=Person.objects.get(external_id=name), is_off=True)

    (ask,) = asked()

    assert ask.person.external_id == "m1"  # asked in My week; nothing else would reach m2
    assert mail_due(TEN) == 0


def test_who_is_away_or_has_left_is_not_mailed(pulse: Pulse, sink: MailSink) -> None:
    Person.objects.filter(external_id="m2").update(ends_on=date(2026, 2, 27))
    Person.objects.filter(external_id="m1").update(
        leave_starts_on=MONDAY, leave_ends_on=MONDAY + timedelta(days=4)
    )

    (ask,) = asked("m1", "m2")

    assert ask.person.external_id == "m1"
    assert told(TEN) == []
    assert told(TEN + timedelta(days=7)) == ["m1"]


def test_the_questions_count_towards_the_most_a_week_and_wait_for_it(
    pulse: Pulse, sink: MailSink
) -> None:
    workspace = pulse.standard.workspace
    ReminderLimits.objects.create(workspace=workspace, most_a_week=1)
    asked("m2")
    to = Recipient(Channel.MAIL, person="m2", address="m2@example.org")
    earlier = When(TEN - timedelta(days=2), TEN)
    put(workspace, "pulse:of another kind of records", Message("x", ("y",)), to=to, when=earlier)

    assert told(TEN) == ["m1"]
    assert told(TEN + timedelta(days=7)) == ["m2"]


def test_whom_something_stops_from_keeping_these_records_is_not_mailed(
    cast: Cast, pulse: Pulse, sink: MailSink
) -> None:
    from tests.capabilities.behaviours.asking import facts
    from uptake.capabilities.behaviours.definition import kept_form

    asked("m2")
    DataStandard.objects.filter(pk=pulse.standard_id).update(object_type="contact")
    behaviour = Behaviour.objects.create(
        workspace=cast.workspace, name="Keep contacts", status=Status.LIVE
    )
    BehaviourVersion.objects.create(
        behaviour=behaviour,
        number=1,
        valid_from=MONDAY,
        definition=kept_form(facts(object_type="contact").definition),
    )
    person = Person.objects.get(external_id="m2")
    report = BarrierReport.objects.create(behaviour=behaviour, person=person, kind="access")

    assert told(TEN) == ["m1"]
    report.delete()
    assert told(TEN) == ["m2"]


def test_the_words_of_the_mail_are_written_once_for_all_and_have_no_holes(
    cast: Cast, standard: DataStandard, sink: MailSink
) -> None:
    path = f"/w/acme/records/{standard.pk}/pulse"
    words = {"every_weeks": 6, "by_mail": "on", "subject": "{records}: a minute?", "text": "{who}"}
    refused = browser(cast.edith).post(path, words, follow=True).content.decode()
    with on(MONDAY):
        browser(cast.edith).post(path, words | {"text": "Dear {name}, until {until}."})
    asked("m2")
    mail_due(TEN)

    sent = Delivery.objects.get(person="m2").message
    assert "Nothing can be put in for {who}" in refused
    assert sent["subject"] == "Contacts: a minute?"
    assert sent["paragraphs"][0] == "Dear m2, until Mon 16 Mar 2026."
    with pytest.raises(Invalid), patch.object(pulse_mail, "PLACES", {}):
        pulse_mail.check_mail(Words("{records}", "x"))


def test_an_answer_by_mail_is_told_with_enough_others_only(
    cast: Cast, pulse: Pulse, sink: MailSink
) -> None:
    from uptake.capabilities.records.pulses import pulse_of

    names = ("m1", "m2", "m3", "m4", "m0")
    for name in ("m0", "m3", "m4"):
        factories.person(cast.workspace, name)
    asks = asked(*names)
    mail_due(TEN)
    with on(MONDAY):
        for ask in asks[:4]:
            Client().post(path_of(ask), SAID)
    with on(MONDAY + SIX_WEEKS):
        few = pulse_of(pulse.standard)
    PulseAsk.objects.filter(pk=asks[4].pk).update(state=AskState.OPEN)
    with on(MONDAY):
        Client().post(path_of(asks[4]), SAID)
    with on(MONDAY + SIX_WEEKS):
        enough = pulse_of(pulse.standard)

    assert few is not None
    assert enough is not None
    assert few.rounds[0].summary is None
    assert enough.rounds[0].summary is not None
    assert enough.rounds[0].summary.minutes.value == 45
