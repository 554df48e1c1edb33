"""People: who is on record, in which teams and roles, and one person at a time."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from uptake.capabilities.customers import actions, people, queries
from uptake.capabilities.customers.doings import events_of
from uptake.capabilities.customers.erasure import erase_person
from uptake.capabilities.customers.forms import EraseForm, LinkForm, PeopleFilter, PurposeForm
from uptake.capabilities.customers.membership import why
from uptake.capabilities.customers.models import Person
from uptake.capabilities.customers.named import look_at_person
from uptake.capabilities.customers.people import PeopleQuestion
from uptake.foundation import activity
from uptake.foundation.access import Permission
from uptake.foundation.lake import open_lake
from uptake.foundation.privacy import policy_in_force
from uptake.foundation.web import PageRequest, page
from uptake.ui.answers import answer_csv, answer_form

ROWS = 50
TEAMS = 200
COLUMNS = (
    ("person", "Person"),
    ("account", "Account"),
    ("team", "Team"),
    ("role", "Role"),
    ("manager", "Manager"),
    ("start", "From, until"),
)


@require_safe
@page
def list_people(request: PageRequest) -> HttpResponse:
    """List people, narrowed to what the address says."""
    actor, asked = request.actor, request.GET
    question = _question(asked)
    pages = Paginator(people.listed_people(actor, question), ROWS)
    vars(pages)["count"] = people.count_listed(actor, question)
    choices = people.people_choices(actor, asked.get("account", ""))
    shown = {
        "page": pages.get_page(asked.get("page")),
        "form": PeopleFilter(asked or None, choices=choices),
        "columns": _columns(asked),
        "query": _query(asked, "page"),
        "kept": [(name, asked[name]) for name in ("sort", "desc") if name in asked],
        "names_people": actor.may(Permission.PEOPLE_READ),
        "total": people.people_in_all(actor),
    }
    template = "customers/people_part.html" if request.htmx else "customers/people.html"
    return render(request, template, shown)


@require_safe
@page
def people_csv(request: PageRequest) -> HttpResponseBase:
    """Send the people that the address asks for as a file; that it was sent is written down."""
    request.actor.require(Permission.PEOPLE_READ)
    found = people.listed_people(request.actor, _question(request.GET))
    activity.record(request.actor, "people.exported", people=found.count())
    return answer_csv(people.people_lines(found), name=f"people-{localdate().isoformat()}")


@require_safe
@page
def groups(request: PageRequest) -> HttpResponse:
    """Show every team and role with how many people it has."""
    actor = request.actor
    teams = people.team_sizes(actor)
    shown = {
        "page": Paginator(teams, TEAMS).get_page(request.GET.get("page")),
        "teams": teams,
        "roles": people.role_sizes(actor),
        "without": people.without_team(actor),
        "total": people.people_in_all(actor),
        "names_people": actor.may(Permission.PEOPLE_READ),
    }
    return render(request, "customers/groups.html", shown)


@require_safe
@page
def person(request: PageRequest, person: str) -> HttpResponse:
    """Show what is on record of a person, and where they belong."""
    found = queries.access_person(request.actor, person)
    return render(request, "customers/person.html", _shown(request, found))


@require_http_methods(["GET", "HEAD", "POST"])
@page
def numbers(request: PageRequest, person: str) -> HttpResponse:
    """Show a person's numbers by name, once the look has been written down; each look is sent."""
    found = queries.access_person(request.actor, person)
    if request.method != "POST":
        return _to_person(request, person)
    form = PurposeForm(request.POST)
    if form.is_valid():
        seen = look_at_person(request.actor, person, purpose=form.cleaned_data["purpose"])
        return render(request, "customers/person.html", _shown(request, found) | {"seen": seen})
    return answer_form(
        request, "customers/person.html", form, **(_shown(request, found) | {"purpose_form": form})
    )


@require_POST
@page
def link(request: PageRequest, person: str) -> HttpResponse:
    """Say which member a person is."""
    actor = request.actor
    found = queries.access_person(actor, person)
    users = people.users_to_link(actor)
    form = LinkForm(request.POST, users=users)
    if form.is_valid():
        user = next(user for user in users if str(user.pk) == form.cleaned_data["user"])
        actions.link_person(actor, person, user)
        messages.success(request, f"{user.email} sees these numbers as their own from now on.")
        return _to_person(request, person)
    return answer_form(
        request, "customers/person.html", form, **(_shown(request, found) | {"link_form": form})
    )


@require_POST
@page
def unlink(request: PageRequest, person: str) -> HttpResponse:
    """Say that a person is no member."""
    request.actor.require(Permission.MEMBERS_MANAGE)
    found = queries.access_person(request.actor, person)
    if found.user is not None:
        actions.unlink_person(request.actor, found.user)
        messages.success(request, f"{found.user.email} is linked to nobody now.")
    return _to_person(request, person)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def erase(request: PageRequest, person: str) -> HttpResponse:
    """Say what erasing a person takes; once the identifier was typed, do it: the receipt."""
    actor = request.actor
    actor.require(Permission.PERSON_ERASE)
    found = queries.access_person(actor, person)
    form = EraseForm(request.POST or None, expected=found.external_id)
    if request.method == "POST" and form.is_valid():
        with open_lake() as lake:
            receipt = erase_person(actor, found.external_id, lake=lake)
        return render(request, "customers/erased.html", {"receipt": receipt})
    events = events_of(actor.workspace.slug, found.external_id)
    reports = found.reports.count()
    shown = {"person": found, "events": events, "reports": reports}
    return answer_form(request, "customers/erase.html", form, **shown)


def _shown(request: PageRequest, found: Person) -> dict[str, object]:
    actor = request.actor
    manages = actor.may(Permission.MEMBERS_MANAGE)
    return {
        "person": found,
        "line": people.account_line(found.account),
        "reports": queries.visible_people(actor)
        .filter(Q(manager=found) | Q(manager__same_as=found))
        .count(),
        "populations": why(actor, found),
        "looks": people.visible_looks_at(actor, found),
        "policy": policy_in_force(actor.workspace),
        "is_own": actor.user is not None and found.user_id == actor.user.pk,
        "may_look": actor.may(Permission.PEOPLE_READ),
        "may_link": manages,
        "may_erase": actor.may(Permission.PERSON_ERASE),
        "purpose_form": PurposeForm(),
        "link_form": LinkForm(users=people.users_to_link(actor)) if manages else None,
    }


def _question(asked: QueryDict) -> PeopleQuestion:
    return PeopleQuestion(
        text=asked.get("text", ""),
        account=asked.get("account", ""),
        team=asked.get("team", ""),
        role=asked.get("role", ""),
        manager=asked.get("manager", "").strip(),
        sort=asked.get("sort", "person"),
        descending="desc" in asked,
    )


def _query(asked: QueryDict, *besides: str) -> str:
    """The address's question without some of its names, ending in & if there is any."""
    kept = urlencode([(name, value) for name, value in asked.items() if name not in besides])
    return f"{kept}&" if kept else ""


def _columns(asked: QueryDict) -> list[tuple[str, str, str, str]]:
    """Key, heading, address that sorts by it, and how it is sorted now, of each column."""
    rest = _query(asked, "page", "sort", "desc")
    current, descending = asked.get("sort", "person"), "desc" in asked
    found = []
    for key, heading in COLUMNS:
        is_current = key == current
        address = f"?{rest}sort={key}" + ("&desc=1" if is_current and not descending else "")
        sorted_ = ("descending" if descending else "ascending") if is_current else ""
        found.append((key, heading, address, sorted_))
    return found


def _to_person(request: PageRequest, person: str) -> HttpResponse:
    return redirect("customers:person", workspace=request.actor.workspace.slug, person=person)
