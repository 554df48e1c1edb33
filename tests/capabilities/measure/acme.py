"""A workspace small enough to count by hand, in a data folder of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from tests import factories
from tests.capabilities.measure.vendor import own_data_folder
from tests.metrics.logs import MONDAY, Event, canonical
from uptake.capabilities.customers import actions
from uptake.capabilities.measure.prepared.footing import shared_lake
from uptake.foundation.actor import Actor
from uptake.foundation.models import Workspace
from uptake.store import Loader

WEEKS = 12
LAST = MONDAY + timedelta(days=7 * WEEKS - 1)


@contextmanager
def small_world(folder: Path) -> Iterator[Workspace]:
    """Mia leads eight people; p0 works on two days of each week, the others on one."""
    workspace = factories.workspace("acme")
    system = Actor.system(workspace)
    account = factories.account(workspace, "north")
    expected = factories.action(factories.product(workspace), "create", is_value_action=True)
    mia = factories.person(workspace, "mia", account=account, role="lead")
    for n in range(8):
        factories.person(workspace, f"p{n}", account=account, role="agent", manager=mia)
    rule = {"field": "role", "op": "is", "value": "agent"}
    actions.define_population(system, "agents", rules=[rule])
    actions.expect(system, "agents", actions=[actions.Expected(expected.pk, Decimal(2))])
    with own_data_folder(folder):
        shared_lake().create_workspace("acme")
        load(list(_events()))
        yield workspace


def load(events: list[Event], prefix: str = "") -> None:
    """Load events into the workspace."""
    lake = shared_lake()
    lake.append("acme", canonical(events, prefix))
    loader = Loader(lake)
    loader.run_once()
    loader.close()


def _events() -> Iterator[Event]:
    for week in range(WEEKS):
        for n in range(8):
            yield Event(f"p{n}", 7 * week + n % 5, account="north", product="crm")
        yield Event("p0", 7 * week + 2, account="north", product="crm")
        yield Event("mia", 7 * week + 6, action="login", account="north", product="crm")
