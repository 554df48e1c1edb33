"""Who may do what: roles hold permissions, written here and nowhere else; anything else is denied.

A role is held per workspace. Self-view (what is measured about the person linked to the user)
needs no permission.
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
    ACTIVITY_READ = "activity.read"
    CUSTOMERS_READ = "customers.read"
    CUSTOMERS_WRITE = "customers.write"
    PEOPLE_READ = "people.read"
    CONTRACTS_READ = "contracts.read"
    EVENTS_WRITE = "events.write"
    PERSON_ERASE = "person.erase"


_READER = frozenset({Permission.CUSTOMERS_READ})
_EDITOR = _READER | {
    Permission.ACTIVITY_READ,
    Permission.CUSTOMERS_WRITE,
    Permission.PEOPLE_READ,
    Permission.CONTRACTS_READ,
    Permission.EVENTS_WRITE,
}

GRANTS = MappingProxyType(
    {
        Role.OWNER: frozenset(Permission),
        Role.EDITOR: _EDITOR,
        Role.MANAGER: _READER,
        Role.EXECUTIVE: _READER | {Permission.CONTRACTS_READ},
        Role.MEMBER: _READER,
        Role.VIEWER: _READER,
    }
)
"""Permissions by role."""
