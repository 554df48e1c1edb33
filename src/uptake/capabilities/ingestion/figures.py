"""The pictures of a source: records by the hour, and requests that were refused whole."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from uptake.capabilities.ingestion.queries import HourCount
from uptake.capabilities.ingestion.refusals import Refusals
from uptake.ui.charts.theme import ACCENT, ALARM, Headline, Spec, chart
from uptake.ui.document import Cell, Chart, Column, Table

STORED, REJECTED = "accepted", "to the quarantine"


def volume_chart(counts: Sequence[HourCount]) -> Chart:
    """Draw what came in hour by hour, with the same as words and as a table."""
    accepted = sum(count.accepted for count in counts)
    rejected = sum(count.rejected for count in counts)
    headline = Headline(
        title=_finding(accepted, rejected), subtitle=f"records an hour, last {len(counts)} hours"
    )
    body = {
        "data": {"values": _rows(counts)},
        "mark": {"type": "bar"},
        "encoding": {
            "x": _hours(),
            "y": _amount("records"),
            "color": {
                "field": "fate",
                "type": "nominal",
                "scale": {"domain": [STORED, REJECTED], "range": [ACCENT, ALARM]},
                "legend": {"title": None, "orient": "top"},
            },
        },
    }
    return Chart(
        chart(headline, height=160, body=body), _finding(accepted, rejected), _table(counts)
    )


def refusal_chart(hours: Sequence[datetime], refused: Sequence[Refusals]) -> Chart:
    """Draw the requests that were refused whole, of one reason at least, hour by hour."""
    totals = [sum(parts) for parts in zip(*(part.by_hour for part in refused), strict=True)]
    finding = _refused(sum(totals))
    body = {
        "data": {
            "values": [
                {"hour": hour.isoformat(), "requests": requests}
                for hour, requests in zip(hours, totals, strict=True)
            ]
        },
        "mark": {"type": "bar", "color": ALARM},
        "encoding": {"x": _hours(), "y": _amount("requests")},
    }
    headline = Headline(title=finding, subtitle=f"requests an hour, last {len(hours)} hours")
    return Chart(chart(headline, height=120, body=body), finding, _refused_table(hours, refused))


def _hours() -> Spec:
    return {
        "field": "hour",
        "type": "temporal",
        "title": None,
        "timeUnit": "yearmonthdatehours",
        "axis": {"format": "%a %H:00", "labelOverlap": "parity", "labelSeparation": 8},
    }


def _amount(field: str) -> Spec:
    return {
        "field": field,
        "type": "quantitative",
        "title": None,
        "axis": {"tickCount": 4, "tickMinStep": 1},
    }


def _refused(requests: int) -> str:
    return f"{requests:,} request{'' if requests == 1 else 's'} refused whole"


def _refused_table(hours: Sequence[datetime], refused: Sequence[Refusals]) -> Table:
    return Table(
        "Requests refused whole, by hour (UTC) and reason",
        (Column("Hour"), Column("Reason"), Column("Requests", numeric=True)),
        tuple(
            (Cell(f"{hour:%d %b, %H:00}"), Cell(part.reason.label), Cell(f"{requests:,}"))
            for part in refused
            for hour, requests in zip(hours, part.by_hour, strict=True)
            if requests
        ),
    )


def _finding(accepted: int, rejected: int) -> str:
    if not accepted and not rejected:
        return "Nothing came in"
    if not rejected:
        return f"{accepted:,} records accepted, none wrong"
    return f"{accepted:,} records accepted, {rejected:,} wrong"


def _rows(counts: Sequence[HourCount]) -> list[dict[str, str | int]]:
    return [
        {"hour": count.hour.isoformat(), "fate": fate, "records": records}
        for count in counts
        for fate, records in ((STORED, count.accepted), (REJECTED, count.rejected))
    ]


def _table(counts: Sequence[HourCount]) -> Table:
    busy = [count for count in counts if count.accepted or count.rejected]
    return Table(
        "Hours in which something came in (UTC)",
        (Column("Hour"), Column("Accepted", numeric=True), Column("Wrong", numeric=True)),
        tuple(
            (
                Cell(f"{count.hour:%d %b, %H:00}"),
                Cell(f"{count.accepted:,}"),
                Cell(f"{count.rejected:,}"),
            )
            for count in busy
        ),
    )
