"""Texts that people typed into the fields of a behaviour, to see whether they became alike.

They are read to be measured and kept nowhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from uptake.methods.arrays import Counts
from uptake.metrics.behaviours.counting import coded
from uptake.metrics.behaviours.files import View
from uptake.metrics.behaviours.sql import matches, said
from uptake.metrics.behaviours.wanted import Wanted

MOST = 2_000
"""Texts read on either side."""

LARGEST_CODE = 2**31
"""Codes from here on stand for people of whom there is no event."""

_PEOPLE = "uptake_whose_texts"


@dataclass(frozen=True, slots=True)
class Typed:
    """As many texts from before people were asked as since."""

    before: Sequence[str]
    since: Sequence[str]


def typed(view: View, wanted: Wanted, people: Counts, *, live: date) -> Typed:
    """Return texts of some people from either side of a day, the same number of each.

    They are chosen by a hash of what happened, so that the same ones are read every time.
    """
    names = wanted.quality.filled_in
    fields = ", ".join(said(name) for name in names)
    if not names:
        return Typed((), ())
    seen = people[people < LARGEST_CODE]
    view.connection.register(_PEOPLE, pa.table({"person": pa.array(seen, pa.int32())}))
    found = [
        _texts(view, wanted, f"concat_ws(' ', {fields})", f"day {side} DATE '{live.isoformat()}'")
        for side in ("<", ">=")
    ]
    most = min(len(texts) for texts in found)
    before, since = (texts[:most] for texts in found)
    return Typed(before, since)


def _texts(view: View, wanted: Wanted, text: str, when: str) -> list[str]:
    condition = matches(wanted.predicate, coded(view))
    sql = (
        f"SELECT {text} AS said FROM events SEMI JOIN {_PEOPLE} USING (person) "
        f"WHERE {condition} AND {when} AND length({text}) > 0 "
        f"ORDER BY hash(person, occurred_at, object_id), said LIMIT {MOST:d}"
    )
    return [row[0] for row in view.connection.execute(sql).fetchall()]
