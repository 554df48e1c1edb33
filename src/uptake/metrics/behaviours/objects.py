"""Every object that exists shall have its fields: which have them, and whose they are.

An object exists from its first event on; a field has the value that was said last. Worked example
of requirement row C2: all existing contacts with phone, e-mail, address and title by Friday 13:00.
"""

from __future__ import annotations

from datetime import datetime, time

from uptake.methods.quality.placeholders import PLACEHOLDERS
from uptake.metrics.behaviours.grid import Grid
from uptake.metrics.behaviours.sql import Codes, matches, said, text
from uptake.metrics.behaviours.wanted import Wanted


def objects_sql(behaviour: Wanted, codes: Codes, grid: Grid) -> str:
    """``person, period, done, ok``: objects that existed before a period, and those complete in it.

    ``done`` are the objects of which the person's event is the first, ``ok`` those whose fields all
    say something (no placeholder) when the period closes, or by the last event.
    """
    fields = behaviour.quality.filled_in
    values = ", ".join(f"{said(name)} AS f{n}" for n, name in enumerate(fields))
    span = grid.periods[0]
    begins = _stamp(datetime.combine(span.first, time(), grid.zone))
    closes = _stamp(span.closes.replace(microsecond=999_000))
    newest = ", ".join(
        f"arg_max(f{n}, occurred_at) FILTER (f{n} IS NOT NULL AND occurred_at <= {closes}) AS f{n}"
        for n, _name in enumerate(fields)
    )
    empty = ", ".join(text(word) for word in sorted(PLACEHOLDERS))
    whole = " AND ".join(
        f"coalesce(lower(trim(f{n})) NOT IN ({empty}), false)" for n, _name in enumerate(fields)
    )
    return (
        f"WITH seen AS (SELECT object_id, person, occurred_at{_more(values)} FROM events "
        f"WHERE {matches(behaviour.predicate, codes)} AND object_id IS NOT NULL), "
        f"things AS (SELECT object_id, arg_min(person, occurred_at) AS person{_more(newest)} "
        f"FROM seen GROUP BY object_id HAVING min(occurred_at) < {begins}) "
        "SELECT person, 0::BIGINT AS period, count(*) AS done, "
        f"count(*) FILTER ({whole or 'true'}) AS ok FROM things GROUP BY person"
    )


def _more(columns: str) -> str:
    return f", {columns}" if columns else ""


def _stamp(moment: datetime) -> str:
    return f"TIMESTAMPTZ {text(moment.isoformat())}"
