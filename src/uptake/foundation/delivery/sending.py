"""The worker's side of the outbox: claim, send, write down what came of it.

A message is claimed by one conditional update in a transaction of its own, so two workers never
hold the same one. Right before it leaves, another marks it as leaving. A worker that dies before
that has sent nothing, and its message waits again; one that dies after leaves an outcome that
nobody knows, which is shown and never tried again unasked.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import structlog
from django.db.models import F
from django.utils.timezone import now

from uptake.foundation.delivery.chat import send_to_chat
from uptake.foundation.delivery.mail import send_by_mail
from uptake.foundation.delivery.messages import Begin, ClaimLost, Ending, Outcome
from uptake.foundation.delivery.models import LONGEST_SAID, Channel, Delivery, State
from uptake.foundation.delivery.trying import wait_after

log = structlog.get_logger(__name__)

Way = Callable[[Delivery, Begin], Outcome]
MOST = 200
"""So many messages one run sends at most."""

LONGEST_RUN = timedelta(seconds=45)
"""After so long a run begins no further attempt: the next one is a minute away."""

LEASE = timedelta(minutes=10)
"""Longer than any attempt takes: whoever holds a message longer has died."""

MOST_ATTEMPTS = 12


def show_in_product(_delivery: Delivery, begin: Begin) -> Outcome:
    """It is where it is read already."""
    begin()
    return Outcome(Ending.TAKEN, "Shown in Uptake")


WAYS: Mapping[str, Way] = {
    Channel.PRODUCT: show_in_product,
    Channel.MAIL: send_by_mail,
    Channel.CALENDAR: send_by_mail,
    Channel.SLACK: send_to_chat,
    Channel.TEAMS: send_to_chat,
}


def deliver_due(most: int = MOST) -> int:
    """Send what is due; returns how many attempts were made."""
    began = now()
    recover(began)
    due = Delivery.objects.filter(state=State.QUEUED, next_try_at__lte=began)
    attempts = 0
    for key in list(due.order_by("next_try_at", "pk").values_list("pk", flat=True)[:most]):
        if now() - began > LONGEST_RUN:
            break
        delivery = claim(key, now())
        if delivery is not None:
            attempt(delivery)
            attempts += 1
    return attempts


def recover(moment: datetime) -> None:
    """Look after what workers that died held, and put away what is too late."""
    old = Delivery.objects.filter(claimed_at__lt=moment - LEASE)
    old.filter(state=State.CLAIMED).update(state=State.QUEUED, claim="")
    lost = old.filter(state=State.SENDING).update(
        state=State.UNKNOWN,
        claim="",
        finished_at=moment,
        said="The worker stopped while it was leaving.",
    )
    Delivery.objects.filter(state=State.QUEUED, expires_at__lte=moment).update(
        state=State.EXPIRED, finished_at=moment
    )
    if lost:
        log.warning("delivery.unknown", messages=lost)


def claim(key: int, moment: datetime) -> Delivery | None:
    """Make a message ours; None where somebody else was faster."""
    token = uuid.uuid4().hex
    ours = Delivery.objects.filter(
        pk=key, state=State.QUEUED, next_try_at__lte=moment, expires_at__gt=moment
    ).update(state=State.CLAIMED, claim=token, claimed_at=moment, attempts=F("attempts") + 1)
    if not ours:
        return None
    return Delivery.objects.select_related("workspace", "chat").get(pk=key)


def attempt(delivery: Delivery) -> None:
    """Send a message that is claimed, and write down what came of it."""
    has_left = False

    def begin() -> None:
        nonlocal has_left
        _mark_leaving(delivery)
        has_left = True

    try:
        outcome = WAYS[delivery.channel](delivery, begin)
    except ClaimLost:
        log.warning("delivery.claim_lost", delivery=delivery.pk)
        return
    except Exception:
        log.exception("delivery.crashed", delivery=delivery.pk)
        ending = Ending.UNKNOWN if has_left else Ending.NOT_YET
        outcome = Outcome(ending, "Uptake itself failed over this; the log tells more.")
    finish(delivery, outcome, now())


def _mark_leaving(delivery: Delivery) -> None:
    ours = Delivery.objects.filter(pk=delivery.pk, claim=delivery.claim, state=State.CLAIMED)
    if not ours.update(state=State.SENDING):
        raise ClaimLost


def finish(delivery: Delivery, outcome: Outcome, moment: datetime) -> None:
    """Write down what came of an attempt, and when the next one is due."""
    facts: dict[str, object] = {"said": _without_address(outcome.said, delivery)[:LONGEST_SAID]}
    again = moment + wait_after(delivery.attempts, delivery.key, outcome.wait)
    if outcome.ending is Ending.NOT_YET and delivery.attempts < MOST_ATTEMPTS:
        facts |= {"state": State.QUEUED, "claim": "", "next_try_at": again}
    else:
        facts |= {"state": _END[outcome.ending], "finished_at": moment}
    Delivery.objects.filter(pk=delivery.pk, claim=delivery.claim).update(**facts)
    log.info(
        "delivery.tried",
        delivery=delivery.pk,
        channel=delivery.channel,
        ending=outcome.ending,
        attempts=delivery.attempts,
    )


def _without_address(said: str, delivery: Delivery) -> str:
    """What the other side said, without the address: whoever reads it need not learn for whom."""
    if not delivery.address:
        return said
    return re.sub(re.escape(delivery.address), "the address", said, flags=re.IGNORECASE)


_END = {
    Ending.TAKEN: State.SENT,
    Ending.NOT_YET: State.FAILED,
    Ending.REFUSED: State.FAILED,
    Ending.UNKNOWN: State.UNKNOWN,
}
