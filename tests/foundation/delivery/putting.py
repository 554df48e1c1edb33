"""Messages in the outbox, to be sent by tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from django.utils.timezone import now

from uptake.foundation.delivery.messages import Message
from uptake.foundation.delivery.models import Channel, ChatChannel, Delivery
from uptake.foundation.delivery.outbox import Recipient, When, put
from uptake.foundation.models import Workspace

SAID = Message(
    subject="Three calls are left",
    paragraphs=("Please log them by Friday 13:00 <Lyon time>.", "Inside sales call next."),
    link="https://uptake.example.org/w/acme/my-week",
    link_words="Open My week",
    why="You get this because the calls are asked of you.",
)


def mailed(workspace: Workspace, key: str = "k", **changed: object) -> Delivery:
    to = Recipient(Channel.MAIL, person="p1", address="ursula@example.org")
    return placed(workspace, to, key, **changed)


def posted(workspace: Workspace, chat: ChatChannel, key: str = "k") -> Delivery:
    return placed(workspace, Recipient(Channel(chat.kind), chat=chat), key)


def placed(workspace: Workspace, to: Recipient, key: str, **changed: object) -> Delivery:
    message = replace(SAID, **changed)  # type: ignore[arg-type]  # whatever a test changes
    return put(workspace, key, message, to=to, when=for_a_day())[0]


def for_a_day() -> When:
    moment = now()
    return When(moment, moment + timedelta(days=1))
