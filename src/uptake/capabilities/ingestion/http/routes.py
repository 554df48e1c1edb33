"""Which paths are ingestion's, and what each of them takes."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from uptake.capabilities.ingestion import posthog, segment, totango
from uptake.capabilities.ingestion.models import Protocol


@dataclass(frozen=True, slots=True)
class Route:
    """What a path takes: a kind of call in a protocol, of at most ``limit`` bytes unpacked."""

    protocol: Protocol
    kind: str
    limit: int


FLAGS: Final = "flags"
_SHORT = {"i": "identify", "t": "track", "p": "page", "s": "screen", "g": "group", "a": "alias"}
_SEGMENT = {kind: kind for kind in segment.KINDS} | _SHORT
_BATCHES = ("batch", "b", "import")
_CAPTURES = ("/capture", "/i/v0/e", "/e", "/track")

ROUTES: Final = MappingProxyType(
    {
        f"/v1/{name}": Route(Protocol.SEGMENT, kind, segment.LARGEST_EVENT)
        for name, kind in _SEGMENT.items()
    }
    | {
        f"/v1/{name}": Route(Protocol.SEGMENT, segment.BATCH, segment.LARGEST_BATCH)
        for name in _BATCHES
    }
    | {path: Route(Protocol.POSTHOG, posthog.CAPTURE, posthog.LARGEST) for path in _CAPTURES}
    | {"/batch": Route(Protocol.POSTHOG, posthog.BATCH, posthog.LARGEST)}
    | {
        path: Route(Protocol.POSTHOG, FLAGS, segment.LARGEST_BATCH)
        for path in ("/flags", "/decide")
    }
    | {"/pixel.gif": Route(Protocol.TOTANGO, totango.PIXEL, segment.LARGEST_EVENT)}
)
"""Every path, without the slash at the end that some clients add."""


def route_of(path: str) -> Route | None:
    """Return what a path takes, or ``None`` if it is not ingestion's."""
    return ROUTES.get(path) or ROUTES.get(path.rstrip("/"))
