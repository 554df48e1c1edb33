"""The board of teams: those that agreed to stand there, by the share of their records fit for use.

Teams alone, never people; a team of fewer people than the workspace's smallest group is not told
of. Ranks are by shares shrunk towards the whole (methods section 0.2), so that a small team is
neither first nor last by chance.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from uptake.capabilities.records.models import Outcome, TeamConsent
from uptake.capabilities.records.queries import standards_of_board
from uptake.foundation import activity
from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor
from uptake.foundation.errors import Conflict, Invalid, NotFound
from uptake.methods.statistics.proportions import Share, rank_shares


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A team over all standards: fit records of those judged, and whether it agreed.

    ``differs``: it lies apart from the whole by more than chance.
    """

    team: str
    share: Share
    differs: bool
    agreed: bool


def board(actor: Actor) -> list[BoardRow]:
    """Return the teams that agreed, the best first; whoever may record consent sees them all."""
    fit: dict[str, int] = {}
    judged: dict[str, int] = {}
    for standard in standards_of_board(actor):
        versions = list(standard.versions.all())
        found = getattr(versions[-1], "judgement", None) if versions else None
        if found is None or found.outcome != Outcome.JUDGED:
            continue
        for team in found.teams:
            fit[team["name"]] = fit.get(team["name"], 0) + team["fit"]
            judged[team["name"]] = judged.get(team["name"], 0) + team["judged"]
    agreed = agreed_teams(actor)
    names = sorted(judged)
    ranked = rank_shares([fit[name] for name in names], [judged[name] for name in names])
    rows = [
        BoardRow(names[each.position], each.raw, each.differs, names[each.position] in agreed)
        for each in ranked
    ]
    if not actor.may(Permission.RECORDS_WRITE):
        rows = [row for row in rows if row.agreed]
    return rows


def agreed_teams(actor: Actor) -> frozenset[str]:
    """Return the teams that agreed to stand on the board."""
    if not actor.may(Permission.RECORDS_READ):
        actor.require(Permission.TEAM_METRICS_READ)
    rows = TeamConsent.objects.filter(workspace=actor.workspace)
    return frozenset(rows.values_list("team", flat=True))


@transaction.atomic
def record_consent(actor: Actor, team: str, *, agreed_by: str) -> TeamConsent:
    """Write down that a team agreed to stand on the board, and who said so for it.

    Raises:
        Invalid: nobody is named who agreed.
        NotFound: no number is told of such a team.
        Conflict: it agreed already.
    """
    actor.require(Permission.RECORDS_WRITE)
    if not agreed_by.strip():
        raise Invalid("Say who agreed for the team.")
    if team not in {row.team for row in board(actor)}:
        raise NotFound("There is no such team on record; choose one of those listed.")
    row, made = TeamConsent.objects.get_or_create(
        workspace=actor.workspace,
        team=team,
        defaults={"agreed_by": agreed_by.strip(), "written_by": actor.name},
    )
    if not made:
        raise Conflict("This team agreed already.")
    activity.record(actor, "records.team_agreed", row)
    return row


@transaction.atomic
def withdraw_consent(actor: Actor, team: str) -> None:
    """Take a team off the board.

    Raises:
        NotFound: it is not there.
    """
    actor.require(Permission.RECORDS_WRITE)
    row = TeamConsent.objects.filter(workspace=actor.workspace, team=team).first()
    if row is None:
        raise NotFound("This team does not stand on the board.")
    activity.record(actor, "records.team_withdrew", row)
    row.delete()
