"""What the page of a behaviour says about incentives: above all what works against it."""

from __future__ import annotations

from django.utils.timezone import localdate

from uptake.capabilities.behaviours.models import Behaviour
from uptake.capabilities.incentives.models import Way
from uptake.capabilities.incentives.queries import linked_to, reads_register
from uptake.foundation.actor import Actor
from uptake.ui.panels import Part, add_part


def incentives_of_behaviour(actor: Actor, subject: object) -> Part | None:
    """Return what is given today for or against a behaviour; None where nothing is known."""
    if not isinstance(subject, Behaviour):
        return None
    links = linked_to(actor, subject, localdate())
    if not links:
        return None
    shown = {
        "against": [link for link in links if link.way == Way.AGAINST],
        "in_favour": [link for link in links if link.way == Way.FOR],
        "reads_register": reads_register(actor),
    }
    return Part("incentives/on_behaviour.html", shown)


add_part("behaviour", incentives_of_behaviour)
