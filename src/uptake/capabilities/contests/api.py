"""Contests over the API: writing and running them, teams, the standing, what is left later."""

from __future__ import annotations

from ninja import Query

from uptake.capabilities.contests import actions, taking_part
from uptake.capabilities.contests.api_shapes import (
    ChangedRules,
    ContestShape,
    EntryShape,
    NewContest,
    NewGivenPrize,
    OwnPart,
    Reason,
    StandingShape,
    TeamChoiceShape,
)
from uptake.capabilities.contests.queries import (
    access_contest,
    entry_of_team,
    kept_figures,
    team_choices,
    visible_contests,
)
from uptake.foundation.access import Permission
from uptake.foundation.api.callers import ApiRequest
from uptake.foundation.api.endpoints import Endpoints
from uptake.foundation.api.paging import Listed, Paging, page_of, page_of_rows

contests = Endpoints("Contests")
own = Endpoints("One's own")
READ, WRITE = Permission.BEHAVIOURS_READ, Permission.BEHAVIOURS_WRITE
OWN = Permission.CUSTOMERS_READ


@contests.get("/contests", answers=Listed[ContestShape], needs=READ)
def list_contests(request: ApiRequest, paging: Query[Paging]) -> Listed[ContestShape]:
    """List contests, the newest first; managers see those their teams may be in."""
    return page_of_rows(
        visible_contests(request.actor), paging, order=("-first", "-pk"), show=ContestShape.of
    )


@contests.post("/contests", answers=ContestShape, needs=WRITE)
def create_contest(request: ApiRequest, body: NewContest) -> ContestShape:
    """Write a contest down as a draft; no team can enter before it is opened."""
    return ContestShape.of(actions.draft_contest(request.actor, body.facts))


@contests.get("/contests/{contest}", answers=ContestShape, needs=READ)
def get_contest(request: ApiRequest, contest: int) -> ContestShape:
    """Show one contest with the rules in force."""
    return ContestShape.of(access_contest(request.actor, contest))


@contests.get("/contests/{contest}/standing", answers=StandingShape, needs=READ)
def get_contest_standing(request: ApiRequest, contest: int) -> StandingShape:
    """Show how the teams of a contest stand, and what is left of it after its end."""
    row = access_contest(request.actor, contest)
    return StandingShape.of(row, kept_figures(row) if row.has_started else None)


@contests.put("/contests/{contest}", answers=ContestShape, needs=WRITE)
def change_contest(request: ApiRequest, contest: int, body: ChangedRules) -> ContestShape:
    """Write the next version of the rules, until it starts; from then on they are frozen.

    Teams that entered by the version before are asked anew.
    """
    actions.revise_contest(request.actor, contest, name=body.name, rules=body.rules, note=body.note)
    return ContestShape.of(access_contest(request.actor, contest))


@contests.post("/contests/{contest}/open", answers=ContestShape, needs=WRITE)
def open_contest(request: ApiRequest, contest: int) -> ContestShape:
    """Let teams enter, until the day before it starts; it starts by itself."""
    return ContestShape.of(actions.open_contest(request.actor, contest))


@contests.post("/contests/{contest}/close", answers=ContestShape, needs=WRITE)
def close_contest(request: ApiRequest, contest: int, body: Reason) -> ContestShape:
    """Call a contest off before its end, for good; nobody has won anything.

    A contest that runs to its last day ends by itself.
    """
    return ContestShape.of(actions.call_off(request.actor, contest, note=body.note))


@contests.get("/contests/{contest}/teams", answers=Listed[TeamChoiceShape], needs=WRITE)
def list_contest_teams(
    request: ApiRequest, contest: int, asked: Query[Paging]
) -> Listed[TeamChoiceShape]:
    """List the teams that the caller may enter or take out, by name; none once it has ended."""
    row = access_contest(request.actor, contest)
    found = sorted(team_choices(request.actor, row), key=lambda team: (team.name, team.key))
    return page_of(
        found, asked, key=lambda team: f"{team.name} {team.key}", show=TeamChoiceShape.of
    )


@contests.post("/contests/{contest}/teams/{team}/enter", answers=EntryShape, needs=WRITE)
def enter_contest(request: ApiRequest, contest: int, team: int) -> EntryShape:
    """Enter a team by the rules as they stand; each of its people may still opt out.

    A manager enters the teams of which they lead everybody.
    """
    return EntryShape.of(taking_part.enter(request.actor, contest, team))


@contests.post("/contests/{contest}/teams/{team}/withdraw", answers=EntryShape, needs=WRITE)
def withdraw_from_contest(request: ApiRequest, contest: int, team: int) -> EntryShape:
    """Take a team out, until the end; from then on nothing of it is shown."""
    return EntryShape.of(taking_part.withdraw(request.actor, contest, team))


@contests.post("/contests/{contest}/prizes", answers=ContestShape, needs=WRITE)
def give_prize(request: ApiRequest, contest: int, body: NewGivenPrize) -> ContestShape:
    """Note that a team was given a prize, once the contest has ended; each team has it once."""
    actions.note_prize(
        request.actor,
        contest,
        prize=body.prize - 1,
        entry=entry_of_team(request.actor, contest, body.team),
        given_on=body.given_on,
    )
    return ContestShape.of(access_contest(request.actor, contest))


@own.get("/me/contests/{contest}", answers=OwnPart, needs=OWN)
def get_own_part(request: ApiRequest, contest: int) -> OwnPart:
    """Show whether the caller's own work counts in a contest that their team is in."""
    return OwnPart(counts=taking_part.own_work_counts(request.actor, contest))


@own.put("/me/contests/{contest}", answers=OwnPart, needs=OWN)
def set_own_part(request: ApiRequest, contest: int, body: OwnPart) -> OwnPart:
    """Decide whether the caller's own work counts; who chose what is told to nobody."""
    act = taking_part.opt_in if body.counts else taking_part.opt_out
    act(request.actor, contest)
    return body


ROUTERS = (contests.router, own.router)
