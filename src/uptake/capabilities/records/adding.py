"""What stands in My week about one's own records: who goes on with them."""

from __future__ import annotations

from uptake.capabilities.behaviours.own_counts import OwnWeek
from uptake.capabilities.records.uses import own_uses
from uptake.foundation.actor import Actor
from uptake.ui.panels import Part, add_part


def uses_in_week(actor: Actor, subject: object) -> Part | None:
    """Who depends on what the person wrote."""
    if not isinstance(subject, OwnWeek):
        return None
    lines = own_uses(actor.workspace, subject.person.external_id)
    return Part("records/parts/week.html", {"lines": lines}) if lines else None


add_part("my week", uses_in_week)
