"""The rail's line about the digest, and where Team leads to it."""

from __future__ import annotations

from uptake.capabilities.behaviours.rail import leads
from uptake.capabilities.behaviours.team_page import TeamPage
from uptake.foundation.actor import Actor
from uptake.ui.navigation import Entry, register
from uptake.ui.panels import Part, add_part


def digest_of_team(_actor: Actor, subject: object) -> Part | None:
    """Team leads to the digest, for those as well whose rail does not name it."""
    return Part("digest/parts/team.html", {}) if isinstance(subject, TeamPage) else None


register(Entry("digest:own", "My digest", icon="mail", order=12, may_open=leads))
add_part("team", digest_of_team)
