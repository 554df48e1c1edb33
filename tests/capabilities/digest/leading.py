"""Mark leads the poor team; his digest has something to say."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.capabilities.behaviours.test_team import leads
from tests.cast import Cast
from uptake.capabilities.behaviours.models import Behaviour, Clarification
from uptake.capabilities.customers.models import Person

MONDAY = datetime(2025, 5, 26, 9, tzinfo=UTC)
"""In the first working hour of somebody in UTC."""


def mark_leads(cast: Cast) -> Person:
    """Mark, with a mail address."""
    mark = leads(cast, "poor")
    mark.email = "mark@example.org"
    mark.save()
    return mark


def question(behaviour: Behaviour, asked_at: datetime, who: str = "p1") -> Clarification:
    """Somebody whom Mark leads asks what is wanted."""
    person = Person.objects.get(external_id=who)
    return Clarification.objects.create(
        behaviour=behaviour, person=person, question="Which calls?", asked_at=asked_at
    )
