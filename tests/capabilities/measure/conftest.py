from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.metrics.logs import OPEN
from uptake.capabilities.measure.from_file import FileChoices, picture_of_file
from uptake.capabilities.measure.picture import AdoptionPicture


@pytest.fixture(autouse=True)
def closed_snapshots() -> Iterator[None]:
    """Close what the test opened."""
    yield
    while OPEN:
        OPEN.pop().close()


@pytest.fixture(scope="session")
def servicenow(shared_data: Path) -> AdoptionPicture:
    """The audit log of a real company, every update being one and the same action."""
    roles = {
        "person": "sys_updated_by",
        "time": "sys_updated_at",
        "team": "assignment_group",
        "module": "category",
        "object": "number",
        "action": "=updated",
    }
    file = shared_data / "usage" / "servicenow_incident_event_log.csv.gz"
    return picture_of_file(file, FileChoices(roles=roles), show=lambda mapping: None)
