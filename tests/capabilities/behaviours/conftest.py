from __future__ import annotations

import pytest

from tests.cast import Cast, gather_cast


@pytest.fixture
def cast(db: None) -> Cast:
    return gather_cast()
