from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.migrated import Migrated
from tests.pages.installation import served
from uptake.cli.serve import serve
from uptake.config import Settings, load_settings
from uptake.foundation import migration, server


@pytest.mark.crash
def test_pages_and_worker_stop_together_and_in_good_order(
    tmp_path: Path, migrated_files: Migrated
) -> None:
    with served(tmp_path, before=migrated_files) as here:
        owner = here.run("member", "invite", "olga@example.org", "--role", "viewer")
        members = here.run("member", "list", "--json")

    said = here.log
    assert owner.startswith(f"{here.address}/invitations/")
    assert members == "[]"
    assert said.index("worker.stopped") < said.index("server.stopped")


@pytest.fixture
def links(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The addresses that links of a server would begin with; nothing is served."""
    found: list[str] = []

    def stand_in(settings: Settings, **_where: object) -> None:
        found.append(settings.public_url)

    monkeypatch.setattr(server, "serve", stand_in)
    monkeypatch.setattr(migration, "require_migrated", lambda: None)
    monkeypatch.setenv("UPTAKE_PUBLIC_URL", "https://uptake.example")
    load_settings.cache_clear()
    yield found
    load_settings.cache_clear()


def test_links_lead_to_where_it_listens(links: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("UPTAKE_PUBLIC_URL")
    load_settings.cache_clear()

    serve(host="127.0.0.1", port=8123)

    assert links == ["http://127.0.0.1:8123"]


def test_links_lead_where_somebody_said(links: list[str]) -> None:
    serve(host="127.0.0.1", port=8123)

    assert links == ["https://uptake.example"]
