"""Asking the two questions: starting, asking whoever is due, answering, skipping, stopping."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localdate

from uptake.capabilities.customers.models import Person
from uptake.capabilities.records.dependence import recent_users
from uptake.capabilities.records.models import (
    DataStandard,
    Pulse,
    PulseAsk,
    Status,
)
from uptake.capabilities.records.pulse_mail import PULSE, check_mail
from uptake.capabilities.records.pulse_tallies import add, count_asked, forget
from uptake.capabilities.records.pulses import running_round
from uptake.capabilities.records.queries import access_standard, newest
from uptake.capabilities.reminders.ask_models import AskState
from uptake.capabilities.reminders.asks import access_own_ask, settle, withdraw_mails
from uptake.capabilities.reminders.deciding import is_reachable
from uptake.capabilities.reminders.queries import who_wants_none
from uptake.capabilities.reminders.wording import Words
from uptake.foundation import activity
from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor
from uptake.foundation.delivery.models import Channel
from uptake.foundation.errors import Conflict, Invalid

FEWEST_WEEKS, USUAL_WEEKS, MOST_WEEKS = 4, 6, 26
MOST_MINUTES = 2_400
"""A working week of forty hours."""

RECENT_DAYS = 28
"""Whoever used others' records within so many days of the data is asked."""

TO_ANSWER = timedelta(days=14)
"""Nobody is asked so shortly before a round ends that there is no time to answer."""


@dataclass(frozen=True, slots=True)
class Asking:
    """How often people are asked, whether by mail too, and its words; empty: the usual ones."""

    every_weeks: int = USUAL_WEEKS
    by_mail: bool = True
    subject: str = ""
    text: str = ""


@transaction.atomic
def start_pulse(actor: Actor, key: int, asking: Asking | None = None) -> Pulse:
    """Ask those who use others' records of a standard, once in so many weeks.

    Raises:
        Conflict: they are asked already, or nobody agreed on the standard.
        Invalid: so often is too often, or too seldom, or the mail has holes in it.
    """
    asking = asking or Asking()
    actor.require(Permission.RECORDS_WRITE)
    standard = access_standard(actor, key)
    if standard.status != Status.AGREED:
        raise Conflict("People are asked about records of a standard that was agreed on.")
    if not FEWEST_WEEKS <= asking.every_weeks <= MOST_WEEKS:
        raise Invalid(f"Ask once in {FEWEST_WEEKS} to {MOST_WEEKS} weeks.")
    check_mail(Words(asking.subject, asking.text))
    before = Pulse.objects.filter(standard=standard).first()
    if before is not None and before.ended_on is None:
        raise Conflict("People are asked already; stop it first to ask more seldom.")
    if before is not None:
        before.delete()
    pulse = Pulse.objects.create(
        standard=standard,
        every_weeks=asking.every_weeks,
        by_mail=asking.by_mail,
        subject=asking.subject.strip(),
        text="\n".join(asking.text.strip().splitlines()),
        started_on=localdate(),
        written_by=actor.name,
    )
    activity.record(
        actor,
        "records.pulse_started",
        standard,
        every_weeks=asking.every_weeks,
        by_mail=asking.by_mail,
    )
    return pulse


@transaction.atomic
def stop_pulse(actor: Actor, key: int) -> Pulse:
    """Ask nobody any more; rounds that are over stay to be read until one starts anew.

    Raises:
        Conflict: nobody is asked.
    """
    actor.require(Permission.RECORDS_WRITE)
    standard = access_standard(actor, key)
    pulse = Pulse.objects.filter(standard=standard, ended_on=None).first()
    if pulse is None:
        raise Conflict("Nobody is asked about these records.")
    pulse.ended_on = localdate()
    pulse.save(update_fields=["ended_on"])
    number = running_round(pulse, localdate())
    unanswered = pulse.asks.filter(round=number, state=AskState.OPEN)
    withdraw_mails(PULSE, unanswered)
    unanswered.delete()
    forget(pulse, number)
    activity.record(actor, "records.pulse_stopped", standard)
    return pulse


def ask_due(today: date | None = None) -> int:
    """Ask everybody whose turn it is; returns how many. Whoever was asked lately is left alone."""
    day = today or localdate()
    running = Pulse.objects.filter(ended_on=None, standard__status=Status.AGREED)
    return sum(_ask(each, day) for each in running.select_related("standard__workspace"))


@transaction.atomic
def _ask(pulse: Pulse, day: date) -> int:
    number = running_round(pulse, day)
    ends = pulse.started_on + timedelta(weeks=pulse.every_weeks * (number + 1))
    version = newest(pulse.standard)
    if version is None or day + TO_ANSWER > ends:
        return 0
    users = recent_users(version, days=RECENT_DAYS)
    return _write(pulse, number, day, _to_ask(pulse, users, day))


def _to_ask(pulse: Pulse, users: Iterable[str], day: date) -> list[Person]:
    """Those who can answer, and whom nothing was asked for so many weeks, by any standard."""
    lately = PulseAsk.objects.filter(
        pulse__standard__workspace=pulse.standard.workspace,
        asked_on__gt=day - timedelta(weeks=pulse.every_weeks),
    )
    people = Person.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=day),
        workspace=pulse.standard.workspace,
        external_id__in=users,
        same_as=None,
    )
    people = people.exclude(pk__in=lately.values("person"))
    found = list(people.select_related("team", "account", "user"))
    off = who_wants_none(found)
    return [
        each
        for each in found
        if each.user_id is not None or (each.pk not in off and _gets_mail(pulse, each))
    ]


def _gets_mail(pulse: Pulse, person: Person) -> bool:
    """Whoever does not sign in answers by the address in a mail."""
    return pulse.by_mail and is_reachable(person, Channel.MAIL)


def _write(pulse: Pulse, number: int, day: date, people: list[Person]) -> int:
    asks = (
        PulseAsk(
            pulse=pulse,
            person=person,
            round=number,
            group=group_of(pulse.standard, person),
            asked_on=day,
        )
        for person in people
    )
    made = len(PulseAsk.objects.bulk_create(asks, ignore_conflicts=True))
    if made:
        count_asked(pulse, number)
    return made


def group_of(standard: DataStandard, person: Person) -> str:
    """Return the team of a person, named with its account where several have teams."""
    if person.team is None:
        return ""
    team = person.team.external_id
    if standard.account is not None or person.account is None or not person.account.name:
        return team
    return f"{person.account.name}: {team}"


@dataclass(frozen=True, slots=True)
class Answered:
    """Minutes lost last week because of poor records, and confidence in the records, 1 to 5."""

    minutes: int
    confidence: int


def answer_pulse(actor: Actor, key: int, said: Answered) -> None:
    """Answer both questions; the answer is kept without a name or a day.

    Raises:
        NotFound: the actor was not asked.
        Conflict: it was answered or skipped already, or the round is over.
        Invalid: it is no number of minutes, or confidence is not 1 to 5.
    """
    answer_ask(access_own_ask(PULSE, actor, key), said)


def skip_pulse(actor: Actor, key: int) -> None:
    """Leave the questions unanswered; nobody asks again before the next round.

    Raises:
        NotFound: the actor was not asked.
        Conflict: it was answered or skipped already, or the round is over.
    """
    skip_ask(access_own_ask(PULSE, actor, key))


@transaction.atomic
def answer_ask(asked: PulseAsk, said: Answered) -> None:
    """Answer as whoever was asked; see ``answer_pulse``."""
    if not 0 <= said.minutes <= MOST_MINUTES:
        raise Invalid(f"Say how many minutes last week: 0 to {MOST_MINUTES:,}.")
    if not 1 <= said.confidence <= 5:
        raise Invalid("Say how far you trust these records: 1, not at all, to 5, entirely.")
    ask = settle(PULSE, asked, AskState.ANSWERED)
    add(ask, minutes=said.minutes, confidence=said.confidence)


def skip_ask(asked: PulseAsk) -> None:
    """Skip as whoever was asked; see ``skip_pulse``."""
    settle(PULSE, asked, AskState.SKIPPED)
