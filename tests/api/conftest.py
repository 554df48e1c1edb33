"""The cast with browsers and keys at the door of the API."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import Client

from tests.api.asking import Api, of_browser, of_key
from tests.cast import CUSTOMER, Cast, gather_cast
from uptake.capabilities.imports import jobs
from uptake.config import load_settings
from uptake.foundation.actor import Actor
from uptake.foundation.api.limits import allowances
from uptake.foundation.keys import SCOPES


@pytest.fixture
def cast(db: None) -> Cast:
    return gather_cast()


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A data folder and allowances of the test's own, and nobody who is woken."""
    monkeypatch.setenv("UPTAKE_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("UPTAKE_LAKE_DATABASE_URL", "")
    monkeypatch.setenv("UPTAKE_MINIMUM_FREE_MIB", "0")
    monkeypatch.setattr(jobs, "carry_on_job", lambda: None)
    load_settings.cache_clear()
    allowances.cache_clear()
    (tmp_path / "var").mkdir()
    yield tmp_path / "var"
    load_settings.cache_clear()


@pytest.fixture
def signed_in(cast: Cast) -> Callable[[Actor], Api]:
    """The API as somebody's browser asks it, marks of its pages included."""
    return of_browser


@pytest.fixture
def olga(cast: Cast) -> Api:
    return of_browser(cast.olga)


@pytest.fixture
def victor(cast: Cast) -> Api:
    return of_browser(cast.victor)


@pytest.fixture
def stan(cast: Cast) -> Api:
    return of_browser(cast.stan)


@pytest.fixture
def carla(cast: Cast) -> Api:
    return of_browser(cast.carla)


@pytest.fixture
def key(cast: Cast) -> Api:
    """A key for everything."""
    return of_key(cast, *SCOPES)


@pytest.fixture
def customers_key(cast: Cast) -> Api:
    """A key for everything, limited to one account."""
    return of_key(cast, *SCOPES, account=CUSTOMER)


@pytest.fixture
def nobody(cast: Cast) -> Api:
    return Api(Client())
