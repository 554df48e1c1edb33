"""A sample that people rate: drawing it, rating record by record, and what came of it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from uptake.capabilities.records import rating
from uptake.capabilities.records.comparing import SampleStand, stand_of
from uptake.capabilities.records.forms import DrawForm, RatingForm
from uptake.capabilities.records.models import DataStandard, Status
from uptake.capabilities.records.queries import access_standard
from uptake.capabilities.records.rated import (
    Disagreement,
    access_rating,
    access_sample,
    disagreements,
    newest_sample,
    own_ratings,
    possible_raters,
    record_to_rate,
    visible_samples,
)
from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor
from uptake.foundation.web import PageRequest, page
from uptake.ui.outcomes import problems_on


@require_http_methods(["GET", "HEAD", "POST"])
@page
def samples(request: PageRequest, standard: int) -> HttpResponse:
    """Show what people say of records that the rules judged; draw a sample."""
    actor = request.actor
    found = access_standard(actor, standard)
    form = _draw_form(request, found)
    if request.method == "POST":
        actor.require(Permission.RECORDS_WRITE)
        if form is not None and form.is_valid():
            with problems_on(form):
                rating.draw_sample(actor, found.pk, form.facts())
                messages.success(request, "Drawn. Those you named find the records under Ratings.")
                return redirect(
                    "records:samples", workspace=actor.workspace.slug, standard=standard
                )
    sample = newest_sample(found)
    stand = stand_of(sample) if sample else None
    shown = {
        "standard": found,
        "stand": stand,
        "rules_fit": _rules_fit(stand),
        "differing": _differing(actor, stand),
        "earlier": visible_samples(actor).filter(version__standard=found)[1:10],
        "form": form,
        "may_write": form is not None,
    }
    status = 422 if form is not None and form.is_bound else 200
    return render(request, "records/samples.html", shown, status=status)


def _draw_form(request: PageRequest, found: DataStandard) -> DrawForm | None:
    if not request.actor.may(Permission.RECORDS_WRITE) or found.status == Status.ENDED:
        return None
    sent = request.POST if request.method == "POST" else None
    return DrawForm(sent, raters=possible_raters(request.actor, found))


def _rules_fit(stand: SampleStand | None) -> float | None:
    """The share of the records to draw from that is fit by the rules."""
    if stand is None:
        return None
    fit, unfit = stand.sample.all_fit, stand.sample.all_unfit
    return fit / (fit + unfit) if fit + unfit else None


def _differing(actor: Actor, stand: SampleStand | None) -> list[Disagreement]:
    if stand is None or stand.found is None or not actor.may(Permission.RECORDS_WRITE):
        return []
    return disagreements(actor, stand.sample.pk)


@require_POST
@page
def discard(request: PageRequest, sample: int) -> HttpResponse:
    """Remove a sample with what was said of it."""
    request.actor.require(Permission.RECORDS_WRITE)
    standard = access_sample(request.actor, sample).version.standard_id
    rating.discard_sample(request.actor, sample)
    messages.success(request, "Removed, with everything that was said of it.")
    slug = request.actor.workspace.slug
    return redirect("records:samples", workspace=slug, standard=standard)


@require_safe
@page
def ratings(request: PageRequest) -> HttpResponse:
    """Show somebody which records they were asked to rate."""
    found = own_ratings(request.actor)
    waiting = [each for each in found if not each.is_done]
    return render(request, "records/ratings.html", {"found": found, "waiting": waiting})


@require_http_methods(["GET", "HEAD", "POST"])
@page
def rate(request: PageRequest, sample: int) -> HttpResponse:
    """Show the next record to rate, or the one asked for, and take what is said of it."""
    actor = request.actor
    own = access_rating(actor, sample)
    form = RatingForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with problems_on(form):
            rating.rate_record(actor, sample, form.cleaned_data["place"], form.said())
            return redirect("records:rate", workspace=actor.workspace.slug, sample=sample)
    asked = request.POST.get("place") or request.GET.get("record") or ""
    place = int(asked) if asked.isdigit() else None
    current = record_to_rate(actor, sample, place)
    if current is None:
        return render(request, "records/rate.html", {"own": own})
    if not form.is_bound:
        said = current.rating
        initial = {"fit": "yes" if said.fit else "no", "clarity": said.clarity} if said else {}
        form = RatingForm(initial={"place": current.shown.place, **initial})
    shown = {
        "own": own,
        "current": current,
        "form": form,
        "before": current.shown.place - 1,
        "number": own.rated + (0 if current.rating else 1),
    }
    return render(request, "records/rate.html", shown, status=422 if form.is_bound else 200)
