"""Whose work is a record's quality? The creator's, as it stood after a day; the fixer's, after.

The creator is judged on the last version within 24 hours of the first, by whoever it was written,
unless somebody else wrote it: then the creator is judged on the last of their own versions before.
Later versions are charged to nobody; whoever turned a failed rule into a passed one is credited
with a fix. Versions that an import or an integration wrote have a system author: their quality is
counted, but to no person. Methods section 4 (blame edge cases).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from uptake.methods.arrays import Counts, Flags

DAY = np.timedelta64(24, "h")

SYSTEM = -1
"""Code of the author of versions that no person wrote."""


@dataclass(frozen=True, slots=True)
class Authorship:
    """Arrays over versions, in the order given.

    ``charged``: the version that its record's creator is judged by. ``credited``: it mended what
    an earlier author had left unfit.
    """

    charged: Flags
    credited: Flags


def authorship(
    record: npt.ArrayLike, author: npt.ArrayLike, at: npt.ArrayLike, fit: npt.ArrayLike
) -> Authorship:
    """Say which versions are charged to creators and which are credited to fixers.

    ``record`` and ``author``: codes (author ``SYSTEM``: no person); ``at``: when a version was
    recorded; ``fit``: 0 unfit, 1 fit, 2 nothing to judge. Versions in any order.
    """
    records, authors = np.asarray(record), np.asarray(author)
    times = np.asarray(at, dtype="datetime64[ms]")
    order = np.lexsort((np.arange(len(records)), times, records))
    r, a, t = records[order], authors[order], times[order]
    f = np.asarray(fit)[order]
    first, start = _starts(r)
    creator = a[start]
    own = (a == creator) & (t - t[start] <= DAY)
    charged = np.zeros(len(r), dtype=bool)
    last = _last_of(first, own)
    charged[last[a[last] != SYSTEM]] = True
    before_unfit = np.concatenate(([False], (f[:-1] == 0) & (r[1:] == r[:-1])))
    other = np.concatenate(([False], a[1:] != a[:-1]))
    credited = (f == 1) & before_unfit & other & (a != SYSTEM)
    return Authorship(_back(charged, order), _back(credited, order))


def _starts(records: npt.NDArray[np.generic]) -> tuple[Counts, Counts]:
    """Where each record begins, and for each version where its record begins."""
    new = np.concatenate(([True], records[1:] != records[:-1])) if len(records) else np.empty(0)
    first = np.flatnonzero(new)
    return first, first[np.cumsum(new).astype(np.int64) - 1] if len(first) else first


def _last_of(first: Counts, chosen: Flags) -> Counts:
    """Position of the last chosen version of each record; the first one always is."""
    places = np.where(chosen, np.arange(len(chosen)), -1)
    return np.maximum.reduceat(places, first) if len(first) else first


def _back(values: Flags, order: Counts) -> Flags:
    back = np.empty_like(values)
    back[order] = values
    return back
