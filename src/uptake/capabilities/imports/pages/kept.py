"""Saved mappings and watched folders."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from uptake.capabilities.imports import actions, queries
from uptake.capabilities.imports.models import Kind
from uptake.config import load_settings
from uptake.foundation.errors import Conflict, Invalid
from uptake.foundation.web import PageRequest, page
from uptake.ui.outcomes import problems_next


@require_POST
@page
def keep_mapping(request: PageRequest, number: int) -> HttpResponse:
    """Keep the mapping of an import under a name."""
    kept = actions.save_mapping(request.actor, number, name=request.POST.get("name", ""))
    messages.success(request, f"Kept. Files with the same columns are read as {kept.name}.")
    return redirect("imports:import", workspace=request.actor.workspace.slug, number=number)


@require_safe
@page
def mappings(request: PageRequest) -> HttpResponse:
    """List the saved mappings."""
    told = {"mappings": queries.visible_mappings(request.actor)}
    return render(request, "imports/mappings.html", told)


@require_POST
@page
def delete_mapping(request: PageRequest, mapping: int) -> HttpResponse:
    """Forget a saved mapping."""
    with problems_next(request):
        actions.delete_mapping(request.actor, mapping)
    return redirect("imports:mappings", workspace=request.actor.workspace.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def folders(request: PageRequest) -> HttpResponse:
    """List the watched folders, or watch another."""
    told: dict[str, object] = {
        "folders": queries.visible_folders(request.actor),
        "mappings": queries.visible_mappings(request.actor),
        "kinds": Kind.choices,
        "roots": load_settings().import_roots,
        "form": request.POST,
    }
    if request.method != "POST":
        return render(request, "imports/folders.html", told)
    mapping = request.POST.get("mapping", "")
    try:
        actions.watch_folder(
            request.actor,
            request.POST.get("path", ""),
            pattern=request.POST.get("pattern", ""),
            kind=request.POST.get("kind", ""),
            mapping_id=int(mapping) if mapping.isdigit() else None,
            source=request.POST.get("source", ""),
        )
    except (Conflict, Invalid) as problem:
        return render(request, "imports/folders.html", told | {"problem": problem}, status=422)
    return redirect("imports:folders", workspace=request.actor.workspace.slug)


@require_POST
@page
def pause_folder(request: PageRequest, folder: int) -> HttpResponse:
    """Stop looking into a folder, or begin again."""
    actions.pause_folder(request.actor, folder, is_active=request.POST.get("active") == "yes")
    return redirect("imports:folders", workspace=request.actor.workspace.slug)


@require_POST
@page
def forget_folder(request: PageRequest, folder: int) -> HttpResponse:
    """Stop watching a folder for good."""
    actions.forget_folder(request.actor, folder)
    return redirect("imports:folders", workspace=request.actor.workspace.slug)
