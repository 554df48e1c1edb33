"""What poor records cost the simulated vendor's people: a round that is over, and one that runs."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
from django.utils.timezone import localdate

from uptake.capabilities.customers.models import Person
from uptake.capabilities.records import pulsing
from uptake.capabilities.records.dependence import recent_users
from uptake.capabilities.records.models import (
    DataStandard,
    Pulse,
    PulseAsk,
)
from uptake.capabilities.records.pulse_tallies import add, close_over_rounds, count_asked
from uptake.capabilities.records.queries import newest
from uptake.foundation.actor import Actor

ASKED_ABOUT = ("Opportunities", "Cases")
AGO = timedelta(weeks=7)
ANSWER = 0.62
"""The share of those asked who answer."""

SEED = 7


def ask(actor: Actor) -> None:
    """Ask about agreed standards since seven weeks ago; what is there stays."""
    agreed = DataStandard.objects.filter(
        workspace=actor.workspace, name__in=ASKED_ABOUT, pulse__isnull=True
    )
    for standard in agreed.order_by("-name"):
        pulse = pulsing.start_pulse(actor, standard.pk)
        pulse.started_on = localdate() - AGO
        pulse.save(update_fields=["started_on"])
        _first_round(pulse)
    close_over_rounds()
    pulsing.ask_due()


def _first_round(pulse: Pulse) -> None:
    rng = np.random.default_rng(SEED)
    version = newest(pulse.standard)
    users = recent_users(version, days=pulsing.RECENT_DAYS) if version else frozenset()
    people = Person.objects.filter(workspace=pulse.standard.workspace, external_id__in=users)
    asks = [
        PulseAsk(
            pulse=pulse,
            person=person,
            round=0,
            group=pulsing.group_of(pulse.standard, person),
            asked_on=pulse.started_on,
        )
        for person in people.order_by("pk").select_related("team", "account")
    ]
    PulseAsk.objects.bulk_create(asks)
    count_asked(pulse, 0)
    for ask in asks:
        if rng.random() < ANSWER:
            add(
                ask,
                minutes=int(rng.gamma(1.6, 14) // 5 * 5),
                confidence=int(np.clip(round(rng.normal(3.2, 1.0)), 1, 5)),
            )
