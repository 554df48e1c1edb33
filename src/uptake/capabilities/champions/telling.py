"""Telling somebody that they were named, and whoever named them what became of it."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse
from django.utils.timezone import now

from uptake.capabilities.champions.holders import Holder
from uptake.config import load_settings
from uptake.foundation.addresses import signed_address
from uptake.foundation.delivery.messages import Message
from uptake.foundation.delivery.models import Channel
from uptake.foundation.delivery.outbox import Recipient, When, put
from uptake.foundation.models import Workspace

TOLD_FOR = timedelta(days=14)
"""So long a mail server may be out of reach before the news is old."""

SALT = "champions.answer"


def tell(workspace: Workspace, key: str, message: Message, *, to: Holder) -> int:
    """Put a message in Uptake and by mail, as far as somebody can be reached; returns by how many.

    Once for each ``key``, whatever runs twice.
    """
    moment = now()
    when = When(moment, moment + TOLD_FOR)
    person = to.person.external_id if to.person is not None else ""
    ways = []
    if to.signs_in is not None:
        ways.append(Recipient(Channel.PRODUCT, person=person, user=to.signs_in))
    if load_settings().mail_url and "@" in to.address:
        ways.append(Recipient(Channel.MAIL, person=person, address=to.address))
    for way in ways:
        put(workspace, f"{key}:{to.key}:{way.channel.value}", message, to=way, when=when)
    return len(ways)


def link(view: str, workspace: Workspace) -> str:
    """Return the whole address of a page of a workspace."""
    path = reverse(f"champions:{view}", kwargs={"workspace": workspace.slug})
    return f"{load_settings().public_url}{path}"


def answer_link(kind: str, key: int, holder: Holder) -> str:
    """Return the whole address at which somebody who does not sign in answers for themselves."""
    return signed_address("open_champions:answer", kind, key, holder.key, salt=SALT)
