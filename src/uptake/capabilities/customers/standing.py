"""Answers that a process keeps while the records stand as they are.

Counting a hundred thousand people for every look at a page would take longer than the page. What
is kept is thrown away with the first change to people, accounts or populations. What also rests on
events is shown as it is while it is worked out anew, at most a small part of the time.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import TypeVar, cast

from django.db import connections
from django.db.models import Q

from uptake.foundation.actor import Actor
from uptake.foundation.lake import shared_lake
from uptake.foundation.models import Activity, Workspace

T = TypeVar("T")

MOST = 64
"""Answers that a process keeps."""

PART_OF_TIME = 200
"""What took a second is worked out anew after so many seconds at the earliest: pages of the same
process wait for each other while it is."""

OF_RECORDS = (
    Q(object_type__startswith="customers.")
    | Q(verb__endswith=".imported")
    | Q(verb__endswith="undone")
    | Q(verb__in=("person.erased", "people.joined", "workspace.country_set"))
)


@dataclass(frozen=True, slots=True)
class _Answer:
    records: int
    lake: int
    made_at: float
    seconds: float
    value: object

    @property
    def is_fresh(self) -> bool:
        return time.monotonic() - self.made_at < PART_OF_TIME * self.seconds


_KEPT: OrderedDict[Hashable, _Answer] = OrderedDict()
_UNDER_WAY: set[Hashable] = set()
_LOCK = threading.Lock()


def records_version(workspace: Workspace) -> int:
    """Return a number that rises with every change to what figures rest on besides events."""
    newest = Activity.objects.filter(OF_RECORDS, workspace=workspace).order_by("-pk")
    return newest.values_list("pk", flat=True).first() or 0


def while_records_stand(actor: Actor, key: Hashable, build: Callable[[], T]) -> T:
    """Return what was built for whoever sees the same accounts, until a record changes."""
    whole, records = _key(actor, key), records_version(actor.workspace)
    found = _found(whole, records)
    return cast("T", (found or _built(whole, records, 0, build)).value)


def while_events_come(actor: Actor, key: Hashable, build: Callable[[], T]) -> T:
    """Return the same of events, too: of a few moments ago while more of them arrive."""
    from uptake.store.stand import read_stand

    whole, records = _key(actor, key), records_version(actor.workspace)
    lake = read_stand(shared_lake(), actor.workspace.slug).version
    found = _found(whole, records)
    if found is None:
        return cast("T", _built(whole, records, lake, build).value)
    if found.lake != lake and not found.is_fresh:
        _build_beside(whole, records, lake, build)
    return cast("T", found.value)


def _key(actor: Actor, key: Hashable) -> Hashable:
    """The question together with everything that decides what an actor may be told."""
    workspace = actor.workspace
    place = workspace.pk, workspace.created_at, workspace.minimum_group
    return place, actor.account, actor.role, actor.scope, key


def _found(key: Hashable, records: int) -> _Answer | None:
    with _LOCK:
        found = _KEPT.get(key)
        if found is None or found.records != records:
            return None
        _KEPT.move_to_end(key)
        return found


def _built(key: Hashable, records: int, lake: int, build: Callable[[], object]) -> _Answer:
    begun = time.monotonic()
    value = build()
    answer = _Answer(records, lake, time.monotonic(), time.monotonic() - begun, value)
    with _LOCK:
        _KEPT[key] = answer
        while len(_KEPT) > MOST:
            _KEPT.popitem(last=False)
    return answer


def _build_beside(key: Hashable, records: int, lake: int, build: Callable[[], object]) -> None:
    """Build in a thread of its own, unless one is at it."""
    with _LOCK:
        if key in _UNDER_WAY:
            return
        _UNDER_WAY.add(key)

    def work() -> None:
        try:
            _built(key, records, lake, build)
        finally:
            connections.close_all()
            with _LOCK:
                _UNDER_WAY.discard(key)

    threading.Thread(target=work, name="uptake-standing", daemon=True).start()
