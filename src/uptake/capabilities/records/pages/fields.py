"""Changing a standard in a form, without writing YAML."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from uptake.capabilities.records import actions
from uptake.capabilities.records.field_forms import StandardForms, one_more
from uptake.capabilities.records.models import DataStandard
from uptake.capabilities.records.pages.writing import looked_at
from uptake.capabilities.records.queries import access_standard, newest
from uptake.foundation.access import Permission
from uptake.foundation.errors import DomainError
from uptake.foundation.web import PageRequest, page

BLANK = "standard: {name}\nfields: []\n"
ADDS = {"add-field": "fields", "add-check": "checks"}


@require_http_methods(["GET", "HEAD", "POST"])
@page
def fields(request: PageRequest, standard: int) -> HttpResponse:
    """Change what records must hold, field by field; kept as a new version."""
    actor = request.actor
    actor.require(Permission.RECORDS_WRITE)
    found = access_standard(actor, standard)
    if request.method != "POST":
        return _show(request, found, StandardForms(_text(found)), status=200)
    adds = next((part for name, part in ADDS.items() if name in request.POST), None)
    if adds is not None:
        forms = StandardForms(_text(found), one_more(request.POST, adds))
        return _show(request, found, forms, status=200)
    forms = StandardForms(_text(found), request.POST)
    if not forms.is_valid() or "preview" in request.POST:
        return _show(request, found, forms, status=200 if forms.is_valid() else 422)
    try:
        note = forms.whole.cleaned_data["note"]
        actions.revise_standard(actor, found.pk, text=forms.text(), note=note)
    except DomainError as problem:
        forms.whole.add_error(None, str(problem))
        return _show(request, found, forms, status=422)
    messages.success(request, "Saved. The records are judged by it within a minute.")
    return redirect("records:standard", workspace=actor.workspace.slug, standard=standard)


def _text(found: DataStandard) -> str:
    version = newest(found)
    return version.text if version else BLANK.format(name=f'"{found.name}"')


def _show(
    request: PageRequest, found: DataStandard, forms: StandardForms, *, status: int
) -> HttpResponse:
    shown = {"standard": found, "forms": forms}
    if "preview" in request.POST and forms.is_valid():
        shown |= looked_at(found, forms.text())
    return render(request, "records/fields.html", shown, status=status)
