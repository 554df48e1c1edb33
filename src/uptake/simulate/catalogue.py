"""The simulated vendor's products, modules, actions, roles, expected profiles and process."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from uptake.simulate.arrays import Floats, Ints

PRODUCTS = ("crm", "service", "planning")
PRODUCT_NAMES = ("Customer records", "Service desk", "Planning")
YEARLY_PRICE = (600.0, 720.0, 480.0)
"""List price per seat and year by product, in EUR."""


class ActionClass(IntEnum):
    """What an action means for adoption; failure states act on classes."""

    ACCESS = 0
    VIEW = 1
    CONSUME = 2
    RECORD = 3
    WORKAROUND = 4
    PROCESS = 5


@dataclass(frozen=True, slots=True)
class Action:
    """One thing people do in a product; ``fields`` counts the required fields of its record."""

    name: str
    product: int
    module: str
    kind: ActionClass
    object_type: str | None = None
    creates: bool = False
    fields: int = 0
    seconds: float = 0.0

    @property
    def is_value(self) -> bool:
        """A value action does the work the product was bought for; a login is not one."""
        return self.kind in (ActionClass.CONSUME, ActionClass.RECORD, ActionClass.PROCESS)

    @property
    def is_record(self) -> bool:
        """A record action enters or changes data."""
        return self.kind in (ActionClass.RECORD, ActionClass.PROCESS)


_ACCESS, _VIEW, _CONSUME = ActionClass.ACCESS, ActionClass.VIEW, ActionClass.CONSUME
_RECORD, _AROUND, _PROCESS = ActionClass.RECORD, ActionClass.WORKAROUND, ActionClass.PROCESS

ACTIONS: tuple[Action, ...] = (
    Action("login", 0, "session", _ACCESS),
    Action("page.viewed", 0, "session", _VIEW, seconds=40),
    Action("contact.created", 0, "contacts", _RECORD, "contact", creates=True, fields=4),
    Action("contact.updated", 0, "contacts", _RECORD, "contact", fields=4),
    Action("opportunity.created", 0, "opportunities", _RECORD, "opportunity", True, 6),
    Action("opportunity.updated", 0, "opportunities", _RECORD, "opportunity", fields=6),
    Action("call.logged", 0, "activities", _RECORD, "contact", fields=3, seconds=420),
    Action("meeting.noted", 0, "activities", _RECORD, "opportunity", fields=5, seconds=2_400),
    Action("dashboard.reviewed", 0, "reporting", _CONSUME, seconds=180),
    Action("coaching.noted", 0, "activities", _RECORD, "coaching", True, 3),
    Action("list.exported", 0, "contacts", _AROUND),
    Action("spreadsheet.uploaded", 0, "contacts", _AROUND),
    Action("login", 1, "session", _ACCESS),
    Action("page.viewed", 1, "session", _VIEW, seconds=30),
    Action("reply.sent", 1, "cases", _RECORD, "reply", True, 3, 300),
    Action("article.consulted", 1, "knowledge", _CONSUME, "article", seconds=90),
    Action("article.written", 1, "knowledge", _RECORD, "article", True, 5, 1_800),
    Action("queue.reviewed", 1, "reporting", _CONSUME, seconds=240),
    Action("feedback.given", 1, "cases", _RECORD, "feedback", True, 3),
    Action("case.emailed", 1, "cases", _AROUND),
    Action("case.opened", 1, "cases", _PROCESS, "ticket", True, 5),
    Action("case.assigned", 1, "cases", _PROCESS, "ticket", fields=2),
    Action("case.diagnosed", 1, "cases", _PROCESS, "ticket", fields=4),
    Action("case.escalated", 1, "cases", _PROCESS, "ticket", fields=3),
    Action("case.resolved", 1, "cases", _PROCESS, "ticket", fields=4),
    Action("case.verified", 1, "cases", _PROCESS, "ticket", fields=2),
    Action("case.reopened", 1, "cases", _PROCESS, "ticket", fields=2),
    Action("case.closed", 1, "cases", _PROCESS, "ticket", fields=2),
    Action("login", 2, "session", _ACCESS),
    Action("page.viewed", 2, "session", _VIEW, seconds=45),
    Action("plan.updated", 2, "plans", _RECORD, "plan", fields=5),
    Action("scenario.created", 2, "plans", _RECORD, "scenario", True, 4),
    Action("milestone.updated", 2, "plans", _RECORD, "milestone", fields=4),
    Action("forecast.submitted", 2, "forecasts", _RECORD, "forecast", True, 6),
    Action("plan.reviewed", 2, "reporting", _CONSUME, seconds=300),
    Action("approval.given", 2, "approvals", _RECORD, "approval", True, 2),
    Action("plan.exported", 2, "plans", _AROUND),
)

ACTION_PRODUCT: Ints = np.array([a.product for a in ACTIONS], dtype=np.int64)
ACTION_CLASS: Ints = np.array([int(a.kind) for a in ACTIONS], dtype=np.int64)
VALUE_ACTIONS = np.array([a.is_value for a in ACTIONS], dtype=np.bool_)
RECORD_ACTIONS = np.array([a.is_record for a in ACTIONS], dtype=np.bool_)
OBJECT_TYPES = tuple(sorted({a.object_type for a in ACTIONS if a.object_type}))


def action_code(name: str, product: int | None = None) -> int:
    """Return the position in ``ACTIONS`` of a name; shared names need their product."""
    for code, action in enumerate(ACTIONS):
        if action.name == name and product in (None, action.product):
            return code
    raise KeyError(name)


FUNCTIONS = ("sales", "service", "planning")
"""What a team is there for; the position is also its main product."""

ROLES = (
    "sales representative",
    "service agent",
    "planner",
    "sales manager",
    "service manager",
    "planning manager",
)
"""Role of a member is the position of the function, of a manager that plus three."""

NOMINAL_WEEK = 40.0
"""Events of a full week in the tables below; the configuration scales them."""

CASES_PER_AGENT_WEEK = 1.9
"""Cases opened per service agent and full week, before scaling."""

_LOOK = {"login": 5.0, "page.viewed": 12.0}
_PROFILE: dict[str, dict[int, dict[str, float]]] = {
    "sales representative": {
        0: {
            **_LOOK,
            "contact.created": 2,
            "contact.updated": 5,
            "opportunity.created": 1,
            "opportunity.updated": 4,
            "call.logged": 6,
            "meeting.noted": 2,
            "dashboard.reviewed": 2,
            "list.exported": 7,
            "spreadsheet.uploaded": 7,
        },
        2: {"login": 1, "forecast.submitted": 1},
    },
    "service agent": {
        1: {
            **_LOOK,
            "reply.sent": 6,
            "article.consulted": 4,
            "article.written": 1,
            "case.emailed": 8,
        },
    },
    "planner": {
        2: {
            **_LOOK,
            "plan.updated": 8,
            "scenario.created": 2,
            "milestone.updated": 6,
            "forecast.submitted": 1,
            "plan.reviewed": 4,
            "plan.exported": 12,
        },
    },
    "sales manager": {
        0: {
            **_LOOK,
            "contact.updated": 1,
            "opportunity.updated": 4,
            "dashboard.reviewed": 7,
            "coaching.noted": 2,
            "list.exported": 7,
        },
        2: {"login": 2, "forecast.submitted": 1, "approval.given": 4},
    },
    "service manager": {
        1: {
            **_LOOK,
            "reply.sent": 5,
            "queue.reviewed": 8,
            "article.consulted": 3,
            "feedback.given": 3,
            "case.emailed": 6,
        },
        2: {"login": 1, "approval.given": 2},
    },
    "planning manager": {
        2: {
            **_LOOK,
            "approval.given": 8,
            "plan.reviewed": 8,
            "milestone.updated": 3,
            "forecast.submitted": 1,
            "plan.exported": 8,
        },
    },
}


def weekly_rates() -> Floats:
    """Return events per nominal full week by role and action (``len(ROLES)`` x ``len(ACTIONS)``).

    Workaround rates are those of a group that works around; process steps come from cases.
    """
    rates = np.zeros((len(ROLES), len(ACTIONS)))
    for role, products in _PROFILE.items():
        for product, actions in products.items():
            for name, amount in actions.items():
                rates[ROLES.index(role), action_code(name, product)] = amount
    return rates


PROCESS_NAME = "service case"
DESIGNED_PATH = (
    "case.opened",
    "case.assigned",
    "case.diagnosed",
    "case.resolved",
    "case.verified",
    "case.closed",
)


@dataclass(frozen=True, slots=True)
class Variant:
    """One way a case runs; ``share`` among deviating cases (the designed path has none)."""

    name: str
    steps: tuple[str, ...]
    share: float


VARIANTS: tuple[Variant, ...] = (
    Variant("designed", DESIGNED_PATH, 0.0),
    Variant(
        "verification skipped",
        ("case.opened", "case.assigned", "case.diagnosed", "case.resolved", "case.closed"),
        0.40,
    ),
    Variant(
        "rework",
        (*DESIGNED_PATH[:4], "case.reopened", *DESIGNED_PATH[2:]),
        0.25,
    ),
    Variant(
        "escalated and returned",
        (*DESIGNED_PATH[:3], "case.escalated", "case.diagnosed", *DESIGNED_PATH[3:]),
        0.20,
    ),
    Variant(
        "diagnosis skipped",
        ("case.opened", "case.assigned", "case.resolved", "case.verified", "case.closed"),
        0.10,
    ),
    Variant(
        "closed before verification",
        (*DESIGNED_PATH[:4], "case.closed", "case.verified"),
        0.05,
    ),
)
MEAN_STEPS = 6.0
"""Steps of a designed case: what a case adds to an agent's nominal week."""
