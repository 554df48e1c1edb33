"""The builder: what shall be asked, with what it would mean today and what is still unclear."""

from __future__ import annotations

from datetime import time

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from uptake.capabilities.behaviours import actions, building
from uptake.capabilities.behaviours.building import choices, team_of
from uptake.capabilities.behaviours.definition import Definition
from uptake.capabilities.behaviours.example_content import Example, example_of, examples, fitted
from uptake.capabilities.behaviours.forms import FIELD_OF, NEEDED, BehaviourForm, typed_of
from uptake.capabilities.behaviours.looking import Look, look
from uptake.capabilities.behaviours.models import Behaviour
from uptake.capabilities.behaviours.queries import access_behaviour, newest, to_come
from uptake.capabilities.customers.models import Account
from uptake.capabilities.customers.queries import visible_accounts
from uptake.foundation.access import Permission
from uptake.foundation.web import PageRequest, page
from uptake.ui import words
from uptake.ui.outcomes import problems_on

MOST = 500
"""Characters that another page may put into a field."""


@require_http_methods(["GET", "HEAD", "POST"])
@page
def new(request: PageRequest) -> HttpResponse:
    """Write down a behaviour."""
    return _edited(request, None)


@require_safe
@page
def list_examples(request: PageRequest) -> HttpResponse:
    """Show behaviours to begin from, by kind of system."""
    request.actor.require(Permission.BEHAVIOURS_WRITE)
    known = building.action_names(request.actor)
    systems: dict[str, list[tuple[Example, int]]] = {}
    for each in examples():
        found = fitted(each.definition, known)
        there = len(found.actions) + len(found.answer_actions)
        systems.setdefault(each.system, []).append((each, there))
    return render(request, "behaviours/examples.html", {"systems": systems})


@require_http_methods(["GET", "HEAD", "POST"])
@page
def edit(request: PageRequest, behaviour: int) -> HttpResponse:
    """Change what is asked."""
    request.actor.require(Permission.BEHAVIOURS_WRITE)
    return _edited(request, access_behaviour(request.actor, behaviour))


@require_POST
@page
def try_out(request: PageRequest) -> HttpResponse:
    """Show what is typed would mean, before anything is written down."""
    request.actor.require(Permission.BEHAVIOURS_WRITE)
    key = request.POST.get("behaviour", "")
    found = access_behaviour(request.actor, int(key)) if key.isdecimal() else None
    form = _form(request, found)
    seen = _look(request, found, form)
    shown = {"look": seen, "unread": form.unread(), "live": True, "said": _said()}
    return render(request, "behaviours/parts/look.html", shown)


def _said() -> list[str]:
    return list(dict.fromkeys(FIELD_OF.values()))


def _edited(request: PageRequest, found: Behaviour | None) -> HttpResponse:
    actor = request.actor
    actor.require(Permission.BEHAVIOURS_WRITE)
    form = _form(request, found)
    is_sent = request.method == "POST" and "preview" not in request.POST
    if is_sent and form.is_valid():
        with problems_on(form):
            saved = _saved(request, found, form)
            messages.success(request, _saved_words(saved))
            slug = actor.workspace.slug
            return redirect("behaviours:behaviour", workspace=slug, behaviour=saved.pk)
    shown_look = _look(request, found, form)
    shown = {
        "behaviour": found,
        "form": form,
        "look": shown_look,
        "unread": form.unread(),
        "sections": form.sections(shown_look.findings),
        "example": example_of(request.GET.get("example", "")),
        "said": _said(),
        "needed": NEEDED,
    }
    status = 422 if is_sent else 200
    return render(request, "behaviours/builder.html", shown, status=status)


def _saved_words(saved: Behaviour) -> str:
    later = to_come(saved)
    if later is None:
        return f"{saved.name} is saved."
    return f"{saved.name} is saved; it holds from {words.day(later.valid_from)} on."


def _saved(request: PageRequest, found: Behaviour | None, form: BehaviourForm) -> Behaviour:
    facts = form.facts(request.user)
    if found is None:
        return actions.draft_behaviour(request.actor, facts)
    actions.revise_behaviour(request.actor, found.pk, facts, note=form.cleaned_data["note"])
    return access_behaviour(request.actor, found.pk)


def _form(request: PageRequest, found: Behaviour | None) -> BehaviourForm:
    offered = choices(request.actor)
    definition = newest(found) if found else None
    if request.method == "POST":
        return BehaviourForm(request.POST, choices=offered, behaviour=found, definition=definition)
    if found is None or definition is None:
        return BehaviourForm(choices=offered, initial=_begun(request))
    as_now = offered.populations.get(definition.population, ()) == definition.rules
    typed = typed_of(found, definition, as_now=as_now)
    return BehaviourForm(choices=offered, behaviour=found, definition=definition, initial=typed)


def _begun(request: PageRequest) -> dict[str, object]:
    """What stands in the form of a new behaviour: an example's words, if one was chosen."""
    me = request.user.name or request.user.email
    example = example_of(request.GET.get("example", ""))
    if example is None:
        begun = {"owner_name": me, "cadence": "week", "at": "17:00"}
        return begun | _brought(request)
    definition = fitted(example.definition, building.action_names(request.actor))
    return typed_of(Behaviour(name=example.name, owner_name=me), definition, as_now=True)


def _brought(request: PageRequest) -> dict[str, object]:
    """What another page already knows of a new behaviour, such as a step that people skip."""
    said = request.GET
    words = {name: said[name][:MOST] for name in ("name", "statement", "reason") if name in said}
    known = building.action_names(request.actor)
    return {**words, "actions": [each for each in said.getlist("action") if each in known]}


def _look(request: PageRequest, found: Behaviour | None, form: BehaviourForm) -> Look:
    """What stands in the form, whether or not all of it can be read."""
    actor = request.actor
    if form.is_bound:
        form.is_valid()
        definition, owner = form.definition(), str(form.cleaned_data.get("owner_name", ""))
        account = _account(request, str(form.cleaned_data.get("account", "")))
    else:
        definition = newest(found) if found else _first(request)
        owner, account = str(form.initial.get("owner_name", "")), _account(request, "")
    if found is not None:
        team = (found.leader or True) if found.of_team else None
        return look(actor, definition, owner=owner, account=found.account, team=team)
    return look(actor, definition, owner=owner, account=account, team=team_of(actor))


def _first(request: PageRequest) -> Definition:
    """What a new behaviour asks before anything is typed."""
    example = example_of(request.GET.get("example", ""))
    if example is None:
        return Definition(at=time(17))
    return fitted(example.definition, building.action_names(request.actor))


def _account(request: PageRequest, named: str) -> Account | None:
    wanted = named or request.actor.account
    return visible_accounts(request.actor).filter(external_id=wanted).first() if wanted else None
