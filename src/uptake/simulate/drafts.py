"""Events as plain numbers, before they become rows."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from uptake.simulate.arrays import Flags, Ints

ABSENT = -1
OBJECTS_OF_A_PERSON = 100_000


@dataclass(frozen=True, slots=True)
class Draft:
    """Events of one account as columns.

    ``person`` counts the account's people, then its other identifiers; ``occurred_ms`` is UTC;
    ``object`` is owner x 100,000 + running number; ``case``, ``object`` and ``changed`` (fields
    changed by an update) are ``ABSENT`` where there is none.
    """

    person: Ints
    action: Ints
    occurred_ms: Ints
    object: Ints
    case: Ints
    changed: Ints

    @property
    def size(self) -> int:
        """Return how many events there are."""
        return int(self.person.size)

    def take(self, rows: Ints | Flags) -> Draft:
        """Return some of the events, or all in another order."""
        return Draft(*(getattr(self, column.name)[rows] for column in fields(self)))


def draft_of(
    person: Ints,
    action: Ints,
    occurred_ms: Ints,
    *,
    item: Ints | None = None,
    case: Ints | None = None,
    changed: Ints | None = None,
) -> Draft:
    """Return a draft; what is not given is absent."""
    absent = np.full(person.size, ABSENT, dtype=np.int64)
    return Draft(
        person=person.astype(np.int64),
        action=action.astype(np.int64),
        occurred_ms=occurred_ms.astype(np.int64),
        object=absent if item is None else item.astype(np.int64),
        case=absent if case is None else case.astype(np.int64),
        changed=absent if changed is None else changed.astype(np.int64),
    )


def joined(drafts: list[Draft]) -> Draft:
    """Return the events of several drafts one after the other."""
    columns = [np.concatenate([getattr(d, c.name) for d in drafts]) for c in fields(Draft)]
    return Draft(*columns)
