"""A user's own name, look, sign-in and sessions, and who has looked at them."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from uptake.capabilities.administration import actions, queries
from uptake.capabilities.administration.forms import ProfileForm
from uptake.config import load_settings
from uptake.foundation.models import Theme
from uptake.foundation.web import OwnRequest, own_page
from uptake.ui.answers import answer_form


@require_http_methods(["GET", "HEAD", "POST"])
@own_page
def profile(request: OwnRequest) -> HttpResponse:
    """Show and change what belongs to the user."""
    user = request.user
    form = ProfileForm(request.POST or None, initial={"name": user.name, "theme": user.theme})
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data
        actions.change_profile(user, name=wanted["name"], theme=Theme(wanted["theme"]))
        messages.success(request, "Saved.")
        return redirect("profile:profile")
    factors = set(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    return answer_form(
        request,
        "administration/profile.html",
        form,
        sessions=queries.sessions(user),
        factors=factors,
        persons=queries.own_persons(user),
        has_provider=bool(load_settings().oidc_issuer),
        connections=SocialAccount.objects.filter(user=user).count(),
    )


@require_POST
@own_page
def end_session(request: OwnRequest, session: int) -> HttpResponse:
    """Sign out of one browser."""
    actions.end_session(request.user, session)
    messages.success(request, "That browser is signed out.")
    return redirect("profile:profile")
