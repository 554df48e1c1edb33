"""Asking people one by one, by mail as well: whose an ask is, until when, and answered once alone.

The one way for every kind of questions. An address in a mail is signed and names one ask and one
person; looking at it answers nothing. Whoever is signed in as somebody else is refused, so that a
mail that was passed on is not answered in the name of whom it was sent to.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.timezone import localdate, now

from uptake.capabilities.customers.models import Person
from uptake.capabilities.customers.queries import person_of
from uptake.capabilities.reminders.ask_models import AskState, PersonAsk
from uptake.capabilities.reminders.deciding import address_of
from uptake.capabilities.reminders.queries import count_as_reminders
from uptake.capabilities.reminders.reaching import reasons_to_mail
from uptake.foundation.actor import Actor
from uptake.foundation.addresses import read_token, refuse_another, signed_address
from uptake.foundation.delivery.messages import Message
from uptake.foundation.delivery.models import Channel, Delivery, State
from uptake.foundation.delivery.outbox import Recipient, When, put
from uptake.foundation.errors import Conflict, NotFound
from uptake.foundation.models import User, Workspace
from uptake.methods.behaviour.reminding import Reason

UNKNOWN = (
    "This address is not complete, or nobody is asked any more; copy all of it, or sign in and "
    "open My week."
)
DONE = "This was answered or skipped already; thank you. Nothing is left to do."
OVER = "The time to answer is over; you may be asked again later."

AT_ONCE = 2_000
"""Mails of one mailing in one run, so that the worker's other work does not wait."""

Ask = TypeVar("Ask", bound=PersonAsk)


def _always(_ask: object) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class AskKind(Generic[Ask]):
    """A kind of questions.

    ``rows`` come with all that the others look at. ``is_asked``: it was not withdrawn. ``ends``:
    from when on no answer is taken, ``address_ends``: nor by the address in the mail. ``route``
    takes the address; ``salt`` signs it. Keys of mails are ``prefix``, the number of the ask, and
    one of ``endings``; they count towards how often a person is written to.
    """

    rows: Callable[[], QuerySet[Ask]]
    workspace: Callable[[Ask], Workspace]
    ends: Callable[[Ask], datetime]
    address_ends: Callable[[Ask], datetime]
    route: str
    salt: str
    prefix: str
    endings: tuple[str, ...] = ("",)
    is_asked: Callable[[Ask], bool] = _always

    def __post_init__(self) -> None:
        count_as_reminders(self.prefix)

    def found(self) -> QuerySet[Ask]:
        """Every ask, with whom it is for."""
        return self.rows().select_related("person__user", "person__same_as__user")

    def stands(self, ask: Ask, moment: datetime) -> bool:
        """Whether the person is asked still: it was not withdrawn, and they are there."""
        return self.is_asked(ask) and not ask.person.has_left(localdate(moment))


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds an address: ``user`` signed in, or nobody known."""

    user: User | None = None


def answer_address(kind: AskKind[Ask], ask: Ask) -> str:
    """Return the whole address at which one person answers without signing in."""
    return signed_address(kind.route, ask.pk, ask.person_id, salt=kind.salt)


def ask_at(
    kind: AskKind[Ask], token: str, holder: Holder, *, moment: datetime | None = None
) -> Ask:
    """Return what an address asks; it stays open.

    Raises:
        NotFound: it is no address of ours, or the person is not asked any more.
        NotAllowed: somebody else is signed in.
        Conflict: it was answered or skipped already, or its time is over.
    """
    at = moment or now()
    key, person = read_token(token, salt=kind.salt, parts=2, unknown=UNKNOWN)
    ask = kind.found().filter(pk=key, person=person).first()
    if ask is None or not kind.stands(ask, at):
        raise NotFound(UNKNOWN)
    if holder.user is not None:
        refuse_another(is_theirs=_is_theirs(ask.person, holder.user))
    _refuse_settled(ask, is_over=at >= kind.address_ends(ask))
    return ask


def _refuse_settled(ask: PersonAsk, *, is_over: bool) -> None:
    if ask.state != AskState.OPEN:
        raise Conflict(DONE)
    if is_over:
        raise Conflict(OVER)


def _is_theirs(person: Person, user: User) -> bool:
    """By who signs in as them; where nobody does, by the address that the mail went to."""
    known = {person.user_id, person.same_as.user_id if person.same_as else None} - {None}
    return user.pk in known if known else user.email.casefold() == address_of(person).casefold()


def access_own_ask(kind: AskKind[Ask], actor: Actor, key: int) -> Ask:
    """Return what the actor was asked themselves, answered or not.

    Raises:
        NotFound: they were not asked.
    """
    person = person_of(actor)
    found = kind.found().filter(pk=key, person=person).first() if person else None
    if found is None:
        raise NotFound("You were not asked this; see what waits for you in My week.")
    return found


def open_ask(kind: AskKind[Ask], ask: Ask, *, moment: datetime | None = None) -> Ask:
    """Return an ask that takes an answer.

    Raises:
        Conflict: it was answered or skipped already, or its time is over.
    """
    at = moment or now()
    _refuse_settled(ask, is_over=not kind.stands(ask, at) or at >= kind.ends(ask))
    return ask


@transaction.atomic
def settle(kind: AskKind[Ask], ask: Ask, state: AskState, *, moment: datetime | None = None) -> Ask:
    """Note that somebody answered or skipped, once; in one transaction with what they said.

    Of two at the same time one is refused: the row changes only from open.

    Raises:
        Conflict: it was answered or skipped already, or its time is over.
    """
    found = kind.found().filter(pk=ask.pk).first()
    if found is None:
        raise Conflict(OVER)
    open_ask(kind, found, moment=moment)
    if not kind.rows().filter(pk=ask.pk, state=AskState.OPEN).update(state=state):
        raise Conflict(DONE)
    found.state = state
    withdraw_mails(kind, [found])
    return found


def withdraw_mails(kind: AskKind[Ask], asks: Iterable[Ask]) -> None:
    """Have mails that wait still not leave any more: no answer is needed now.

    They end as they began, so that nothing says when somebody answered.
    """
    keys = [f"{kind.prefix}{ask.pk}{ending}" for ask in asks for ending in kind.endings]
    waiting = Delivery.objects.filter(key__in=keys, state=State.QUEUED)
    waiting.update(expires_at=F("due_at"))


def _nobody(_people: Sequence[Person]) -> Collection[int]:
    return ()


@dataclass(frozen=True, slots=True)
class Mailing(Generic[Ask]):
    """One time of mailing: to whom of ``asks``, which are those who were not mailed so far.

    ``noted``: what is kept on the row of whoever is. ``blocked``: who is stopped by something
    outside their control, by number. ``ending``: of the keys of these mails.
    """

    asks: QuerySet[Ask]
    noted: Mapping[str, object]
    message: Callable[[Ask], Message]
    blocked: Callable[[Sequence[Person]], Collection[int]] = _nobody
    ending: str = ""


def mail(kind: AskKind[Ask], mailing: Mailing[Ask], workspace: Workspace, at: datetime) -> int:
    """Put mails out to whoever may get one now, each once; returns how many."""
    rows = mailing.asks.filter(state=AskState.OPEN)
    waiting = list(rows.select_related("person__user", "person__same_as"))
    asks = [ask for ask in waiting if not ask.person.has_left(localdate(at))]
    if not asks:
        return 0
    people = [ask.person for ask in asks]
    reasons = reasons_to_mail(workspace, people, at, blocked=mailing.blocked(people))
    due = [ask for ask in asks if reasons[ask.person_id] is Reason.DUE]
    return sum(_put(kind, mailing, ask, at) for ask in due[:AT_ONCE])


@transaction.atomic
def _put(kind: AskKind[Ask], mailing: Mailing[Ask], ask: Ask, at: datetime) -> bool:
    """Put the mail out, unless that was done or it was answered meanwhile."""
    fresh = mailing.asks.filter(pk=ask.pk, state=AskState.OPEN)
    if not fresh.update(**mailing.noted):
        return False
    for name, value in mailing.noted.items():
        setattr(ask, name, value)
    person = ask.person
    to = Recipient(Channel.MAIL, person=person.external_id, address=address_of(person))
    key = f"{kind.prefix}{ask.pk}{mailing.ending}"
    when = When(at, kind.address_ends(ask))
    return put(kind.workspace(ask), key, mailing.message(ask), to=to, when=when)[1]
