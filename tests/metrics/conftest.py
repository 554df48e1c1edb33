"""What tests of metrics put up with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.metrics.logs import OPEN


def pytest_configure(config: pytest.Config) -> None:
    """Ibis 12 still calls a name that DuckDB 2 has renamed; it goes with the next Ibis."""
    config.addinivalue_line("filterwarnings", "ignore:fetch_arrow_table:DeprecationWarning")


@pytest.fixture(autouse=True)
def _snapshots_are_closed() -> Iterator[None]:
    yield
    while OPEN:
        OPEN.pop().close()
