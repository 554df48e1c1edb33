"""Sources, keys, quarantine, replay, identities and the live tail on PostgreSQL as well."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.postgres_server import PostgresServer

HERE = Path(__file__).resolve().parent
TESTS = (
    "test_actions.py",
    "test_applying.py",
    "test_identity.py",
    "test_pages.py::test_the_last_events_stay_when_they_are_loaded",
    "test_pages.py::test_many_records_are_mended_and_discarded_on_their_page",
)


@pytest.mark.postgres
def test_ingestion_stands_on_postgresql_as_well(postgres_server: PostgresServer) -> None:
    tests = [str(HERE / name) for name in TESTS]
    with postgres_server.database() as url:
        inner = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-n0", *tests],
            env={**os.environ, "UPTAKE_DATABASE_URL": url},
            cwd=HERE.parents[2],
            capture_output=True,
            text=True,
            timeout=3_600,
            check=False,
        )

    assert inner.returncode == 0, inner.stdout[-4000:]
    assert " passed" in inner.stdout
    assert "skipped" not in inner.stdout
