"""What every page function is wrapped in: who is looking, at which workspace, and what went wrong.

``@page`` guards a page inside a workspace, ``@own_page`` one that needs only a signed-in user, and
``@open_page`` one that anybody may ask for. Nothing else may be routed to: the route table in the
tests reads ``guard_of``.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Concatenate, ParamSpec, cast

import structlog
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from uptake.foundation.actor import Actor
from uptake.foundation.errors import DomainError
from uptake.foundation.models import User
from uptake.foundation.queries import access_workspace

P = ParamSpec("P")
PROBLEM_PAGE = "ui/problem.html"
PROBLEM_PART = "ui/parts/problem.html"
SIGN_IN = "account_login"
LAST_WORKSPACE = "workspace"
"""Where the session keeps in which workspace somebody was last."""


class PageRequest(HttpRequest):
    """A request of somebody signed in; ``actor`` says who they are in the workspace."""

    actor: Actor
    user: User
    htmx: HtmxDetails


class OwnRequest(HttpRequest):
    """A request of somebody signed in, outside any workspace."""

    user: User
    htmx: HtmxDetails


class Guard(StrEnum):
    """Who may ask for a page at all; what they may see is decided by queries and actions."""

    MEMBER = "member"
    SIGNED_IN = "signed in"
    ANYBODY = "anybody"


PageFunction = Callable[Concatenate[PageRequest, P], HttpResponseBase]
OwnPageFunction = Callable[Concatenate[OwnRequest, P], HttpResponseBase]
OpenPageFunction = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def page(show: PageFunction[P]) -> Callable[..., HttpResponseBase]:
    """Guard a page of a workspace; the address names it as ``workspace``."""

    @wraps(show)
    def shown(
        request: HttpRequest, workspace: str, *args: P.args, **named: P.kwargs
    ) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return to_sign_in(request)
        asked = cast("PageRequest", request)
        with structlog.contextvars.bound_contextvars(workspace=workspace):
            try:
                asked.actor = access_workspace(asked.user, workspace)
                if request.session.get(LAST_WORKSPACE) != workspace:
                    request.session[LAST_WORKSPACE] = workspace
                return show(asked, *args, **named)
            except DomainError as problem:
                return show_problem(request, problem)

    return _guarded(shown, Guard.MEMBER)


def own_page(show: OwnPageFunction[P]) -> Callable[..., HttpResponseBase]:
    """Guard a page of somebody signed in."""

    @wraps(show)
    def shown(request: HttpRequest, *args: P.args, **named: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return to_sign_in(request)
        try:
            return show(cast("OwnRequest", request), *args, **named)
        except DomainError as problem:
            return show_problem(request, problem)

    return _guarded(shown, Guard.SIGNED_IN)


def open_page(show: OpenPageFunction[P]) -> Callable[..., HttpResponseBase]:
    """Let anybody ask for a page."""

    @wraps(show)
    def shown(request: HttpRequest, *args: P.args, **named: P.kwargs) -> HttpResponseBase:
        try:
            return show(request, *args, **named)
        except DomainError as problem:
            return show_problem(request, problem)

    return _guarded(shown, Guard.ANYBODY)


def guard_of(view: object) -> Guard | None:
    """Return how a view is guarded, ``None`` if it is not one of our pages."""
    return getattr(view, "guard", None)


def _guarded(
    shown: Callable[..., HttpResponseBase], guard: Guard
) -> Callable[..., HttpResponseBase]:
    vars(shown)["guard"] = guard
    return shown


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Send a stranger to the sign-in page and back here afterwards."""
    if getattr(request, "htmx", False):
        return HttpResponseClientRedirect(redirect_to_login("/", login_url=SIGN_IN).url)
    return redirect_to_login(request.get_full_path(), login_url=SIGN_IN)


def show_problem(request: HttpRequest, problem: DomainError) -> HttpResponse:
    """Answer with the error's own sentence: a page, or a part of one for htmx."""
    template = PROBLEM_PART if getattr(request, "htmx", False) else PROBLEM_PAGE
    told = {"problem": str(problem), "status": problem.status}
    return render(request, template, told, status=problem.status)
