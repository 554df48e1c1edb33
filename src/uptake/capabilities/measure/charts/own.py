"""My adoption's picture: days of use in each of one's own weeks."""

from __future__ import annotations

from uptake.capabilities.measure.views import OwnView
from uptake.ui import words
from uptake.ui.charts.groups import days_by_week
from uptake.ui.charts.theme import Headline
from uptake.ui.document import Chart, Column, text_table

FEWEST_WEEKS = 2


def picture(view: OwnView) -> Chart | None:
    """Return the days of use by week, with one's usual week."""
    if len(view.weeks) < FEWEST_WEEKS:
        return None
    newest = view.weeks[-1]
    finding = f"{words.plural(newest.active_days, 'day')} in the newest week"
    if view.usual_days is not None:
        finding += f", {_against(newest.active_days, view.usual_days)}"
    measure = "Days on which you did something that is expected, by week"
    if view.usual_days is not None:
        measure += "; the dashed line is your usual week"
    weeks = [
        (week.first, week.active_days, f"{words.short_day(week.first)}: {week.active_days} days")
        for week in view.weeks
    ]
    columns = (Column("Week from"), Column("Days", numeric=True), Column("Actions", numeric=True))
    rows = [(str(w.first), str(w.active_days), words.count(w.actions)) for w in view.weeks]
    spec = days_by_week(weeks, Headline(f"{finding}.", measure), usual=view.usual_days)
    return Chart(spec, f"{finding}.", text_table("Your weeks", columns, rows))


def _against(days: int, usual: float) -> str:
    told = words.amount(usual)
    if days > usual:
        return f"more than your usual {told}"
    return f"fewer than your usual {told}" if days < usual else "as usual"
