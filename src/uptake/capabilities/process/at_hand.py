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

from uptake.config import load_settings

T = TypeVar("T")

MOST = 48
"""Logs and parts of them, of some ten megabytes at most, and pictures of some hundred kilobytes."""

_KEPT: OrderedDict[Hashable, object] = OrderedDict()
_LOCK = threading.Lock()


def at_hand(key: Hashable, build: Callable[[], T]) -> T:
    """Return what was built under a key in this data folder, or build it; None is not kept."""
    here = load_settings().data_dir, key
    with _LOCK:
        if here in _KEPT:
            _KEPT.move_to_end(here)
            return cast("T", _KEPT[here])
    built = build()
    if built is not None:
        with _LOCK:
            _KEPT[here] = built
            while len(_KEPT) > MOST:
                _KEPT.popitem(last=False)
    return built
