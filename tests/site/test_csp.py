from __future__ import annotations

import pytest
from django.test import Client

from uptake.config import Settings
from uptake.site.csp import policy


def test_every_answer_carries_the_policy(client: Client, db: None) -> None:
    answer = client.get("/accounts/login/")

    said = answer.headers["Content-Security-Policy"]
    assert "script-src 'self';" in said
    assert "style-src 'self';" in said
    assert "unsafe" not in said
    assert "frame-ancestors 'none'" in said


def test_signing_in_may_lead_to_the_provider_alone() -> None:
    settings = Settings(oidc_issuer="https://id.example.org/realms/x")

    assert "form-action 'self' https://id.example.org" in policy(settings)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
    ],
)
def test_browsers_are_told_to_be_careful(client: Client, header: str, value: str) -> None:
    assert client.get("/accounts/login/").headers[header] == value
