"""Every object that exists shall have its fields: which have them, and whose they are.

An object exists from its first event on; a field has the value that was said last. Worked example
of requirement row C2: all existing contacts with phone, e-mail, address and title by Friday 13:00.
What the events of a file say of its objects is kept with the file, and put together here.
"""

from __future__ import annotations

from datetime import datetime, time

import numpy as np
import pyarrow as pa

from uptake.methods.arrays import Counts
from uptake.metrics.behaviours.files import Files
from uptake.metrics.behaviours.grid import Grid
from uptake.metrics.behaviours.sql import Codes, matches, said, says_something, text
from uptake.metrics.behaviours.sums import Axes
from uptake.metrics.behaviours.wanted import Wanted

_SEEN = "uptake_objects_seen"


def objects(
    events: Files, behaviour: Wanted, codes: Codes, grid: Grid, axes: Axes
) -> tuple[Counts, Counts]:
    """Objects that existed before the period, and those complete when it closes: people x 1.

    They are theirs whose event is the first; complete are those whose fields all say something (no
    placeholder) when the period closes, or by the last event.
    """
    fields = range(len(behaviour.quality.filled_in))
    span = grid.periods[0]
    sql = _of_file(behaviour, codes, span.closes.replace(microsecond=999_000))
    connection = events.view.connection

    def see(source: str) -> pa.Table:
        return connection.sql(f"{source} FROM ({sql})").to_arrow_table()

    parts = [events.made([file], sql, see) for file in events.every]
    if not parts:
        nothing = axes.table(np.empty(0, dtype=np.int64), None)
        return nothing, nothing
    connection.register(_SEEN, pa.concat_tables(parts))
    begins = _stamp(datetime.combine(span.first, time(), grid.zone))
    newest = "".join(f", max(f{n}) AS f{n}" for n in fields)
    whole = " AND ".join(f"coalesce(f{n} % 2 = 1, false)" for n in fields)
    found = connection.sql(
        "SELECT person, count(*) AS done, "
        f"count(*) FILTER ({whole or 'true'}) AS ok FROM ("
        f"SELECT object_id, {_creator('came', 'person')} AS person{newest} FROM {_SEEN} "
        f"GROUP BY object_id HAVING min(came) < {begins}) GROUP BY person"
    ).to_arrow_table()
    connection.unregister(_SEEN)
    person = found["person"].to_numpy()
    places = axes.places(person, np.zeros(len(person), dtype=np.int64))
    done, ok = (axes.table(places, found[name].to_numpy()) for name in ("done", "ok"))
    return done, ok


def _of_file(behaviour: Wanted, codes: Codes, closes: datetime) -> str:
    """``object_id, came, person`` and of each field when it was said last: odd if it says much."""
    fields = behaviour.quality.filled_in
    values = "".join(f", {said(name)} AS said_{n}" for n, name in enumerate(fields))
    newest = "".join(
        f", max(2 * epoch_ms(occurred_at) + {says_something(f'said_{n}')}::BIGINT) FILTER "
        f"(said_{n} IS NOT NULL AND occurred_at <= {_stamp(closes)}) AS f{n}"
        for n, _name in enumerate(fields)
    )
    return (
        f"WITH seen AS (SELECT object_id, person, occurred_at{values} FROM events "
        f"WHERE {matches(behaviour.predicate, codes)} AND object_id IS NOT NULL) "
        f"SELECT object_id, min(occurred_at) AS came, {_creator('occurred_at', 'person')} "
        f"AS person{newest} FROM seen GROUP BY object_id"
    )


def _creator(when: str, who: str) -> str:
    """Who came first; of those who came at once the lowest code, wherever they are read."""
    return f"arg_min({who}, row({when}, {who}))"


def _stamp(moment: datetime) -> str:
    return f"TIMESTAMPTZ {text(moment.isoformat())}"
