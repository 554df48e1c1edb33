"""The audit log: what was done, by whom, when."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from uptake.capabilities.administration import queries
from uptake.capabilities.administration.forms import AuditFilter
from uptake.capabilities.administration.words import deed
from uptake.foundation.web import PageRequest, page
from uptake.ui.answers import answer_csv

ROWS = 50


@require_safe
@page
def audit(request: PageRequest) -> HttpResponse:
    """Show the log, filtered by what the address says."""
    form = _filter(request)
    entries = queries.audit(request.actor, _question(form))
    pages = Paginator(entries, ROWS)
    here = pages.get_page(request.GET.get("page"))
    kept = request.GET.copy()
    kept.pop("page", None)
    shown = {
        "form": form,
        "page": here,
        "lines": [(entry, deed(entry.verb)) for entry in here],
        "query": f"{kept.urlencode()}&" if kept else "",
    }
    template = "administration/audit_part.html" if request.htmx else "administration/audit.html"
    return render(request, template, shown)


@require_safe
@page
def audit_csv(request: PageRequest) -> HttpResponseBase:
    """Send the log as a file, filtered by what the address says."""
    entries = queries.audit(request.actor, _question(_filter(request)))
    name = f"audit-{request.actor.workspace.slug}-{localdate().isoformat()}"
    return answer_csv(queries.audit_lines(entries), name=name)


def _filter(request: PageRequest) -> AuditFilter:
    return AuditFilter(request.GET or None, deeds=queries.deeds(request.actor))


def _question(form: AuditFilter) -> queries.AuditQuestion:
    if not form.is_bound:
        return queries.AuditQuestion()
    form.is_valid()
    asked = form.cleaned_data
    return queries.AuditQuestion(
        who=asked.get("who", ""),
        verb=asked.get("what", ""),
        first=asked.get("first"),
        last=asked.get("last"),
    )
