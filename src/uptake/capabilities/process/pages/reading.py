"""The list of processes and the pages of one: overview, map, ways, deviations, hands, time."""

from __future__ import annotations

import json

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from uptake.capabilities.process import telling
from uptake.capabilities.process.asked import Asked, Overlay, day_asked
from uptake.capabilities.process.before_after import compare_at, day_of
from uptake.capabilities.process.charting import (
    durations_chart,
    monthly_chart,
    spread_chart,
    trend_chart,
)
from uptake.capabilities.process.clock_times import times_by
from uptake.capabilities.process.drawn_map import map_data, network_data
from uptake.capabilities.process.evidence import cases_behind, may_see_cases
from uptake.capabilities.process.explaining import for_page
from uptake.capabilities.process.next_steps import deviations_with_steps, findings_with_steps
from uptake.capabilities.process.picture import Handing
from uptake.capabilities.process.queries import processes_with_pictures
from uptake.capabilities.process.saying_comparison import (
    hands_sentence,
    measure_lines,
    moved_sentence,
    to_know,
)
from uptake.capabilities.process.tables import (
    drift_tables,
    handover_matrix,
    scope_matrix,
    slow_paths,
    variant_rows,
)
from uptake.capabilities.process.viewing import View, look
from uptake.capabilities.process.wording import LEVELS
from uptake.foundation.access import Permission
from uptake.foundation.privacy import policy_in_force
from uptake.foundation.web import PageRequest, page
from uptake.ui.document import Chart

VARIANTS_A_PAGE = 25
CASES_A_PAGE = 25
COMPARED = "compared"
"""The part of the page that is asked for again while a comparison is being worked out."""

MOST_PATHS = 100
"""Paths in the table below the map."""


@require_safe
@page
def list_processes(request: PageRequest) -> HttpResponse:
    """List the processes with how far work strays from them."""
    actor = request.actor
    fewest = actor.workspace.minimum_group
    rows = [telling.row_of(process, fewest) for process in processes_with_pictures(actor)]
    shown = {
        "rows": rows,
        "sentence": telling.list_sentence(rows),
        "empty": telling.nothing_yet(may_found=actor.may(Permission.PROCESS_WRITE)),
        "may_write": actor.may(Permission.PROCESS_WRITE),
        "may_export": actor.may(Permission.METRICS_EXPORT),
    }
    return render(request, "process/processes.html", shown)


def answer(
    request: PageRequest, view: View, template: str, *, here: str, sentence: str, **shown: object
) -> HttpResponse:
    """Show a page of a process: its tabs, what was chosen, and what is its own."""
    actor = request.actor
    common = {
        "view": view,
        "here": here,
        "process": view.process,
        "picture": view.picture,
        "sentence": sentence if view.picture else view.process.name,
        "query": view.asked.query(),
        "levels": [(level.value, LEVELS[level][1]) for level in view.levels],
        "level": view.level.value,
        "level_words": LEVELS[view.level],
        "may_write": actor.may(Permission.PROCESS_WRITE) and view.process.ended_at is None,
        "may_export": actor.may(Permission.METRICS_EXPORT),
        "may_see_cases": may_see_cases(actor),
        "explanations": for_page(view.picture, here) if view.picture else (),
    }
    return render(request, f"process/{template}.html", common | shown)


def asked(request: PageRequest) -> Asked:
    """Return what the address asks for."""
    return Asked.of(request.GET.dict())


@require_safe
@page
def process(request: PageRequest, process: int) -> HttpResponse:
    """Show how far work strays, what was found, and what to do next."""
    view = look(request.actor, process, asked(request))
    found = view.picture
    return answer(
        request,
        view,
        "overview",
        here="process",
        sentence=telling.overview_sentence(view),
        support=telling.overview_support(view),
        findings=findings_with_steps(request.actor, view) if found else (),
        deviations=deviations_with_steps(view)[:5] if found else (),
        delivery=view.process.deliveries.first(),
        times=times_by(found, view.clock) if found else None,
    )


@require_safe
@page
def show_map(request: PageRequest, process: int) -> HttpResponse:
    """Show the map: what follows what, how often, how fast, and where it strays."""
    view = look(request.actor, process, asked(request))
    found = view.picture
    return answer(
        request,
        view,
        "map",
        here="map",
        sentence=telling.map_sentence(found) if found else "",
        data=json.dumps(map_data(found, view.clock)) if found else "",
        overlays=[overlay.value for overlay in Overlay],
        paths=found.edges[:MOST_PATHS] if found else (),
    )


@require_safe
@page
def variants(request: PageRequest, process: int) -> HttpResponse:
    """Show the ways in which cases ran, beside the intended one."""
    view = look(request.actor, process, asked(request))
    found = view.picture
    rows = variant_rows(view)
    return answer(
        request,
        view,
        "variants",
        here="variants",
        sentence=telling.variants_sentence(found) if found else "",
        page=Paginator(rows, VARIANTS_A_PAGE).get_page(request.GET.get("page")),
        covered=min(1.0, sum(way.row.share for way in rows)),
    )


@require_safe
@page
def deviations(request: PageRequest, process: int) -> HttpResponse:
    """Show every way of straying with how many cases do it and what can be done."""
    view = look(request.actor, process, asked(request))
    found = view.picture
    rows = deviations_with_steps(view) if found else ()
    return answer(
        request,
        view,
        "deviations",
        here="deviations",
        sentence=telling.deviations_sentence(found.deviations, found) if found else "",
        rows=rows,
        monthly=monthly_chart(found) if found else None,
    )


@require_safe
@page
def cases(request: PageRequest, process: int) -> HttpResponse:
    """Show the cases behind a number, step by step, to whoever puts things right."""
    view = look(request.actor, process, asked(request))
    rows = cases_behind(request.actor, view)
    return answer(
        request,
        view,
        "cases",
        here="deviations",
        sentence=telling.cases_sentence(view),
        page=Paginator(rows, CASES_A_PAGE).get_page(request.GET.get("page")),
    )


@require_safe
@page
def resources(request: PageRequest, process: int) -> HttpResponse:
    """Show how many hands cases pass through, whose, and what each does."""
    view = look(request.actor, process, asked(request))
    found = view.picture.of_level(view.level) if view.picture else None
    return answer(
        request,
        view,
        "resources",
        here="resources",
        sentence=telling.resources_sentence(found) if found else "",
        handing=found,
        matrix=scope_matrix(view),
        drift=drift_tables(view.picture, view.level) if view.picture else None,
        spread=spread_chart(found, of="different") if found else None,
        trend=_trend(view, found, of="different"),
        policy=policy_in_force(request.actor.workspace),
        may_name=request.actor.may(Permission.PEOPLE_READ),
    )


def _trend(view: View, found: Handing | None, *, of: str) -> Chart | None:
    until = view.picture.summary.end if view.picture else None
    return trend_chart(found, until, of=of) if found else None


@require_safe
@page
def handovers(request: PageRequest, process: int) -> HttpResponse:
    """Show who hands work to whom, and how often it comes straight back."""
    view = look(request.actor, process, asked(request))
    found = view.picture.of_level(view.level) if view.picture else None
    return answer(
        request,
        view,
        "handovers",
        here="handovers",
        sentence=telling.handing_sentence(found) if found else "",
        handing=found,
        data=json.dumps(network_data(found)) if found else "",
        matrix=handover_matrix(found) if found and found.handovers else None,
        trend=_trend(view, found, of="handovers"),
        spread=spread_chart(found, of="handovers") if found else None,
        policy=policy_in_force(request.actor.workspace),
        may_name=request.actor.may(Permission.PEOPLE_READ),
    )


@require_safe
@page
def durations(request: PageRequest, process: int) -> HttpResponse:
    """Show how long cases take, and where they wait."""
    view = look(request.actor, process, asked(request))
    found = times_by(view.picture, view.clock) if view.picture else None
    return answer(
        request,
        view,
        "durations",
        here="durations",
        sentence=telling.durations_sentence(found),
        times=found,
        chart=durations_chart(found),
        slowest=slow_paths(view),
    )


@require_safe
@page
def compare(request: PageRequest, process: int) -> HttpResponse:
    """Set cases before a day beside those from it on, and show what else moved."""
    view = look(request.actor, process, asked(request))
    day = day_of(view.versions, day_asked(request.GET.get("at", "")))
    mix = tuple(filter(None, request.GET.getlist("mix"))) if "mix" in request.GET else None
    found = compare_at(view, day, mix)
    shown = answer(
        request,
        view,
        "compare",
        here="compare",
        sentence=telling.comparing_sentence(found),
        found=found,
        measures=measure_lines(found.comparison),
        hands=hands_sentence(found.comparison) if found.comparison else "",
        moved=moved_sentence(found.comparison) if found.comparison else "",
        notes=tuple(to_know(found.comparison)) if found.comparison else (),
    )
    if found.since is None and request.htmx and request.htmx.target == COMPARED:
        shown["HX-Refresh"] = "true"
    return shown
