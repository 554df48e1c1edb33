from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.postgres_server import PostgresServer

CHECKOUT = Path(__file__).resolve().parents[2]
PLACES = [
    *("tests/foundation", "tests/capabilities/customers", "tests/capabilities/administration"),
    *("tests/api/test_customers.py", "tests/api/test_data.py", "tests/api/test_doors.py"),
]


@pytest.mark.postgres
def test_the_house_stands_on_postgresql_as_well(postgres_server: PostgresServer) -> None:
    with postgres_server.database() as url:
        inner = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-m", "not postgres and not crash", *PLACES],
            env={**os.environ, "UPTAKE_DATABASE_URL": url},
            cwd=CHECKOUT,
            capture_output=True,
            text=True,
            timeout=3_600,
            check=False,
        )

    assert inner.returncode == 0, inner.stdout[-4000:]
    assert " passed" in inner.stdout
    assert "skipped" not in inner.stdout
