"""Making a source, deciding about it, and its keys."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from uptake.capabilities.ingestion import actions, queries
from uptake.capabilities.ingestion.actions import IssuedKey
from uptake.capabilities.ingestion.forms import NewSourceForm, SettingsForm
from uptake.capabilities.ingestion.snippets import snippets
from uptake.config import load_settings
from uptake.foundation.access import Permission
from uptake.foundation.web import PageRequest, page
from uptake.ui.answers import answer_form
from uptake.ui.outcomes import problems_on


@require_http_methods(["GET", "HEAD", "POST"])
@page
def new(request: PageRequest) -> HttpResponse:
    """Make a source; its key is shown once."""
    request.actor.require(Permission.SOURCES_MANAGE)
    form = NewSourceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with problems_on(form):
            issued = actions.create_source(
                request.actor, form.cleaned_data["name"], settings=form.settings()
            )
            return _show_key(request, issued)
    return answer_form(request, "ingestion/new.html", form)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def change(request: PageRequest, source: str) -> HttpResponse:
    """Change what was decided about a source."""
    request.actor.require(Permission.SOURCES_MANAGE)
    found = queries.access_source(request.actor, source)
    form = SettingsForm(request.POST or None, initial=SettingsForm.about(found))
    if request.method == "POST" and form.is_valid():
        with problems_on(form):
            actions.change_source(request.actor, source, settings=form.settings())
            messages.success(request, "Saved. It holds from the next request on.")
            return redirect("ingestion:source", request.actor.workspace.slug, source)
    return answer_form(request, "ingestion/settings.html", form, source=found)


@require_POST
@page
def rotate(request: PageRequest, source: str) -> HttpResponse:
    """Issue a new key; it is shown once, and the old ones go on for a day."""
    return _show_key(request, actions.rotate_key(request.actor, source), is_rotated=True)


@require_POST
@page
def revoke(request: PageRequest, source: str, key: int) -> HttpResponse:
    """End a key at once."""
    revoked = actions.revoke_key(request.actor, source, key)
    messages.success(request, f"{revoked} has ended; whatever used it is answered 401 now.")
    return redirect("ingestion:source", request.actor.workspace.slug, source)


def _show_key(request: PageRequest, issued: IssuedKey, *, is_rotated: bool = False) -> HttpResponse:
    told = {
        "issued": issued,
        "is_rotated": is_rotated,
        "snippets": snippets(load_settings().public_url, issued.key),
    }
    answer = render(request, "ingestion/key.html", told)
    answer["Cache-Control"] = "no-store"
    return answer
