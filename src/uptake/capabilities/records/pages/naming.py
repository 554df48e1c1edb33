"""Authors by name, and erasing one whom only delivered records know."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from uptake.capabilities.customers.erasure import erase_person
from uptake.capabilities.customers.forms import PurposeForm
from uptake.capabilities.records.forms import EraseAuthorForm
from uptake.capabilities.records.named_authors import look_at_authors
from uptake.capabilities.records.queries import access_standard
from uptake.foundation.access import Permission
from uptake.foundation.errors import DomainError
from uptake.foundation.lake import open_lake
from uptake.foundation.privacy import policy_in_force
from uptake.foundation.web import PageRequest, page


@require_http_methods(["GET", "HEAD", "POST"])
@page
def authors(request: PageRequest, standard: int) -> HttpResponse:
    """Ask what names are needed for; then show authors by name, and write down who looked."""
    actor = request.actor
    actor.require(Permission.PEOPLE_READ)
    found = access_standard(actor, standard)
    form = PurposeForm(request.POST if request.method == "POST" else None)
    shown: dict[str, object] = {"standard": found, "policy": policy_in_force(actor.workspace)}
    if request.method == "POST" and form.is_valid():
        purpose = form.cleaned_data["purpose"]
        shown["named"] = look_at_authors(actor, found.pk, purpose=purpose)
        return render(request, "records/authors.html", shown)
    status = 422 if form.is_bound else 200
    return render(request, "records/authors.html", {**shown, "form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def erase_author(request: PageRequest) -> HttpResponse:
    """Erase somebody by the name that stands in records; answers with the receipt."""
    actor = request.actor
    actor.require(Permission.PERSON_ERASE)
    form = EraseAuthorForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            with open_lake() as lake:
                receipt = erase_person(actor, form.cleaned_data["name"], lake=lake)
        except DomainError as problem:
            form.add_error("name", str(problem))
        else:
            return render(request, "customers/erased.html", {"receipt": receipt})
    status = 422 if form.is_bound else 200
    return render(request, "records/erase_author.html", {"form": form}, status=status)
