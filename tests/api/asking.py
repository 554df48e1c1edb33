"""Asking the API in tests."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponse
from django.test import Client

from tests.cast import Cast
from uptake.foundation.actor import Actor
from uptake.foundation.keys import create_key

PLACE = "/api/v1"


@dataclass(frozen=True)
class Api:
    """A client of the API; addresses are those inside the workspace of the cast."""

    client: Client
    headers: dict[str, str] = field(default_factory=dict)
    workspace: str = "acme"

    def place(self, path: str) -> str:
        return f"{PLACE}/workspaces/{self.workspace}{path}"

    def get(self, path: str, **asked: object) -> HttpResponse:
        return self.client.get(self.place(path), asked, headers=self.headers)

    def send(self, method: str, path: str, body: object = None, **headers: str) -> HttpResponse:
        return self.client.generic(
            method,
            self.place(path),
            b"" if body is None else _json(body),
            content_type="application/json",
            headers=self.headers | {name.replace("_", "-"): text for name, text in headers.items()},
        )

    def post(self, path: str, body: object = None, **headers: str) -> HttpResponse:
        return self.send("POST", path, body, **headers)

    def items(self, path: str, **asked: object) -> list[Any]:
        answer = self.get(path, **asked)
        assert answer.status_code == 200, answer.content
        return list(answer.json()["items"])


def _json(body: object) -> bytes:
    return json.dumps(body).encode()


def of_browser(actor: Actor) -> Api:
    """The API as somebody's browser asks it."""
    assert actor.user is not None
    client = Client()
    client.force_login(actor.user)
    return Api(client)


def of_key(cast: Cast, *scopes: str, account: str = "") -> Api:
    """The API as the holder of a new key asks it."""
    issued = create_key(cast.olga, "test", scopes=frozenset(scopes), account=account)
    return Api(Client(), {"Authorization": f"Bearer {issued.key}"})
