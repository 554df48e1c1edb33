"""What people write down about a deployment: what they learnt, what changed, what success is."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from uptake.capabilities.customers import actions
from uptake.capabilities.customers import queries as customers
from uptake.capabilities.measure.pages.deployment import product_of
from uptake.capabilities.measure.record_forms import ChangeForm, NoteForm, SuccessForm
from uptake.capabilities.measure.records import deployments_of
from uptake.foundation.access import Permission
from uptake.foundation.errors import DomainError
from uptake.foundation.web import PageRequest, page
from uptake.ui.answers import answer_form

Write = Callable[[forms.Form], object]


@require_http_methods(["GET", "HEAD", "POST"])
@page
def note(request: PageRequest, account: str, product: str) -> HttpResponse:
    """Write down what was learnt about an account."""
    form = NoteForm(request.POST or None)

    def write(sent: forms.Form) -> object:
        learnt, day = form.learnt(), sent.cleaned_data["day"]
        return actions.record_discovery(request.actor, account, day=day, learnt=learnt)

    words = ("What did you learn?", "It stays as it is; a later note stands beside it.", "Note")
    return _asked(request, form, write, (account, product), words)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def change(request: PageRequest, account: str, product: str) -> HttpResponse:
    """Log a change that bears on adoption."""
    form = ChangeForm(request.POST or None, product=product_of(product))

    def write(sent: forms.Form) -> object:
        told = sent.cleaned_data
        return actions.record_change(
            request.actor,
            told["kind"],
            day=told["day"],
            account=account,
            product=product_of(product) if told.get("only_product") else None,
            description=told["description"],
        )

    words = ("What changed?", "It is marked on the adoption curve from now on.", "Change")
    return _asked(request, form, write, (account, product), words)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def success(request: PageRequest, account: str, product: str) -> HttpResponse:
    """Write down what an executive calls success."""
    found = deployments_of(request.actor, account, product_of(product))
    form = SuccessForm(request.POST or None, deployments=found)

    def write(sent: forms.Form) -> object:
        told = sent.cleaned_data
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
    words = ("What is success here?", told, "Success")
    return _asked(request, form, write, (account, product), words)


def _asked(
    request: PageRequest,
    form: forms.Form,
    write: Write,
    place: tuple[str, str],
    words: tuple[str, str, str],
) -> HttpResponse:
    """Show a form about a deployment, or do what it says and lead back."""
    request.actor.require(Permission.CUSTOMERS_WRITE)
    account, product = place
    about = customers.access_account(request.actor, account)
    if request.method == "POST" and form.is_valid():
        try:
            write(form)
        except DomainError as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, "Written down.")
            slug = request.actor.workspace.slug
            return redirect("measure:deployment", workspace=slug, account=account, product=product)
    heading, help_text, name = words
    return answer_form(
        request,
        "measure/record.html",
        form,
        account=about,
        product=product,
        heading=heading,
        help_text=help_text,
        name=name,
    )
