"""Processes, how work runs in them, versions of the intended way, and logs, over the API."""

from __future__ import annotations

from ninja import Query

from uptake.capabilities.process import actions, queries
from uptake.capabilities.process.api_asked import PagedSelection, Selection
from uptake.capabilities.process.api_modelling import modelling
from uptake.capabilities.process.api_shapes import (
    AskedForm,
    CaseShape,
    IntendedFileShape,
    IntendedShape,
    LogShape,
    NewIntended,
    NewLog,
    NewProcess,
    PictureShape,
    ProcessShape,
    TableShape,
)
from uptake.capabilities.process.before_after import compare_at, day_of
from uptake.capabilities.process.comparison_shapes import BeforeAfterShape, ComparedSelection
from uptake.capabilities.process.evidence import cases_behind
from uptake.capabilities.process.model_files import model_file
from uptake.capabilities.process.models import Process
from uptake.capabilities.process.table_rows import TableKind
from uptake.capabilities.process.telling import row_of
from uptake.capabilities.process.viewing import look
from uptake.foundation.access import Permission
from uptake.foundation.api.callers import ApiRequest
from uptake.foundation.api.endpoints import Endpoints
from uptake.foundation.api.paging import Listed, Paging, page_of, page_of_rows

READ, WRITE = Permission.PROCESS_READ, Permission.PROCESS_WRITE

processes = Endpoints("Processes")


def _shape(request: ApiRequest, process: Process) -> ProcessShape:
    return ProcessShape.of(row_of(process, request.actor.workspace.minimum_group))


@processes.get("/processes", answers=Listed[ProcessShape], needs=READ)
def list_processes(request: ApiRequest, asked: Query[Paging]) -> Listed[ProcessShape]:
    """List the processes with how far work strays from them, by name."""
    rows = queries.with_pictures(queries.visible_processes(request.actor))
    return page_of_rows(
        rows, asked, order=("name", "id"), show=lambda process: _shape(request, process)
    )


@processes.post("/processes", answers=ProcessShape, needs=WRITE, status=201)
def create_process(request: ApiRequest, body: NewProcess) -> ProcessShape:
    """Found a process; it is measured within a minute."""
    return _shape(request, actions.found_process(request.actor, body.facts))


@processes.get("/processes/{process}", answers=ProcessShape, needs=READ)
def get_process(request: ApiRequest, process: int) -> ProcessShape:
    """Show one process."""
    return _shape(request, queries.access_process(request.actor, process))


@processes.put("/processes/{process}", answers=ProcessShape, needs=WRITE)
def change_process(request: ApiRequest, process: int, body: NewProcess) -> ProcessShape:
    """Change what it is called, which events belong to it, when work is done, who answers for it.

    Where its cases come from stays.
    """
    return _shape(request, actions.change_process(request.actor, process, body.facts))


@processes.get("/processes/{process}/picture", answers=PictureShape, needs=READ)
def get_picture(request: ApiRequest, process: int, asked: Query[Selection]) -> PictureShape:
    """Show how work runs in the cases asked for: map, ways, deviations, handovers, durations.

    Too few people inside or outside the selection: nothing is said, and `problem` says so.
    """
    return PictureShape.of(look(request.actor, process, asked.asked))


@processes.get("/processes/{process}/tables/{table}", answers=TableShape, needs=READ)
def get_process_table(
    request: ApiRequest, process: int, table: TableKind, asked: Query[Selection]
) -> TableShape:
    """Show the cases asked for as a table: ways, deviations, hands, handovers, or drift of roles.

    Hands and handovers are those of roles, teams and organisations; nobody is named.
    """
    return TableShape.of(look(request.actor, process, asked.asked), table)


@processes.get("/processes/{process}/before-after", answers=BeforeAfterShape, needs=READ)
def compare_before_after(
    request: ApiRequest, process: int, asked: Query[ComparedSelection]
) -> BeforeAfterShape:
    """Show cases before a day beside those from it on: durations, hands, and what else moved.

    The worker works it out: what is asked for the first time says `working_since`; ask again.
    """
    view = look(request.actor, process, asked.asked)
    day = day_of(view.versions, asked.at)
    return BeforeAfterShape.of(process, compare_at(view, day, tuple(asked.mix) or None))


@processes.get("/processes/{process}/cases", answers=Listed[CaseShape], needs=WRITE)
def list_cases(
    request: ApiRequest, process: int, asked: Query[PagedSelection]
) -> Listed[CaseShape]:
    """List the cases behind a number, step by step, those that began last first; names nobody."""
    view = look(request.actor, process, asked.asked)
    rows = cases_behind(request.actor, view)
    return page_of(rows, asked, key=lambda row: row.name, show=CaseShape.of)


@processes.get("/processes/{process}/versions", answers=Listed[IntendedShape], needs=READ)
def list_intended_versions(
    request: ApiRequest, process: int, asked: Query[Paging]
) -> Listed[IntendedShape]:
    """List the versions of how work is meant to run, the newest first."""
    found = queries.access_process(request.actor, process)
    return page_of_rows(found.versions.all(), asked, order=("-number",), show=IntendedShape.of)


@processes.post("/processes/{process}/versions", answers=IntendedShape, needs=WRITE, status=201)
def write_intended_version(request: ApiRequest, process: int, body: NewIntended) -> IntendedShape:
    """Say how work is meant to run; an earlier version without an end ends the day before."""
    return IntendedShape.of(actions.write_intended(request.actor, process, body.facts))


@processes.get("/processes/versions/{version}/file", answers=IntendedFileShape, needs=READ)
def get_intended_file(
    request: ApiRequest, version: int, asked: Query[AskedForm]
) -> IntendedFileShape:
    """Show a version as other tools read it: BPMN 2.0 with a diagram, PNML, or YAML."""
    return IntendedFileShape.of(model_file(request.actor, version, asked.form))


@processes.post("/processes/versions/{version}/confirm", answers=IntendedShape, needs=WRITE)
def confirm_intended_version(request: ApiRequest, version: int) -> IntendedShape:
    """Stand behind a proposal: from now on cases are measured by it."""
    return IntendedShape.of(actions.confirm_intended(request.actor, version))


@processes.get("/processes/{process}/logs", answers=Listed[LogShape], needs=READ)
def list_logs(request: ApiRequest, process: int, asked: Query[Paging]) -> Listed[LogShape]:
    """List the logs that were brought, the newest first; that one is measured."""
    found = queries.access_process(request.actor, process)
    return page_of_rows(found.deliveries.all(), asked, order=("-id",), show=LogShape.of)


@processes.post("/processes/{process}/logs", answers=LogShape, needs=WRITE, status=202)
def deliver_log(request: ApiRequest, process: int, body: NewLog) -> LogShape:
    """Bring a log that was uploaded, in place of the one before; the worker takes it in."""
    made = actions.deliver_log(request.actor, process, body.upload, choices=body.choices)
    return LogShape.of(made)


@processes.post("/processes/{process}/end", answers=ProcessShape, needs=WRITE)
def end_process(request: ApiRequest, process: int) -> ProcessShape:
    """Measure a process no longer; what was found stays to be read."""
    return _shape(request, actions.end_process(request.actor, process))


@processes.delete("/processes/{process}", needs=WRITE)
def remove_process(request: ApiRequest, process: int) -> None:
    """Remove a process with everything that was brought and found; it cannot be brought back."""
    actions.remove_process(request.actor, process)


ROUTERS = (processes.router, modelling.router)
