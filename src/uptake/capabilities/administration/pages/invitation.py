"""The page that an invitation's link opens: the only place where accounts are made."""

from __future__ import annotations

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from uptake.capabilities.administration import actions
from uptake.capabilities.administration.forms import NewAccountForm
from uptake.capabilities.administration.words import ROLE_NAMES, ROLE_WORDS
from uptake.config import load_settings
from uptake.foundation.access import Role
from uptake.foundation.errors import DomainError
from uptake.foundation.invitations import access_invitation
from uptake.foundation.models import Invitation, User
from uptake.foundation.sign_in import INVITED_FOR
from uptake.foundation.web import open_page
from uptake.ui.answers import answer_form

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@open_page
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Take the place that was kept for one's address, with an old account or a new one."""
    kept = access_invitation(token)
    request.session[INVITED_FOR] = kept.token_hash
    if isinstance(request.user, User):
        return _as_signed_in(request, request.user, kept=kept, token=token)
    if User.objects.filter(email=kept.email).exists():
        return render(request, "administration/invitation_sign_in.html", _told(kept))
    return _as_newcomer(request, kept, token)


def _as_signed_in(
    request: HttpRequest, user: User, *, kept: Invitation, token: str
) -> HttpResponse:
    if request.method == "POST":
        actions.accept(user, token)
        return _arrive(request, kept)
    is_theirs = user.email.lower() == kept.email
    told = _told(kept) | {"is_theirs": is_theirs}
    return render(request, "administration/invitation_accept.html", told)


def _as_newcomer(request: HttpRequest, kept: Invitation, token: str) -> HttpResponse:
    form = NewAccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data
        try:
            user, _ = actions.accept_as_new_user(
                token, name=wanted["name"], password=wanted["password"]
            )
        except DomainError as problem:
            form.add_error("password", str(problem))
        else:
            login(request, user, backend=BACKEND)
            return _arrive(request, kept)
    return answer_form(request, "administration/invitation_new.html", form, **_told(kept))


def _arrive(request: HttpRequest, kept: Invitation) -> HttpResponse:
    request.session.pop(INVITED_FOR, None)
    return redirect("administration:home", workspace=kept.workspace.slug)


def _told(kept: Invitation) -> dict[str, object]:
    role = Role(kept.role)
    settings = load_settings()
    return {
        "invitation": kept,
        "role_name": ROLE_NAMES[role],
        "role_words": ROLE_WORDS[role],
        "provider": settings.oidc_name if settings.oidc_issuer else "",
    }
