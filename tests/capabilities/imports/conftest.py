"""An installation's folder and lake for imports in this process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cast import Cast, gather_cast
from uptake.capabilities.imports import jobs
from uptake.config import load_settings
from uptake.foundation.lake import open_lake
from uptake.store import Lake


@pytest.fixture
def cast(db: None) -> Cast:
    return gather_cast()


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A data folder of the test's own, and nobody who is woken."""
    watched = tmp_path / "watched"
    watched.mkdir()
    monkeypatch.setenv("UPTAKE_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("UPTAKE_DATABASE_URL", "")
    monkeypatch.setenv("UPTAKE_IMPORT_ROOTS", str(watched))
    monkeypatch.setenv("UPTAKE_MINIMUM_FREE_MIB", "0")
    monkeypatch.setattr(jobs, "carry_on_job", lambda: None)
    load_settings.cache_clear()
    (tmp_path / "var").mkdir()
    yield tmp_path / "var"
    load_settings.cache_clear()


@pytest.fixture
def lake(data_dir: Path) -> Iterator[Lake]:
    """The lake that pages and the worker open, with the workspace of the cast."""
    with open_lake() as lake:
        lake.create_workspace("acme", timezone="Europe/Berlin")
        yield lake
