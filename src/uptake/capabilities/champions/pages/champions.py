"""Champions: who goes ahead where, which populations have nobody, and whether it goes with more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from uptake.capabilities.champions import championing
from uptake.capabilities.champions.activity_of import (
    group_activity,
    may_name_champions,
    name_activity,
)
from uptake.capabilities.champions.champions import (
    Coverage,
    champions_asked,
    champions_to_decide,
    coverage,
    visible_champions,
)
from uptake.capabilities.champions.forms import ProposalForm
from uptake.capabilities.champions.near import ToldNear, visible_near
from uptake.capabilities.champions.near_words import ASSOCIATION, behind, picture, sentence
from uptake.capabilities.customers.queries import visible_populations
from uptake.capabilities.recognition.queries import require_nominator
from uptake.foundation import activity
from uptake.foundation.access import Permission, Role
from uptake.foundation.errors import Invalid
from uptake.foundation.privacy import policy_in_force
from uptake.foundation.web import PageRequest, page
from uptake.ui import words
from uptake.ui.answers import answer_csv, answer_form
from uptake.ui.outcomes import problems_next, problems_on

HEADINGS = (
    *("population", "people", "champions", "per_hundred", "teams", "teams_with_champion"),
    "waiting",
)


@require_safe
@page
def champions(request: PageRequest) -> HttpResponse:
    """Show who goes ahead in which population, and where nobody does."""
    return render(request, "champions/champions.html", _shown(request))


@require_POST
@page
def names(request: PageRequest) -> HttpResponse:
    """Say what single champions do, once the look has been written down."""
    purpose = request.POST.get("purpose", "")
    try:
        named = name_activity(request.actor, purpose=purpose)
    except Invalid as problem:
        messages.warning(request, str(problem))
        return render(request, "champions/champions.html", _shown(request), status=422)
    shown = _shown(request) | {"named": named, "purpose": purpose}
    return render(request, "champions/champions.html", shown)


def _shown(request: PageRequest) -> dict[str, object]:
    actor = request.actor
    rows = coverage(actor)
    decides = actor.may(Permission.BEHAVIOURS_WRITE)
    return {
        "rows": rows,
        "sentence": _sentence(rows),
        "champions": list(visible_champions(actor)),
        "waiting": list(champions_to_decide(actor)) if decides else [],
        "asked": list(champions_asked(actor)) if decides else [],
        "group": group_activity(actor),
        "near": _near(visible_near(actor)),
        "association": ASSOCIATION,
        "policy": policy_in_force(actor.workspace),
        "may_decide": decides,
        "may_name": may_name_champions(actor),
        "may_nominate": actor.role is not Role.VIEWER,
        "may_export": actor.may(Permission.METRICS_EXPORT),
    }


def _near(told: Sequence[ToldNear]) -> list[dict[str, object]]:
    """What is known of each behaviour, the clearest first, which alone has a picture."""
    clearest = sorted(told, key=lambda each: each.near.first.p_value if each.near.first else 2)
    return [_shown_near(each, is_first=each is clearest[0]) for each in clearest]


def _shown_near(told: ToldNear, *, is_first: bool) -> dict[str, object]:
    found = told.near
    return {
        "behaviour": told.behaviour,
        "computed_at": told.computed_at,
        "first": sentence(found.first, found.first_missing),
        "habit": sentence(found.habit, found.habit_missing, habit=True) if found.habit else "",
        "behind": behind(found.first) if found.first else "",
        "picture": picture(told) if is_first else None,
    }


def _sentence(rows: Sequence[Coverage]) -> str:
    if not rows:
        return "No population yet in which anybody could go ahead."
    bare = sum(row.is_bare for row in rows)
    many = words.plural(sum(row.champions for row in rows), "champion")
    if not bare:
        return f"{many}, and no population without one."
    peopled = sum(row.people != 0 for row in rows)
    of = f"{bare} of {words.plural(peopled, 'population')}"
    return f"{many}; {of} {'has' if bare == 1 else 'have'} none."


@require_safe
@page
def champions_csv(request: PageRequest) -> HttpResponseBase:
    """Send how each population is covered as a table; nobody is named."""
    request.actor.require(Permission.METRICS_EXPORT)
    rows = coverage(request.actor)
    activity.record(request.actor, "champions.exported", populations=len(rows))
    return answer_csv(_lines(rows), name="champions")


def _lines(rows: Sequence[Coverage]) -> Iterator[tuple[object, ...]]:
    yield HEADINGS
    for row in rows:
        told = (row.people, row.per_hundred, row.teams, row.teams_with)
        people, rate, teams, has = ("suppressed" if each is None else each for each in told)
        rate = "" if row.people == 0 else rate
        yield (row.population.name, people, row.champions, rate, teams, has, row.waiting)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def nominate(request: PageRequest) -> HttpResponse:
    """Propose somebody as a champion."""
    require_nominator(request.actor)
    names = [each.name for each in visible_populations(request.actor)]
    form = ProposalForm(request.POST or None, populations=names)
    if form.is_bound and form.is_valid():
        with problems_on(form):
            championing.nominate_champion(request.actor, form.proposal())
            messages.success(request, "Proposed. Whoever leads them confirms it; then they answer.")
            return redirect("champions:own", workspace=request.actor.workspace.slug)
    return answer_form(request, "champions/nominate.html", form, nothing=not names)


@require_POST
@page
def decide(request: PageRequest, champion: int) -> HttpResponse:
    """Confirm a proposal, or not."""
    confirm = request.POST.get("confirm") == "1"
    since = parse_date(request.POST.get("since", "")) if request.POST.get("since") else None
    with problems_next(request):
        championing.decide_champion(request.actor, champion, confirm=confirm, since=since)
        said = "Confirmed. They are asked, and are champion once they say yes."
        messages.success(request, said if confirm else "Not confirmed; nobody was told.")
    return redirect("champions:champions", workspace=request.actor.workspace.slug)


@require_POST
@page
def end(request: PageRequest, champion: int) -> HttpResponse:
    """Say that somebody is champion no longer."""
    championing.end_champion(request.actor, champion)
    messages.success(request, "They are champion no longer.")
    return redirect("champions:champions", workspace=request.actor.workspace.slug)
