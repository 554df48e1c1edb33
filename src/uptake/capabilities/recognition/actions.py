"""What can be done about recognition: nominate, confirm or decline, agree to have it published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.timezone import localdate, now

from uptake.capabilities.behaviours.own_counts import asked_of
from uptake.capabilities.customers.models import Person
from uptake.capabilities.recognition.models import TEXT, Nomination, Standing
from uptake.capabilities.recognition.queries import (
    behaviours_to_name,
    colleagues,
    nominations_to_decide,
    own_nominations,
    require_nominator,
)
from uptake.foundation import activity
from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor
from uptake.foundation.delivery.messages import Message
from uptake.foundation.delivery.models import Channel, ChatChannel
from uptake.foundation.delivery.outbox import Recipient, When, put, visible_chat_channels
from uptake.foundation.errors import Conflict, Invalid, NotAllowed, NotFound
from uptake.ui import words

PUBLISHED_FOR = timedelta(days=3)
"""So long a channel may be out of reach before the news is old."""

OLDEST = timedelta(weeks=13)


@dataclass(frozen=True, slots=True)
class Seen:
    """Who did what well, and when; ``who`` is a mail address or an identifier."""

    who: str
    behaviour: int
    day: date
    text: str


@transaction.atomic
def nominate(actor: Actor, seen: Seen) -> Nomination:
    """Say that somebody did well what is asked of them; their manager confirms it or not.

    Raises:
        NotAllowed: the actor only reads here.
        NotFound: there is no such colleague or behaviour for the actor.
        Invalid: nothing was said, or the day is to come or too long ago.
        Conflict: the actor said the same of that week already.
    """
    user = require_nominator(actor)
    if not seen.text.strip() or len(seen.text) > TEXT:
        raise Invalid(f"Say in up to {TEXT} characters what they did that helped.")
    if not localdate() - OLDEST <= seen.day <= localdate():
        raise Invalid("Choose a day of the last thirteen weeks.")
    person = _colleague(actor, seen.who)
    known = {each.pk: each for each in behaviours_to_name(actor)}
    asked = {each.pk for each in asked_of(actor, person)}
    if seen.behaviour not in known or seen.behaviour not in asked:
        raise NotFound("This is not asked of them; choose what they were seen doing.")
    nomination, is_new = Nomination.objects.get_or_create(
        behaviour=known[seen.behaviour],
        person=person,
        week=seen.day - timedelta(days=seen.day.weekday()),
        nominator=user,
        defaults={
            "workspace": actor.workspace,
            "text": seen.text.strip(),
            "nominated_by": user.name or user.email,
        },
    )
    if not is_new:
        raise Conflict("You said this of that week already; it waits for the manager.")
    activity.record(actor, "recognition.nominated", nomination.behaviour)
    return nomination


@transaction.atomic
def decide(actor: Actor, key: int, *, confirm: bool, chat: int | None = None) -> Nomination:
    """Confirm or decline what was said; with a channel it is published once the person agrees.

    Raises:
        NotFound: it does not wait for the actor, or there is no such channel for them.
        NotAllowed: it is about the actor.
    """
    actor.require(Permission.BEHAVIOURS_WRITE)
    nomination = _lock(nominations_to_decide(actor), key)
    if actor.user is not None and nomination.person.user_id == actor.user.pk:
        raise NotAllowed("This is about you; somebody else confirms it.")
    if confirm and chat is not None:
        nomination.chat = visible_chat_channels(actor).filter(pk=chat).first()
        if nomination.chat is None:
            raise NotFound("There is no such channel for you; an owner can add it.")
    nomination.standing = Standing.CONFIRMED if confirm else Standing.DECLINED
    nomination.decided_by, nomination.decided_at = actor.called, now()
    nomination.save(update_fields=["standing", "decided_by", "decided_at", "chat"])
    verb = "recognition.confirmed" if confirm else "recognition.declined"
    activity.record(actor, verb, nomination.behaviour)
    return nomination


@transaction.atomic
def answer(actor: Actor, key: int, *, publish: bool) -> Nomination:
    """Say whether what was confirmed of oneself may be public; one may change one's mind.

    Raises:
        NotFound: it is not about the actor, or nobody confirmed it.
    """
    nomination = _lock(own_nominations(actor), key)
    nomination.standing = Standing.PUBLIC if publish else Standing.PRIVATE
    nomination.answered_at = now()
    nomination.save(update_fields=["standing", "answered_at"])
    activity.record(Actor.system(actor.workspace), "recognition.answered", nomination.behaviour)
    if publish and nomination.chat is not None:
        _publish(nomination, nomination.chat)
    return nomination


def _publish(nomination: Nomination, chat: ChatChannel) -> None:
    """Post it to its channel, once."""
    person, moment = nomination.person, now()
    name, week = person.name or person.external_id, words.short_day(nomination.week)
    said = Message(
        subject=f"Thank you, {name}",
        paragraphs=(
            f"{nomination.behaviour}, week of {week}: {nomination.text}",
            f"Seen by {nomination.nominated_by}.",
        ),
    )
    to = Recipient(Channel(chat.kind), person=person.external_id, chat=chat)
    when = When(moment, moment + PUBLISHED_FOR)
    put(nomination.workspace, f"recognition:{nomination.pk}", said, to=to, when=when)


def _colleague(actor: Actor, who: str) -> Person:
    """Whom the actor means, by mail address or identifier as they are on record."""
    named = who.strip()
    by_name = Q(external_id=named) | Q(email__iexact=named) | Q(user__email__iexact=named)
    found = list(colleagues(actor).filter(by_name)[:2]) if named else []
    if len(found) != 1:
        raise NotFound(
            "No colleague of yours is on record by this; write their mail address, and nobody "
            "nominates themselves."
        )
    return found[0]


def _lock(rows: QuerySet[Nomination], key: int) -> Nomination:
    found = rows.select_for_update(of=("self",)).filter(pk=key).first()
    if found is None:
        raise NotFound("There is no such nomination for you; see the list.")
    return found
