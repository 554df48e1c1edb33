"""Events of cases in the lake of the test's workspace, and a process made of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyarrow as pa

from tests import factories
from tests.capabilities.process.logs import Way, ways
from tests.cast import Cast
from uptake.capabilities.process import actions, working
from uptake.capabilities.process.models import KeptPicture, Process
from uptake.foundation.lake import shared_lake
from uptake.store import Loader
from uptake.store.schema import CANONICAL

FIRST = datetime(2025, 3, 3, 9, tzinfo=UTC)
USUAL: Way = ("order", "check", "ship", "bill")
SHORT: Way = ("order", "ship", "bill")
INTENDED = "process: Orders\nsteps: [order, check, ship, bill]\n"
PEOPLE = 12


def people_of(cast: Cast) -> None:
    """Twelve people of North: ten in the desk, two at the dock."""
    north = factories.account(cast.workspace, "north", name="North")
    teams = [factories.team(cast.workspace, name, north) for name in ("desk", "dock")]
    for number in range(PEOPLE):
        factories.person(
            cast.workspace,
            f"p{number}",
            name=f"Person Nr {number}",
            account=north,
            team=teams[number >= 10],
            role="clerk",
        )


def load(*each: tuple[Way, int], account: str = "north", prefix: str = "c") -> None:
    """Cases a day apart with an hour between their steps; people take turns."""
    rows = [
        {
            "source_id": "test",
            "message_id": f"{account}-{prefix}{case}-{place}",
            "occurred_at": FIRST + timedelta(days=case, hours=place),
            "received_at": FIRST + timedelta(days=case, hours=place),
            "account": account,
            "person": f"p{(case + place) % PEOPLE}",
            "product": "shop",
            "action": step,
            "case_id": f"{prefix}{case}",
        }
        for case, way in enumerate(ways(*each))
        for place, step in enumerate(way)
    ]
    arrays = [pa.array([row.get(field.name) for row in rows], field.type) for field in CANONICAL]
    lake = shared_lake()
    lake.append("acme", pa.table(arrays, schema=CANONICAL))
    loader = Loader(lake)
    loader.run_once()
    loader.close()


def measured(cast: Cast, **facts: object) -> Process:
    """A process of all events, with an intended way, measured."""
    made = actions.found_process(cast.edith, actions.ProcessFacts(name="Orders", **facts))  # type: ignore[arg-type]  # fields of a process
    actions.write_intended(cast.edith, made.pk, actions.IntendedFacts(INTENDED))
    working.carry_on()
    return made


def picture(process: Process) -> KeptPicture:
    """What was found of a process last."""
    return KeptPicture.objects.get(process=process)
