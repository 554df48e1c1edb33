"""The list of behaviours, and the page of one."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_POST, require_safe

from uptake.capabilities.behaviours import actions
from uptake.capabilities.behaviours.asking_duties import may_ask_duties
from uptake.capabilities.behaviours.charts import funnel, over_periods
from uptake.capabilities.behaviours.definition import PERIOD_WORDS, Definition, due_words, read
from uptake.capabilities.behaviours.explaining import explanation
from uptake.capabilities.behaviours.figures import BehaviourFigures
from uptake.capabilities.behaviours.keeping import all_figures, kept_figures
from uptake.capabilities.behaviours.models import Behaviour, BehaviourVersion
from uptake.capabilities.behaviours.queries import (
    access_behaviour,
    asked_of_all,
    in_force,
    newest,
    sees_own_team_only,
    to_come,
    versions_of,
    visible_behaviours,
)
from uptake.capabilities.behaviours.speaking import obstacles
from uptake.capabilities.behaviours.telling import amount_words, facts, list_sentence, sentence
from uptake.foundation import activity
from uptake.foundation.access import Permission
from uptake.foundation.web import PageRequest, page
from uptake.metrics.measurement import Measurement
from uptake.ui.answers import answer_csv
from uptake.ui.document import Explanation
from uptake.ui.outcomes import problems_next


@require_safe
@page
def list_behaviours(request: PageRequest) -> HttpResponse:
    """List what people are asked to do."""
    found = list(visible_behaviours(request.actor).prefetch_related("versions"))
    basis, figures = all_figures(request.actor.workspace) if found else (None, {})
    rows = [_Row(each, _asked_of(each), figures.get(each.pk)) for each in found]
    of_part = request.actor.account is not None or sees_own_team_only(request.actor)
    shown = {
        "of_part": of_part,
        "rows": rows,
        "of_all": [_Row(each, asked, None) for each, asked in asked_of_all(request.actor)],
        "leads": sees_own_team_only(request.actor),
        "basis": basis,
        "sentence": list_sentence([row.behaviour for row in rows], of_part=of_part),
        "may_write": request.actor.may(Permission.BEHAVIOURS_WRITE),
        "may_export": request.actor.may(Permission.METRICS_EXPORT),
        "may_ask_duties": may_ask_duties(request.actor),
    }
    return render(request, "behaviours/behaviours.html", shown)


HEADINGS = (
    *("behaviour", "status", "period_from", "asked", "met_share"),
    *("centre", "limit_low", "limit_high", "signal", "met", "due"),
)


@require_safe
@page
def behaviours_csv(request: PageRequest) -> HttpResponseBase:
    """Send how each behaviour went, period by period, as a table."""
    request.actor.require(Permission.METRICS_EXPORT)
    found = list(visible_behaviours(request.actor))
    _basis, figures = all_figures(request.actor.workspace) if found else (None, {})
    activity.record(request.actor, "behaviours.exported", behaviours=len(found))
    return answer_csv(_lines(found, figures), name="behaviours")


def _lines(
    found: list[Behaviour], figures: dict[int, BehaviourFigures]
) -> Iterator[tuple[object, ...]]:
    yield HEADINGS
    for each in found:
        told = figures.get(each.pk)
        for point in told.points if told else ():
            share = "suppressed" if point.share is None else point.share
            limits = (point.centre, point.low, point.high)
            said = ("" if limit is None else limit for limit in limits)
            parts = ("" if part is None else part for part in (point.met, point.due))
            yield (
                *(each.name, each.status, point.first, point.asked, share),
                *(*said, point.signal, *parts),
            )


class _Row:
    """A behaviour with what is asked, in words."""

    def __init__(
        self, behaviour: Behaviour, definition: Definition, figures: BehaviourFigures | None
    ) -> None:
        self.behaviour, self.figures = behaviour, figures
        points = figures.points[-26:] if figures and not figures.missing else ()
        self.trend = tuple(point.share for point in points)
        self.definition = definition
        self.amount, self.due = amount_words(definition), due_words(definition)


def _asked_of(behaviour: Behaviour) -> Definition:
    """What is asked now; of what is not live, what was written last."""
    versions = sorted(behaviour.versions.all(), key=lambda version: version.number)
    if not versions:
        return Definition()
    shown = in_force(versions, localdate()) if behaviour.is_live else versions[-1]
    return read(shown.definition)


@require_safe
@page
def behaviour(request: PageRequest, behaviour: int) -> HttpResponse:
    """Show one behaviour: what exactly is asked, whether it happens, how it came about."""
    actor = request.actor
    found = access_behaviour(actor, behaviour)
    definition, later = newest(found), to_come(found)
    basis, figures = kept_figures(found)
    unit = PERIOD_WORDS.get(definition.cadence, "period")
    shown = {
        "behaviour": found,
        "basis": basis,
        "figures": figures,
        "sentence": sentence(found, definition, figures),
        "tiles": _tiles(figures),
        "picture": over_periods(figures, "week" if unit == "day" else unit) if figures else None,
        "teams_picture": funnel(figures) if figures else None,
        "shows_signs": found.owner is not None and found.owner == actor.user,
        "definition": definition,
        "asked_now": _asked_now(found, later),
        "later": later,
        "amount": amount_words(definition),
        "due": due_words(definition),
        "facts": facts(definition),
        "findings": actions.findings(actor, found, definition) if found.status == "draft" else (),
        "versions": [(row, read(row.definition)) for row in reversed(versions_of(found))],
        "obstacles": obstacles(found, fewest=actor.workspace.minimum_group),
        "waiting": found.questions.filter(answered_at=None).count(),
        "may_write": actor.may(Permission.BEHAVIOURS_WRITE),
    }
    return render(request, "behaviours/behaviour.html", shown)


def _asked_now(found: Behaviour, later: BehaviourVersion | None) -> str:
    """What is still asked where something else is from a later period on."""
    if later is None:
        return ""
    asked = read(in_force(versions_of(found), localdate()).definition)
    return f"{amount_words(asked)}, {due_words(asked)}"


def _tiles(
    figures: BehaviourFigures | None,
) -> list[tuple[str, Explanation, Measurement]]:
    if figures is None or figures.missing:
        return []
    numbers = (
        ("Met it", figures.people),
        ("Of what was asked", figures.quantity),
        ("Good ones", figures.quality),
    )
    return [(title, explanation(number), number) for title, number in numbers if number]


@require_POST
@page
def live(request: PageRequest, behaviour: int) -> HttpResponse:
    """Ask people from now on."""
    with problems_next(request):
        found = actions.go_live(request.actor, behaviour)
        messages.success(request, f"{found.name} is live: people are asked from this period on.")
    return _to(request, behaviour)


@require_POST
@page
def end(request: PageRequest, behaviour: int) -> HttpResponse:
    """Ask nobody any longer."""
    found = actions.end_behaviour(request.actor, behaviour)
    messages.success(request, f"{found.name} has ended; what was judged stays to be read.")
    return _to(request, behaviour)


def _to(request: PageRequest, behaviour: int) -> HttpResponse:
    slug = request.actor.workspace.slug
    return redirect("behaviours:behaviour", workspace=slug, behaviour=behaviour)
