from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from tests.capabilities.ingestion.calling import Caller
from tests.cast import Cast, gather_cast
from uptake.capabilities.ingestion import limits
from uptake.capabilities.ingestion.actions import create_source
from uptake.capabilities.ingestion.models import Source
from uptake.capabilities.ingestion.receiving import Receiver
from uptake.capabilities.ingestion.signal import Signal
from uptake.config import load_settings
from uptake.store import Lake


@pytest.fixture
def cast(db: None) -> Cast:
    return gather_cast()


@pytest.fixture
def lake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lake]:
    """An empty lake, on PostgreSQL where the rest of the installation is."""
    url = f"sqlite:///{tmp_path}/lake.sqlite3"
    if given := os.environ.get("UPTAKE_DATABASE_URL", ""):
        url = _own_schema(given)
        monkeypatch.setenv("UPTAKE_DATABASE_URL", url)
        load_settings.cache_clear()
    with Lake.open(tmp_path / "lake", url) as opened:
        opened.create_workspace("acme")
        opened.create_workspace("elsewhere")
        yield opened


def _own_schema(url: str) -> str:
    name = f"lake_{uuid4().hex}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE SCHEMA "{name}"')
    return f"{url}?options=-csearch_path%3D{name}"


@pytest.fixture(autouse=True)
def own_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("UPTAKE_DATA_DIR", str(tmp_path))
    load_settings.cache_clear()
    yield
    load_settings.cache_clear()


@pytest.fixture
def receiver(lake: Lake, tmp_path: Path) -> Receiver:
    return Receiver(lake, Signal(tmp_path / "ingestion.signal"))


@pytest.fixture
def caller(cast: Cast, receiver: Receiver) -> Caller:
    """A client of the source called Web app, which is strict as all are at first."""
    return Caller(receiver, create_source(cast.olga, "Web app").key)


@pytest.fixture
def source(caller: Caller) -> Source:
    return Source.objects.get(slug="web-app")


@pytest.fixture
def all_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow the machine, no time passes in which buckets fill again."""
    monkeypatch.setattr(limits, "Bucket", partial(limits.Bucket, clock=lambda: 0.0))
