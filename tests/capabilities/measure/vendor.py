"""A simulated vendor, loaded once for the tests of a module, in a data folder of its own."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.db import transaction

from tests import factories
from uptake.capabilities.customers import actions
from uptake.capabilities.measure.prepared.footing import shared_lake
from uptake.cli.import_runs import hand_over
from uptake.config import load_settings
from uptake.formats import RecordKind, open_table, propose_record_mapping, read_records
from uptake.foundation.access import Role
from uptake.foundation.actor import Actor
from uptake.foundation.models import Membership, Workspace
from uptake.simulate import SimulationConfig, simulate, write

SLUG = "vendor"
CONFIG = SimulationConfig(accounts=6, people=420, weeks=30, seed=7, start=date(2025, 1, 6))
KINDS = (RecordKind.ACCOUNTS, RecordKind.PEOPLE, RecordKind.PRODUCTS, RecordKind.CONTRACTS)


@dataclass(frozen=True)
class LoadedVendor:
    """Where it is, who reads all of it, and what was planted."""

    workspace: Workspace
    system: Actor
    truth: dict[str, Any]
    folder: Path

    def rows(self, name: str) -> list[dict[str, str]]:
        """The rows of one of its tables."""
        return _table(self.folder, name)


def _table(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@contextmanager
def own_data_folder(folder: Path) -> Iterator[None]:
    """Settings whose data folder is the test's own, until the end."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("UPTAKE_DATA_DIR", str(folder))
        patch.setenv("UPTAKE_LAKE_DATABASE_URL", f"sqlite:///{folder}/lake.sqlite3")
        load_settings.cache_clear()
        folder.mkdir(parents=True, exist_ok=True)
        try:
            yield
        finally:
            shared_lake().close()
    load_settings.cache_clear()


@contextmanager
def loaded(folder: Path) -> Iterator[LoadedVendor]:
    """The vendor in the database and the lake; the database forgets it again."""
    write(simulate(CONFIG), folder / "simulated")
    with own_data_folder(folder / "var"), transaction.atomic():
        workspace = Workspace.objects.create(slug=SLUG, name="Simulated vendor")
        system = Actor.system(workspace)
        _import(system, folder / "simulated")
        truth = json.loads((folder / "simulated" / "truth.json").read_text(encoding="utf-8"))
        yield LoadedVendor(workspace, system, truth, folder / "simulated")
        transaction.set_rollback(True)


def _import(system: Actor, folder: Path) -> None:
    lake = shared_lake()
    lake.create_workspace(SLUG)
    for kind in KINDS:
        with open_table(folder / f"{kind.value}.csv") as table:
            file = read_records(table, kind, propose_record_mapping(table, kind))
            hand_over(system, kind, file.records, lake=lake)
    for row in _table(folder, "deployments"):
        day = date.fromisoformat(row["go_live"])
        actions.record_go_live(system, row["account"], row["product"], day=day)
    batches = (
        batch
        for part in sorted((folder / "events").glob("*.parquet"))
        for batch in pq.ParquetFile(part).iter_batches()
    )
    lake.bulk_load(SLUG, batches, import_key="simulated", content_keyed=False)


def joined(vendor: LoadedVendor, name: str, role: Role, account: str = "") -> Actor:
    """A new member of the vendor's workspace."""
    user = factories.user(name)
    Membership.objects.create(user=user, workspace=vendor.workspace, role=role, account=account)
    return Actor.of(user, vendor.workspace)
