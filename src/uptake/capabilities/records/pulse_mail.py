"""The two questions by mail: once to each person who is asked, at an hour that suits them.

The same manners as for reminders: quiet and chosen hours, leave, the most a week, who wants none.
The address in a mail answers one person's questions once, until the round or two weeks are over.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from django.db.models import QuerySet
from django.utils.timezone import get_current_timezone, localdate, now

from uptake.capabilities.behaviours.models import Behaviour
from uptake.capabilities.behaviours.models import Status as BehaviourStatus
from uptake.capabilities.behaviours.queries import newest as newest_definition
from uptake.capabilities.customers.models import Person
from uptake.capabilities.records.models import Pulse, PulseAsk, Status
from uptake.capabilities.records.pulses import first_day, running_round
from uptake.capabilities.reminders.asks import AskKind, Mailing, answer_address, mail
from uptake.capabilities.reminders.leaving import leave_address
from uptake.capabilities.reminders.queries import stopped
from uptake.capabilities.reminders.wording import Words, check_places, filled, paragraphs
from uptake.foundation.delivery.messages import Message
from uptake.ui import words

LASTS = timedelta(days=14)
"""So long an address answers, and never beyond its round."""

PLACES = {
    "name": "who it is for",
    "records": "the records",
    "until": "the last day to answer",
}
"""What may stand in braces in the mail."""

SUBJECT = "Two questions about {records}"
TEXT = (
    "Hello {name},\n\nyou worked with records of others lately: {records}. How many minutes did "
    "poor ones cost you last week, and how far do you trust them? It takes a minute, until {until}."
)
_PROMISE = (
    "Your answer is kept without your name and told only together with enough others. You may "
    "leave it."
)


def check_mail(said: Words) -> None:
    """Refuse a wording that would reach people with holes in it.

    Raises:
        Invalid: there is a place that nothing can be put into.
    """
    check_places(said, tuple(PLACES))


def mail_due(moment: datetime | None = None) -> int:
    """Mail the questions to whoever is asked and was not mailed; returns how many were put out."""
    at = moment or now()
    rows = Pulse.objects.filter(ended_on=None, by_mail=True, standard__status=Status.AGREED)
    return sum(_mail(each, at) for each in rows.select_related("standard__workspace"))


def _mail(pulse: Pulse, at: datetime) -> int:
    number = running_round(pulse, localdate(at))
    fresh = pulse.asks.filter(round=number, mailed_at=None)
    mailing = Mailing(
        asks=fresh.select_related("pulse__standard__workspace"),
        noted={"mailed_at": at},
        message=message_for,
        blocked=lambda people: _stopped(pulse, people),
    )
    return mail(PULSE, mailing, pulse.standard.workspace, at)


def _stopped(pulse: Pulse, people: Sequence[Person]) -> set[int]:
    """Who said that something stops them from keeping these very records, unanswered so far."""
    kind = pulse.standard.object_type
    if not kind:
        return set()
    live = Behaviour.objects.filter(workspace=pulse.standard.workspace, status=BehaviourStatus.LIVE)
    about = [each for each in live if newest_definition(each).object_type == kind]
    known = {person.pk for person in people}
    return {person for _, person in stopped(about)} & known if about else set()


def message_for(ask: PulseAsk) -> Message:
    """Return what a person is mailed."""
    pulse, person = ask.pulse, ask.person
    facts = {
        "name": person.name or person.external_id,
        "records": pulse.standard.name,
        "until": words.day(localdate(until(ask) - timedelta(seconds=1))),
    }
    return Message(
        subject=filled(pulse.subject or SUBJECT, facts),
        paragraphs=(*paragraphs(filled(pulse.text or TEXT, facts)), _PROMISE),
        link=answer_address(PULSE, ask),
        link_words="Answer or skip",
        leave=leave_address(person),
        why="You get this because you used records of others within the last weeks.",
    )


def until(ask: PulseAsk) -> datetime:
    """Return the moment from which on a mailed address answers no longer."""
    ends = _ends(ask)
    return ends if ask.mailed_at is None else min(ends, ask.mailed_at + LASTS)


def _ends(ask: PulseAsk) -> datetime:
    """Once its round is over, nor in My week."""
    return datetime.combine(first_day(ask.pulse, ask.round + 1), time(), get_current_timezone())


def _asks() -> QuerySet[PulseAsk]:
    return PulseAsk.objects.select_related("pulse__standard__workspace")


PULSE = AskKind(
    rows=_asks,
    workspace=lambda ask: ask.pulse.standard.workspace,
    is_asked=lambda ask: ask.pulse.ended_on is None,
    ends=_ends,
    address_ends=until,
    route="open_records:answer",
    salt="records.pulse",
    prefix="pulse:",
)
"""The two questions, as what people are asked one by one."""
