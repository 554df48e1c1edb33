"""The two questions by mail: once to each person who is asked, at an hour that suits them.

The same manners as for reminders: quiet and chosen hours, leave, the most a week, who wants none.
The address in a mail answers one person's questions once, until the round or two weeks are over.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils.timezone import get_current_timezone, localdate, now

from uptake.capabilities.behaviours.models import Behaviour
from uptake.capabilities.behaviours.models import Status as BehaviourStatus
from uptake.capabilities.behaviours.queries import newest as newest_definition
from uptake.capabilities.customers.models import Person
from uptake.capabilities.records.models import AskState, Pulse, PulseAsk, Status
from uptake.capabilities.records.pulses import first_day, running_round
from uptake.capabilities.reminders.deciding import address_of
from uptake.capabilities.reminders.leaving import leave_address
from uptake.capabilities.reminders.queries import count_as_reminders, stopped
from uptake.capabilities.reminders.reaching import reasons_to_mail
from uptake.capabilities.reminders.wording import Words, check_places, filled, paragraphs
from uptake.config import load_settings
from uptake.foundation.delivery.messages import Message
from uptake.foundation.delivery.models import Channel, Delivery, State
from uptake.foundation.delivery.outbox import Recipient, When, put
from uptake.foundation.errors import Conflict, NotAllowed, NotFound
from uptake.foundation.models import User
from uptake.methods.behaviour.reminding import Reason
from uptake.ui import words

SALT = "records.pulse"
PREFIX = "pulse:"
"""Keys of deliveries begin with it; the number of the ask follows."""

LASTS = timedelta(days=14)
"""So long an address answers, and never beyond its round."""

AT_ONCE = 2_000
"""Of one standard in one run, so that the worker's other work does not wait."""

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

count_as_reminders(PREFIX)


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
    rows = pulse.asks.filter(round=number, state=AskState.OPEN, mailed_at=None)
    asks = list(rows.select_related("person__user")[:AT_ONCE])
    if not asks:
        return 0
    people = [ask.person for ask in asks]
    reasons = reasons_to_mail(pulse.standard.workspace, people, at, blocked=_stopped(pulse, people))
    due = [ask for ask in asks if reasons[ask.person_id] is Reason.DUE]
    return sum(_put(pulse, ask, at) for ask in due)


def _stopped(pulse: Pulse, people: Sequence[Person]) -> set[int]:
    """Who said that something stops them from keeping these very records, unanswered so far."""
    kind = pulse.standard.object_type
    if not kind:
        return set()
    live = Behaviour.objects.filter(workspace=pulse.standard.workspace, status=BehaviourStatus.LIVE)
    about = [each for each in live if newest_definition(each).object_type == kind]
    known = {person.pk for person in people}
    return {person for _, person in stopped(about)} & known if about else set()


@transaction.atomic
def _put(pulse: Pulse, ask: PulseAsk, at: datetime) -> bool:
    """Put the mail out, unless that was done or the questions were answered meanwhile."""
    fresh = PulseAsk.objects.filter(pk=ask.pk, state=AskState.OPEN, mailed_at=None)
    if not fresh.update(mailed_at=at):
        return False
    ask.pulse, ask.mailed_at = pulse, at
    person = ask.person
    to = Recipient(Channel.MAIL, person=person.external_id, address=address_of(person))
    return put(
        pulse.standard.workspace,
        f"{PREFIX}{ask.pk}",
        message_for(ask),
        to=to,
        when=When(at, until(ask)),
    )[1]


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
        link=answer_address(ask),
        link_words="Answer or skip",
        leave=leave_address(person),
        why="You get this because you used records of others within the last weeks.",
    )


def until(ask: PulseAsk) -> datetime:
    """Return the moment from which on a mailed address answers no longer."""
    zone = get_current_timezone()
    ends = datetime.combine(first_day(ask.pulse, ask.round + 1), time(), zone)
    return ends if ask.mailed_at is None else min(ends, ask.mailed_at + LASTS)


def answer_address(ask: PulseAsk) -> str:
    """Return the whole address at which one person answers without signing in."""
    token = signing.dumps([ask.pk, ask.person_id], salt=SALT)
    path = reverse("open_records:answer", kwargs={"token": token})
    return f"{load_settings().public_url}{path}"


def withdraw_mails(asks: Iterable[PulseAsk]) -> None:
    """Have mails that wait still not leave any more: the questions need no answer now."""
    keys = [f"{PREFIX}{ask.pk}" for ask in asks]
    Delivery.objects.filter(key__in=keys, state=State.QUEUED).update(expires_at=now())


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds an address: ``user`` signed in, or nobody known."""

    user: User | None = None


def ask_at(token: str, holder: Holder, *, moment: datetime | None = None) -> PulseAsk:
    """Return the questions that an address answers.

    Raises:
        NotFound: it is no address of ours, or nobody is asked any more.
        NotAllowed: somebody else is signed in.
        Conflict: it was answered or skipped already, or its time is over.
    """
    unknown = NotFound(
        "This address is not complete, or nobody is asked any more; copy all of it, or sign in "
        "and open My week."
    )
    try:
        key, person = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError) as wrong:
        raise unknown from wrong
    rows = PulseAsk.objects.select_related("pulse__standard__workspace", "person")
    ask = rows.filter(pk=key, person=person, pulse__ended_on=None).first()
    if ask is None or ask.mailed_at is None:
        raise unknown
    _refuse_another(ask, holder)
    if ask.state != AskState.OPEN:
        raise Conflict("This was answered or skipped already; thank you. Nothing is left to do.")
    if (moment or now()) >= until(ask):
        raise Conflict("The time to answer is over; you may be asked again in a later round.")
    return ask


def _refuse_another(ask: PulseAsk, holder: Holder) -> None:
    """A mail that was passed on shall not be answered in the name of whom it was sent to."""
    if holder.user is None or holder.user.pk == ask.person.user_id:
        return
    own = Person.objects.filter(workspace=ask.person.workspace, user=holder.user)
    if ask.person.user_id is not None or own.exclude(pk=ask.person_id).exists():
        raise NotAllowed(
            "These questions were sent to somebody else; what waits for you stands in My week."
        )
