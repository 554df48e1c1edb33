"""Sources, keys, quarantine, replay, identities and the live tail on PostgreSQL as well."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.postgres_server import PostgresServer

HERE = Path(__file__).resolve().parent
FILES = ("actions", "applying", "identity", "pages")


@pytest.mark.postgres
def test_ingestion_stands_on_postgresql_as_well(postgres_server: PostgresServer) -> None:
    files = [str(HERE / f"test_{name}.py") for name in FILES]
    with postgres_server.database() as url:
        inner = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-n0", *files],
            env={**os.environ, "UPTAKE_DATABASE_URL": url},
            cwd=HERE.parents[2],
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )

    assert inner.returncode == 0, inner.stdout[-4000:]
    assert " passed" in inner.stdout
    assert "skipped" not in inner.stdout
