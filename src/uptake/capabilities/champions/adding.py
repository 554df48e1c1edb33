"""What stands on the pages of behaviours about who carries them."""

from __future__ import annotations

from uptake.capabilities.behaviours.models import Behaviour
from uptake.capabilities.behaviours.own_counts import OwnWeek
from uptake.capabilities.behaviours.team_page import TeamPage
from uptake.capabilities.champions.carrying import (
    carried_for,
    carried_for_team,
    may_name,
    own_jobs,
    rows_of,
)
from uptake.capabilities.champions.champions import champions_near, own_championships
from uptake.capabilities.champions.circles import circle_of
from uptake.foundation.actor import Actor
from uptake.ui.panels import Part, add_part


def jobs_of_behaviour(actor: Actor, subject: object) -> Part | None:
    """The three jobs, on the page of a behaviour."""
    if not isinstance(subject, Behaviour) or not subject.is_live:
        return None
    rows = rows_of(actor.workspace, [subject], circle_of(actor))
    shown = {"carried": rows, "about": subject, "may_name": may_name(actor, subject)}
    return Part("champions/parts/behaviour.html", shown)


def jobs_of_team(actor: Actor, subject: object) -> Part | None:
    """The jobs of what is asked of one's people, on Team; what nobody does first."""
    if not isinstance(subject, TeamPage) or not subject.rows:
        return None
    rows = carried_for_team(actor, [row.behaviour.pk for row in subject.rows])
    return Part("champions/parts/team.html", {"carried": rows, "mine": own_jobs(actor).count()})


def jobs_in_week(actor: Actor, subject: object) -> Part | None:
    """Whom one can turn to about what is asked of oneself, in My week; and one's own part."""
    if not isinstance(subject, OwnWeek):
        return None
    behaviours = [item.behaviour for item in subject.items]
    found = carried_for(subject.person, behaviours)
    named = [(each, [slot for slot in found.get(each.pk, ()) if slot.name]) for each in behaviours]
    mine = own_jobs(actor).count() + own_championships(actor).count()
    near = champions_near(subject.person)
    known = [(each, slots) for each, slots in named if slots]
    if not (known or mine or near):
        return None
    shown = {"known": known, "mine": mine, "near": near}
    return Part("champions/parts/week.html", shown)


add_part("behaviour", jobs_of_behaviour)
add_part("team", jobs_of_team)
add_part("my week", jobs_in_week)
