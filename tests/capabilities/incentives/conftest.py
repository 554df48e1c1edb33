from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.capabilities.behaviours.conftest import cast as cast
from tests.capabilities.behaviours.conftest import worked as worked
from tests.capabilities.measure.vendor import own_data_folder
from tests.cast import Cast
from uptake.foundation.lake import shared_lake


@pytest.fixture
def housed(cast: Cast, tmp_path: Path) -> Iterator[Cast]:
    """The cast with a place in the lake, where nothing has arrived."""
    with own_data_folder(tmp_path):
        shared_lake().create_workspace("acme")
        yield cast
