"""The content security policy: nothing but our own files, no inline script, no eval, no frame."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse

from uptake.config import Settings, load_settings

HEADER = "Content-Security-Policy"


def policy(settings: Settings) -> str:
    """Return the policy; signing in with the OpenID Connect provider leads to its own page."""
    issuer = urlsplit(settings.oidc_issuer)
    elsewhere = f" {issuer.scheme}://{issuer.netloc}" if settings.oidc_issuer else ""
    return "; ".join(
        (
            "default-src 'self'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data: blob:",
            "object-src 'none'",
            "base-uri 'none'",
            f"form-action 'self'{elsewhere}",
            "frame-ancestors 'none'",
        )
    )


class ContentSecurityPolicy:
    """Puts the policy on every answer that has none of its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response
        self._policy = policy(load_settings())

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the policy."""
        response = self._get_response(request)
        response.headers.setdefault(HEADER, self._policy)
        return response
