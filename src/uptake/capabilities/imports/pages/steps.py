"""The steps of one import: columns, dry run, progress, result."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import chain, islice

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from uptake.capabilities.imports import actions, files, queries
from uptake.capabilities.imports.models import Import, Kind
from uptake.capabilities.imports.pages.promptly import do_promptly
from uptake.capabilities.imports.pages.showing import FIXED, ROLE, ColumnChoice, choices, steps_of
from uptake.formats.rejects import HEADER
from uptake.foundation.errors import NotFound
from uptake.foundation.web import PageRequest, page
from uptake.ui.answers import answer_csv

REJECTS_SHOWN = 10


@require_safe
@page
def show(request: PageRequest, number: int) -> HttpResponse:
    """Show an import at the step where it is."""
    return _show(request, queries.access_import(request.actor, number))


def _show(
    request: PageRequest,
    job: Import,
    *,
    lines: list[ColumnChoice] | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    actor = request.actor
    told = {
        "job": job,
        "steps": steps_of(job),
        "lines": choices(job) if lines is None else lines,
        "problem": problem,
        "kinds": Kind.choices,
        "before": queries.imported_before(actor, job),
        "rejects": list(islice(_rejects(job), REJECTS_SHOWN)),
        "percent": round((job.progress or 0) * 100),
    }
    return render(request, "imports/import.html", told, status=status)


def _rejects(job: Import) -> Iterator[dict[str, str]]:
    path = files.rejects_path(job)
    if not job.has_rejects or not path.is_file():
        return
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _to(request: PageRequest, job: Import) -> HttpResponse:
    return redirect("imports:import", workspace=request.actor.workspace.slug, number=job.pk)


@require_POST
@page
def kind(request: PageRequest, number: int) -> HttpResponse:
    """Change what the rows are, or which system they come from."""
    job = actions.change_kind(
        request.actor,
        number,
        kind=request.POST.get("kind", ""),
        source=request.POST.get("source", ""),
    )
    return _to(request, do_promptly(job))


@require_POST
@page
def mapping(request: PageRequest, number: int) -> HttpResponse:
    """Take the columns as the form says, then rehearse."""
    columns = {
        name.removeprefix(ROLE): f"={fixed}" if (fixed := _fixed(request, name)) else column
        for name, column in request.POST.items()
        if name.startswith(ROLE) and isinstance(column, str)
    }
    timezone = request.POST.get("timezone", "").strip()
    wrong = actions.set_mapping(request.actor, number, columns=columns, timezone=timezone)
    job = queries.access_import(request.actor, number)
    if wrong:
        lines = choices(job, stated=columns, wrong=wrong)
        return _show(request, job, lines=lines, problem=wrong.get("timezone", ""), status=422)
    return _to(request, do_promptly(actions.ask_for_dry_run(request.actor, number)))


def _fixed(request: PageRequest, name: str) -> str:
    return str(request.POST.get(FIXED + name.removeprefix(ROLE), "")).strip()


@require_POST
@page
def run(request: PageRequest, number: int) -> HttpResponse:
    """Have the import done."""
    return _to(request, actions.ask_for_run(request.actor, number))


@require_safe
@page
def rejects(request: PageRequest, number: int) -> HttpResponseBase:
    """Hand out the rejected rows with their lines and reasons, as no spreadsheet's formulas."""
    job = queries.access_import(request.actor, number)
    if not job.has_rejects or not files.rejects_path(job).is_file():
        raise NotFound("This import has no rejected rows, or they are no longer kept.")
    lines = (tuple(row.values()) for row in _rejects(job))
    return answer_csv(chain([HEADER], lines), name=f"import-{job.pk}-rejects")


@require_safe
@page
def mapping_file(request: PageRequest, number: int) -> HttpResponse:
    """Hand out the mapping as the file that ``uptake import --mapping`` takes."""
    job = queries.access_import(request.actor, number)
    answer = HttpResponse(job.mapping, content_type="application/yaml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{job.kind}-{job.pk}.yaml"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@page
def undo(request: PageRequest, number: int) -> HttpResponse:
    """Say what an undo takes away, then have it done."""
    if request.method == "POST":
        return _to(request, actions.ask_for_undo(request.actor, number))
    job = queries.access_import(request.actor, number)
    told = {"job": job, "later": queries.imported_over(request.actor, job)}
    return render(request, "imports/undo.html", told)


@require_POST
@page
def again(request: PageRequest, number: int) -> HttpResponse:
    """Take a failed import back to its columns."""
    return _to(request, do_promptly(actions.try_again(request.actor, number)))


@require_POST
@page
def discard(request: PageRequest, number: int) -> HttpResponse:
    """Drop an import that has not run."""
    actions.discard(request.actor, number)
    return redirect("imports:history", workspace=request.actor.workspace.slug)
