"""What states were before: one strip of four-week periods for everyone and for each group."""

from __future__ import annotations

from collections.abc import Sequence

from uptake.capabilities.measure.figures import StateChange
from uptake.capabilities.measure.picture import AdoptionPicture, Source, StateCourse
from uptake.capabilities.measure.sections.numbers import said, when
from uptake.methods.adoption.states import AdoptionState
from uptake.ui import words
from uptake.ui.charts.strips import StateCell, state_strips
from uptake.ui.charts.theme import Headline
from uptake.ui.document import Chart, Column, Table, text_table

LABELS = {
    AdoptionState.NO_DATA: "No data",
    AdoptionState.IDLE: "Idle",
    AdoptionState.BARELY_USED: "Barely used",
    AdoptionState.WRONG_WAY: "Wrong way",
    AdoptionState.BAD_DATA: "Bad data",
    AdoptionState.WORKING: "Working",
    AdoptionState.NOT_MEASURABLE: "Not measurable",
    AdoptionState.NOT_YET_DUE: "Not yet due",
}

TOO_FEW = "Too few people"
"""A period in which a group had fewer than five people."""

EVERYONE = "Everyone"
FEWEST_PERIODS = 2


def history_chart(picture: AdoptionPicture, groups: Sequence[str]) -> Chart | None:
    """Return the strips of everyone and of these groups; None where there is a single period."""
    by_group = {course.group: course for course in picture.courses}
    drawn = [by_group[group] for group in (None, *groups) if group in by_group]
    if not drawn or len(drawn[0].periods) < FEWEST_PERIODS:
        return None
    cells = [
        StateCell(_name(course), when(picture.source, period.first), _label(period.state))
        for course in drawn
        for period in course.periods
    ]
    confirm = picture.basis.thresholds.periods_to_confirm
    title = _title(picture.courses, lasting=f"{4 * confirm} weeks or longer")
    headline = Headline(
        title,
        "State in each four weeks of the days that can be judged, by their first day"
        f"{_cut(picture, drawn)}. A change counts once it has lasted for {confirm} of them.",
    )
    summary = f"{title}. {_told(picture.source, picture.courses)}".strip()
    return Chart(state_strips(cells, headline), summary, _table(picture.source, drawn))


def _name(course: StateCourse) -> str:
    return course.group or EVERYONE


def _label(state: AdoptionState | None) -> str:
    return TOO_FEW if state is None else LABELS[state]


def _title(courses: Sequence[StateCourse], *, lasting: str) -> str:
    groups = [course for course in courses if course.group is not None] or list(courses)
    span = f"in {words.plural(len(groups[0].periods), 'four-week period')}"
    changed = sum(bool(_changes(course)) for course in groups)
    lately = sum(_differs_lately(course) for course in groups)
    if groups[0].group is None:
        return _title_of_everyone(span, lasting if changed else "", lately=bool(lately))
    if changed:
        of = f"{changed} of {words.plural(len(groups), 'group')}"
        return f"{of} changed {'its' if changed == 1 else 'their'} state for {lasting}"
    if lately:
        of = f"{lately} of {words.plural(len(groups), 'group')}"
        verb = "is" if lately == 1 else "are"
        return f"{of} {verb} in another state than four weeks before; none for long enough to count"
    return f"No group changed its state {span}"


def _title_of_everyone(span: str, lasting: str, *, lately: bool) -> str:
    if lasting:
        return f"The state changed for {lasting}"
    if lately:
        return "The state is another than four weeks before, not yet for long enough to count"
    return f"The state stayed the same {span}"


def _differs_lately(course: StateCourse) -> bool:
    before, now = (period.state for period in course.periods[-2:])
    return None not in (before, now) and before is not now


def _changes(course: StateCourse) -> list[StateChange]:
    """The changes after the state that was seen first."""
    return [change for change in course.changes if change.before is not None]


def _cut(picture: AdoptionPicture, drawn: Sequence[StateCourse]) -> str:
    return "" if len(drawn) == len(picture.courses) else "; the same groups as above"


def _told(source: Source, courses: Sequence[StateCourse]) -> str:
    told = [
        said(source, f"{_name(course)}: {change.sentence}")
        for course in courses
        for change in _changes(course)
    ]
    return " ".join(told)


def _table(source: Source, courses: Sequence[StateCourse]) -> Table:
    columns = (
        Column("Group"),
        *(Column(f"From {when(source, period.first)}") for period in courses[0].periods),
        Column("Lasting changes"),
    )
    rows = [
        [
            _name(course),
            *(_label(period.state) for period in course.periods),
            said(source, " ".join(change.sentence for change in _changes(course))),
        ]
        for course in courses
    ]
    return text_table("State in each four weeks", columns, rows)
