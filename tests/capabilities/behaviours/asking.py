"""A behaviour that leaves nothing unclear, to be changed in one respect by a test."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

from uptake.capabilities.behaviours.actions import BehaviourFacts, draft_behaviour
from uptake.capabilities.behaviours.definition import Definition
from uptake.capabilities.behaviours.models import Behaviour
from uptake.foundation.actor import Actor

CLEAR = Definition(
    statement="Log each customer call in Activities, with the next step",
    actions=("create",),
    right_first_time=True,
    amount=3,
    weekday=4,
    at=time(13),
    reason="Inside sales calls nobody twice",
    outcome="Shorter time to order",
    counters=("duplicates",),
    review_on=date(2026, 6, 1),
)


def facts(name: str = "Log calls", *, account: str = "", **changed: object) -> BehaviourFacts:
    definition = replace(CLEAR, **changed)  # type: ignore[arg-type]  # whatever a test changes
    return BehaviourFacts(name, definition, account=account, owner_name="Edith")


def drafted(actor: Actor, name: str = "Log calls", **changed: object) -> Behaviour:
    return draft_behaviour(actor, facts(name, **changed))  # type: ignore[arg-type]  # as above
