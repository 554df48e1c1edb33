"""Groups as a funnel: whose share differs from that of all of them by more than chance."""

from __future__ import annotations

from collections.abc import Sequence

from uptake.capabilities.measure.deployment_tables import GroupsTable
from uptake.metrics.measurement import Measurement, Unit
from uptake.ui import measured, words
from uptake.ui.charts.funnel import FunnelPoint, Standing, funnel, standing
from uptake.ui.charts.theme import Headline
from uptake.ui.document import Chart, Column, text_table

FEWEST_GROUPS = 8
"""Groups below which a table tells as much."""

LIMITS = "Share by size of the group; within the lines (95 and 99.8 %) chance alone may do it"


def of_groups(table: GroupsTable | None) -> Chart | None:
    """Return the active share of each population, team or role by its size; None for few."""
    if table is None:
        return None
    shares = [(line.group.group, line.group.active) for line in table.lines if line.group.active]
    return of_shares(
        [(name, number) for name, number in shares if number is not None],
        groups=table.name.lower(),
        measure="Active people",
    )


def of_shares(
    numbers: Sequence[tuple[str, Measurement]], *, groups: str, measure: str
) -> Chart | None:
    """Return shares of people by group as a funnel; None where they are few or count no people."""
    points = [
        FunnelPoint(name, number.denominator or 0.0, number.value or 0.0, _told(number))
        for name, number in numbers
        if number.unit is Unit.SHARE and number.is_measured and number.denominator
    ]
    if len(points) < FEWEST_GROUPS:
        return None
    counted = [n for _, n in numbers if n.is_measured and n.denominator]
    target = sum(n.numerator or 0.0 for n in counted) / sum(n.denominator or 0.0 for n in counted)
    found = standing(points, target)
    finding = _finding(found, len(points), groups)
    told = Headline(finding, f"{measure}. {LIMITS}; the line in the middle is all {groups}")
    columns = (
        Column(groups.capitalize()),
        Column("Share", numeric=True),
        Column("People", numeric=True),
        Column("Against all"),
    )
    rows = [
        (p.name, p.told, words.count(p.size), _against(p.name, found))
        for p in sorted(points, key=lambda p: p.share)
    ]
    summary = f"{finding} All {groups} together: {words.percent(target)}."
    spec = funnel(points, target, told, of="people in the group")
    return Chart(spec, summary, text_table(f"{measure} by {groups}", columns, rows))


def _told(number: Measurement) -> str:
    return f"{measured.value_text(number)} ({measured.of_text(number)})"


def _against(name: str, found: Standing) -> str:
    if name in found.below:
        return "below by more than chance"
    return "above by more than chance" if name in found.above else "as chance may have it"


def _finding(found: Standing, groups: int, called: str) -> str:
    if found.below:
        which = "1 lies" if len(found.below) == 1 else f"{len(found.below)} lie"
        return f"Of {groups} {called}, {which} lower than chance explains."
    if found.above:
        which = "1 lies" if len(found.above) == 1 else f"{len(found.above)} lie"
        return f"Of {groups} {called}, {which} higher than chance explains; none lower."
    return f"The {groups} {called} differ by no more than chance explains."
