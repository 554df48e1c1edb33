"""A document with every kind of block, to draw."""

from __future__ import annotations

from uptake.ui.charts.curves import CurvePoint, steps
from uptake.ui.charts.process_map import MapEdge, MapNode, process_map
from uptake.ui.charts.theme import Headline
from uptake.ui.document import (
    Beside,
    Card,
    Cards,
    Cell,
    Chart,
    Column,
    Document,
    Drawing,
    Explanation,
    Explanations,
    Fact,
    Finding,
    Findings,
    Interval,
    Notice,
    Panel,
    Paragraph,
    Section,
    Table,
    Trace,
    Traces,
    TraceStep,
    text_table,
)

HOSTILE = "<script>alert('x')</script> #panic *bold* \\"

NUMBERS = text_table("Numbers", [Column("Week"), Column("Share", numeric=True)], [["1", "50 %"]])
STATES = Table(
    "States",
    (Column("Group"), Column("State"), Column("Active", numeric=True), Column("Trend")),
    (
        (
            Cell(HOSTILE),
            Cell("Barely used", state="Barely used"),
            Cell("3 of 9", interval=Interval(0.33, 0.12, 0.65)),
            Cell("", trend=(1.0, 2.0, 3.0)),
        ),
    ),
)
CHART = Chart(
    steps(
        [CurvePoint(0, 1, 1, 1), CurvePoint(1, 0.5, 0.3, 0.7)],
        Headline("Half stopped", "Share"),
        x_title="weeks",
    ),
    "Half stopped within a week.",
    NUMBERS,
)
MAP = process_map([MapNode(HOSTILE), MapNode("b")], [MapEdge(0, 1, 1, "once")], width=860)
WAYS = Traces(
    "Dashed: skipped",
    (
        Trace(
            "5 cases",
            "1 step skipped",
            (TraceStep(HOSTILE, Beside.SKIPPED), TraceStep("added", Beside.INSERTED)),
        ),
    ),
)
EVERYTHING = (
    Paragraph("Plain words."),
    Notice("A caution", "Read this.", "Because."),
    Cards(
        (
            Card("How often", "frequency", "62 %", "5 of 8", Interval(0.62, 0.3, 0.86)),
            Card("How well", "quality", missing="Map a column."),
        )
    ),
    STATES,
    CHART,
    Drawing("Drawn", "What it shows", MAP, MAP, MAP, "A box.", NUMBERS),
    WAYS,
    Findings((Finding("Something stands out", "5 of 9 people", "Evidence.", "the cause"),)),
    Panel(
        "More",
        (Explanations((Explanation("Rate", "Why?", "a / b", "a", "b", "5", "28 days", "never"),)),),
    ),
)
DOCUMENT = Document(
    title="A report",
    kicker="Report",
    sentence="5 of 8 people work in it.",
    support="It covers four weeks.",
    facts=(Fact("Events", "9"),),
    sections=(Section("all", "Everything", EVERYTHING),),
    footer="Made for a test.",
)
