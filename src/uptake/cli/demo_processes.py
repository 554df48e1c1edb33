"""How the simulated vendor's service cases are meant to run, before and after a release."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

from uptake.capabilities.process import actions, working
from uptake.capabilities.process.intended import IntendedProcess, item
from uptake.capabilities.process.intended_writing import intended_yaml
from uptake.capabilities.process.models import Process
from uptake.foundation.actor import Actor
from uptake.foundation.models import User
from uptake.simulate.catalogue import DESIGNED_PATH, VARIANTS

NAME = "Service cases"
TOLERANCE = 0.2
HOURS = "08:30-17:30"
AGENT = "service agent"
"""Who is meant to do every step; in some teams the manager takes one over."""


def draw(actor: Actor, *, folder: Path, owner: User, account: str) -> None:
    """Found the process of all accounts and that of one, say how they are meant to run, measure.

    What is there stays.
    """
    there = set(Process.objects.filter(workspace=actor.workspace).values_list("name", flat=True))
    for name, where in ((NAME, ""), (f"{NAME} of {account}", account)):
        if name not in there:
            _found(actor, name, where, owner=owner, release=_release(folder))
    working.carry_on()


def _found(actor: Actor, name: str, account: str, *, owner: User, release: date) -> None:
    steps = {step for variant in VARIANTS for step in variant.steps}
    facts = actions.ProcessFacts(
        name=name,
        description="From the day a customer reports trouble until it is closed.",
        account=account,
        actions=tuple(sorted(steps)),
        level="resource",
        hours=HOURS,
        owner=owner,
    )
    made = actions.found_process(actor, facts)
    text = intended_yaml(
        IntendedProcess(
            NAME,
            steps=tuple(map(item, DESIGNED_PATH)),
            roles=dict.fromkeys(DESIGNED_PATH, (AGENT,)),
            tolerance=TOLERANCE,
        )
    )
    before = release - timedelta(days=1)
    for told, begins, ends in (
        ("Before the routing release", None, before),
        ("After the routing release", release, None),
    ):
        actions.write_intended(
            actor,
            made.pk,
            actions.IntendedFacts(text=text, name=told, begins=begins, ends=ends),
        )


def _release(folder: Path) -> date:
    """The day of the release that makes handovers of cases rarer."""
    told = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    return date.fromisoformat(told["process"]["routing_release"])
