"""What a process keeps of the pages it has drawn, for everybody who may see the same.

A picture of 500 groups with its table takes longer to draw than the rest of its page. What was
drawn stands beside everything it depends on: the kept answer, the records, the workspace's smallest
group, and what the actor may see. One of them changes, and it is drawn anew; what was not asked for
longest goes first. Nothing is kept of people by name.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import TypeVar, cast

from uptake.capabilities.measure.views import Basis
from uptake.foundation.actor import Actor

T = TypeVar("T")

MOST = 96
"""Parts that a process keeps: each of some hundred kilobytes at most."""

_KEPT: OrderedDict[Hashable, object] = OrderedDict()
_LOCK = threading.Lock()


def drawn_once(actor: Actor, basis: Basis, what: Hashable, build: Callable[[], T]) -> T:
    """Return what was built on this basis for whoever may see the same, or build it.

    ``what`` names the part and everything of the address that it depends on; what is built must
    depend on the basis and the actor's rights besides, and on nothing else.
    """
    if not basis.rests_on:
        return build()
    key = (*_sight(actor), *basis.rests_on, what)
    with _LOCK:
        if key in _KEPT:
            _KEPT.move_to_end(key)
            return cast("T", _KEPT[key])
    built = build()
    with _LOCK:
        _KEPT[key] = built
        while len(_KEPT) > MOST:
            _KEPT.popitem(last=False)
    return built


def _sight(actor: Actor) -> tuple[Hashable, ...]:
    """What decides what an actor may see, and where their addresses lead."""
    workspace = actor.workspace
    place = workspace.pk, workspace.created_at, workspace.slug
    return *place, actor.account, actor.role, actor.scope
