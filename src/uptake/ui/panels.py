"""Parts of a page that a capability adds to the page of one below it, which knows nothing of it.

The page names the place in its template, ``{% parts "behaviour" behaviour %}``, and says what it is
about. A capability registers in ``AppConfig.ready`` what it adds there::

    add_part("behaviour", jobs_of_behaviour)

The function is asked for whoever looks, and answers with a template and what it shows, or None.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from uptake.foundation.actor import Actor


@dataclass(frozen=True, slots=True)
class Part:
    """A template, and what stands in it."""

    template: str
    shown: Mapping[str, object]


Adds = Callable[[Actor, object], Part | None]

_places: dict[str, list[Adds]] = {}


def add_part(place: str, adds: Adds) -> None:
    """Have something added at a place; what is registered first stands first."""
    if adds not in _places.setdefault(place, []):
        _places[place].append(adds)


def parts_at(place: str, actor: Actor, subject: object) -> list[Part]:
    """Return what is added at a place of a page about something, for whoever looks."""
    found = (adds(actor, subject) for adds in _places.get(place, ()))
    return [part for part in found if part is not None]
