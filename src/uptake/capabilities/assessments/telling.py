"""Telling somebody that they are asked: by mail, with an address of their own to answer at."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from enum import IntEnum

from django.db.models import QuerySet
from django.utils.timezone import get_current_timezone

from uptake.capabilities.assessments.models import Asked
from uptake.capabilities.reminders.asks import AskKind, answer_address
from uptake.capabilities.reminders.leaving import leave_address
from uptake.foundation.delivery.messages import Message
from uptake.ui import words


class Turn(IntEnum):
    """How often somebody was told of a wave."""

    FIRST = 1
    AGAIN = 2


def message_for(ask: Asked, turn: Turn) -> Message:
    """Return what somebody is mailed."""
    wave = ask.wave
    last = words.day(wave.last_day)
    subject = f"{wave.survey}: what is it like where you work?"
    return Message(
        subject=subject if turn is Turn.FIRST else f"Until {last}: {subject}",
        paragraphs=(_whom(ask, last), _PROMISE),
        link=answer_address(SURVEY, ask),
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


def _ends(ask: Asked) -> datetime:
    after = ask.wave.last_day + timedelta(days=1)
    return datetime.combine(after, time(), get_current_timezone())


def _asks() -> QuerySet[Asked]:
    return Asked.objects.select_related(
        "wave__survey__account", "wave__survey__workspace", "wave__questions"
    )


SURVEY = AskKind(
    rows=_asks,
    workspace=lambda ask: ask.wave.survey.workspace,
    ends=_ends,
    address_ends=_ends,
    route="open_assessments:answer",
    salt="assessments.answer",
    prefix="survey:",
    endings=tuple(f":{turn.value}" for turn in Turn),
)
"""A survey, as what people are asked one by one; stopping one ends its wave, and so the time."""
