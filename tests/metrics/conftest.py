"""What tests of metrics put up with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.metrics.logs import OPEN


@pytest.fixture(autouse=True)
def _snapshots_are_closed() -> Iterator[None]:
    yield
    while OPEN:
        OPEN.pop().close()
