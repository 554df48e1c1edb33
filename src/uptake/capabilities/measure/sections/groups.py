"""Groups and their state: the five failure states and working, with evidence and thresholds."""

from __future__ import annotations

from collections import Counter

from uptake.capabilities.measure.picture import AdoptionPicture, GroupPicture
from uptake.capabilities.measure.sections.history import LABELS, history_chart
from uptake.methods.adoption.states import AdoptionState, Thresholds, rule_texts
from uptake.methods.statistics.proportions import wilson
from uptake.ui import words
from uptake.ui.charts.curves import IntervalRow, intervals
from uptake.ui.charts.theme import Headline
from uptake.ui.document import (
    Block,
    Cell,
    Chart,
    Column,
    Interval,
    Notice,
    Panel,
    Paragraph,
    Section,
    Table,
    Tone,
    text_table,
)

CHARTED = 24
"""Most groups in the picture; the table has them all."""


def groups_section(picture: AdoptionPicture) -> Section:
    """Return the state of each group, or of everyone where no groups are known."""
    blocks: list[Block] = []
    if picture.overall is not None:
        overall = picture.overall
        heading = f"Everyone together: {LABELS[overall.state].lower()}"
        blocks.append(Notice(heading, overall.rule, _doubt(overall.could_be), Tone.QUIET))
    shown = [group for group in picture.groups if not group.suppressed]
    if shown:
        blocks.append(_chart(picture, shown))
        blocks += _tables(picture, shown)
    blocks.append(Paragraph(_left_out(picture), Tone.QUIET))
    course = history_chart(picture, [group.group for group in _worst_first(_telling(shown))])
    if course is not None:
        blocks.append(course)
    blocks.append(Panel("The rules and thresholds behind the states", _rules(picture)))
    return Section("groups", "Groups and their state", tuple(blocks))


def _left_out(picture: AdoptionPicture) -> str:
    if not picture.groups:
        return (
            "No groups are known, so states cannot be told by group: map a column such as team, "
            "department or customer with --map team=COLUMN."
        )
    hidden = picture.suppressed_groups
    if not hidden:
        return "Every group has at least five people."
    return (
        f"{words.plural(hidden, 'group')} with fewer than five people "
        f"{'is' if hidden == 1 else 'are'} not shown, so that nobody can be picked out; "
        "their people count in the totals."
    )


def _title(groups: list[GroupPicture]) -> str:
    counted = Counter(group.classification.state for group in groups)
    parts = [
        f"{number} {LABELS[state].lower()}" for state in AdoptionState if (number := counted[state])
    ]
    shown = words.plural(len(groups), "group")
    return f"Of {shown} with five people or more: {words.listed(parts, limit=8)}"


def _chart(picture: AdoptionPicture, groups: list[GroupPicture]) -> Chart:
    telling = _telling(groups)
    rows = [_row(group) for group in sorted(telling, key=_active_share, reverse=True)]
    cut = "" if len(groups) <= CHARTED else ": those in a failure state and the largest others"
    headline = Headline(
        _title(groups),
        f"Active of people in scope by {picture.source.group_word}{cut}. Bar: 95 % interval.",
    )
    summary = f"{_title(groups)}. The table below lists every group with its evidence."
    return Chart(intervals(rows, headline), summary, _numbers(telling))


def _telling(groups: list[GroupPicture]) -> list[GroupPicture]:
    """Those in a failure state and the largest others, as many as a picture holds."""
    return sorted(groups, key=lambda group: (not _fails(group), -group.people))[:CHARTED]


def _row(group: GroupPicture) -> IntervalRow:
    bounds = wilson(group.active, group.people)
    low, high = (bounds.low, bounds.high) if bounds else (0.0, 1.0)
    note = _active_of(group)
    if _fails(group):
        note += f", {LABELS[group.classification.state].lower()}"
    return IntervalRow(group.group, _active_share(group), low, high, note, emphasised=_fails(group))


def _active_of(group: GroupPicture) -> str:
    return f"{group.active:,} of {group.people:,}"


def _active_share(group: GroupPicture) -> float:
    return group.active / group.people if group.people else 0.0


def _numbers(groups: list[GroupPicture]) -> Table:
    columns = (Column("Group"), Column("Active", numeric=True), Column("In scope", numeric=True))
    rows = [[g.group, words.count(g.active), words.count(g.people)] for g in groups]
    return text_table("Active people by group", columns, rows)


def _fails(group: GroupPicture) -> bool:
    return group.classification.state.is_failure


def _tables(picture: AdoptionPicture, groups: list[GroupPicture]) -> list[Block]:
    """Failing groups in full view, the others on demand."""
    failing = [group for group in groups if _fails(group)]
    others = [group for group in groups if not _fails(group)]
    blocks: list[Block] = [_table(picture, failing)] if failing else []
    if others and failing:
        heading = f"The other {words.plural(len(others), 'group')}"
        return [*blocks, Panel(heading, (_table(picture, others),))]
    return [*blocks, _table(picture, others)] if others else blocks


def _table(picture: AdoptionPicture, groups: list[GroupPicture]) -> Table:
    columns = (
        Column(picture.source.group_word),
        Column("State"),
        Column("Active of in scope", numeric=True),
        Column("Events", numeric=True, extra=True),
        Column("Weekly active", extra=True),
        Column("Evidence", extra=True),
    )
    rows = tuple(map(_cells, _worst_first(groups)))
    return Table("Worst state first, then by size", columns, rows)


def _worst_first(groups: list[GroupPicture]) -> list[GroupPicture]:
    return sorted(groups, key=lambda group: (group.classification.state.severity, -group.people))


def _cells(group: GroupPicture) -> tuple[Cell, ...]:
    label = LABELS[group.classification.state]
    bounds = wilson(group.active, group.people)
    bar = Interval(_active_share(group), bounds.low, bounds.high) if bounds else None
    evidence = group.classification.rule if _fails(group) else "No measured threshold is missed."
    doubt = _doubt(group.classification.could_be)
    return (
        Cell(group.group),
        Cell(label, state=label),
        Cell(_active_of(group), interval=bar),
        Cell(words.count(group.events)),
        Cell("", trend=group.trend),
        Cell(f"{evidence} {doubt}".strip()),
    )


def _doubt(could_be: tuple[AdoptionState, ...]) -> str:
    if not could_be:
        return ""
    others = words.listed([LABELS[state].lower() for state in could_be])
    return f"The interval also allows: {others}."


def _rules(picture: AdoptionPicture) -> tuple[Block, ...]:
    lines: Thresholds = picture.basis.thresholds
    rows = [[LABELS[state], text] for state, text in rule_texts(lines).items()]
    caption = (
        f"Rules are tried from the top; the first that holds decides. Settings {lines.version}"
    )
    note = (
        "The thresholds are starting points to be tuned on your own outcomes, not norms; each "
        "can be changed."
    )
    table = text_table(caption, (Column("State"), Column("Rule")), rows)
    return (table, Paragraph(note, Tone.QUIET))
