"""The rhythm of a week: weekday by hour as a heat map in one colour."""

from __future__ import annotations

from collections.abc import Sequence

from uptake.ui.charts.theme import ACCENT, Headline, Spec, chart

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def week_pattern(counts: Sequence[Sequence[int]], headline: Headline) -> Spec:
    """Return a heat map of ``counts[weekday][hour]`` (7 x 24, Monday first), darker means more."""
    peak = max((count for hours in counts for count in hours), default=0) or 1
    values = [
        {"day": WEEKDAYS[day], "hour": hour, "weight": round(count / peak, 3)}
        for day, hours in enumerate(counts)
        for hour, count in enumerate(hours)
    ]
    return chart(
        headline,
        height=180,
        body={
            "data": {"values": values},
            "mark": {"type": "rect", "color": ACCENT, "cornerRadius": 2},
            "encoding": {
                "x": {
                    "field": "hour",
                    "type": "ordinal",
                    "title": "hour of the day",
                    "axis": {"values": [0, 6, 9, 12, 15, 18, 21], "labelAngle": 0, "ticks": False},
                    "scale": {"paddingInner": 0.08},
                },
                "y": {
                    "field": "day",
                    "type": "nominal",
                    "sort": list(WEEKDAYS),
                    "title": None,
                    "scale": {"paddingInner": 0.08},
                },
                "opacity": {
                    "field": "weight",
                    "type": "quantitative",
                    "legend": None,
                    "scale": {"domain": [0, 1], "range": [0.05, 1]},
                },
            },
        },
    )
