"""The history of imports."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from uptake.capabilities.imports import queries
from uptake.capabilities.imports.models import Kind
from uptake.foundation.web import PageRequest, page

A_PAGE = 25


@require_safe
@page
def history(request: PageRequest) -> HttpResponse:
    """List every import of the workspace, newest first."""
    imports = queries.visible_imports(request.actor).select_related(None)
    kind = request.GET.get("kind", "")
    if kind in Kind.values:
        imports = imports.filter(kind=kind)
    shown = Paginator(imports, A_PAGE).get_page(request.GET.get("page"))
    told = {
        "page": shown,
        "kind": kind,
        "kinds": Kind.choices,
        "query": f"kind={kind}&" if kind else "",
        "is_moving": any(job.is_due for job in shown),
    }
    return render(request, "imports/history.html", told)
