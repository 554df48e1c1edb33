"""What people write down about an account: changes, discoveries, go-lives, phases, success."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_safe

from uptake.capabilities.customers import actions, queries
from uptake.capabilities.customers.account_view import may_read_context
from uptake.capabilities.customers.differences import HEADS, compared
from uptake.capabilities.customers.models import Account, Deployment, PhaseKind
from uptake.capabilities.customers.record_forms import (
    FEWEST_PHASES,
    ChangeForm,
    DiscoveryForm,
    GoLiveForm,
    NoteForm,
    PhaseForms,
    SuccessForm,
)
from uptake.capabilities.customers.terms import visible_discoveries
from uptake.foundation.access import Permission
from uptake.foundation.errors import DomainError, NotAllowed, NotFound
from uptake.foundation.web import PageRequest, page
from uptake.ui.answers import answer_form
from uptake.ui.outcomes import problems_on

Write = Callable[[], object]


@require_http_methods(["GET", "HEAD", "POST"])
@page
def note(request: PageRequest, account: str) -> HttpResponse:
    """Write a few words about an account."""
    about = _about(request, account)
    products = list(queries.visible_products(request.actor))
    form = NoteForm(request.POST or None, products=products, initial=request.GET.dict())

    def write() -> object:
        told = form.cleaned_data
        return actions.write_note(
            request.actor,
            account,
            day=told["day"],
            text=told["text"],
            product=told.get("product") or None,
        )

    told = "It stands on the timeline as it is; a later note stands beside it."
    return _asked(request, form, write, about, ("What is worth remembering?", told, "Note"))


@require_http_methods(["GET", "HEAD", "POST"])
@page
def change(request: PageRequest, account: str) -> HttpResponse:
    """Log a change of one account."""
    return _change(request, _about(request, account))


@require_http_methods(["GET", "HEAD", "POST"])
@page
def change_of_all(request: PageRequest) -> HttpResponse:
    """Log a change that concerns every account, such as a release."""
    request.actor.require(Permission.CUSTOMERS_WRITE)
    if request.actor.account is not None:
        raise NotAllowed("You see one account; log the change there.")
    return _change(request, None)


def _change(request: PageRequest, about: Account | None) -> HttpResponse:
    products = list(queries.visible_products(request.actor))
    form = ChangeForm(request.POST or None, products=products, initial=request.GET.dict())

    def write() -> object:
        told = form.cleaned_data
        return actions.record_change(
            request.actor,
            told["kind"],
            day=told["day"],
            account=about.external_id if about else None,
            product=told.get("product") or None,
            description=told["description"],
        )

    words = "It is marked on the adoption curve; behaviours are looked at again after it."
    return _asked(request, form, write, about, ("What changed?", words, "Log a change"))


@require_http_methods(["GET", "HEAD", "POST"])
@page
def correct(request: PageRequest, change: int) -> HttpResponse:
    """Correct a logged change."""
    request.actor.require(Permission.CUSTOMERS_WRITE)
    found = queries.access_change(request.actor, change)
    initial = {"kind": found.kind, "day": found.happened_on, "description": found.description}
    form = ChangeForm(request.POST or None, initial=initial, products=())

    def write() -> object:
        told = form.cleaned_data
        return actions.correct_change(
            request.actor,
            found.pk,
            kind=told["kind"],
            day=told["day"],
            description=told["description"],
        )

    words = ("Correct what was logged", "The audit log keeps what stood here.", "Correct a change")
    return _asked(request, form, write, found.account, words)


@require_safe
@page
def discovery(request: PageRequest, account: str) -> HttpResponse:
    """Show everything that was learnt about an account, each record beside the one before."""
    actor = request.actor
    found = queries.access_account(actor, account)
    if not may_read_context(actor):
        raise NotAllowed("Your role does not read discovery records; ask an owner.")
    shown = {
        "account": found,
        "records": compared(visible_discoveries(actor, account)),
        "may_write": actor.may(Permission.CUSTOMERS_WRITE),
    }
    return render(request, "customers/discovery.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def new_discovery(request: PageRequest, account: str) -> HttpResponse:
    """Write down what was learnt, begun with what was known."""
    about = _about(request, account)
    latest = next(iter(visible_discoveries(request.actor, account)), None)
    known = {head: getattr(latest, head) for head, _name in HEADS} if latest else {}
    form = DiscoveryForm(request.POST or None, initial=known)

    def write() -> object:
        day, learnt = form.cleaned_data["day"], form.learnt()
        return actions.record_discovery(request.actor, account, day=day, learnt=learnt)

    told = "It begins with what was known; change what is new. Earlier records stay as they are."
    return _asked(request, form, write, about, ("What did you learn?", told, "Discovery"))


@require_http_methods(["GET", "HEAD", "POST"])
@page
def go_live(request: PageRequest, account: str) -> HttpResponse:
    """Write down when the account went live with a product."""
    about = _about(request, account)
    products = list(queries.visible_products(request.actor))
    form = GoLiveForm(request.POST or None, products=products, initial=request.GET.dict())

    def write() -> object:
        told = form.cleaned_data
        return actions.record_go_live(request.actor, account, told["product"], day=told["day"])

    words = ("When did it go live?", "Measures are compared before and after this day.", "Go-live")
    return _asked(request, form, write, about, words)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def phases(request: PageRequest, account: str, deployment: int) -> HttpResponse:
    """Plan the phases of a product: before, around and after go-live."""
    actor = request.actor
    about = _about(request, account)
    found = queries.access_deployment(actor, deployment)
    if found.account_id != about.pk:
        raise NotFound("There is no such product in this account.")
    forms_ = PhaseForms(request.POST or None, initial=_planned(found))
    problem = ""
    if request.method == "POST" and forms_.is_valid():
        wanted = [phase for form in forms_ if (phase := form.planned())]
        try:
            actions.plan_phases(actor, found.pk, phases=wanted)
        except DomainError as refused:
            problem = str(refused)
        else:
            messages.success(request, "The plan is saved.")
            return redirect(_back(request, about))
    status = 422 if request.method == "POST" else 200
    shown = {"account": about, "deployment": found, "forms": forms_, "problem": problem}
    return render(request, "customers/phases.html", shown, status=status)


def _planned(deployment: Deployment) -> list[dict[str, object]]:
    """The phases there are and some rows to fill in; a new plan begins with one of each kind."""
    rows: list[dict[str, object]] = [
        {"kind": p.kind, "name": p.name, "first": p.starts_on, "last": p.ends_on}
        for p in deployment.phases.all()
    ]
    kinds = [PhaseKind.BEFORE, PhaseKind.DURING, PhaseKind.AFTER] if not rows else []
    rows += [{"kind": kind} for kind in kinds]
    rows += [{"kind": PhaseKind.AFTER}] * max(1, FEWEST_PHASES - len(rows))
    return rows


@require_http_methods(["GET", "HEAD", "POST"])
@page
def success(request: PageRequest, account: str) -> HttpResponse:
    """Write down what an executive calls success."""
    about = _about(request, account)
    found = queries.visible_deployments(request.actor).filter(account=about)
    known = list(found.select_related("product"))
    deployments = [(str(d.pk), str(d.product)) for d in known]
    asked = [d.pk for d in known if d.product.external_id == request.GET.get("product")]
    initial = {"deployment": asked[0]} if asked else {}
    form = SuccessForm(request.POST or None, deployments=deployments, initial=initial)

    def write() -> object:
        told = form.cleaned_data
        return actions.define_success(
            request.actor,
            int(told["deployment"]),
            executive=told["executive"],
            horizon_years=int(told["horizon_years"]),
            definition=told["definition"],
            measure=told["measure"],
            target=told["target"],
            day=told["day"],
        )

    told = "In the executive's own words; a later one of the same horizon replaces it."
    if not deployments:
        told = "Record a go-live first: success is defined for a product."
    return _asked(request, form, write, about, ("What is success here?", told, "Success"))


def _about(request: PageRequest, account: str) -> Account:
    request.actor.require(Permission.CUSTOMERS_WRITE)
    return queries.access_account(request.actor, account)


def _asked(
    request: PageRequest,
    form: forms.Form,
    write: Write,
    about: Account | None,
    words: tuple[str, str, str],
) -> HttpResponse:
    """Show a form, or do what it says and lead back."""
    if request.method == "POST" and form.is_valid():
        with problems_on(form):
            write()
            messages.success(request, "Written down.")
            return redirect(_back(request, about))
    heading, help_text, name = words
    shown = {"account": about, "heading": heading, "help_text": help_text, "name": name}
    return answer_form(request, "customers/record.html", form, **shown, back=_back(request, about))


def _back(request: PageRequest, about: Account | None) -> str:
    """Where somebody came from, if the address says so, else the account."""
    wanted = request.GET.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return wanted
    slug = request.actor.workspace.slug
    if about is None:
        return reverse("customers:accounts", args=[slug])
    return reverse("customers:account", args=[slug, about.external_id])
