"""What the simulated vendor's records have to hold: standards agreed on, and a proposal."""

from __future__ import annotations

from uptake.capabilities.records import actions, board, working
from uptake.capabilities.records.models import DataStandard
from uptake.cli import demo_pulse
from uptake.foundation.actor import Actor
from uptake.foundation.models import User

_FIELDS = """
fields:
  - field: required
    is: number
  - field: filled
    is: number
    required: always
  - field: note
    required: always
    words: 3
    why: Whoever takes over reads this first.
  - field: duplicate
  - field: invalid
checks:
  - check: filled >= required
    says: every field that the form asks for is filled in
    why: Reports count what is filled in.
  - check: duplicate is empty
    says: it stands there once
  - check: invalid is empty
    says: what it says is possible
entry:
  within: 48 hours
system_authors: [machine*, integration*, import*]
note:
  field: note
"""

OPPORTUNITIES = f"""
standard: Opportunities
about: opportunity
owner: Head of sales operations
tolerance: 20 %
{_FIELDS}"""
CASES = f"""
standard: Cases
about: case
owner: Service management
tolerance: 40 %
{_FIELDS}"""
AGREED = {"Opportunities": ("opportunity", OPPORTUNITIES), "Cases": ("ticket", CASES)}
PROPOSED = {
    "Knowledge articles": ("article", CASES.replace("case", "article").replace("Cases", "Articles"))
}
ON_THE_BOARD = 3
"""Teams that agreed to stand on the board."""


def agree(actor: Actor, *, owner: User) -> None:
    """Write the standards down, agree on them, judge, ask; what is there stays."""
    there = set(
        DataStandard.objects.filter(workspace=actor.workspace).values_list("name", flat=True)
    )
    for name, (object_type, text) in {**AGREED, **PROPOSED}.items():
        if name in there:
            continue
        facts = actions.StandardFacts(name, object_type=object_type, owner=owner)
        made = actions.found_standard(actor, facts, text=text)
        if name in AGREED:
            actions.agree_on_standard(actor, made.pk)
    working.carry_on()
    rows = board.board(actor)
    for row in [] if any(row.agreed for row in rows) else rows[:ON_THE_BOARD]:
        board.record_consent(actor, row.team, agreed_by=f"Lead of {row.team}")
    demo_pulse.ask(actor)
