from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import structlog
from django.db import OperationalError
from django.test import Client
from pydantic import SecretStr

from uptake import __version__
from uptake.config import Settings
from uptake.foundation.lake import open_lake
from uptake.site import health, telemetry


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


@pytest.fixture
def lake_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lake of the test's own instead of the one that settings name."""
    here = Settings(data_dir=tmp_path)
    monkeypatch.setattr(health, "open_lake", lambda: open_lake(here))
    monkeypatch.setattr(telemetry, "open_lake", lambda: open_lake(here))
    with open_lake(here) as lake:
        lake.create_workspace("acme")


@pytest.mark.django_db
def test_a_process_with_its_databases_is_ready(client: Client, lake_here: None) -> None:
    assert client.get("/ready").status_code == 200


@pytest.mark.django_db
def test_a_process_without_its_lake_is_not(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> None:
        raise OSError("gone")

    monkeypatch.setattr(health, "open_lake", gone)

    answer = client.get("/ready")

    assert answer.status_code == 503
    assert "uptake doctor" in answer.json()["detail"]


@pytest.mark.django_db
def test_tables_of_another_version_are_not_ready(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "_migrated", set())
    monkeypatch.setattr(health, "pending_migrations", lambda: ("foundation.0099",))

    answer = client.get("/ready")

    assert answer.status_code == 503
    assert "uptake migrate" in answer.json()["detail"]


@pytest.mark.django_db
def test_requests_and_the_inbox_are_counted(client: Client, lake_here: None) -> None:
    client.get("/accounts/login/")

    told = client.get("/metrics").content.decode()

    assert 'uptake_http_request_seconds_count{method="GET",route="account_login"' in told
    assert 'uptake_inbox_events{workspace="acme"} 0.0' in told


@pytest.mark.parametrize(
    "asked_by",
    [
        {"REMOTE_ADDR": "192.0.2.7"},
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "192.0.2.7"},
        {"REMOTE_ADDR": "unix:"},
    ],
)
def test_counts_are_not_for_others(client: Client, asked_by: dict[str, str]) -> None:
    assert client.get("/metrics", **asked_by).status_code == 404


def test_counts_are_for_whoever_holds_the_token(
    client: Client, lake_here: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    guarded = Settings(metrics_token=SecretStr("let me in"))
    monkeypatch.setattr(health, "load_settings", lambda: guarded)

    wrong = client.get("/metrics", headers={"Authorization": "Bearer let me"})
    right = client.get(
        "/metrics", headers={"Authorization": "Bearer let me in"}, REMOTE_ADDR="192.0.2.7"
    )

    assert (wrong.status_code, right.status_code) == (404, 200)


@pytest.mark.django_db
def test_each_answer_is_logged_without_what_was_asked(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with structlog.testing.capture_logs() as lines:
        client.get("/accounts/login/?next=/secret")

    (line,) = (entry for entry in lines if entry["event"] == "request.answered")
    assert (line["path"], line["status"], line["route"]) == (
        "/accounts/login/",
        200,
        "account_login",
    )
    assert "secret" not in str(line)


@pytest.mark.django_db
def test_the_secret_of_an_invitation_is_not_logged(client: Client) -> None:
    with structlog.testing.capture_logs() as lines:
        client.get("/invitations/very-secret/")

    assert "very-secret" not in str(lines)
