"""How long after the real-world moment records are entered.

The lag of a record that is still waiting is open, so the curve is Kaplan and Meier's. Methods
section 4 (timeliness) and 1.
"""
# ruff: noqa: S608  (SQL is composed from names of our own making)

from __future__ import annotations

from dataclasses import dataclass

from uptake.capabilities.records.judging import JUDGED, Judged
from uptake.methods.statistics.survival import SurvivalCurve, kaplan_meier

MOST_LAGS = 1_000_000
"""Records behind a curve; of more, a repeatable sample."""

HOUR = 3_600.0


@dataclass(frozen=True, slots=True)
class EntryLag:
    """Hours from happening to being entered, as a curve of the share not yet entered.

    ``entered``: records behind it, ``waiting``: those still open, ``early``: entered before they
    happened (planned) and left out, ``unknown``: one of the moments is missing.
    """

    curve: SurvivalCurve
    entered: int
    waiting: int
    early: int
    unknown: int
    by_group: dict[str, tuple[float, int]]


def entry_lag(judged: Judged, groups: list[str]) -> EntryLag | None:
    """Measure the lag; None where no record has both moments. Medians for ``groups``."""
    counted = "true" if judged.each_occurs else "is_last"
    is_open = judged.standard.entry is not None and judged.standard.entry.is_open
    connection = judged.connection
    lag = "epoch(entered - occurred)"
    entered, waiting, early, unknown = connection.execute(
        "SELECT count(*) FILTER (entered >= occurred), "
        "count(*) FILTER (entered IS NULL AND occurred IS NOT NULL), "
        "count(*) FILTER (entered < occurred), count(*) FILTER (occurred IS NULL) "
        f"FROM {JUDGED} WHERE {counted}"
    ).fetchall()[0]
    if not entered or judged.as_of is None:
        return None
    until = judged.as_of.timestamp()
    found = connection.execute(
        f"SELECT coalesce({lag}, {until!r} - epoch(occurred)) / {HOUR} AS hours, "
        f"entered IS NOT NULL AS observed FROM {JUDGED} WHERE {counted} AND occurred IS NOT NULL "
        f"AND (entered >= occurred OR ({is_open} AND entered IS NULL AND epoch(occurred) <= "
        f"{until!r})) USING SAMPLE reservoir({MOST_LAGS} ROWS) REPEATABLE (7)"
    ).fetchnumpy()
    curve = kaplan_meier(found["hours"], found["observed"])
    if curve is None:
        return None
    if not is_open:
        waiting, unknown = 0, unknown + waiting
    return EntryLag(curve, entered, waiting, early, unknown, _medians(judged, counted, groups))


def _medians(judged: Judged, counted: str, groups: list[str]) -> dict[str, tuple[float, int]]:
    """Median hours and records of each group that may be shown, of records entered."""
    rows = judged.connection.execute(
        f"SELECT team, median(epoch(entered - occurred)) / {HOUR}, count(*) FROM {JUDGED} "
        f"WHERE {counted} AND entered >= occurred AND list_contains(?, team) GROUP BY team",
        [groups],
    ).fetchall()
    return {team: (hours, records) for team, hours, records in rows}
