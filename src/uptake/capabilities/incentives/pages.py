"""The register of incentives, and the page of one with its effect and what was proposed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from uptake.capabilities.behaviours.keeping import all_figures
from uptake.capabilities.customers.queries import visible_accounts, visible_populations
from uptake.capabilities.incentives import actions
from uptake.capabilities.incentives.effects import effects
from uptake.capabilities.incentives.forms import DecisionForm, IncentiveForm, ProposalForm
from uptake.capabilities.incentives.models import Answer, Incentive, Proposal
from uptake.capabilities.incentives.queries import (
    access_incentive,
    known_behaviours,
    open_proposals,
    said_by_people,
    told_numbers_of,
    visible_incentives,
    works_against,
    writes_register,
)
from uptake.foundation import activity
from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor
from uptake.foundation.web import PageRequest, page
from uptake.ui import words
from uptake.ui.answers import answer_csv, answer_form
from uptake.ui.outcomes import problems_next, problems_on, require_clear

FORM_PAGE = "incentives/form.html"


@require_safe
@page
def list_incentives(request: PageRequest) -> HttpResponse:
    """Show the register: first what works against something that people are asked to do."""
    actor = request.actor
    today = _today(actor)
    found = list(visible_incentives(actor))
    against = [each for each in found if works_against(each, today)]
    waiting = list(open_proposals(actor))
    shown = {
        "against": against,
        "others": [each for each in found if each not in against and each.is_in_force(today)],
        "over": [each for each in found if not each.is_in_force(today)],
        "waiting": waiting,
        "unregistered": said_by_people(actor),
        "sentence": _sentence(found, against),
        "may_write": writes_register(actor),
        "may_export": actor.may(Permission.METRICS_EXPORT),
    }
    return render(request, "incentives/incentives.html", shown)


def _sentence(found: list[Incentive], against: list[Incentive]) -> str:
    if not found:
        return "Nobody has written down yet what is rewarded."
    if against:
        things = words.plural(len(against), "incentive works", "incentives work")
        return f"{things} against what people are asked to do."
    return "Nothing on record works against what people are asked to do."


HEADINGS = (
    *("incentive", "kind", "what", "whom", "given_by", "since", "until", "source"),
    *("behaviour", "way", "how"),
)


@require_safe
@page
def incentives_csv(request: PageRequest) -> HttpResponseBase:
    """Send the register as a table, a line for each behaviour that something works on."""
    request.actor.require(Permission.METRICS_EXPORT)
    found = list(visible_incentives(request.actor))
    activity.record(request.actor, "incentives.exported", incentives=len(found))
    return answer_csv(_lines(found), name="incentives")


def _lines(found: list[Incentive]) -> Iterator[tuple[object, ...]]:
    yield HEADINGS
    for each in found:
        days = (each.since or "", each.until or "")
        row = (each.name, each.kind, each.what, each.whom, each.given_by, *days, each.source)
        links = list(each.links.all())
        yield from ((*row, link.behaviour.name, link.way, link.how) for link in links)
        if not links:
            yield (*row, "", "", "")


@require_safe
@page
def incentive(request: PageRequest, incentive: int) -> HttpResponse:
    """Show one incentive: what it works on, what changed with it, what was proposed."""
    actor = request.actor
    found = access_incentive(actor, incentive)
    told = told_numbers_of(actor)
    _basis, figures = all_figures(actor.workspace) if found.links.all() else (None, {})
    today = _today(actor)
    shown = {
        "incentive": found,
        "is_in_force": found.is_in_force(today),
        "is_against": works_against(found, today),
        "links": [(link, link.behaviour_id in told) for link in found.links.all()],
        "effects": effects(found, figures, told=told),
        "proposals": [(each, _decision_form(each, today)) for each in found.proposals.all()],
        "may_write": writes_register(actor),
        "proposal_form": ProposalForm(),
        "sentence": _state(found, today),
    }
    return render(request, "incentives/incentive.html", shown)


def _state(found: Incentive, today: date) -> str:
    if found.until is not None and found.until < today:
        return f"{found.name} was given until {words.day(found.until)}."
    if found.since is not None and found.since > today:
        return f"{found.name} will be given from {words.day(found.since)}."
    if works_against(found, today):
        return f"{found.name} works against what people are asked to do."
    return f"{found.name} is given today."


def _decision_form(proposal: Proposal, today: date) -> DecisionForm | None:
    if proposal.answer != Answer.PROPOSED:
        return None
    return DecisionForm(initial={"on": today}, auto_id=f"id_{proposal.pk}_%s")


@require_http_methods(["GET", "HEAD", "POST"])
@page
def new(request: PageRequest) -> HttpResponse:
    """Write an incentive down."""
    actions.require_writer(request.actor)
    form = _form(request.actor, request.POST or None, initial=_asked_for(request))
    if form.is_bound and form.is_valid():
        with problems_on(form):
            made = actions.register(request.actor, form.facts())
            messages.success(request, "It is in the register.")
            return _to(request, made.pk)
    return answer_form(request, FORM_PAGE, form, incentive=None)


def _asked_for(request: PageRequest) -> dict[str, object]:
    """The behaviour from whose page somebody comes."""
    named = request.GET.get("behaviour", "")
    return {"behaviour_1": named} if named.isdecimal() else {}


@require_http_methods(["GET", "HEAD", "POST"])
@page
def edit(request: PageRequest, incentive: int) -> HttpResponse:
    """Correct what is written of an incentive, or say until when it was given."""
    actions.require_writer(request.actor)
    found = access_incentive(request.actor, incentive)
    form = _form(request.actor, request.POST or None, initial=IncentiveForm.typed_of(found))
    form.fields.pop("account", None)
    if form.is_bound and form.is_valid():
        with problems_on(form):
            actions.change(request.actor, incentive, form.facts())
            messages.success(request, "Changed.")
            return _to(request, incentive)
    return answer_form(request, FORM_PAGE, form, incentive=found)


@require_POST
@page
def propose(request: PageRequest, incentive: int) -> HttpResponse:
    """Note what HR, or whoever gives it, was asked to change."""
    actions.require_writer(request.actor)
    access_incentive(request.actor, incentive)
    form = ProposalForm(request.POST)
    with problems_next(request):
        require_clear(form)
        actions.propose(request.actor, incentive, **form.cleaned_data)
        messages.success(request, "Noted; write down the answer once there is one.")
    return _to(request, incentive)


@require_POST
@page
def decide(request: PageRequest, incentive: int, proposal: int) -> HttpResponse:
    """Note what was decided about a proposal."""
    actions.require_writer(request.actor)
    access_incentive(request.actor, incentive)
    form = DecisionForm(request.POST)
    with problems_next(request):
        require_clear(form)
        actions.decide(request.actor, incentive, proposal, form.decision())
        messages.success(request, "Noted.")
    return _to(request, incentive)


def _form(actor: Actor, typed: object, *, initial: dict[str, object]) -> IncentiveForm:
    accounts = [(each.external_id, str(each)) for each in visible_accounts(actor)]
    whole = [] if actor.account else [("", "The whole company")]
    return IncentiveForm(
        typed,
        behaviours=[(str(each.pk), each.name) for each in known_behaviours(actor)],
        populations=[each.name for each in visible_populations(actor)],
        accounts=[*whole, *accounts],
        initial=initial,
    )


def _to(request: PageRequest, incentive: int) -> HttpResponse:
    slug = request.actor.workspace.slug
    return redirect("incentives:incentive", workspace=slug, incentive=incentive)


def _today(actor: Actor) -> date:
    return localdate(timezone=ZoneInfo(actor.workspace.timezone))
