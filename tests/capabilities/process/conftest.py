"""A workspace of its own for processes, with its cast and its lake."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.capabilities.measure.vendor import own_data_folder
from tests.cast import Cast, gather_cast
from uptake.capabilities.process import jobs
from uptake.foundation.lake import shared_lake


@pytest.fixture
def cast(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cast]:
    monkeypatch.setattr(jobs, "carry_on_job", lambda: None)
    with own_data_folder(tmp_path / "var"):
        cast = gather_cast()
        shared_lake().create_workspace("acme")
        yield cast
