"""What can be taken along of a process: tables, the JSON contract, the log itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

from django.http import HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from uptake.capabilities.process.as_json import to_json
from uptake.capabilities.process.asked import Asked
from uptake.capabilities.process.evidence import without_names
from uptake.capabilities.process.picture import ProcessPicture
from uptake.capabilities.process.queries import processes_with_pictures
from uptake.capabilities.process.table_rows import TableKind, table_lines
from uptake.capabilities.process.telling import row_of
from uptake.capabilities.process.viewing import View, look
from uptake.formats.xes_writing import write_xes
from uptake.foundation import activity
from uptake.foundation.access import Permission
from uptake.foundation.errors import NotFound
from uptake.foundation.web import PageRequest, page
from uptake.ui.answers import answer_csv
from uptake.ui.json_text import json_text


@require_safe
@page
def processes_csv(request: PageRequest) -> HttpResponseBase:
    """Send the processes with how far work strays from them."""
    actor = request.actor
    actor.require(Permission.METRICS_EXPORT)
    rows = [
        row_of(process, actor.workspace.minimum_group) for process in processes_with_pictures(actor)
    ]
    activity.record(actor, "process.exported", processes=len(rows))

    def lines() -> Iterator[tuple[object, ...]]:
        yield "process", "state", "cases", "events", "as intended", "of", "share"
        for row in rows:
            kept, share = row.kept, row.share
            yield (
                *(row.process.name, row.state),
                *((kept.cases, kept.events) if kept else ("", "")),
                *((share.numerator, share.denominator, share.value) if share else ("", "", "")),
            )

    return answer_csv(lines(), name="processes")


def _drawn(request: PageRequest, process: int) -> tuple[View, ProcessPicture]:
    """The part of a process that is asked for, for whoever may take it along."""
    request.actor.require(Permission.METRICS_EXPORT)
    view = look(request.actor, process, Asked.of(request.GET.dict()))
    if view.picture is None:
        raise NotFound(view.problem)
    activity.record(request.actor, "process.exported", view.process, asked=view.asked.query())
    return view, view.picture


@require_safe
@page
def picture_json(request: PageRequest, process: int) -> HttpResponse:
    """Send everything that is known, in the form of ``uptake process --json``."""
    view, found = _drawn(request, process)
    body = json_text(to_json(found))
    answer = HttpResponse(body, content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="process-{view.process.pk}.json"'
    return answer


@require_safe
@page
def variants_csv(request: PageRequest, process: int) -> HttpResponseBase:
    """Send the ways in which cases ran."""
    return _table(request, process, TableKind.WAYS)


@require_safe
@page
def deviations_csv(request: PageRequest, process: int) -> HttpResponseBase:
    """Send every way of straying with how many cases do it."""
    return _table(request, process, TableKind.DEVIATIONS)


@require_safe
@page
def hands_csv(request: PageRequest, process: int) -> HttpResponseBase:
    """Send who does what how often, by role, team and organisation."""
    return _table(request, process, TableKind.HANDS)


@require_safe
@page
def handovers_csv(request: PageRequest, process: int) -> HttpResponseBase:
    """Send from whom to whom work passes, by role, team and organisation."""
    return _table(request, process, TableKind.HANDOVERS)


@require_safe
@page
def drift_csv(request: PageRequest, process: int) -> HttpResponseBase:
    """Send whether work moves to others than those it is meant for."""
    return _table(request, process, TableKind.DRIFT)


def _table(request: PageRequest, process: int, kind: TableKind) -> HttpResponseBase:
    view, found = _drawn(request, process)
    return answer_csv(table_lines(kind, found), name=f"{kind}-{view.process.pk}")


@require_safe
@page
def log_xes(request: PageRequest, process: int) -> HttpResponseBase:
    """Send the cases that are asked for as XES; who did a step is told by role and team alone."""
    request.actor.require(Permission.PROCESS_WRITE)
    view, _found = _drawn(request, process)
    if view.analysis is None:
        raise NotFound(view.problem)
    ground = view.analysis.ground
    path = Path(mkdtemp(prefix="uptake-")) / f"process-{view.process.pk}.xes.gz"
    try:
        write_xes(without_names(ground, view.process.workspace.minimum_group), path)
        body = path.read_bytes()
    finally:
        rmtree(path.parent, ignore_errors=True)
    answer = HttpResponse(body, content_type="application/gzip")
    answer["Content-Disposition"] = f'attachment; filename="{path.name}"'
    return answer
