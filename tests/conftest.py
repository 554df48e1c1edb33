"""What every test may lean on."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("house", deadline=None)  # a busy machine is no failure
settings.load_profile("house")

pytest_plugins = ["tests.postgres_server", "tests.migrated"]

CHECKOUT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data files beside the checkout; without it the tests that need it fail."""
    folder = CHECKOUT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.fail(f"real data is missing: put the shared folder beside the checkout ({folder})")
    return folder
