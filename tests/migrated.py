"""An installation that was migrated once: others begin as copies of it, in a hundredth of the time.

One for each kind of database and each process that runs tests. Copies have nothing in common.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.postgres_server import PostgresServer


@dataclass(frozen=True, slots=True)
class Migrated:
    """A data folder, and the database beside it where that is not a file in the folder."""

    data_dir: Path
    database_url: str = ""

    @classmethod
    def by_command(cls, data_dir: Path, database_url: str = "") -> Migrated:
        """Run ``uptake migrate`` as anybody would."""
        kept = {name: value for name, value in os.environ.items() if "UPTAKE" not in name}
        set_up = {"UPTAKE_DATA_DIR": str(data_dir), "UPTAKE_DATABASE_URL": database_url}
        done = subprocess.run(
            [sys.executable, "-m", "uptake", "migrate"],
            env=kept | set_up,
            cwd=data_dir.parent,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return cls(data_dir, database_url)

    def copy(self, data_dir: Path) -> None:
        """Begin a data folder as this one stands."""
        shutil.copytree(self.data_dir, data_dir, dirs_exist_ok=True)


@pytest.fixture(scope="session")
def migrated_files(tmp_path_factory: pytest.TempPathFactory) -> Migrated:
    """One that has its tables in its folder."""
    return Migrated.by_command(tmp_path_factory.mktemp("migrated") / "var")


@pytest.fixture(scope="session")
def migrated_postgres(
    postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Migrated]:
    """One that has its tables on PostgreSQL, in a database that nobody else uses."""
    with postgres_server.database() as url:
        yield Migrated.by_command(tmp_path_factory.mktemp("migrated") / "var", url)


@pytest.fixture
def migrated_postgres_url(
    postgres_server: PostgresServer, migrated_postgres: Migrated
) -> Iterator[str]:
    """The URL of a copy of its database, for one test."""
    with postgres_server.database(like=migrated_postgres.database_url) as url:
        yield url
