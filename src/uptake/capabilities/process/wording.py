"""Lengths of time, kinds of performers and ways of straying in words."""

from __future__ import annotations

from types import MappingProxyType

from uptake.formats.case_log import Performer
from uptake.ui.words import NARROW_SPACE, amount

MINUTE, HOUR, DAY, WEEK = 60, 3_600, 86_400, 604_800
UNITS = (
    (10 * WEEK, WEEK, "weeks"),
    (2 * DAY, DAY, "days"),
    (HOUR, HOUR, "h"),
    (MINUTE, MINUTE, "min"),
)

LEVELS = MappingProxyType(
    {
        Performer.RESOURCE: ("person", "people"),
        Performer.ROLE: ("role", "roles"),
        Performer.GROUP: ("team", "teams"),
        Performer.ORGANISATION: ("organisation", "organisations"),
    }
)
"""One and many of each kind of performer."""


def span(seconds: float | None) -> str:
    """Return a length of time with two digits: "3.4 days", "25 min"; a dash where it is unknown."""
    if seconds is None:
        return "\N{EN DASH}"
    for least, unit, name in UNITS:
        if abs(seconds) >= least:
            return f"{amount(float(f'{seconds / unit:.2g}'))}{NARROW_SPACE}{name}"
    return f"{amount(float(f'{seconds:.2g}'))}{NARROW_SPACE}s"


def longer(seconds: float | None) -> str:
    """Return by how much something takes longer, or shorter; a dash where it is unknown."""
    if seconds is None:
        return span(None)
    return f"{span(abs(seconds))} {'shorter' if seconds < 0 else 'longer'}"
