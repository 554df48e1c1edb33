"""What the deployment's page lays out: sides of use, groups, licences, next steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from uptake.capabilities.measure.figures import GroupFigures
from uptake.capabilities.measure.views import DeploymentView, FindingView, SideView
from uptake.metrics.catalogue import catalogue
from uptake.metrics.measurement import Dimension, Measurement
from uptake.metrics.scope import Grouping

SIDE_WORDS = {
    Dimension.MANNER: "how",
    Dimension.TIMING: "when",
    Dimension.QUALITY: "how well",
    Dimension.FREQUENCY: "how often",
}

GROUP_NUMBERS = (
    (("conformance", "breadth"), "How"),
    (("timeliness",), "When"),
    (("first_time_right",), "How well"),
    (("frequency", "active_days"), "How often"),
)
"""The numbers that may stand for each side in the table of groups; the first measured one does."""

GROUPINGS = (
    (Grouping.POPULATION, "Populations"),
    (Grouping.TEAM, "Teams"),
    (Grouping.ROLE, "Roles"),
)


@dataclass(frozen=True, slots=True)
class Tile:
    """One side of use as a tile."""

    title: str
    name: str
    side: SideView
    tone: str
    others: tuple[tuple[str, Measurement], ...]


def tiles(view: DeploymentView) -> tuple[Tile, ...]:
    """Return the four sides of use."""
    return tuple(_tile(side) for side in view.sides)


def _tile(side: SideView) -> Tile:
    has_line = side.word.startswith(("Below", "On track"))
    tone = "failing" if side.is_failing else "fine" if has_line else "plain"
    others = tuple((catalogue[n.key].name, n) for n in side.others if n.is_measured)
    name = catalogue[side.leading.key].name if side.leading else ""
    return Tile(SIDE_WORDS[side.dimension], name, side, tone, others)


@dataclass(frozen=True, slots=True)
class GroupLine:
    """A group in the table: its figures, and the number of each side (None: not known)."""

    group: GroupFigures
    sides: tuple[Measurement | None, ...]


@dataclass(frozen=True, slots=True)
class GroupsTable:
    """The groups by one grouping, and which others can be chosen."""

    by: Grouping
    name: str
    lines: tuple[GroupLine, ...]
    choices: tuple[tuple[Grouping, str, int], ...]
    heads: tuple[str, ...]
    hidden: int


def groups(view: DeploymentView, wanted: str) -> GroupsTable | None:
    """Return the table of the grouping that is wanted, or of the first that shows anything."""
    found = {
        Grouping.POPULATION: view.populations,
        Grouping.TEAM: view.teams,
        Grouping.ROLE: view.roles,
    }
    choices = tuple((by, name, len(found[by])) for by, name in GROUPINGS if found[by])
    if not choices:
        return None
    shows = (c for c in choices if not all(row.is_hidden for row in found[c[0]]))
    usual = next(shows, choices[0])
    chosen, name, _ = next((c for c in choices if c[0].value == wanted), usual)
    shown = sorted(found[chosen], key=lambda row: (row.is_hidden, row.state.severity, row.group))
    keys = tuple(_key_of(shown, candidates) for candidates, _ in GROUP_NUMBERS)
    lines = tuple(_line(row, keys) for row in shown)
    heads = tuple(head for _, head in GROUP_NUMBERS)
    return GroupsTable(chosen, name, lines, choices, heads, sum(row.is_hidden for row in shown))


def _key_of(rows: Sequence[GroupFigures], candidates: Sequence[str]) -> str:
    """The same number for every group, so that a column compares like with like."""
    known = {n.key for row in rows for n in row.numbers if n.is_measured}
    return next((key for key in candidates if key in known), candidates[-1])


def _line(row: GroupFigures, keys: Sequence[str]) -> GroupLine:
    numbers = {n.key: n for n in row.numbers}
    return GroupLine(row, tuple(numbers.get(key) for key in keys))


def group_lines(view: DeploymentView) -> list[list[str]]:
    """Return all groups as text for a spreadsheet, the head first; what is hidden is empty."""
    head = ["grouping", "group", "people", "state", "reason", "metric", "value"]
    lines = [[*head, "numerator", "denominator", "low", "high", "measurement_state"]]
    for by, rows in (
        ("population", view.populations),
        ("team", view.teams),
        ("role", view.roles),
    ):
        for row in rows:
            lines += _group_lines(by, row)
    return lines


def _group_lines(by: str, row: GroupFigures) -> list[list[str]]:
    state = row.state.state.value if row.state.state else "hidden"
    start = [by, row.group, _text(row.people), state, row.state.reason]
    if row.is_hidden or not row.numbers:
        return [[*start, "", "", "", "", "", "", "suppressed"]]
    return [
        [
            *start,
            *(number.key, _text(number.value), _text(number.numerator), _text(number.denominator)),
            *(_text(number.low), _text(number.high), number.state.value),
        ]
        for number in row.numbers
    ]


def _text(value: float | None) -> str:
    return "" if value is None else f"{value:.6g}"


@dataclass(frozen=True, slots=True)
class NextStep:
    """What a finding asks for, where one can begin at once: a form, or a part of the page."""

    finding: FindingView
    form: str
    anchor: str
    words: str


_STEPS = {
    "no_success_definition": ("success", "", "Write it down"),
    "failing_teams": ("", "groups", "See the teams"),
    "idle_people": ("", "groups", "See who"),
    "unused_seats": ("", "licences", "See the seats"),
    "renewal": ("", "licences", "See the contract"),
    "falling": ("", "adoption", "See the curve"),
    "stalled": ("", "cohorts", "See the curve"),
    "concentration": ("", "groups", "See the groups"),
}


def next_steps(view: DeploymentView) -> tuple[NextStep, ...]:
    """Return every finding with where to begin; elsewhere one notes what was learnt."""
    return tuple(
        NextStep(finding, *_STEPS.get(finding.key, ("note", "", "Note what you learn")))
        for finding in view.findings
    )
