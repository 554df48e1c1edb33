"""Putting messages into the outbox, reading what became of them, and deciding what nobody knows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.timezone import now

from uptake.foundation import activity
from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor
from uptake.foundation.delivery.chat_addresses import check_address, seal
from uptake.foundation.delivery.messages import Message, kept_form
from uptake.foundation.delivery.models import (
    Channel,
    ChatChannel,
    ChatKind,
    Delivery,
    State,
)
from uptake.foundation.errors import Conflict, Invalid, NotFound
from uptake.foundation.models import User, Workspace


@dataclass(frozen=True, slots=True)
class Recipient:
    """Where a message goes, by which way; only what the way needs is set."""

    channel: Channel
    person: str = ""
    address: str = ""
    user: User | None = None
    chat: ChatChannel | None = None


@dataclass(frozen=True, slots=True)
class When:
    """From when on a message may leave, and from when on it is no use to anybody."""

    due_at: datetime
    expires_at: datetime


def put(
    workspace: Workspace, key: str, message: Message, *, to: Recipient, when: When
) -> tuple[Delivery, bool]:
    """Put a message into the outbox unless it is there; says whether it is new.

    Safe in a transaction with what it is about: the worker sees it once that is committed.
    """
    return Delivery.objects.get_or_create(
        workspace=workspace,
        key=key,
        defaults={
            "channel": to.channel,
            "person": to.person,
            "address": to.address,
            "user": to.user,
            "chat": to.chat,
            "message": kept_form(message),
            "due_at": when.due_at,
            "expires_at": when.expires_at,
            "next_try_at": when.due_at,
        },
    )


def hold_back(moment: datetime) -> int:
    """Hold back what waited when a backup was taken: it may have been sent since; returns how many.

    What is shown in Uptake alone waits on: reading it twice harms nobody.
    """
    waiting = Delivery.objects.filter(state__in=(State.QUEUED, State.CLAIMED, State.SENDING))
    return waiting.exclude(channel=Channel.PRODUCT).update(
        state=State.UNKNOWN,
        claim="",
        finished_at=moment,
        said="It waited when a backup was taken, and may have been sent since.",
    )


def visible_notices(actor: Actor) -> QuerySet[Delivery]:
    """Return what was sent to the actor in Uptake, newest first; nobody else reads it."""
    if actor.user is None:
        return Delivery.objects.none()
    return Delivery.objects.filter(
        workspace=actor.workspace, user=actor.user, channel=Channel.PRODUCT, state=State.SENT
    )


def mark_read(actor: Actor, key: int | None = None) -> int:
    """Mark one of one's notices read, or all; returns how many were not."""
    unread = visible_notices(actor).filter(read_at=None)
    return (unread if key is None else unread.filter(pk=key)).update(read_at=now())


@transaction.atomic
def settle(actor: Actor, rows: QuerySet[Delivery], key: int, *, arrived: bool) -> Delivery:
    """Say of a message of which nobody knows whether it arrived; if not, it is sent again.

    ``rows`` are those that the actor may decide about. One that failed can be sent again too.

    Raises:
        NotFound: it is none of those rows.
        Conflict: its outcome is known, or it is too late to send it.
    """
    delivery = rows.select_for_update(of=("self",)).filter(pk=key).first()
    if delivery is None:
        raise NotFound("There is no such message for you; see what was sent.")
    if delivery.state not in (State.UNKNOWN, State.FAILED) or (
        arrived and delivery.state == State.FAILED
    ):
        raise Conflict("What became of this message is known already; see what was sent.")
    if not arrived and delivery.is_late(now()):
        raise Conflict("It is too late to send this again; what it was about is over.")
    delivery.state = State.SENT if arrived else State.QUEUED
    delivery.claim, delivery.said = "", f"Decided by {actor.name}"
    delivery.finished_at = now() if arrived else None
    delivery.next_try_at = now()
    delivery.save(update_fields=["state", "claim", "said", "finished_at", "next_try_at"])
    activity.record(actor, "delivery.settled", arrived=arrived, channel=delivery.channel)
    return delivery


def visible_chat_channels(actor: Actor) -> QuerySet[ChatChannel]:
    """Return the channels of the workspace by name; their addresses stay sealed.

    Who is limited to an account sees none: a channel's name may tell who else is a customer.
    """
    actor.require(Permission.BEHAVIOURS_WRITE)
    if actor.account is not None:
        return ChatChannel.objects.none()
    return ChatChannel.objects.filter(workspace=actor.workspace)


@transaction.atomic
def add_chat_channel(actor: Actor, name: str, *, kind: ChatKind, address: str) -> ChatChannel:
    """Let messages go to a channel.

    Raises:
        Invalid: it has no name, or its address cannot be used.
        Conflict: there is one of this name.
    """
    actor.require(Permission.WORKSPACE_MANAGE)
    if not name.strip():
        raise Invalid("Give the channel the name that people know it by.")
    host = check_address(address)
    if ChatChannel.objects.filter(workspace=actor.workspace, name=name.strip()).exists():
        raise Conflict("There is a channel of this name; choose another or remove that one.")
    channel = ChatChannel.objects.create(
        workspace=actor.workspace,
        name=name.strip(),
        kind=kind,
        sealed_address=seal(address),
        host=host,
        added_by=actor.name,
    )
    activity.record(actor, "chat_channel.added", channel, kind=kind, host=host)
    return channel


@transaction.atomic
def remove_chat_channel(actor: Actor, key: int) -> None:
    """Forget a channel; what waits for it fails and says so."""
    actor.require(Permission.WORKSPACE_MANAGE)
    channel = _access_chat_channel(actor, key)
    activity.record(actor, "chat_channel.removed", channel, kind=channel.kind)
    channel.delete()


@transaction.atomic
def try_chat_channel(actor: Actor, key: int, when: When) -> Delivery:
    """Send a few words to a channel, to see whether they arrive."""
    actor.require(Permission.WORKSPACE_MANAGE)
    channel = _access_chat_channel(actor, key)
    said = Message(
        subject="Uptake can write to this channel.",
        paragraphs=(f"{actor.name} tried it out from the workspace {actor.workspace.name}.",),
    )
    to = Recipient(Channel(channel.kind), chat=channel)
    named = f"try:{channel.pk}:{when.due_at.isoformat()}"
    return put(actor.workspace, named, said, to=to, when=when)[0]


def _access_chat_channel(actor: Actor, key: int) -> ChatChannel:
    found = ChatChannel.objects.filter(workspace=actor.workspace, pk=key).first()
    if found is None:
        raise NotFound("There is no such channel for you; see the list of channels.")
    return found
