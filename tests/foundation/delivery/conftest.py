from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.cast import Cast, gather_cast
from uptake.config import load_settings


@pytest.fixture
def cast(db: None) -> Cast:
    return gather_cast()


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Changes settings for the rest of a test."""

    def tell(**settings: str) -> None:
        for name, value in settings.items():
            monkeypatch.setenv(f"UPTAKE_{name.upper()}", value)
        load_settings.cache_clear()

    yield tell
    monkeypatch.undo()
    load_settings.cache_clear()
