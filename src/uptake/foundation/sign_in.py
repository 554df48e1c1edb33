"""How the house differs from allauth's defaults: nobody signs up uninvited, secrets are sealed.

Whoever holds an invitation makes their account on the invitation's own page; a new identity from
the OpenID Connect provider is let in only with an open invitation to its verified address.
"""

from __future__ import annotations

import base64
import hashlib
from typing import Any  # allauth carries no types

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet
from django.http import HttpRequest
from django.utils.timezone import now

from uptake.config import load_settings
from uptake.foundation.models import Invitation, User

INVITED_FOR = "invitation"
"""Where the session keeps the hash of the invitation that somebody is answering."""


def open_invitation(request: HttpRequest) -> Invitation | None:
    """Return the invitation that this visitor came with, if it can still be accepted."""
    token_hash = request.session.get(INVITED_FOR, "")
    found = Invitation.objects.filter(token_hash=token_hash).first() if token_hash else None
    return found if found and found.is_open(now()) else None


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth carries no types
    """Sign-in with a password."""

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        """Accounts are made on invitations' own pages only."""
        return False

    def format_email_subject(self, subject: str) -> str:
        """Subjects as they are written, without a site's name in front."""
        return subject

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Links in mail begin with the public address, whatever host a request claimed."""
        return _public(super().get_reset_password_from_key_url(key))

    def populate_username(self, _request: HttpRequest, _user: User) -> None:
        """Users have no name but their address."""


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth: no types
    """Sign-in through the OpenID Connect provider."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """A new identity needs an open invitation to an address that the provider has verified."""
        invitation = open_invitation(request)
        if invitation is None:
            return False
        proven = {found.email.lower() for found in sociallogin.email_addresses if found.verified}
        return invitation.email.lower() in proven

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> Any:
        """Take over the name that the provider states."""
        user = super().populate_user(request, sociallogin, data)
        parts = (data.get("first_name"), data.get("last_name"))
        user.name = data.get("name") or " ".join(part for part in parts if part)
        return user


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth carries no types
    """Second factors; their secrets are sealed with a key derived from the signing secret."""

    def encrypt(self, text: str) -> str:
        """Seal a secret before it is stored."""
        return _seal().encrypt(text.encode()).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        """Open a secret that was stored."""
        return _seal().decrypt(encrypted_text.encode("ascii")).decode()

    def get_totp_issuer(self) -> str:
        """Return what an authenticator app calls us."""
        return "Uptake"


def _seal() -> Fernet:
    secret = load_settings().signing_secret()
    return Fernet(
        base64.urlsafe_b64encode(hashlib.sha256(f"second factors:{secret}".encode()).digest())
    )


def _public(address: str) -> str:
    path = "/" + address.split("://", 1)[-1].split("/", 1)[-1]
    return f"{load_settings().public_url}{path}"
