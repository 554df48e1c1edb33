"""Whether a mail that is no reminder may go to somebody now: the same manners as for reminders.

What is sent so counts towards how much a person is written to in a week, as reminders do.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from uptake.capabilities.customers.models import Person
from uptake.capabilities.reminders.deciding import (
    Ledger,
    calendar_of,
    is_at_work,
    is_chosen,
    is_reachable,
    policy_of,
)
from uptake.capabilities.reminders.queries import wishes_by_person
from uptake.capabilities.reminders.zones import zone_of
from uptake.foundation.delivery.models import Channel
from uptake.foundation.models import Workspace
from uptake.methods.behaviour.reminding import Reason, Situation, decide


def reasons_to_mail(
    workspace: Workspace,
    people: Sequence[Person],
    moment: datetime,
    *,
    blocked: Collection[int] = (),
) -> dict[int, Reason]:
    """Say of each person, by number, whether a mail may go to them now (``DUE``) or why not.

    Quiet hours, chosen hours, leave and public holidays in their own time; the most a week; who
    wants no reminders gets none of these. ``blocked``: whom something outside their control stops.
    """
    policy, calendar = policy_of(workspace), calendar_of(workspace)
    ledger, wishes = Ledger.of(workspace, moment), wishes_by_person(people)
    found = {}
    for person in people:
        own = wishes.get(person.pk)
        local = moment.astimezone(zone_of(person, own, workspace))
        situation = Situation(
            done=False,
            due=True,
            blocked=person.pk in blocked,
            opted_out=own is not None and own.is_off,
            held_out=False,
            met_in_a_row=0,
            sent=ledger.of_anything[person.pk],
            reachable=is_reachable(person, Channel.MAIL),
            at_work=is_at_work(calendar, person, local),
            chosen=is_chosen(own, local),
        )
        found[person.pk] = decide(policy, situation, local)
    return found
