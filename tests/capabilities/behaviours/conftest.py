from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import factories
from tests.capabilities.measure.vendor import own_data_folder
from tests.cast import Cast, gather_cast
from tests.metrics.logs import Event, canonical, uses
from uptake.foundation.lake import shared_lake
from uptake.store import Loader

PEOPLE, WEEKS = 24, 12


@pytest.fixture
def cast(db: None) -> Cast:
    return gather_cast()


@pytest.fixture
def worked(cast: Cast, tmp_path: Path) -> Iterator[Cast]:
    """Of two teams one did it right in each of twelve weeks, the other never.

    In the ninth week p0 wrote thirty of them within a minute.
    """
    factories.action(factories.product(cast.workspace), "create")
    teams = [factories.team(cast.workspace, name) for name in ("good", "poor")]
    for number in range(PEOPLE):
        factories.person(cast.workspace, f"p{number}", team=teams[number % 2])
    events = [
        event
        for number in range(PEOPLE)
        for event in uses(f"p{number}", *range(0, 7 * WEEKS, 7), right=number % 2 == 0)
    ]
    events += [Event("p0", 58, right=True) for _ in range(30)]
    with own_data_folder(tmp_path):
        lake = shared_lake()
        lake.create_workspace("acme")
        lake.append("acme", canonical(events))
        loader = Loader(lake)
        loader.run_once()
        loader.close()
        yield cast
