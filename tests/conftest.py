"""What every test may lean on."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# A busy machine is no failure, and the same code passes or fails alike wherever it is tested;
# `make explore` looks for examples that nobody tried yet.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("house", patient, derandomize=True)
settings.register_profile("explore", patient)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "house"))

pytest_plugins = ["tests.postgres_server", "tests.migrated", "tests.chromium"]

CHECKOUT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data files beside the checkout; without it the tests that need it fail."""
    folder = CHECKOUT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.fail(f"real data is missing: put the shared folder beside the checkout ({folder})")
    return folder
