"""Who is asked is mailed once a turn, with the manners of reminders; My week is there anyway."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from tests.capabilities.assessments.conftest import on
from tests.capabilities.reminders.conftest import sink as sink
from tests.cast import Cast
from tests.foundation.delivery.servers import MailSink
from uptake.capabilities.assessments.actions import Wanted, skip_ask, start_survey, stop_survey
from uptake.capabilities.assessments.asking import begin_due_waves, tell_due
from uptake.capabilities.assessments.models import Asked, Cut, Survey, Tally
from uptake.capabilities.assessments.telling import SURVEY
from uptake.capabilities.customers.models import Person
from uptake.capabilities.reminders.asks import answer_address
from uptake.capabilities.reminders.models import OwnReminders
from uptake.foundation.addresses import read_token
from uptake.foundation.delivery.messages import read
from uptake.foundation.delivery.models import Channel, Delivery

MONDAY = date(2026, 3, 2)
TEN = datetime(2026, 3, 2, 10, tzinfo=UTC)
LAST_TURN = TEN + timedelta(days=9)
"""A Wednesday, inside the last days of a wave that began on Monday."""

REACHED = ("blue1", "blue2", "blue3")


@pytest.fixture
def survey(staffed: Cast, sink: MailSink) -> Survey:
    """A wave of everybody, three of whom have an address."""
    for person in Person.objects.filter(external_id__in=REACHED):
        person.email = f"{person.external_id}@example.org"
        person.save(update_fields=["email"])
    with on(MONDAY):
        made = start_survey(staffed.edith, Wanted("north"))
        begin_due_waves()
    return made


def told(moment: datetime) -> list[str]:
    """Who is mailed at a moment."""
    before = set(Delivery.objects.values_list("pk", flat=True))
    with on(moment.date()):
        tell_due(moment)
    rows = Delivery.objects.exclude(pk__in=before).filter(channel=Channel.MAIL)
    return sorted(set(rows.values_list("person", flat=True)) & set(REACHED))


def test_everybody_is_told_once_and_once_more_before_the_end(survey: Survey) -> None:
    hours = (0, 0, 1, 24)

    assert [told(TEN + timedelta(hours=h)) for h in hours] == [list(REACHED), [], [], []]
    assert [told(LAST_TURN + timedelta(hours=h)) for h in hours] == [list(REACHED), [], [], []]


def test_nobody_is_told_at_night_or_on_leave(survey: Survey) -> None:
    Person.objects.filter(external_id="blue2").update(
        leave_starts_on=MONDAY, leave_ends_on=MONDAY + timedelta(days=2)
    )

    assert told(TEN.replace(hour=2)) == []
    assert told(TEN) == ["blue1", "blue3"]
    assert told(TEN + timedelta(days=3)) == ["blue2"]


def test_who_wants_no_reminders_or_has_answered_is_left_alone(survey: Survey) -> None:
    wants_none = Person.objects.get(external_id="blue1")
    OwnReminders.objects.create(person=wants_none, is_off=True)
    with on(MONDAY):
        skip_ask(Asked.objects.get(person__external_id="blue2"))

    assert told(TEN) == ["blue3"]


def test_nobody_is_told_once_it_is_stopped_or_over(staffed: Cast, survey: Survey) -> None:
    assert told(TEN + timedelta(days=14)) == []
    with on(MONDAY):
        stop_survey(staffed.edith, survey.pk)

    assert told(TEN) == []


def test_the_mail_names_nobody_and_leads_to_the_form(survey: Survey) -> None:
    told(TEN)
    ask = Asked.objects.get(person__external_id="blue1")
    message = read(Delivery.objects.get(person="blue1").message)

    token = message.link.rpartition("/")[2]
    assert read_token(token, salt=SURVEY.salt, parts=2, unknown="") == (ask.pk, ask.person_id)
    assert message.leave
    assert "blue1" not in message.subject + "".join(message.paragraphs)
    assert "until Sun 15 Mar 2026" in message.text


def test_what_cannot_be_taken_is_said_beside_the_form(survey: Survey) -> None:
    ask = Asked.objects.get(person__external_id="blue1")
    address = answer_address(SURVEY, ask)
    path = address[address.index("/asked/") :]
    with on(MONDAY):
        form = Client().get(path).context["form"]
        answer = Client().post(path, dict.fromkeys(form.fields, "none"))

    assert answer.status_code == 422
    assert "Answer at least one statement, or skip all of them." in answer.content.decode()
    assert Tally.objects.get(cut=Cut.ALL).answered == 0
