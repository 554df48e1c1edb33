"""Which populations a behaviour addresses; each needs its own three names."""

from __future__ import annotations

import json
from collections.abc import Sequence

from django.db.models import Count, Q

from uptake.capabilities.behaviours.definition import Definition
from uptake.capabilities.behaviours.models import Behaviour
from uptake.capabilities.behaviours.scope import concerned_by
from uptake.capabilities.behaviours.team_page import definitions_of
from uptake.capabilities.customers.membership import condition
from uptake.capabilities.customers.models import Population
from uptake.capabilities.customers.populations import read_rules
from uptake.capabilities.customers.queries import visible_populations
from uptake.capabilities.customers.standing import while_records_stand
from uptake.foundation.actor import Actor
from uptake.foundation.models import Workspace

Addressed = tuple[Population | None, ...]
"""Populations, the one that counts first first; (None,): whoever is asked, none of them fits."""


def addressed(
    workspace: Workspace, behaviours: Sequence[Behaviour], *, among: Actor | None = None
) -> dict[int, Addressed]:
    """Return the populations that each behaviour addresses, by its number.

    One that was written for a population addresses that one; any other those against which the
    people it is asked of are measured. ``among``: looks at the people whom that actor sees alone.
    """
    system = Actor.system(workspace, name="champions")
    populations = list(visible_populations(system))
    by_name = {each.name: each for each in populations}
    written = definitions_of(behaviours)
    found: dict[int, Addressed] = {}
    for behaviour in behaviours:
        definition = written.get(behaviour.pk, Definition())
        named = by_name.get(definition.population)
        found[behaviour.pk] = (
            (named,) if named else _measured(among or system, behaviour, definition, populations)
        )
    return found


def _measured(
    among: Actor, behaviour: Behaviour, definition: Definition, populations: list[Population]
) -> Addressed:
    """Those that somebody it is asked of is measured against; worked out once for each scope."""
    if not populations:
        return (None,)
    scope = (behaviour.account_id, behaviour.of_team, behaviour.leader_id)
    asked = json.dumps(list(definition.rules), sort_keys=True)
    present = while_records_stand(
        among,
        ("addressed populations", scope, asked),
        lambda: _present(among, behaviour, definition, populations),
    )
    return tuple(each for each in populations if each.pk in present) or (None,)


def _present(
    among: Actor, behaviour: Behaviour, definition: Definition, populations: list[Population]
) -> frozenset[int]:
    counts: dict[str, Count] = {}
    earlier = Q(pk__in=[])
    for each in populations:
        fitting = condition(read_rules(each.rules))
        counts[f"of_{each.pk}"] = Count("pk", filter=fitting & ~earlier, distinct=True)
        earlier |= fitting
    found = concerned_by(among, behaviour, definition).aggregate(**counts)
    return frozenset(each.pk for each in populations if found[f"of_{each.pk}"])
