from __future__ import annotations

import pytest

from uptake.methods.process import language, packed


@pytest.fixture(scope="module")
def small():
    """Little is looked at before a model is said to be too large."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packed, "MOST_MARKINGS", 3_000)
        patch.setattr(language, "MOST_HELD", 5_000)
        yield
