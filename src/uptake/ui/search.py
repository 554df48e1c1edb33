"""What "/" and Ctrl-K find: capabilities register finders, each filtered by who is looking."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice

from uptake.foundation.actor import Actor
from uptake.ui.navigation import entries_for

MOST_HITS = 8
"""Most hits of one finder among others."""
MOST_SWITCHED = 50
"""Most hits of a finder that is asked alone."""


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found: what it is, where it is, and of which kind ("Account", "Person", "Page")."""

    name: str
    address: str
    kind: str
    icon: str
    detail: str = ""


Finder = Callable[[Actor, str], Iterable[Hit]]
_finders: dict[str, Finder] = {}
EVERYTHING = "all"


def register(of: str, finder: Finder) -> None:
    """Add a finder of "accounts", "people" or the like; it returns what that actor may see."""
    _finders[of] = finder


def find(actor: Actor, text: str, *, only: str = EVERYTHING) -> list[Hit]:
    """Return what the actor may open that matches the text; pages come first.

    Asked for one kind ``only``, as the switcher of deployments does, no text is needed.
    """
    wanted = " ".join(text.split())
    if only != EVERYTHING:
        finder = _finders.get(only)
        return list(islice(finder(actor, wanted), MOST_SWITCHED)) if finder else []
    hits = list(_pages(actor, wanted))
    if wanted:
        for finder in _finders.values():
            hits += islice(finder(actor, wanted), MOST_HITS)
    return hits


def _pages(actor: Actor, text: str) -> Iterable[Hit]:
    for entry in entries_for(actor):
        if text.lower() in entry.name.lower():
            yield Hit(entry.name, entry.address(actor), "Page", entry.icon)
