"""Populations: who is expected to do what, with what the conditions mean today."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from uptake.capabilities.customers import actions, defining, queries
from uptake.capabilities.customers.defining import expected_rows, population_by_key
from uptake.capabilities.customers.forms import ExpectedForm, PopulationForm, plain
from uptake.capabilities.customers.membership import (
    condition,
    countable_people,
    heirs,
    sized_populations,
)
from uptake.capabilities.customers.models import Population
from uptake.capabilities.customers.populations import read_rules
from uptake.capabilities.customers.previews import people_of, preview
from uptake.capabilities.customers.rule_builder import (
    FIELDS,
    Built,
    read_rows,
    rows_of,
    suggestions,
)
from uptake.foundation.access import Permission
from uptake.foundation.errors import DomainError
from uptake.foundation.web import PageRequest, page
from uptake.ui.outcomes import problems_next

GO_ON = ("add", "remove", "refresh", "preview")
"""What a sent editor may ask for besides being saved."""


@require_safe
@page
def list_populations(request: PageRequest) -> HttpResponse:
    """List populations, the one that counts first first."""
    actor = request.actor
    sized = sized_populations(actor)
    expected: dict[int, list[bool]] = {}
    rows = queries.visible_expected_actions(actor).values_list("population_id", "is_proposed")
    for population, is_proposed in rows:
        expected.setdefault(population, []).append(is_proposed)
    total = countable_people(actor).count()
    shown = {
        "rows": [(each, expected.get(each.population.pk, [])) for each in sized],
        "total": total,
        "outside": total - sum(each.measured for each in sized),
        "unconfirmed": sum(any(found) for found in expected.values()),
        "may_write": actor.may(Permission.POPULATIONS_WRITE),
    }
    return render(request, "customers/populations.html", shown)


@require_safe
@page
def population(request: PageRequest, population: int) -> HttpResponse:
    """Show one population: its conditions, its people together, what is expected of them."""
    actor = request.actor
    found = population_by_key(actor, population)
    rules = read_rules(found.rules)
    sizes = {each.population.pk: each.measured for each in sized_populations(actor)}
    shown = {
        "population": found,
        "measured": sizes[found.pk],
        "rules": rules,
        "preview": preview(actor, rules, besides=found.pk),
        "expected": expected_rows(found),
        "may_write": actor.may(Permission.POPULATIONS_WRITE),
        "names_people": actor.may(Permission.PEOPLE_READ),
    }
    return render(request, "customers/population.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def new(request: PageRequest) -> HttpResponse:
    """Define a population."""
    return _edited(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def edit(request: PageRequest, population: int) -> HttpResponse:
    """Change a population."""
    return _edited(request, population_by_key(request.actor, population))


def _edited(request: PageRequest, found: Population | None) -> HttpResponse:
    request.actor.require(Permission.POPULATIONS_WRITE)
    if request.method != "POST":
        return _editor(request, found, _blank(found), rows_of(found.rules if found else []))
    form, built = PopulationForm(request.POST), read_rows(request.POST)
    if any(name in request.POST for name in GO_ON):
        return _editor(request, found, _unjudged(form), built)
    if form.is_valid() and built.rules is not None:
        facts = form.facts(built.kept)
        try:
            if found is None:
                saved = defining.add_population(request.actor, facts)
            else:
                saved = defining.change_population(request.actor, found.pk, facts)
        except DomainError as problem:
            form.add_error("name", str(problem))
        else:
            messages.success(request, f"{saved.name} is saved.")
            return _to_population(request, saved.pk)
    return _editor(request, found, form, built, status=422)


def _blank(found: Population | None) -> PopulationForm:
    if found is None:
        return PopulationForm()
    return PopulationForm(
        initial={
            "name": found.name,
            "goal": found.goal,
            "days_a_week": plain(found.days_a_week),
        }
    )


def _unjudged(form: PopulationForm) -> PopulationForm:
    """The same values without complaints: nothing was to be saved yet."""
    form.is_valid()
    return PopulationForm(initial={name: form.data.get(name, "") for name in form.fields})


def _editor(
    request: PageRequest,
    found: Population | None,
    form: PopulationForm,
    built: Built,
    *,
    status: int = 200,
) -> HttpResponse:
    key = found.pk if found else None
    rules = None if request.htmx else built.rules  # htmx takes the conditions alone
    shown = {
        "population": found,
        "form": form,
        "built": built,
        "fields": FIELDS,
        "suggestions": suggestions(request.actor, built.rows),
        "preview": None if rules is None else preview(request.actor, rules, besides=key),
        "names_people": request.actor.may(Permission.PEOPLE_READ),
    }
    return render(request, "customers/population_edit.html", shown, status=status)


@require_POST
@page
def try_out(request: PageRequest) -> HttpResponse:
    """Show what typed conditions mean, before anything is saved."""
    request.actor.require(Permission.POPULATIONS_WRITE)
    built = read_rows(request.POST)
    key = request.POST.get("population", "")
    shown = {
        "preview": None
        if built.rules is None
        else preview(request.actor, built.rules, besides=int(key) if key.isdecimal() else None),
        "built": built,
        "names_people": request.actor.may(Permission.PEOPLE_READ),
    }
    return render(request, "customers/parts/preview.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def expected(request: PageRequest, population: int) -> HttpResponse:
    """Say what a population is expected to do, and how often a week."""
    actor = request.actor
    actor.require(Permission.POPULATIONS_WRITE)
    found = population_by_key(actor, population)
    rows = expected_rows(found)
    known = {row.action_id for row in rows}
    others = [
        (str(action.pk), f"{action.product} · {action}")
        for action in queries.visible_actions(actor).select_related("product")
        if action.pk not in known
    ]
    form = ExpectedForm(request.POST or None, rows=rows, others=others)
    if request.method == "POST" and form.is_valid():
        actions.expect(actor, found.name, actions=form.expected())
        messages.success(request, f"What is expected of {found.name} is saved.")
        return _to_population(request, found.pk)
    shown = {"population": found, "form": form, "has_actions": bool(rows or others)}
    status = 422 if form.errors else 200
    return render(request, "customers/expected.html", shown, status=status)


@require_POST
@page
def propose(request: PageRequest, population: int) -> HttpResponse:
    """Read off the data what may be expected, marked as proposed."""
    request.actor.require(Permission.POPULATIONS_WRITE)
    found = population_by_key(request.actor, population)
    people = people_of(request.actor, read_rules(found.rules))
    with problems_next(request):
        defining.propose_profile(request.actor, found.pk, people)
        messages.success(request, "Proposed from what they did; confirm it once it is right.")
    return _to_population(request, found.pk)


@require_POST
@page
def confirm(request: PageRequest, population: int) -> HttpResponse:
    """Say that what was proposed is expected."""
    defining.confirm_profile(request.actor, population)
    messages.success(request, "Confirmed: this is what is expected.")
    return _to_population(request, population)


@require_POST
@page
def move(request: PageRequest, population: int) -> HttpResponse:
    """Let a population count earlier or later."""
    up = request.POST.get("way") == "up"
    moved = defining.move_population(request.actor, population, up=up)
    messages.success(request, f"{moved.name} counts {'earlier' if up else 'later'} now.")
    return redirect("customers:populations", workspace=request.actor.workspace.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def remove(request: PageRequest, population: int) -> HttpResponse:
    """Say what deleting a population changes; do it once that was read."""
    actor = request.actor
    actor.require(Permission.POPULATIONS_WRITE)
    found = population_by_key(actor, population)
    if request.method == "POST":
        defining.remove_population(actor, found.pk)
        messages.success(request, f"{found.name} is deleted; the people are untouched.")
        return redirect("customers:populations", workspace=actor.workspace.slug)
    shown = {
        "population": found,
        "people": countable_people(actor).filter(condition(read_rules(found.rules))).count(),
        "heirs": heirs(actor, found),
        "expected": expected_rows(found),
    }
    return render(request, "customers/population_remove.html", shown)


def _to_population(request: PageRequest, key: int) -> HttpResponse:
    slug = request.actor.workspace.slug
    return redirect("customers:population", workspace=slug, population=key)
