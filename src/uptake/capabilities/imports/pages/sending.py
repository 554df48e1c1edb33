"""How a file gets here: as one form for small ones, in pieces by a script for any."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from uptake.capabilities.imports import actions, uploading
from uptake.capabilities.imports.errors import OutOfStep
from uptake.capabilities.imports.models import Import, Kind, Upload
from uptake.capabilities.imports.pages.promptly import do_promptly
from uptake.foundation.access import Permission
from uptake.foundation.errors import Conflict, DomainError, Invalid
from uptake.foundation.web import PageRequest, page

WRONG_PIECE = 409


@require_http_methods(["GET", "HEAD", "POST"])
@page
def new(request: PageRequest) -> HttpResponse:
    """Ask for a file, or take one that came with the form."""
    request.actor.require(Permission.IMPORTS_RUN)
    told: dict[str, object] = {
        "kinds": Kind.choices,
        "kind": request.POST.get("kind") or request.GET.get("kind", Kind.EVENTS),
        "chunk": uploading.CHUNK_BYTES,
    }
    if request.method != "POST":
        return render(request, "imports/new.html", told)
    try:
        job = _from_form(request)
    except (Invalid, Conflict) as problem:
        return render(request, "imports/new.html", told | {"problem": str(problem)}, status=422)
    return redirect("imports:import", workspace=request.actor.workspace.slug, number=job.pk)


def _from_form(request: PageRequest) -> Import:
    return _begin(request, uploading.take_whole(request.actor, request.FILES.get("file")))


def _begin(request: PageRequest, upload: Upload) -> Import:
    job = actions.create_import(
        request.actor,
        upload,
        kind=request.POST.get("kind", ""),
        source=request.POST.get("source", ""),
    )
    return do_promptly(job)


@require_POST
@page
def uploads(request: PageRequest) -> HttpResponse:
    """Announce a file that will come in pieces; says where to send them and from which byte on."""
    request.actor.require(Permission.IMPORTS_RUN)
    size = request.POST.get("size", "")
    if not size.isdigit():
        raise Invalid("Say how many bytes the file has.")
    started = uploading.start_upload(
        request.actor,
        request.POST.get("name", ""),
        size=int(size),
        fingerprint=request.POST.get("fingerprint", ""),
    )
    return JsonResponse(_described(request, started), status=201)


@require_http_methods(["GET", "PUT"])
@page
def upload(request: PageRequest, upload: UUID) -> HttpResponse:
    """Say how far an upload is, or take its next piece; ``Upload-Offset`` says where it begins."""
    if request.method == "GET":
        return JsonResponse(_described(request, uploading.access_upload(request.actor, upload)))
    found = uploading.access_upload(request.actor, upload)
    offset = request.headers.get("Upload-Offset", "")
    if not offset.isdigit():
        raise Invalid("Say at which byte the piece begins in the header Upload-Offset.")
    data = request.read(uploading.MOST_AT_ONCE + 1)
    try:
        found = uploading.append_chunk(
            request.actor,
            upload,
            offset=int(offset),
            data=data,
            sha256=request.headers.get("Upload-Checksum", "").removeprefix("sha256 "),
        )
    except DomainError as problem:
        found.refresh_from_db()
        said = {"detail": str(problem), **_described(request, found)}
        return JsonResponse(said, status=problem.status)
    return JsonResponse(_described(request, found))


@require_POST
@page
def finish(request: PageRequest, upload: UUID) -> HttpResponse:
    """Check that the file is whole and begin its import; says where it goes on."""
    try:
        whole = uploading.finish_upload(
            request.actor, upload, sha256=request.POST.get("sha256", "")
        )
    except OutOfStep as problem:
        found = uploading.access_upload(request.actor, upload)
        said = {"detail": str(problem), **_described(request, found)}
        return JsonResponse(said, status=WRONG_PIECE)
    begun = whole.imports.order_by("pk").last() or _begin(request, whole)
    address = reverse("imports:import", args=[request.actor.workspace.slug, begun.pk])
    return JsonResponse({"import": begun.pk, "address": address}, status=201)


def _described(request: PageRequest, upload: Upload) -> dict[str, object]:
    slug = request.actor.workspace.slug
    return {
        "upload": str(upload.pk),
        "name": upload.name,
        "size": upload.size,
        "offset": upload.offset,
        "chunk": uploading.CHUNK_BYTES,
        "address": reverse("imports:upload", args=[slug, upload.pk]),
        "finish": reverse("imports:finish", args=[slug, upload.pk]),
    }
