"""What tests against other tools put up with."""

from __future__ import annotations

import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Ibis 12 still calls a name that DuckDB 2 has renamed; it goes with the next Ibis."""
    config.addinivalue_line("filterwarnings", "ignore:fetch_arrow_table:DeprecationWarning")
