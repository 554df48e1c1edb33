"""What a web process keeps at hand of processes: logs that were read, pictures that were drawn.

Everything stands beside all that it depends on: the log's name changes with the data, and what
somebody may see is decided before anything is looked for here. What was not asked for longest goes
first. Nothing is kept of people by name.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import TypeVar, cast

T = TypeVar("T")

MOST = 48
"""Logs and parts of them, of some ten megabytes at most, and pictures of some hundred kilobytes."""

_KEPT: OrderedDict[Hashable, object] = OrderedDict()
_LOCK = threading.Lock()


def at_hand(key: Hashable, build: Callable[[], T]) -> T:
    """Return what was built under a key, or build it; None is not kept."""
    with _LOCK:
        if key in _KEPT:
            _KEPT.move_to_end(key)
            return cast("T", _KEPT[key])
    built = build()
    if built is not None:
        with _LOCK:
            _KEPT[key] = built
            while len(_KEPT) > MOST:
                _KEPT.popitem(last=False)
    return built
