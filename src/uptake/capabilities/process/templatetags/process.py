"""``{% load process %}``: lengths of time, versions and tabs as the pages of a process say them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, fields
from urllib.parse import parse_qsl

from django import template

from uptake.capabilities.behaviours.models import Obstacle
from uptake.capabilities.process import clock_times, wording
from uptake.capabilities.process.asked import Clock, Overlay
from uptake.capabilities.process.drift_spans import DriftSpans
from uptake.capabilities.process.forms import ROLES_OF_COLUMNS
from uptake.capabilities.process.intended import IntendedProcess, Step, StepKind
from uptake.capabilities.process.models import IntendedVersion
from uptake.capabilities.process.picture import ActivityRow, DeviationRow, Edge
from uptake.capabilities.process.viewing import View, key_of_deviation
from uptake.formats.case_log import Performer
from uptake.methods.statistics.proportions import Share
from uptake.ui import words
from uptake.ui.words import short_day

register = template.Library()
BAR = 120
"""Pixels of a bar that is full."""

DRIFT_DAYS = tuple(each.name for each in fields(DriftSpans))

TABS = (
    ("process:process", "Overview"),
    ("process:map", "Map"),
    ("process:variants", "Ways"),
    ("process:deviations", "Deviations"),
    ("process:resources", "Hands"),
    ("process:handovers", "Handovers"),
    ("process:durations", "Time"),
    ("process:compare", "Before and after"),
    ("process:model", "Intended way"),
)
OVERLAYS = {
    Overlay.FREQUENCY.value: "How often",
    Overlay.PERFORMANCE.value: "How long",
    Overlay.DEVIATION.value: "Astray",
}
KINDS = {
    StepKind.STEPS: "In this order",
    StepKind.EITHER: "One of",
    StepKind.ANY_ORDER: "In any order",
    StepKind.SOME_OF: "One or more of",
}


@register.filter
def span(seconds: float | None) -> str:
    """Return a length of time: "3.4 days"."""
    return wording.span(seconds)


@register.filter
def amount(value: float) -> str:
    """Return a number with as many digits as help: "0.94"."""
    return words.amount(value)


@register.filter
def limits(share: Share) -> str:
    """Return the limits of a share: "6 to 8 %"."""
    found = share.interval
    value = share.value
    return (
        words.percent_within(value, found.low, found.high).split(", ")[1] if found and value else ""
    )


@register.filter
def no_cost(row: DeviationRow) -> str:
    """Return why nothing is said of how much longer cases take that stray so."""
    if row.cost is None:
        return "not measurable"
    return "few teams" if row.cost.each_interval is None else "within chance"


@register.filter
def one_of_level(level: Performer) -> str:
    """Return what one performer of a kind is called: "team"."""
    return wording.LEVELS[level][0]


@register.filter
def many_of_level(level: Performer) -> str:
    """Return what performers of a kind are called: "teams"."""
    return wording.LEVELS[level][1]


@register.filter
def longer(seconds: float | None) -> str:
    """Return by how much cases take longer: "21 h shorter"."""
    return wording.longer(seconds)


@register.filter
def tabs(_here: str) -> tuple[tuple[str, str], ...]:
    """Return the pages of a process."""
    return TABS


@register.filter
def shows_hands(here: str) -> bool:
    """Say whether whose hands are shown changes a page."""
    return here in ("process", "resources", "handovers")


@register.filter
def tab_name(here: str) -> str:
    """Return what a page is called."""
    return dict(TABS).get(f"process:{here}", here.capitalize())


@register.filter
def overlay_name(overlay: str) -> str:
    """Return what the lines of the map tell of."""
    return OVERLAYS[overlay]


@register.filter
def version_name(version: IntendedVersion) -> str:
    """Return a version with when it holds: "version 2, cases from 3 Mar 2025"."""
    name = f"version {version.number}" + (f" ({version.name})" if version.name else "")
    if version.begins and version.ends:
        return f"{name}, cases from {short_day(version.begins)} to {short_day(version.ends)}"
    if version.begins:
        return f"{name}, cases from {short_day(version.begins)}"
    return f"{name}, cases until {short_day(version.ends)}" if version.ends else name


@register.filter
def kept_fields(view: View) -> list[tuple[str, str]]:
    """Return what the address asks for that the form has no field for."""
    asked = view.asked
    said = {
        "variant": asked.variant,
        "deviation": asked.deviation,
        "show": "" if asked.overlay is Overlay.FREQUENCY else asked.overlay.value,
        "paths": str(asked.paths or ""),
        "clock": "" if asked.clock is Clock.CALENDAR else asked.clock.value,
        "least": str(asked.least or ""),
        **{name: day.isoformat() for name, day in asdict(asked.spans).items() if day},
    }
    return [(name, value) for name, value in said.items() if value]


@register.filter
def kept_all(view: View) -> list[tuple[str, str]]:
    """Return everything that the address asks for, as fields of another form."""
    return parse_qsl(view.asked.query()[1:])


@register.filter
def kept_beside_drift(view: View) -> list[tuple[str, str]]:
    """Return the same without the days that the form about drift has fields for."""
    return parse_qsl(_without_days(view)[1:])


@register.filter
def without_days(view: View) -> str:
    """Return the address where halves of the steps stand beside each other."""
    return _without_days(view) or "?"


def _without_days(view: View) -> str:
    return view.asked.query(**dict.fromkeys(DRIFT_DAYS))


@register.filter
def chosen(view: View) -> list[tuple[str, str, str]]:
    """Return what was chosen: a word for it, what, and the address without it."""
    return [(word, _said(view, word, value), query) for word, value, query in view.asked.chosen]


def _said(view: View, word: str, value: str) -> str:
    if word != "deviation":
        return value
    rows = view.picture.deviations if view.picture else ()
    return next((row.sentence for row in rows if key_of_deviation(row) == value), value)


@register.filter
def asking(view: View, activity: str) -> str:
    """Return the address of the cases with an activity."""
    return view.asked.query(has=activity)


@register.filter
def waits(row: ActivityRow, view: View) -> str:
    """Return how long an activity is waited for, by the clock that is chosen."""
    return clock_times.told(clock_times.waiting_seconds(row, view.clock), view.clock)


@register.filter
def takes(row: Edge, view: View) -> str:
    """Return what a path takes, by the clock that is chosen."""
    return clock_times.told(clock_times.path_seconds(row, view.clock), view.clock)


@register.filter
def by_clock(view: View, clock: str) -> str:
    """Return the address of the same page by another clock."""
    return view.asked.query(clock=Clock(clock)) or "?"


@register.filter
def page_query(view: View) -> str:
    """Return the address's question as the pager takes it."""
    query = view.asked.query()
    return f"{query[1:]}&" if query else ""


@register.filter
def of_120(percent: float) -> float:
    """Return percent as pixels of a bar."""
    return round(BAR * percent / 100, 1)


@register.filter
def obstacles(_all: str) -> Iterable[tuple[str, str]]:
    """Return what can stop people."""
    return Obstacle.choices


@register.filter
def column_roles(_all: str) -> Iterable[tuple[str, str, str]]:
    """Return the columns of a table that can be named."""
    return ROLES_OF_COLUMNS


@register.filter
def meant_for(intended: IntendedProcess) -> list[tuple[str, list[str]]]:
    """Return who is meant to do what: "agent or manager", and the activities."""
    found: dict[str, list[str]] = {}
    for activity, roles in intended.roles.items():
        found.setdefault(" or ".join(roles), []).append(activity)
    return list(found.items())


@register.filter
def way_kind(kind: StepKind) -> str:
    """Return how several steps belong together."""
    return KINDS[kind]


@register.filter
def step_names(steps: Iterable[Step]) -> str:
    """Return the activities of steps in a row."""
    return ", ".join(name for step in steps for name in step.names())
