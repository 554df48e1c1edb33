from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cast import Cast, gather_cast
from uptake.store import Lake


@pytest.fixture
def cast(db: None) -> Cast:
    return gather_cast()


@pytest.fixture
def lake(tmp_path: Path) -> Iterator[Lake]:
    """A lake with the workspace of the cast."""
    with Lake.open(tmp_path / "lake", f"sqlite:///{tmp_path}/lake.sqlite3") as lake:
        lake.create_workspace("acme")
        yield lake
