from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core import mail
from django.core.cache import cache
from django.test import Client
from tests import factories

from uptake.foundation.models import User

PASSWORD = "seven green bottles"


@pytest.fixture
def nora(db: None) -> User:
    cache.clear()
    user = factories.user("nora")
    user.set_password(PASSWORD)
    user.save()
    return user


def _sign_in(client: Client, password: str = PASSWORD) -> int:
    return client.post(
        "/accounts/login/", {"login": "nora@example.org", "password": password}
    ).status_code


def test_a_password_opens_the_door(client: Client, nora: User) -> None:
    assert _sign_in(client) == 302
    assert client.get("/profile").status_code == 200


def test_passwords_are_kept_as_argon2(nora: User) -> None:
    assert nora.password.startswith("argon2$argon2id$")


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(
    client: Client, nora: User
) -> None:
    wrong = client.post("/accounts/login/", {"login": "nora@example.org", "password": "x"})
    unknown = client.post("/accounts/login/", {"login": "who@example.org", "password": "x"})

    said = [
        re.findall(r'role="alert">.*?</div>', page.content.decode()) for page in (wrong, unknown)
    ]
    assert said[0] == said[1] != []


def test_guessing_is_stopped_even_with_the_right_password_in_the_end(
    client: Client, nora: User
) -> None:
    for _guess in range(5):
        _sign_in(client, "wrong")

    _sign_in(client)

    assert client.get("/profile").status_code == 302


def test_a_second_factor_is_asked_for(client: Client, nora: User) -> None:
    secret = generate_totp_secret()
    TOTP.activate(nora, secret)

    answer = client.post("/accounts/login/", {"login": nora.email, "password": PASSWORD})

    assert answer.headers["Location"] == "/accounts/2fa/authenticate/"
    assert client.get("/profile").status_code == 302


def test_the_secret_of_a_second_factor_is_sealed(nora: User) -> None:
    secret = generate_totp_secret()

    stored = TOTP.activate(nora, secret).instance.data["secret"]

    assert secret not in stored
    assert get_adapter().decrypt(stored) == secret


def test_a_forgotten_password_is_replaced_by_mail(client: Client, nora: User) -> None:
    client.post("/accounts/password/reset/", {"email": nora.email}, headers={"Host": "localhost"})
    (sent,) = mail.outbox
    (path,) = re.findall(r"http://127\.0\.0\.1:8000(/\S+)", sent.body)

    form = client.get(path, follow=True)
    there = form.redirect_chain[-1][0]
    client.post(there, {"password1": "eight blue bottles", "password2": "eight blue bottles"})

    nora.refresh_from_db()
    assert nora.check_password("eight blue bottles")
    assert client.get(path, follow=True).content.decode().count("leads nowhere") == 1


def test_nobody_learns_who_has_an_account(client: Client, nora: User) -> None:
    known = client.post("/accounts/password/reset/", {"email": nora.email})
    unknown = client.post("/accounts/password/reset/", {"email": "who@example.org"})

    assert known.headers["Location"] == unknown.headers["Location"]
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    "address",
    [
        "/accounts/login/",
        "/accounts/logout/",
        "/accounts/password/reset/",
        "/accounts/password/reset/done/",
        "/accounts/password/reset/key/done/",
        "/accounts/inactive/",
        "/accounts/social/login/cancelled/",
        "/accounts/social/login/error/",
    ],
)
def test_pages_before_sign_in_are_drawn(client: Client, db: None, address: str) -> None:
    assert client.get(address, follow=True).status_code in (200, 401)


@pytest.mark.parametrize(
    "address",
    [
        "/accounts/2fa/",
        "/accounts/2fa/totp/activate/",
        "/accounts/2fa/webauthn/",
        "/accounts/2fa/webauthn/add/",
        "/accounts/password/change/",
        "/accounts/reauthenticate/",
    ],
)
def test_pages_of_ones_own_account_are_drawn(client: Client, nora: User, address: str) -> None:
    _sign_in(client)

    assert client.get(address, follow=True).status_code == 200


@pytest.mark.parametrize(
    ("host", "is_offered"),
    [("localhost:8000", True), ("127.0.0.1:8000", False), ("[::1]:8000", False)],
)
@pytest.mark.django_db
def test_a_passkey_is_offered_where_browsers_take_one(
    client: Client, settings: Any, host: str, is_offered: bool
) -> None:
    settings.ALLOWED_HOSTS = ["*"]

    page = client.get("/accounts/login/", headers={"Host": host}).content.decode()

    assert ("Sign in with a passkey" in page) is is_offered
