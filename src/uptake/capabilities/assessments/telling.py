"""Telling somebody that they are asked: by mail, with an address of their own to answer at."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from enum import IntEnum

from django.core import signing
from django.urls import reverse
from django.utils.timezone import get_current_timezone

from uptake.capabilities.assessments.models import Asked
from uptake.capabilities.reminders.deciding import address_of
from uptake.capabilities.reminders.leaving import leave_address
from uptake.capabilities.reminders.queries import count_as_reminders
from uptake.config import load_settings
from uptake.foundation.delivery.messages import Message
from uptake.foundation.delivery.models import Channel
from uptake.foundation.delivery.outbox import Recipient, When, put
from uptake.foundation.errors import NotFound
from uptake.ui import words

SALT = "assessments.answer"
PREFIX = "survey:"
"""Keys of deliveries begin with it; the number of who was asked and the turn follow."""

count_as_reminders(PREFIX)


class Turn(IntEnum):
    """How often somebody was told of a wave."""

    FIRST = 1
    AGAIN = 2


def tell(ask: Asked, turn: Turn, at: datetime) -> bool:
    """Mail somebody that they are asked; says whether that is new. Never twice a turn."""
    person, wave = ask.person, ask.wave
    end = datetime.combine(wave.last_day + timedelta(days=1), time(), get_current_timezone())
    to = Recipient(Channel.MAIL, person=person.external_id, address=address_of(person))
    key = f"{PREFIX}{ask.pk}:{turn.value}"
    return put(wave.survey.workspace, key, _message(ask, turn), to=to, when=When(at, end))[1]


def _message(ask: Asked, turn: Turn) -> Message:
    wave = ask.wave
    last = words.day(wave.last_day)
    subject = f"{wave.survey}: what is it like where you work?"
    return Message(
        subject=subject if turn is Turn.FIRST else f"Until {last}: {subject}",
        paragraphs=(_whom(ask, last), _PROMISE),
        link=answer_address(ask),
        link_words="Answer or skip",
        leave=leave_address(ask.person),
        why="You are asked because you work with the software there.",
    )


_PROMISE = (
    "Your answer is kept without your name and told only together with enough others; you will "
    "read what everybody said. You may leave it."
)


def _whom(ask: Asked, last: str) -> str:
    survey = ask.wave.survey
    return (
        f"The people of {survey.account} are asked the same few statements every "
        f"{survey.every_weeks} weeks. It takes two minutes, until {last}."
    )


def answer_address(ask: Asked) -> str:
    """Return the whole address at which somebody answers without signing in."""
    token = signing.dumps([ask.pk, ask.person_id], salt=SALT)
    path = reverse("open_assessments:answer", kwargs={"token": token})
    return f"{load_settings().public_url}{path}"


def ask_at(token: str) -> Asked:
    """Return what an address asks.

    Raises:
        NotFound: it is no address of ours, or what it is about is no longer known.
    """
    unknown = NotFound("This address is not complete, or no longer known; copy all of it.")
    try:
        key, person = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError) as wrong:
        raise unknown from wrong
    rows = Asked.objects.select_related("wave__survey__account", "wave__questions")
    found = rows.filter(pk=key, person=person).first()
    if found is None:
        raise unknown
    return found
