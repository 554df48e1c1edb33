"""What is rewarded at the simulated vendor's largest customer, for and against what is asked."""

from __future__ import annotations

from datetime import date, timedelta

from uptake.capabilities.behaviours.models import Behaviour
from uptake.capabilities.incentives import actions
from uptake.capabilities.incentives.actions import Decision, IncentiveFacts, LinkFacts
from uptake.capabilities.incentives.models import Incentive, Kind, Way
from uptake.foundation.actor import Actor
from uptake.foundation.models import User

BONUS = "Bonus for new contacts"
SPEED = "Cases closed a day"
PRAISE = "Call of the week"


def register(actor: Actor, *, account: str, today: date) -> None:
    """Write three incentives down, two of which do harm, unless there are any."""
    if Incentive.objects.filter(workspace=actor.workspace).exists():
        return
    from uptake.cli.demo_cast import DOMAIN

    success = Actor.of(User.objects.get(email=f"success@{DOMAIN}"), actor.workspace)
    rows = Behaviour.objects.filter(workspace=actor.workspace)
    known = dict(rows.values_list("name", "pk"))
    made = {
        facts.name: actions.register(success, facts).pk
        for facts in _facts(known, account, today)
        if facts.links
    }
    _propose(success, made, today)


def _links(known: dict[str, int], *links: tuple[str, Way, str]) -> tuple[LinkFacts, ...]:
    return tuple(LinkFacts(known[name], way, how) for name, way, how in links if name in known)


def _facts(known: dict[str, int], account: str, today: date) -> tuple[IncentiveFacts, ...]:
    return (
        IncentiveFacts(
            name=BONUS,
            kind=Kind.BONUS,
            what="5 EUR for every contact that is new in the system",
            whom="Sales representatives",
            given_by="Head of sales",
            source="Pay slips that two representatives showed",
            since=today - timedelta(weeks=40),
            account=account,
            links=_links(
                known,
                ("Contacts kept up", Way.AGAINST, "A new contact pays, a repaired one does not."),
                ("Calls logged", Way.AGAINST, "A note after a call is time without a new contact."),
            ),
        ),
        IncentiveFacts(
            name=SPEED,
            kind=Kind.TARGET,
            what="Agents are compared by the cases they close in a day",
            whom="Service agents",
            given_by="Head of service",
            source="The board in the service room",
            until=today - timedelta(weeks=12),
            account=account,
            links=_links(
                known,
                ("Cases diagnosed", Way.AGAINST, "Who diagnoses first closes fewer a day."),
            ),
        ),
        IncentiveFacts(
            name=PRAISE,
            kind=Kind.PRAISE,
            what="The head of sales reads out the note that helped most, with the writer's consent",
            whom="Sales representatives",
            given_by="Head of sales",
            source="Monday meeting",
            since=today - timedelta(weeks=26),
            account=account,
            links=_links(known, ("Calls logged", Way.FOR, "Notes are heard by those they help.")),
        ),
    )


def _propose(success: Actor, made: dict[str, int], today: date) -> None:
    """HR accepted one proposal, refused another and has not answered the third."""
    if SPEED in made:
        asked = actions.propose(
            success,
            made[SPEED],
            what="Compare agents by cases that stay closed, not by cases closed",
            to_whom="HR and the head of service",
            proposed_on=today - timedelta(weeks=16),
        )
        day = today - timedelta(weeks=12)
        said = Decision(
            accepts=True,
            by="Head of HR",
            reason="It costs nothing and customers call twice less often.",
            on=day - timedelta(weeks=1),
            holds_from=day,
        )
        actions.decide(success, made[SPEED], asked.pk, said)
    if BONUS in made:
        refused = actions.propose(
            success,
            made[BONUS],
            what="Drop the bonus",
            to_whom="HR",
            proposed_on=today - timedelta(weeks=10),
        )
        said = Decision(
            accepts=False,
            by="Head of HR",
            reason="It is promised until the end of the year.",
            on=today - timedelta(weeks=8),
        )
        actions.decide(success, made[BONUS], refused.pk, said)
        actions.propose(
            success,
            made[BONUS],
            what="Pay it for contacts that others could use within a month",
            to_whom="HR",
            proposed_on=today - timedelta(weeks=2),
        )
