"""Who carries what is asked: the overview, the jobs of one behaviour, and naming somebody."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from uptake.capabilities.behaviours.models import Behaviour
from uptake.capabilities.behaviours.queries import access_behaviour, visible_behaviours
from uptake.capabilities.champions.carrying import (
    Row,
    Slot,
    carried,
    history_of,
    may_name,
    rows_of,
)
from uptake.capabilities.champions.circles import circle_of
from uptake.capabilities.champions.forms import NameForm
from uptake.capabilities.champions.models import Job
from uptake.capabilities.champions.naming import behaviour_decided_by, name_carrier, take_off
from uptake.foundation import activity
from uptake.foundation.access import Permission
from uptake.foundation.web import PageRequest, page
from uptake.ui import words
from uptake.ui.answers import answer_csv
from uptake.ui.outcomes import problems_on

HEADINGS = ("behaviour", "population", "job", "state", "name", "since", "named_by")


@require_safe
@page
def carriers(request: PageRequest) -> HttpResponse:
    """Show who carries what is asked, what nobody carries first."""
    actor = request.actor
    rows = carried(actor)
    opens = set(visible_behaviours(actor).order_by().values_list("pk", flat=True))
    only_red = request.GET.get("show") == "red"
    shown = {
        "rows": [(row, row.behaviour.pk in opens) for row in rows if row.red or not only_red],
        "jobs": Job,
        "only_red": only_red,
        "total": len(rows),
        "red_rows": sum(row.red > 0 for row in rows),
        "sentence": _sentence(rows),
        "of_part": actor.account is not None,
        "may_name": actor.may(Permission.BEHAVIOURS_WRITE),
        "may_export": actor.may(Permission.METRICS_EXPORT),
    }
    return render(request, "champions/carriers.html", shown)


def _sentence(rows: Sequence[Row]) -> str:
    red, jobs = sum(row.red for row in rows), sum(len(row.slots) for row in rows)
    if not jobs:
        return "Nothing is asked yet that anybody could carry."
    if not red:
        every = f"All {jobs} jobs" if jobs > 1 else "The one job"
        return f"{every} around what is asked {'have' if jobs > 1 else 'has'} a name."
    of = f"{words.count(red)} of {words.plural(jobs, 'job')}"
    return f"{of} around what is asked {'is' if red == 1 else 'are'} nobody's."


@require_safe
@page
def carriers_csv(request: PageRequest) -> HttpResponseBase:
    """Send who carries what as a table."""
    request.actor.require(Permission.METRICS_EXPORT)
    rows = carried(request.actor)
    activity.record(request.actor, "jobs.exported", behaviours=len(rows))
    return answer_csv(_lines(rows), name="who-carries-it")


def _lines(rows: Sequence[Row]) -> Iterator[tuple[object, ...]]:
    yield HEADINGS
    for row in rows:
        for slot in row.slots:
            who = slot.carrier if slot.name else None
            when = (who.since, who.named_by_name) if who else ("", "")
            yield (row.behaviour.name, row.whom, slot.job, slot.state, slot.name, *when)


@dataclass(frozen=True, slots=True)
class Line:
    """One job with the form that names somebody for it."""

    slot: Slot
    form: NameForm


@require_http_methods(["GET", "HEAD", "POST"])
@page
def jobs_of(request: PageRequest, behaviour: int) -> HttpResponse:
    """Show who has the three jobs of a behaviour and who had them; name somebody."""
    found = access_behaviour(request.actor, behaviour)
    typed = None
    if request.method == "POST":
        behaviour_decided_by(request.actor, behaviour)
        typed = NameForm(request.POST)
    if typed is not None and typed.is_valid():
        named = typed.named()
        with problems_on(typed):
            carrier = name_carrier(request.actor, behaviour, named)
            messages.success(request, f"{carrier.name} is named, and is told so.")
            return _back(request, behaviour)
    return render(
        request,
        "champions/jobs.html",
        _shown(request, found, typed),
        status=422 if typed is not None else 200,
    )


def _shown(request: PageRequest, found: Behaviour, typed: NameForm | None) -> dict[str, object]:
    rows = rows_of(request.actor.workspace, [found], circle_of(request.actor))
    return {
        "behaviour": found,
        "rows": [(row, [_line(slot, typed) for slot in row.slots]) for row in rows],
        "history": [each for each in history_of(request.actor, found) if each.until is not None],
        "may_name": may_name(request.actor, found) and found.status != "ended",
        "sentence": _sentence_of(found, sum(row.red for row in rows)),
    }


def _sentence_of(found: Behaviour, red: int) -> str:
    if not red:
        return f"Every job of “{found}” has a name."
    return f"{words.plural(red, 'job')} of “{found}” {'is' if red == 1 else 'are'} nobody's."


def _line(slot: Slot, typed: NameForm | None) -> Line:
    """A job with an empty form, or with the one that was sent for it."""
    of = slot.population.pk if slot.population is not None else ""
    if typed is not None and (typed.data.get("job"), typed.data.get("population", "")) == (
        slot.job.value,
        str(of),
    ):
        return Line(slot, typed)
    prefix = f"{slot.job.value}-{of}"
    return Line(slot, NameForm(initial={"job": slot.job, "population": of}, auto_id=f"{prefix}-%s"))


@require_POST
@page
def take_off_job(request: PageRequest, behaviour: int, carrier: int) -> HttpResponse:
    """Take a job off somebody."""
    taken = take_off(request.actor, behaviour, carrier)
    messages.success(request, f"{taken.name} has this job no longer; nobody has.")
    return _back(request, behaviour)


def _back(request: PageRequest, behaviour: int) -> HttpResponse:
    slug = request.actor.workspace.slug
    return redirect("champions:jobs_of", workspace=slug, behaviour=behaviour)
