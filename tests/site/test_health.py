from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import OperationalError
from django.test import Client

from uptake import __version__
from uptake.site import health


@pytest.mark.django_db
def test_a_healthy_process_says_so(client: Client) -> None:
    answer = client.get("/health")

    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "version": __version__}
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_process_without_its_database_says_what_to_do(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Gone:
        @contextmanager
        def cursor(self) -> Iterator[None]:
            raise OperationalError("gone")
            yield

    monkeypatch.setattr(health, "connection", Gone())

    answer = client.get("/health")

    assert answer.status_code == 503
    assert "uptake doctor" in answer.json()["detail"]


@pytest.mark.django_db
def test_health_is_only_looked_at(client: Client) -> None:
    assert client.post("/health").status_code == 405


@pytest.mark.django_db
def test_a_plain_request_id_is_kept(client: Client) -> None:
    answer = client.get("/health", headers={"X-Request-ID": "abc-123"})

    assert answer.headers["X-Request-ID"] == "abc-123"


@pytest.mark.django_db
@pytest.mark.parametrize("proposed", ["a b", "x" * 65, '{"level":"error"}', ""])
def test_any_other_request_id_is_replaced(client: Client, proposed: str) -> None:
    answer = client.get("/health", headers={"X-Request-ID": proposed})

    assert len(answer.headers["X-Request-ID"]) == 32
