"""A chart as a page carries it: written out once, then only put in its place."""

from __future__ import annotations

import json
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString, mark_safe

from uptake.ui.charts.render import headline_of
from uptake.ui.charts.theme import Headline
from uptake.ui.document import Chart
from uptake.ui.tables import table_markup

LEFT_OUT = frozenset({"title", "$schema"})
"""Parts of a specification that the page says itself, or does without."""


@dataclass(frozen=True, slots=True)
class DrawnChart:
    """What stands on the page: its finding and words, and specification and table as markup."""

    headline: Headline
    summary: str
    spec: SafeString
    table: SafeString


def draw_chart(figure: Chart) -> DrawnChart:
    """Write a chart out for a page."""
    spec = {key: value for key, value in figure.spec.items() if key not in LEFT_OUT}
    written = escape(json.dumps(spec, ensure_ascii=False))
    return DrawnChart(
        headline=headline_of(figure.spec),
        summary=figure.summary,
        spec=mark_safe(written),  # noqa: S308 - escaped just now
        table=table_markup(figure.table),
    )
