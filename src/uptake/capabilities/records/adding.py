"""What stands in My week about one's own records: who goes on with them; and two questions."""

from __future__ import annotations

from uptake.capabilities.behaviours.own_counts import OwnWeek
from uptake.capabilities.records.forms import PulseForm
from uptake.capabilities.records.pulses import own_asks
from uptake.capabilities.records.uses import own_uses
from uptake.foundation.actor import Actor
from uptake.ui.panels import Part, add_part


def uses_in_week(actor: Actor, subject: object) -> Part | None:
    """Who depends on what the person wrote."""
    if not isinstance(subject, OwnWeek):
        return None
    lines = own_uses(actor.workspace, subject.person.external_id)
    return Part("records/parts/week.html", {"lines": lines}) if lines else None


def questions_in_week(actor: Actor, subject: object) -> Part | None:
    """The two questions, where they wait for the person."""
    if not isinstance(subject, OwnWeek):
        return None
    asks = [(ask, PulseForm(auto_id=f"id_{ask.pk}_%s")) for ask in own_asks(actor)]
    return Part("records/parts/ask.html", {"asks": asks}) if asks else None


add_part("my week", questions_in_week)
add_part("my week", uses_in_week)
