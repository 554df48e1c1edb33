"""Becoming a champion: nominated by anybody, confirmed by who leads, accepted by oneself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.timezone import localdate, now

from uptake.capabilities.champions.champions import (
    champions_to_decide,
    champions_to_end,
    own_championships,
)
from uptake.capabilities.champions.holders import Holder
from uptake.capabilities.champions.models import ON_THE_WAY, REASON, Champion, Standing
from uptake.capabilities.champions.telling import answer_link, link, tell
from uptake.capabilities.customers.models import Person
from uptake.capabilities.customers.populations import attributes_of, fits, read_rules
from uptake.capabilities.customers.queries import access_population, person_of
from uptake.capabilities.recognition.queries import colleagues, require_nominator
from uptake.foundation import activity
from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor
from uptake.foundation.delivery.messages import Message
from uptake.foundation.errors import Conflict, Invalid, NotAllowed, NotFound


@dataclass(frozen=True, slots=True)
class Proposal:
    """Who shall go ahead in which population, and why; ``who``: mail address or identifier."""

    who: str
    population: str
    why: str


@transaction.atomic
def nominate_champion(actor: Actor, proposal: Proposal) -> Champion:
    """Propose somebody, or oneself, as a champion of a population they belong to.

    Raises:
        NotAllowed: the actor only reads here.
        NotFound: there is no such colleague or population for the actor.
        Invalid: no reason was given, or they do not belong to the population.
        Conflict: they are proposed or champion already, or have left.
    """
    user = require_nominator(actor)
    why = proposal.why.strip()
    if not why or len(why) > REASON:
        raise Invalid(f"Say in up to {REASON} characters why others can learn from them.")
    population = access_population(actor, proposal.population)
    person = _colleague(actor, proposal.who)
    if not fits(attributes_of(person), read_rules(population.rules)):
        raise Invalid(
            f"They do not belong to {population}; a champion does the same work as those who "
            "learn from them."
        )
    if person.has_left(localdate()):
        raise Conflict("They have left; propose somebody who is there.")
    known = Champion.objects.filter(
        population=population, person=person, standing__in=ON_THE_WAY
    ).first()
    if known is not None:
        raise Conflict(f"They were proposed already: {known.get_standing_display().lower()}.")
    champion = Champion.objects.create(
        workspace=actor.workspace,
        population=population,
        person=person,
        why=why,
        nominator=user,
        nominated_by=user.name or user.email,
    )
    activity.record(actor, "champion.nominated", champion)
    return champion


def _colleague(actor: Actor, who: str) -> Person:
    named = who.strip()
    by_name = Q(external_id=named) | Q(email__iexact=named) | Q(user__email__iexact=named)
    found = list(colleagues(actor).filter(by_name, same_as=None)[:2]) if named else []
    own = person_of(actor)
    if not found and own is not None and named in (own.external_id, own.email, actor.name):
        found = [own]
    if len(found) != 1:
        raise NotFound("No colleague of yours is on record by this; write their mail address.")
    return found[0]


@transaction.atomic
def decide_champion(
    actor: Actor, key: int, *, confirm: bool, since: date | None = None
) -> Champion:
    """Confirm a proposal, or not; who is confirmed is asked, and is champion once they say yes.

    ``since``: from when on they go ahead, where that was before this was written down; None: from
    the day on which they say yes.

    Raises:
        NotFound: it does not wait for the actor.
        NotAllowed: it is about the actor.
        Invalid: the day is to come.
    """
    actor.require(Permission.BEHAVIOURS_WRITE)
    champion = _lock(champions_to_decide(actor), key)
    if actor.user is not None and champion.person.user_id == actor.user.pk:
        raise NotAllowed("This is about you; somebody else confirms it.")
    if since is not None and since > localdate():
        raise Invalid("Choose a day up to today.")
    champion.standing = Standing.CONFIRMED if confirm else Standing.REFUSED
    champion.decided_by, champion.decided_at, champion.since = actor.name, now(), since
    champion.save(update_fields=["standing", "decided_by", "decided_at", "since"])
    verb = "champion.confirmed" if confirm else "champion.refused"
    activity.record(actor, verb, champion)
    if confirm:
        _ask(champion)
    return champion


def _ask(champion: Champion) -> None:
    holder = Holder(person=champion.person)
    signs_in = holder.signs_in is not None
    told = Message(
        subject=f"Will you be a champion of {champion.population}?",
        paragraphs=(
            f"{champion.nominated_by} proposed you: {champion.why}",
            "A champion does the work where colleagues see it, and helps those who begin.",
            "Your name is shown to whoever sees the population, and to your team.",
            "Nothing happens unless you say yes, and you may stop at any time.",
        ),
        link=link("own", champion.workspace)
        if signs_in
        else answer_link("champion", champion.pk, holder),
        link_words="Answer",
        why="You get this because somebody proposed you.",
    )
    tell(champion.workspace, f"champion:{champion.pk}:asked", told, to=holder)


@transaction.atomic
def answer_as_champion(actor: Actor, key: int, *, accept: bool, reason: str = "") -> Champion:
    """Say yes or no to being a champion, or stop being one.

    Raises:
        NotFound: the actor was not asked, or it is over.
        Invalid: why was not said in few enough characters.
    """
    champion = _lock(own_championships(actor), key)
    answered = answered_by_themselves(champion, accept=accept, reason=reason)
    activity.record(actor, f"champion.{answered.standing}", champion)
    return answered


def answered_by_themselves(champion: Champion, *, accept: bool, reason: str) -> Champion:
    """Write down what a champion says of themselves: yes, no, or that they stop."""
    if len(reason.strip()) > REASON:
        raise Invalid(f"Say it in up to {REASON} characters.")
    today = localdate()
    champion.answered_at = now()
    if accept and champion.standing == Standing.CONFIRMED:
        champion.standing = Standing.ACTIVE
        champion.since = champion.since or today
    elif not accept:
        was = champion.standing == Standing.ACTIVE
        champion.standing = Standing.ENDED if was else Standing.DECLINED
        champion.until = today if was else None
        champion.reason = reason.strip()
    champion.save(update_fields=["standing", "answered_at", "since", "until", "reason"])
    return champion


@transaction.atomic
def end_champion(actor: Actor, key: int) -> Champion:
    """Say that somebody is champion no longer, or take a proposal back.

    Raises:
        NotFound: there is no such champion for the actor.
    """
    actor.require(Permission.BEHAVIOURS_WRITE)
    champion = _lock(champions_to_end(actor), key)
    champion.standing, champion.until = Standing.ENDED, localdate()
    champion.save(update_fields=["standing", "until"])
    activity.record(actor, "champion.ended", champion)
    return champion


def _lock(rows: QuerySet[Champion], key: int) -> Champion:
    found = rows.select_for_update(of=("self",)).filter(pk=key).first()
    if found is None:
        raise NotFound("There is no such champion for you; see the list.")
    return found
