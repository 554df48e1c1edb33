"""Writing a contest, and the page of whoever answers for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from uptake.capabilities.behaviours.definition import read as read_definition
from uptake.capabilities.behaviours.models import Status as BehaviourStatus
from uptake.capabilities.behaviours.queries import visible_behaviours
from uptake.capabilities.contests import actions, telling
from uptake.capabilities.contests.forms import CallOffForm, ContestForm, PrizeForm, ReviseForm
from uptake.capabilities.contests.models import Contest, RulesVersion, Status
from uptake.capabilities.contests.pages.reading import decay_shown
from uptake.capabilities.contests.queries import (
    contests_to_run,
    kept_figures,
    left_out_of,
    newest_rules,
    team_sizes,
)
from uptake.capabilities.contests.rules import Rules, read
from uptake.capabilities.customers.queries import visible_accounts
from uptake.foundation.actor import Actor
from uptake.foundation.errors import NotFound
from uptake.foundation.web import PageRequest, page
from uptake.ui.answers import answer_form
from uptake.ui.outcomes import problems_next, problems_on

FORM_PAGE = "contests/form.html"


@require_http_methods(["GET", "HEAD", "POST"])
@page
def new(request: PageRequest) -> HttpResponse:
    """Write a contest down."""
    actor = request.actor
    actions.require_runner(actor)
    behaviours = _behaviours(actor)
    initial: dict[str, object] = {"first": actions.today_in(actor.workspace) + timedelta(days=7)}
    if request.GET.get("behaviour", "").isdecimal():
        initial |= {"behaviour": request.GET["behaviour"]}
    form = ContestForm(
        request.POST or None, behaviours=behaviours, accounts=_accounts(actor), initial=initial
    )
    if form.is_bound and form.is_valid():
        with problems_on(form):
            contest = actions.draft_contest(actor, form.facts())
            messages.success(request, "Written down; read it once more, then open it for teams.")
            return _to_owner(request, contest.pk)
    return answer_form(request, FORM_PAGE, form, contest=None, nothing=not behaviours)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def edit(request: PageRequest, contest: int) -> HttpResponse:
    """Write the next version of the rules, while it has not started."""
    found = _to_run(request.actor, contest)
    rules, _definition = read(newest_rules(found))
    form = ReviseForm(request.POST or None, initial=ContestForm.typed_of(found, rules))
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        with problems_on(form):
            actions.revise_contest(
                request.actor, contest, name=said["name"], rules=form.rules(), note=said["note"]
            )
            messages.success(request, "Changed; teams that had entered are asked anew.")
            return _to_owner(request, contest)
    return answer_form(request, FORM_PAGE, form, contest=found, nothing=False)


@require_safe
@page
def owner(request: PageRequest, contest: int) -> HttpResponse:
    """Show whoever runs a contest how far it is, what did not count, and what was given."""
    actor = request.actor
    found = _to_run(actor, contest)
    figures = kept_figures(found) if found.has_started else None
    rules, _definition = read(newest_rules(found))
    sizes, fewest = team_sizes(found), actor.workspace.minimum_group
    entries = list(found.entries.filter(withdrawn_at=None).select_related("team"))
    shown = {
        "contest": found,
        "account": str(found.account or ""),
        "figures": figures,
        "sentence": telling.sentence(found, figures),
        "rules": rules,
        "versions": _versions(found),
        "number": newest_rules(found).number,
        "entries": entries,
        "could_enter": sum(people >= fewest for people in sizes.values()),
        "too_small": sum(people < fewest for people in sizes.values()),
        "left_out": left_out_of(actor, found),
        "is_owner": found.owner is not None and found.owner == actor.user,
        "may_revise": found.status in (Status.DRAFT, Status.OPEN),
        "may_call_off": found.status in (Status.DRAFT, Status.OPEN, Status.RUNNING),
        "call_off_form": CallOffForm(),
        "prize_form": _prize_form(found),
        "given": list(found.given.select_related("entry__team")),
        **decay_shown(figures),
    }
    return render(request, "contests/owner.html", shown)


@require_POST
@page
def open_for_teams(request: PageRequest, contest: int) -> HttpResponse:
    """Let teams enter."""
    return _done(
        request,
        contest,
        lambda: actions.open_contest(request.actor, contest),
        "Teams may enter now, each on the page of the contest.",
    )


@require_POST
@page
def call_off(request: PageRequest, contest: int) -> HttpResponse:
    """Stop a contest."""
    note = request.POST.get("note", "")
    return _done(
        request,
        contest,
        lambda: actions.call_off(request.actor, contest, note=note),
        "It is called off.",
    )


@require_POST
@page
def prize(request: PageRequest, contest: int) -> HttpResponse:
    """Note that a prize was given."""
    form = _prize_form(_to_run(request.actor, contest), request.POST)
    if not form.is_valid():
        messages.warning(request, "Choose a prize, a team and the day on which it was given.")
        return _to_owner(request, contest)
    said = form.cleaned_data
    return _done(
        request,
        contest,
        lambda: actions.note_prize(request.actor, contest, **said),
        "Noted.",
    )


def _done(request: PageRequest, contest: int, act: Callable[[], object], said: str) -> HttpResponse:
    """Do it and go back to the page of the owner, with what became of it."""
    with problems_next(request):
        act()
        messages.success(request, said)
    return _to_owner(request, contest)


def _to_run(actor: Actor, key: int) -> Contest:
    actions.require_runner(actor)
    rows = contests_to_run(actor).select_related("behaviour", "account", "owner")
    found = rows.filter(pk=key).first()
    if found is None:
        raise NotFound("There is no such contest for you; see the list of contests.")
    return found


def _versions(contest: Contest) -> list[tuple[RulesVersion, Rules, str]]:
    zone = ZoneInfo(contest.workspace.timezone)
    told = [(row, *read(row)) for row in contest.versions.order_by("-number")]
    return [(row, rules, telling.length_words(rules, asked, zone)) for row, rules, asked in told]


def _behaviours(actor: Actor) -> list[tuple[str, str]]:
    """What a contest can be about."""
    live = visible_behaviours(actor).filter(status=BehaviourStatus.LIVE, of_team=False)
    found = []
    for each in live.prefetch_related("versions"):
        versions = sorted(each.versions.all(), key=lambda version: version.number)
        definition = read_definition(versions[-1].definition) if versions else None
        if definition and definition.has_quality and not definition.is_once:
            found.append((str(each.pk), each.name))
    return found


def _accounts(actor: Actor) -> list[tuple[str, str]]:
    """Whose teams may enter; without several accounts there is no choice to make."""
    accounts = [(each.external_id, str(each)) for each in visible_accounts(actor)]
    usual = ("", "Everybody who is asked for it")
    return [usual, *accounts] if len(accounts) > 1 else []


def _prize_form(contest: Contest, typed: object = None) -> PrizeForm:
    rules, _definition = read(newest_rules(contest))
    teams = contest.entries.filter(withdrawn_at=None).select_related("team")
    return PrizeForm(
        typed,
        prizes=[(str(n), each.what) for n, each in enumerate(rules.prizes)],
        teams=[(str(each.pk), str(each.team)) for each in teams],
    )


def _to_owner(request: PageRequest, contest: int) -> HttpResponse:
    slug = request.actor.workspace.slug
    return redirect("contests:owner", workspace=slug, contest=contest)
