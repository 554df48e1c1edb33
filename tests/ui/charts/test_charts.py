from __future__ import annotations

import itertools
from datetime import date, timedelta
from typing import Any  # a Vega-Lite specification is free-form JSON

import pytest

from uptake.ui.charts.adoption import (
    Bar,
    RatePoint,
    RenewalPoint,
    bars,
    rate_over_time,
    rates_by_renewal,
)
from uptake.ui.charts.cohorts import CohortPoint, cohort
from uptake.ui.charts.curves import CurvePoint, IntervalRow, concentration, intervals, steps
from uptake.ui.charts.funnel import FunnelPoint, funnel
from uptake.ui.charts.groups import GroupPoint, days_by_week, lines
from uptake.ui.charts.hours import week_pattern
from uptake.ui.charts.inline import interval_bar, sparkline
from uptake.ui.charts.render import headline_of, render_pdf, render_svg, with_theme_variables
from uptake.ui.charts.series import Mark, TimePoint, over_time
from uptake.ui.charts.strips import SHAPES, StateCell, state_strips
from uptake.ui.charts.theme import CSS_VARIABLES, STATE_COLOURS, Headline

HEADLINE = Headline("Use rose from 3 to 5 people", "People active per week")
WEEKS = [
    TimePoint(date(2024, 1, 1), 3, 1, 5),
    TimePoint(date(2024, 1, 8), 5, 3, 7),
    TimePoint(date(2024, 1, 15), 1, 0, 3, trusted=False),
]
STATES = [
    StateCell(row, period, state)
    for row, states in {
        "North": ["No data", "Idle", "Barely used"],
        "South": ["Wrong way", "Bad data", "Working"],
        "East": ["Too few people", "Not measurable", "Not yet due"],
    }.items()
    for period, state in zip(("1 Jan", "29 Jan", "26 Feb"), states, strict=True)
]
CHARTS = {
    "over time": over_time(WEEKS, HEADLINE, unit="people", marks=[Mark(date(2024, 1, 9), "cut")]),
    "over days": over_time(WEEKS, HEADLINE, unit="people", day_zero=date(2024, 1, 1)),
    "steps": steps([CurvePoint(0, 1, 1, 1), CurvePoint(2, 0.5, 0.3, 0.7)], HEADLINE, x_title="w"),
    "concentration": concentration([CurvePoint(0, 0), CurvePoint(1, 1)], HEADLINE),
    "intervals": intervals([IntervalRow("North", 0.5, 0.3, 0.7, "5 of 10")], HEADLINE),
    "week": week_pattern([list(range(24)) for _ in range(7)], HEADLINE),
    "states": state_strips(STATES, HEADLINE),
}


@pytest.mark.parametrize("spec", CHARTS.values(), ids=CHARTS)
def test_every_chart_draws_without_a_browser_in_both_widths(spec: dict[str, Any]) -> None:
    wide, narrow = render_svg(spec, width=800), render_svg(spec, width=340)

    assert 'width="800"' in wide
    assert 'width="340"' in narrow
    assert render_pdf(spec).startswith(b"%PDF")


@pytest.mark.parametrize("spec", CHARTS.values(), ids=CHARTS)
def test_the_title_is_text_for_the_page_and_not_part_of_the_drawing(spec: dict[str, Any]) -> None:
    assert headline_of(spec) == HEADLINE
    assert HEADLINE.title not in render_svg(spec)


def test_labels_of_rows_have_room_in_wide_fonts() -> None:
    rows = [IntervalRow("a001-t025", 0.5, 0.3, 0.7, "5 of 10")]

    axis = intervals(rows, HEADLINE)["encoding"]["y"]["axis"]

    assert axis["minExtent"] >= 7.4 * len("a001-t025") + axis["labelPadding"]


def test_weeks_that_cannot_be_trusted_are_no_part_of_the_line() -> None:
    line = next(layer for layer in CHARTS["over time"]["layer"] if layer["mark"]["type"] == "line")

    assert line["transform"] == [{"filter": "datum.trusted"}]


def test_the_axis_of_counts_begins_at_zero() -> None:
    scales = [layer["encoding"]["y"]["scale"] for layer in CHARTS["over time"]["layer"][:3]]

    assert all(scale["zero"] for scale in scales)


def test_days_are_counted_where_the_data_knows_no_dates() -> None:
    values = CHARTS["over days"]["data"]["values"]

    assert [row["start"] for row in values] == [0, 7, 14]


def test_colours_follow_the_theme_of_the_page() -> None:
    svg = with_theme_variables(render_svg(CHARTS["steps"]))

    assert not [colour for colour in CSS_VARIABLES if colour.lower() in svg.lower()]
    assert "var(--accent)" in svg


def test_states_are_told_by_shape_and_colour_and_each_once_in_the_legend() -> None:
    svg = render_svg(CHARTS["states"])

    assert list(SHAPES) == list(STATE_COLOURS)
    assert len(set(SHAPES.values())) == len(set(STATE_COLOURS.values())) == len(SHAPES)
    assert [svg.count(f">{state}<") for state in {cell.state for cell in STATES}] == [1] * 9
    assert all(colour.lower() in svg.lower() for colour in STATE_COLOURS.values())


def test_a_state_that_is_not_known_has_an_empty_cell() -> None:
    unknown = next(layer for layer in CHARTS["states"]["layer"] if "fill" in layer["mark"])

    assert unknown["transform"] == [{"filter": "!datum.known"}]
    assert unknown["mark"]["fill"].lower() == "#ffffff"


def test_a_sparkline_leaves_gaps_where_nothing_is_known() -> None:
    assert sparkline([1, 2, None, 3, 4]).count("<polyline") == 2


def test_a_single_value_is_no_trend() -> None:
    assert "<polyline" not in sparkline([1.0])


def test_an_interval_bar_stays_inside_its_frame() -> None:
    assert 'cx="128.0"' in interval_bar(1.0, 0.9, 1.2)


RATES = [
    RatePoint(date(2024, 1, 1) + timedelta(weeks=week), 0.4 + week / 100, 0.3, 0.6, "4 of 10")
    for week in range(20)
]
GROUPS = [
    GroupPoint(name, date(2024, 1, day), share, None, None, "4 of 10", rank)
    for rank, (name, share) in enumerate([("North", 0.5), ("South", 0.51), ("East", 0.1)])
    for day in (1, 8)
]
PAGE_CHARTS = {
    "adoption": rate_over_time(RATES, HEADLINE, marks=[Mark(date(2024, 2, 1), "Go-live")]),
    "renewals": rates_by_renewal(
        [RenewalPoint("North", date(2024, 5, 1), 0.4, 30, "12 of 30", True, True)],
        HEADLINE,
        today=date(2024, 1, 1),
    ),
    "bars": bars([Bar("Idle", 3, needs_somebody=True), Bar("Working", 9)], HEADLINE),
    "cohort": cohort([CohortPoint(4, 0.9, 0.8, 0.95, 30, "week 4")], HEADLINE, unit="weeks"),
    "groups": lines(GROUPS, HEADLINE, is_share=True),
    "funnel": funnel(
        [
            FunnelPoint("North", 80, 0.2, "20 %"),
            FunnelPoint("South", 20, 0.6, "60 %"),
            FunnelPoint("East", 100, 0.62, "62 %"),
        ],
        0.5,
        HEADLINE,
        of="people",
    ),
    "own weeks": days_by_week([(date(2024, 1, 1), 3, "3 days")], HEADLINE, usual=2.5),
}


@pytest.mark.parametrize("spec", PAGE_CHARTS.values(), ids=PAGE_CHARTS)
def test_charts_of_pages_draw_in_both_widths(spec: dict[str, Any]) -> None:
    assert 'width="800"' in render_svg(spec, width=800)
    assert 'width="340"' in render_svg(spec, width=340)


def test_of_groups_in_a_funnel_only_those_that_chance_does_not_explain_are_named() -> None:
    svg = render_svg(PAGE_CHARTS["funnel"], width=800)

    assert "North</text>" in svg
    assert "South</text>" not in svg


def test_marks_that_would_overlap_stand_on_lines_of_their_own() -> None:
    days = [date(2024, 2, 1), date(2024, 2, 8), date(2024, 5, 1)]
    marks = [Mark(day, "A long label of a change") for day in days]

    svg = render_svg(rate_over_time(RATES, HEADLINE, marks=marks), width=800)

    assert svg.count("A long label of a change</text>") == 3
    assert _label_lines(rate_over_time(RATES, HEADLINE, marks=marks)) == {0, 1}


def _label_lines(spec: dict[str, Any]) -> set[int]:
    texts = [layer for layer in spec["layer"] if layer["mark"]["type"] == "text"]
    return {value["line"] for layer in texts for value in layer["data"]["values"]}


def test_marks_outside_the_axis_are_left_to_the_timeline() -> None:
    spec = rate_over_time(RATES, HEADLINE, marks=[Mark(date(2020, 1, 1), "Long ago")])

    assert "Long ago" not in render_svg(spec)


def test_names_of_lines_that_end_together_are_moved_apart() -> None:
    names = [layer for layer in PAGE_CHARTS["groups"]["layer"] if layer["mark"]["type"] == "text"]
    heights = sorted(layer["data"]["values"][0]["at"] for layer in names)

    assert min(b - a for a, b in itertools.pairwise(heights)) >= 0.069


def test_people_followed_stand_beneath_the_axis() -> None:
    axis = PAGE_CHARTS["cohort"]["encoding"]["x"]["axis"]

    assert '"4": "30"' in axis["labelExpr"]
