"""What a column of a log of cases can mean, and what such columns are called."""

# ruff: noqa: E501  (a line of the name lists is a degree of certainty)

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Final

from uptake.formats.case_log import Performer
from uptake.formats.errors import MappingError
from uptake.formats.roles import Role, name_score, plain_name


class CaseRole(StrEnum):
    """What a column can be read as."""

    CASE = "case"
    ACTIVITY = "activity"
    COMPLETED = "completed"
    STARTED = "started"
    RESOURCE = "resource"
    ROLE = "role"
    GROUP = "group"
    ORGANISATION = "organisation"
    LIFECYCLE = "lifecycle"
    INSTANCE = "instance"
    ORDER = "order"


STAMPS: Final = frozenset({CaseRole.COMPLETED, CaseRole.STARTED})
PERFORMERS: Final = {
    CaseRole.RESOURCE: Performer.RESOURCE,
    CaseRole.ROLE: Performer.ROLE,
    CaseRole.GROUP: Performer.GROUP,
    CaseRole.ORGANISATION: Performer.ORGANISATION,
}
LEAST_CONFIDENCE: Final = 0.3

ALSO_CALLED: Final = {
    "at": CaseRole.COMPLETED,
    "time": CaseRole.COMPLETED,
    "timestamp": CaseRole.COMPLETED,
    "end": CaseRole.COMPLETED,
    "complete": CaseRole.COMPLETED,
    "start": CaseRole.STARTED,
    "person": CaseRole.RESOURCE,
    "user": CaseRole.RESOURCE,
    "team": CaseRole.GROUP,
    "organization": CaseRole.ORGANISATION,
    "transition": CaseRole.LIFECYCLE,
    "action": CaseRole.ACTIVITY,
}

NAMES: Final[dict[CaseRole, tuple[tuple[float, str], ...]]] = {
    CaseRole.CASE: (
        (1.0, "case_concept_name|case|case_?(id|key|no|number|name)|process_?(instance_?)?(id|key)"),
        (1.0, "trace|trace_?id|vorgang.*|fall_?(id|nr|nummer)?|instance_?id|case_instance_?id"),
        (0.8, "ticket|(ticket|incident|issue|request|claim|order|application|journey|session|conversation)_?(id|number|no|key)|incident"),
        (0.7, "number|record_?id|document_?(id|number|no)|object_?id"),
        (0.5, "case_.*|.*_case|.*_case_id"),
        (0.35, "id|key|.*_(id|key|number|no)|id_.*"),
    ),
    CaseRole.ACTIVITY: (
        (1.0, "concept_name|activity|activity_?(name|label|en|de|type)|task|task_?name|step|step_?name|event|event_?name|vorgangsschritt|aktivitaet|aktivität"),
        (0.9, "action|action_?name|operation|event_?type|work_?step|process_step|schritt|what"),
        (0.7, ".*(state|status)|stage|phase|transaction(_type)?|interaction"),
        (0.4, ".*(activity|event|action).*|type|command"),
    ),
    CaseRole.COMPLETED: (
        (1.0, "time_timestamp|(complete|completion|end|finish)(ed)?(_?(at|on|time|date|timestamp|datetime))?|event_?time(stamp)?|timestamp|time_complete"),
        (0.1, "case_.*"),
    ),
    CaseRole.STARTED: (
        (1.0, "(start|begin)(ed)?(_?(at|on|time|date|timestamp|datetime))?|time_start|time_start_timestamp"),
    ),
    CaseRole.RESOURCE: (
        (1.0, "org_resource|resource|performer|performed_by|originator|handled_by|bearbeiter|user_name"),
        (0.1, "case_.*"),
    ),
    CaseRole.ROLE: (
        (1.0, "org_role|role|role_?name|user_role|resource_role|rolle|function_title|job_title"),
    ),
    CaseRole.GROUP: (
        (1.0, "org_group|group|group_?name|assignment_group|team|team_?name|department|resource_group|queue"),
        (0.1, "case_.*"),
    ),
    CaseRole.ORGANISATION: (
        (1.0, "organi[sz]ation(_?(id|name|involved))?|org_organi[sz]ation|company(_?(id|name))?|org_name"),
    ),
    CaseRole.LIFECYCLE: (
        (1.0, "lifecycle_transition|lifecycle|transition|life_?cycle|event_lifecycle|transition_type"),
    ),
    CaseRole.INSTANCE: (
        (1.0, "concept_instance|activity_?instance(_?id)?|task_instance(_?id)?"),
    ),
    CaseRole.ORDER: (
        (1.0, "sorting|sort_?order|event_?(order|no|nr|number|index|seq|sequence)|sequence(_?(no|nr|number))?|seq(_?no)?|step_?(no|nr|number)|activity_order"),
    ),
}  # fmt: skip

_USUAL: Final = {
    CaseRole.COMPLETED: (Role.TIME, 0.9),
    CaseRole.RESOURCE: (Role.PERSON, 0.9),
    CaseRole.GROUP: (Role.TEAM, 0.8),
}
"""Roles of columns of usage data whose names serve here as well, and how much less surely."""

_LEAST_USUAL: Final = 0.45


def role_named(name: str) -> CaseRole:
    """The role that people mean by a word.

    Raises:
        MappingError: there is no such role.
    """
    plain = plain_name(name)
    try:
        return ALSO_CALLED.get(plain) or CaseRole(plain)
    except ValueError:
        raise MappingError(
            f"{name!r} is not a role of a log of cases: use one of {', '.join(CaseRole)}."
        ) from None


def case_name_score(role: CaseRole, name: str) -> float:
    """How well a name fits a role, 0 - 1."""
    plain = plain_name(name)
    for score, expression in NAMES[role]:
        if re.fullmatch(expression, plain):
            return score
    if role in _USUAL:
        usual, share = _USUAL[role]
        score = name_score(usual, name) * share
        return score if score >= _LEAST_USUAL else 0.0
    return 0.0


def proposed_roles(
    names: Sequence[str], fit: Callable[[CaseRole, str], float]
) -> dict[CaseRole, str]:
    """Guess which column is what, the surest first, each column once.

    ``fit`` says how well the content of a column fits a role, 0 - 1.
    """
    ranked = sorted(
        (
            (case_name_score(role, name) * fits, -position, role, name)
            for role in CaseRole
            for position, name in enumerate(names)
            if (fits := fit(role, name))
        ),
        key=lambda rank: rank[:2],
        reverse=True,
    )
    found: dict[CaseRole, str] = {}
    used: set[str] = set()
    for confidence, _, role, name in ranked:
        if confidence >= LEAST_CONFIDENCE and role not in found and name not in used:
            found[role] = name
            used.add(name)
    if CaseRole.STARTED in found and CaseRole.COMPLETED not in found:
        found[CaseRole.COMPLETED] = found.pop(CaseRole.STARTED)
    return found
