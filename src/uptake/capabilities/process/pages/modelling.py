"""How work is meant to run: its versions, the editor, models that are brought, proposals."""

from __future__ import annotations

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from uptake.capabilities.process import actions
from uptake.capabilities.process.asked import Asked, day_asked
from uptake.capabilities.process.editing import (
    Draft,
    StepRow,
    draft_of,
    read_draft,
    text_of,
    usual_draft,
)
from uptake.capabilities.process.figuring import content_of
from uptake.capabilities.process.forms import DatesForm
from uptake.capabilities.process.intended_drawing import Form
from uptake.capabilities.process.intended_files import read_intended, text_of_model
from uptake.capabilities.process.intended_writing import intended_yaml
from uptake.capabilities.process.model_files import model_file, other_forms
from uptake.capabilities.process.models import IntendedVersion, Process
from uptake.capabilities.process.proposing import (
    OWN_FILE,
    discard_proposal,
    propose_intended,
)
from uptake.capabilities.process.queries import (
    access_process,
    access_version,
    version_in_force,
    versions_of,
)
from uptake.capabilities.process.samples import sample_names, sample_process
from uptake.capabilities.process.trying import Trial, try_intended
from uptake.capabilities.process.viewing import View, look
from uptake.foundation.access import Permission
from uptake.foundation.errors import DomainError, Invalid
from uptake.foundation.web import PageRequest, page
from uptake.store.errors import UptakeError
from uptake.ui.outcomes import problems_next

FIRST_STEPS = 15
"""Steps of the most usual way that an editor begins with."""


@require_safe
@page
def model(request: PageRequest, process: int) -> HttpResponse:
    """Show how work is meant to run, since when, and who said so."""
    view = look(request.actor, process, Asked.of(request.GET.dict()))
    found = view.process
    in_force = version_in_force(found)
    shown = {
        "view": view,
        "process": found,
        "here": "model",
        "query": view.asked.query(),
        "version": in_force,
        "intended": content_of(in_force),
        "versions": [(each, *_summary(each)) for each in versions_of(found)],
        "may_write": request.actor.may(Permission.PROCESS_WRITE) and found.ended_at is None,
        "may_propose": bool(view.log),
        "dates": DatesForm(),
    }
    return render(request, "process/model.html", shown)


def _summary(version: IntendedVersion) -> tuple[str, tuple[Form, ...]]:
    """What a version says, in a line, and which drawings it can be taken along as; what is wrong
    with it if it cannot be read any more."""
    try:
        said = content_of(version)
    except UptakeError as problem:
        return str(problem), ()
    forms = other_forms(version, said)
    if said is None or not said.modelled():
        rules = len(said.rules) if said else 0
        return f"{rules} rule{'' if rules == 1 else 's'}", forms
    return " \N{RIGHTWARDS ARROW} ".join(said.modelled()[:FIRST_STEPS]), forms


@require_http_methods(["GET", "HEAD", "POST"])
@page
def write(request: PageRequest, process: int) -> HttpResponse:
    """Write the next version: as steps, or as text where steps cannot say it."""
    actor = request.actor
    actor.require(Permission.PROCESS_WRITE)
    view = look(actor, process, Asked.of(request.GET.dict()))
    if request.method == "POST":
        return _written(request, view)
    as_text = "text" in request.GET
    sample = request.GET.get("sample", "")
    draft, text = _sample(sample) if sample in sample_names() else _begun(view)
    if as_text or draft is None:
        return _editor(request, view, None, text)
    return _editor(request, view, draft, "")


def _begun(view: View) -> tuple[Draft | None, str]:
    """What an editor begins with: the version in force, the most usual way, or one empty step."""
    said = content_of(version_in_force(view.process))
    if said is not None:
        return draft_of(said), intended_yaml(said)
    steps = view.picture.variants[0].activities if view.picture and view.picture.variants else ()
    draft = usual_draft(view.process.name, tuple(dict.fromkeys(steps))[:FIRST_STEPS])
    if not draft.rows:
        draft = Draft(view.process.name, (StepRow(),))
    return draft, text_of(draft)


def _sample(name: str) -> tuple[Draft | None, str]:
    """What an editor begins with where a process that comes with the product was chosen."""
    said = sample_process(name)
    return draft_of(said), intended_yaml(said)


def _sent(request: PageRequest) -> tuple[Draft | None, str]:
    if "text" in request.POST:
        return None, request.POST["text"]
    draft = read_draft(request.POST.dict())
    return draft, text_of(draft)


def _written(request: PageRequest, view: View) -> HttpResponse:
    draft, text = _sent(request)
    if "save" not in request.POST:
        return _editor(request, view, draft, text)
    begins = day_asked(request.POST.get("begins", ""))
    facts = actions.IntendedFacts(
        text=text,
        file_name=OWN_FILE,
        name=request.POST.get("name", "")[:200],
        note=request.POST.get("note", ""),
        begins=begins,
        ends=day_asked(request.POST.get("ends", "")),
    )
    try:
        made = actions.write_intended(request.actor, view.process.pk, facts)
    except DomainError as problem:
        return _editor(request, view, draft, text, problem=str(problem), status=422)
    messages.success(request, f"Version {made.number} is written down and measured in a minute.")
    return _to_model(request, view.process)


def _to_model(request: PageRequest, process: Process) -> HttpResponse:
    slug = request.actor.workspace.slug
    return redirect("process:model", workspace=slug, process=process.pk)


def _editor(
    request: PageRequest,
    view: View,
    draft: Draft | None,
    text: str,
    *,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    shown = {
        "view": view,
        "process": view.process,
        "draft": draft,
        "text": text,
        "sent": request.POST,
        "activities": view.activities,
        "samples": [(name, name.replace("-", " ").capitalize()) for name in sample_names()],
        "said_problem": problem,
        **_tried(view.process, text if draft is None else text_of(draft)),
    }
    return render(request, "process/write.html", shown, status=status)


def _tried(process: Process, text: str) -> dict[str, Trial | str]:
    try:
        return {"trial": try_intended(process, read_intended(text, name=OWN_FILE))}
    except UptakeError as problem:
        return {"problem": str(problem)}


@require_POST
@page
def try_out(request: PageRequest, process: int) -> HttpResponse:
    """Show how many cases would fit, before anything is written down."""
    request.actor.require(Permission.PROCESS_WRITE)
    found = access_process(request.actor, process)
    _draft, text = _sent(request)
    return render(request, "process/parts/trial.html", _tried(found, text))


@require_POST
@page
def bring(request: PageRequest, process: int) -> HttpResponse:
    """Take a model as a file: YAML, BPMN 2.0 or PNML."""
    request.actor.require(Permission.PROCESS_WRITE)
    found = access_process(request.actor, process)
    with problems_next(request):
        made = actions.write_intended(request.actor, found.pk, _brought(request))
        left = content_of(made)
        messages.success(request, f"Version {made.number} is written down.")
        for sentence in left.left if left else ():
            messages.warning(request, sentence)
    return _to_model(request, found)


def _brought(request: PageRequest) -> actions.IntendedFacts:
    sent = request.FILES.get("file")
    if not isinstance(sent, UploadedFile):
        raise Invalid("Choose a file first.")
    if (sent.size or 0) > actions.LARGEST_MODEL:
        raise Invalid(f"A model has {actions.LARGEST_MODEL:,} bytes at most; bring a smaller one.")
    try:
        text = text_of_model(sent.read(), name=sent.name or OWN_FILE)
    except UptakeError as problem:
        raise Invalid(str(problem)) from problem
    return actions.IntendedFacts(
        text=text,
        file_name=(sent.name or OWN_FILE)[:200],
        note=request.POST.get("note", ""),
        begins=day_asked(request.POST.get("begins", "")),
        ends=day_asked(request.POST.get("ends", "")),
    )


@require_POST
@page
def propose(request: PageRequest, process: int) -> HttpResponse:
    """Read a way of working off the cases, for a person to change and confirm."""
    request.actor.require(Permission.PROCESS_WRITE)
    found = access_process(request.actor, process)
    with problems_next(request):
        made = propose_intended(request.actor, process, Asked.of(request.GET.dict()))
        messages.success(
            request,
            f"Version {made.number} is proposed; nothing is measured by it until confirmed.",
        )
    return _to_model(request, found)


@require_POST
@page
def discard(request: PageRequest, version: int) -> HttpResponse:
    """Throw a proposal away."""
    found = access_version(request.actor, version)
    with problems_next(request):
        discard_proposal(request.actor, version)
        messages.success(request, f"The proposal, version {found.number}, is thrown away.")
    return _to_model(request, found.process)


@require_POST
@page
def confirm(request: PageRequest, version: int) -> HttpResponse:
    """Stand behind a proposal."""
    found = access_version(request.actor, version)
    with problems_next(request):
        actions.confirm_intended(request.actor, version)
        messages.success(request, "Confirmed: cases are measured by it from now on.")
    return _to_model(request, found.process)


@require_POST
@page
def dates(request: PageRequest, version: int) -> HttpResponse:
    """Say on which days cases begin that a version holds for."""
    found = access_version(request.actor, version)
    form = DatesForm(request.POST)
    with problems_next(request):
        if not form.is_valid():
            raise Invalid("Write days as 2026-09-01, or leave them empty.")
        said = form.cleaned_data
        actions.set_validity(request.actor, version, begins=said["begins"], ends=said["ends"])
        messages.success(request, "Written down; the cases are measured anew.")
    return _to_model(request, found.process)


@require_safe
@page
def text(request: PageRequest, version: int) -> HttpResponse:
    """Send a version as the file that it is, or as the drawing that ``as`` asks for."""
    asked = request.GET.get("as", "")
    if asked and asked not in list(Form):
        raise Invalid(f"A model is taken along as one of {', '.join(Form)}; choose one of them.")
    file = model_file(request.actor, version, Form(asked) if asked else None)
    answer = HttpResponse(file.text, content_type=file.media_type)
    answer["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return answer
