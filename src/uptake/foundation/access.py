"""Who may do what: roles hold permissions, written here and nowhere else; anything else is denied.

A role is held per workspace and limits deeds; a membership's account limits rows, and with them
the deeds that would reach beyond the account (``WITHIN_ACCOUNT``). Self-view (what is measured
about the person linked to the user) needs no permission.
"""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType


class Role(StrEnum):
    """What a user is in one workspace."""

    OWNER = "owner"
    EDITOR = "editor"
    MANAGER = "manager"
    EXECUTIVE = "executive"
    MEMBER = "member"
    VIEWER = "viewer"


class Permission(StrEnum):
    """One thing that a role may be allowed to do."""

    WORKSPACE_MANAGE = "workspace.manage"
    MEMBERS_MANAGE = "members.manage"
    KEYS_MANAGE = "keys.manage"
    PRIVACY_MANAGE = "privacy.manage"
    ACTIVITY_READ = "activity.read"
    CUSTOMERS_READ = "customers.read"
    CUSTOMERS_WRITE = "customers.write"
    POPULATIONS_WRITE = "populations.write"
    PEOPLE_READ = "people.read"
    CONTRACTS_READ = "contracts.read"
    METRICS_READ = "metrics.read"
    TEAM_METRICS_READ = "metrics.team.read"
    METRICS_EXPORT = "metrics.export"
    SOURCES_READ = "sources.read"
    SOURCES_MANAGE = "sources.manage"
    IMPORTS_RUN = "imports.run"
    EVENTS_WRITE = "events.write"
    BEHAVIOURS_READ = "behaviours.read"
    BEHAVIOURS_WRITE = "behaviours.write"
    RECORDS_READ = "records.read"
    RECORDS_WRITE = "records.write"
    PROCESS_READ = "process.read"
    PROCESS_WRITE = "process.write"
    PERSON_ERASE = "person.erase"


IN_WORDS = MappingProxyType(
    {
        Permission.WORKSPACE_MANAGE: "change the workspace",
        Permission.MEMBERS_MANAGE: "see and change members",
        Permission.KEYS_MANAGE: "see and change API keys",
        Permission.PRIVACY_MANAGE: "change privacy",
        Permission.ACTIVITY_READ: "read the audit log",
        Permission.CUSTOMERS_READ: "see accounts",
        Permission.CUSTOMERS_WRITE: "change accounts",
        Permission.POPULATIONS_WRITE: "change populations",
        Permission.PEOPLE_READ: "see people by name",
        Permission.CONTRACTS_READ: "see contracts",
        Permission.METRICS_READ: "read figures of all teams",
        Permission.TEAM_METRICS_READ: "read figures of teams",
        Permission.METRICS_EXPORT: "take figures along",
        Permission.SOURCES_READ: "see where data comes from",
        Permission.SOURCES_MANAGE: "change where data comes from",
        Permission.IMPORTS_RUN: "import files",
        Permission.EVENTS_WRITE: "bring data",
        Permission.BEHAVIOURS_READ: "read what is asked of others",
        Permission.BEHAVIOURS_WRITE: "decide what is asked of people",
        Permission.RECORDS_READ: "read how good records are",
        Permission.RECORDS_WRITE: "decide what records have to hold",
        Permission.PROCESS_READ: "read how work runs",
        Permission.PROCESS_WRITE: "decide how work is meant to run",
        Permission.PERSON_ERASE: "erase people",
    }
)
"""Permissions as people call them: "you may not ..."."""


def in_words(permission: Permission) -> str:
    """Return what a permission lets somebody do, as people call it."""
    return IN_WORDS.get(permission, str(permission))


_MEMBER = frozenset({Permission.CUSTOMERS_READ})
_VIEWER = _MEMBER | {
    Permission.METRICS_READ,
    Permission.BEHAVIOURS_READ,
    Permission.RECORDS_READ,
    Permission.PROCESS_READ,
}
_EXECUTIVE = _VIEWER | {Permission.CONTRACTS_READ, Permission.METRICS_EXPORT}
_EDITOR = _EXECUTIVE | {
    Permission.ACTIVITY_READ,
    Permission.CUSTOMERS_WRITE,
    Permission.POPULATIONS_WRITE,
    Permission.PEOPLE_READ,
    Permission.TEAM_METRICS_READ,
    Permission.SOURCES_READ,
    Permission.SOURCES_MANAGE,
    Permission.IMPORTS_RUN,
    Permission.EVENTS_WRITE,
    Permission.BEHAVIOURS_WRITE,
    Permission.RECORDS_WRITE,
    Permission.PROCESS_WRITE,
}
_MANAGER = _MEMBER | {
    Permission.TEAM_METRICS_READ,
    Permission.BEHAVIOURS_READ,
    Permission.BEHAVIOURS_WRITE,
}

GRANTS = MappingProxyType(
    {
        Role.OWNER: frozenset(Permission),
        Role.EDITOR: _EDITOR,
        Role.MANAGER: _MANAGER,
        Role.EXECUTIVE: _EXECUTIVE,
        Role.MEMBER: _MEMBER,
        Role.VIEWER: _VIEWER,
    }
)
"""Permissions by role."""

WITHIN_ACCOUNT = frozenset(
    {
        Permission.CUSTOMERS_READ,
        Permission.CUSTOMERS_WRITE,
        Permission.PEOPLE_READ,
        Permission.CONTRACTS_READ,
        Permission.METRICS_READ,
        Permission.TEAM_METRICS_READ,
        Permission.METRICS_EXPORT,
        Permission.BEHAVIOURS_READ,
        Permission.BEHAVIOURS_WRITE,
        Permission.RECORDS_READ,
        Permission.RECORDS_WRITE,
        Permission.PROCESS_READ,
        Permission.PROCESS_WRITE,
    }
)
"""What somebody limited to one account may hold at most: all else reaches beyond the account."""


def is_granted(role: Role | None, permission: Permission, *, within_account: bool) -> bool:
    """Say whether the role holds the permission; strangers (``None``) hold none."""
    if role is None or permission not in GRANTS[role]:
        return False
    return not within_account or permission in WITHIN_ACCOUNT
