"""The lake under test, on both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from stage import Stage, open_stage

from uptake.store import compaction
from uptake.store.lake import Lake


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database, once of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/lake.sqlite3"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture(autouse=True)
def impatient_compaction(monkeypatch: pytest.MonkeyPatch) -> None:
    """A compaction that waits for no loader: most tests have none beside it."""
    monkeypatch.setattr(compaction, "GIVE_WAY_SECONDS", 0.0)


@pytest.fixture
def open_lake(tmp_path: Path, database_url: str) -> Iterator[Callable[[], Lake]]:
    """Open the lake under test, as often as a test has processes to play."""
    opened: list[Lake] = []

    def open_once_more() -> Lake:
        opened.append(Lake.open(tmp_path / "lake", database_url))
        return opened[-1]

    yield open_once_more
    for lake in opened:
        lake.close()


@pytest.fixture
def lake(open_lake: Callable[[], Lake]) -> Lake:
    """A lake with the workspace acme."""
    lake = open_lake()
    lake.create_workspace("acme", timezone="Europe/Berlin")
    return lake


@pytest.fixture(scope="session")
def stage() -> Iterator[Stage]:
    """Processes to kill."""
    with open_stage() as stage:
        yield stage
