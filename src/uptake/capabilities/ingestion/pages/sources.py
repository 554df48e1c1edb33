"""The sources of a workspace, and one of them with its last events."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from uptake.capabilities.ingestion import queries
from uptake.capabilities.ingestion.figures import refusal_chart, volume_chart
from uptake.capabilities.ingestion.models import QuarantineState
from uptake.capabilities.ingestion.recent import recent_events
from uptake.capabilities.ingestion.refusals import refusals_of, refused_requests
from uptake.capabilities.ingestion.snippets import snippets
from uptake.config import load_settings
from uptake.foundation.access import Permission
from uptake.foundation.lake import shared_lake
from uptake.foundation.web import PageRequest, page

REJECTS_SHOWN = 10


@require_safe
@page
def overview(request: PageRequest) -> HttpResponse:
    """List the sources with what came from each lately, and how fresh the answers are."""
    sources = list(queries.visible_sources(request.actor))
    trends = queries.hourly_trends(request.actor, sources)
    refused = refused_requests(request.actor, sources)
    told = {
        "sources": [(source, trends[source.pk], refused[source.pk]) for source in sources],
        "status": shared_lake().status(request.actor.workspace.slug),
        "may_manage": request.actor.may(Permission.SOURCES_MANAGE),
        "waiting": sum(source.waiting for source in sources),  # type: ignore[attr-defined]  # annotated
    }
    return render(request, "ingestion/sources.html", told)


@require_safe
@page
def show(request: PageRequest, source: str) -> HttpResponse:
    """Show one source: volume, what was refused, last events, wrong records, keys, snippets."""
    actor = request.actor
    found = queries.access_source(actor, source)
    may_manage = actor.may(Permission.SOURCES_MANAGE)
    rejects = queries.visible_quarantine(actor, found) if may_manage else None
    counts = queries.hourly_counts(actor, found)
    refusals = refusals_of(actor, found)
    told = {
        "source": found,
        "chart": volume_chart(counts),
        "refusals": refusals,
        "refusal_chart": refusals and refusal_chart([count.hour for count in counts], refusals),
        "events": recent_events(actor, found, shared_lake()),
        "keys": queries.visible_keys(actor, found),
        "rejects": rejects and rejects.filter(state=QuarantineState.WAITING)[:REJECTS_SHOWN],
        "snippets": snippets(load_settings().public_url),
        "may_manage": may_manage,
    }
    return render(request, "ingestion/source.html", told)


@require_safe
@page
def tail(request: PageRequest, source: str) -> HttpResponse:
    """Show the last events alone, as the page asks for them again and again."""
    found = queries.access_source(request.actor, source)
    events = recent_events(request.actor, found, shared_lake())
    return render(request, "ingestion/parts/tail.html", {"source": found, "events": events})
