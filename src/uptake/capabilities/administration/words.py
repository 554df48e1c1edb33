"""What roles and recorded deeds are called on the pages."""

from __future__ import annotations

from types import MappingProxyType

from uptake.foundation.access import Role

ROLE_NAMES = MappingProxyType(
    {
        Role.OWNER: "Owner",
        Role.EDITOR: "Editor",
        Role.MANAGER: "Manager",
        Role.EXECUTIVE: "Executive",
        Role.MEMBER: "End user",
        Role.VIEWER: "Viewer",
    }
)
ROLE_WORDS = MappingProxyType(
    {
        Role.OWNER: "runs the workspace: members, keys, privacy, erasure",
        Role.EDITOR: "adoption lead or success manager: imports data, keeps customers up to date",
        Role.MANAGER: "sees figures of their own team",
        Role.EXECUTIVE: "sees figures and contracts, changes nothing",
        Role.MEMBER: "sees their own adoption and who has looked at it",
        Role.VIEWER: "sees figures, no prices, changes nothing",
    }
)
ROLE_CHOICES = [(role.value, f"{ROLE_NAMES[role]}: {ROLE_WORDS[role]}") for role in Role]


def deed(verb: str) -> str:
    """Return a verb of the feed in words: "member.role_set" becomes "member role set"."""
    return verb.replace(".", " ").replace("_", " ")
