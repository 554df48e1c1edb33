"""An installation of its own for each test, driven through the command line."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from uptake.config import Settings
from uptake.store import Lake

COMMAND = [sys.executable, "-c", "from uptake.cli import main; main()"]
SECONDS = 1_800


@dataclass(frozen=True, slots=True)
class Installation:
    """A data folder and a database that nobody else uses."""

    folder: Path
    database_url: str

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command and wait for its end."""
        return subprocess.run(
            [*COMMAND, *arguments],
            env=self.environment(),
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )

    @contextmanager
    def start(self, *arguments: str) -> Iterator[subprocess.Popen[str]]:
        """Run a command beside the test; it is gone when the test is."""
        with subprocess.Popen(
            [*COMMAND, *arguments],
            env=self.environment(),
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            try:
                yield process
            finally:
                process.kill()

    def environment(self) -> dict[str, str]:
        """The variables of this installation and none of whoever runs the tests."""
        kept = {name: value for name, value in os.environ.items() if "UPTAKE" not in name}
        return kept | {
            "UPTAKE_DATA_DIR": str(self.folder / "var"),
            "UPTAKE_DATABASE_URL": self.database_url,
            "UPTAKE_LOG_FORMAT": "json",
            "UPTAKE_LOADER_INTERVAL_SECONDS": "0.1",
        }

    def open_lake(self) -> Lake:
        """Open its lake in this process."""
        settings = Settings(data_dir=self.folder / "var", database_url=self.database_url)
        return Lake.open(settings.lake_dir, settings.lake_url)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def installation(request: pytest.FixtureRequest, tmp_path: Path) -> Installation:
    """An empty installation, once on each database."""
    is_sqlite = request.param == "sqlite"
    url = "" if is_sqlite else str(request.getfixturevalue("postgres_url"))
    return Installation(folder=tmp_path, database_url=url)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def migrated(request: pytest.FixtureRequest, tmp_path: Path) -> Installation:
    """An installation with its tables and the workspace ``default``, once on each database."""
    return copy_of_migrated(request, tmp_path, request.param)


def copy_of_migrated(request: pytest.FixtureRequest, folder: Path, kind: str) -> Installation:
    """Begin an installation in a folder; on PostgreSQL there is one in each test."""
    is_sqlite = kind == "sqlite"
    made = request.getfixturevalue("migrated_files" if is_sqlite else "migrated_postgres")
    made.copy(folder / "var")
    url = "" if is_sqlite else str(request.getfixturevalue("migrated_postgres_url"))
    return Installation(folder=folder, database_url=url)
