"""The left rail: capabilities register their pages here, and each actor sees those they may open.

Register in ``AppConfig.ready``::

    register(
        Entry("measure:portfolio", "Portfolio", icon="layout-dashboard", order=10,
              may_open=holds(Permission.METRICS_READ), home_of=holds(Permission.METRICS_READ)),
    )

The view is asked for with the workspace alone; ``covers`` names further views below the same entry.
Among the entries that are home to an actor, the one of lowest order opens at ``/w/<workspace>/``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from django.urls import reverse

from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor

Test = Callable[[Actor], bool]


def anyone(_actor: Actor) -> bool:
    """Every member may."""
    return True


def nobody(_actor: Actor) -> bool:
    """It is nobody's home."""
    return False


def holds(*permissions: Permission) -> Test:
    """Return a test for whoever holds one of the permissions."""
    return lambda actor: any(actor.may(permission) for permission in permissions)


@lru_cache(maxsize=4096)
def address_in(view: str, workspace: str) -> str:
    """Return the address of a view that needs the workspace alone; every page names dozens."""
    return reverse(view, kwargs={"workspace": workspace})


class Group(StrEnum):
    """Where in the rail an entry stands."""

    WORK = "work"
    SETTINGS = "settings"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the rail; ``icon`` names one of Tabler's, listed in ``tools/icons.txt``."""

    view: str
    name: str
    icon: str
    order: int
    may_open: Test = anyone
    group: Group = Group.WORK
    covers: frozenset[str] = frozenset()
    home_of: Test = nobody

    def address(self, actor: Actor) -> str:
        """Return where the entry leads in the actor's workspace."""
        return address_in(self.view, actor.workspace.slug)

    def is_at(self, view: str) -> bool:
        """Say whether a view lies below this entry."""
        return view == self.view or view in self.covers


_entries: dict[str, Entry] = {}


def register(*entries: Entry) -> None:
    """Add entries to the rail; one of the same view replaces an earlier one."""
    for entry in entries:
        _entries[entry.view] = entry


def entries_for(actor: Actor, group: Group | None = None) -> list[Entry]:
    """Return what the actor may open, in the order of the rail."""
    if actor.role is None:
        return []
    wanted = [entry for entry in _entries.values() if group in (None, entry.group)]
    opens = {test: test(actor) for test in dict.fromkeys(entry.may_open for entry in wanted)}
    return sorted((e for e in wanted if opens[e.may_open]), key=lambda entry: entry.order)


def home_of(actor: Actor) -> Entry | None:
    """Return the page an actor begins at, if a capability offers one."""
    return next((entry for entry in entries_for(actor) if entry.home_of(actor)), None)
