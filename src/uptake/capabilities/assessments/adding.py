"""What stands in My week while somebody is asked and has not answered."""

from __future__ import annotations

from uptake.capabilities.assessments.queries import own_asks
from uptake.capabilities.behaviours.own_counts import OwnWeek
from uptake.foundation.actor import Actor
from uptake.ui.panels import Part, add_part


def survey_in_week(actor: Actor, subject: object) -> Part | None:
    """That somebody is asked, and until when."""
    if not isinstance(subject, OwnWeek):
        return None
    asks = list(own_asks(actor))
    return Part("assessments/parts/week.html", {"asks": asks}) if asks else None


add_part("my week", survey_in_week)
