"""The simulated vendor of the demo, in a workspace of its own: simulate, migrate, import, load."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from uptake.capabilities.customers import actions, queries
from uptake.capabilities.customers.models import ChangeKind
from uptake.cli.import_runs import hand_over
from uptake.config import load_settings
from uptake.formats import RecordKind, open_table, propose_record_mapping, read_records
from uptake.foundation.actions import create_workspace
from uptake.foundation.actor import Actor
from uptake.foundation.lake import open_lake
from uptake.foundation.migration import migrate
from uptake.foundation.models import Workspace
from uptake.simulate import SimulationConfig, simulate, write
from uptake.store import LoadReport

Tell = Callable[[str], None]

KINDS = (RecordKind.ACCOUNTS, RecordKind.PEOPLE, RecordKind.PRODUCTS, RecordKind.CONTRACTS)
"""In the order in which one kind refers to another."""

CHANGE_KINDS = {
    "reorganisation": ChangeKind.STRUCTURE,
    "sponsor departure": ChangeKind.STAFF,
    "release": ChangeKind.OFFERING,
}


@dataclass(frozen=True, slots=True)
class DemoVendor:
    """Where the demo's vendor is: its workspace, who reads it, and the folder it came from."""

    workspace: Workspace
    actor: Actor
    folder: Path
    last_day: date


def load(config: SimulationConfig, *, tell: Tell) -> DemoVendor:
    """Return the loaded vendor; what is there already is not made again."""
    settings = load_settings()
    migrate(settings)
    slug = f"demo-{config.accounts}-{config.people}-{config.weeks}-{config.seed}-{config.start}"
    folder = settings.data_dir / slug
    _simulate(config, folder, tell)
    workspace = Workspace.objects.filter(slug=slug).first() or create_workspace(
        slug, name="Simulated vendor"
    )
    actor = Actor.system(workspace, name="demo")
    _import_records(actor, folder, tell)
    _set_expectations(actor, folder)
    _record_history(actor, folder)
    _load_events(slug, folder, tell)
    return DemoVendor(workspace, actor, folder, config.sunday(config.weeks - 1))


def _simulate(config: SimulationConfig, folder: Path, tell: Tell) -> None:
    if (folder / "truth.json").is_file():
        tell(f"The simulated vendor is in {folder} already.")
        return
    tell(
        f"Simulating {config.accounts} accounts with {config.people:,} people "
        f"over {config.weeks} weeks ..."
    )
    written = write(simulate(config), folder)
    tell(f"  {written.events:,} events in {folder}")


def _import_records(actor: Actor, folder: Path, tell: Tell) -> None:
    for kind in KINDS:
        with open_table(folder / f"{kind.value}.csv") as table, open_lake() as lake:
            file = read_records(table, kind, propose_record_mapping(table, kind))
            counts = hand_over(actor, kind, file.records, lake=lake)
        tell(
            f"Imported {kind.value}: {counts.new:,} new, {counts.changed:,} changed, "
            f"{counts.unchanged:,} unchanged, {counts.rejected + len(file.rejects):,} rejected"
        )


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        yield from csv.DictReader(file)


def _set_expectations(actor: Actor, folder: Path) -> None:
    """Give each role its population and what is expected of it."""
    action_ids = dict(queries.visible_actions(actor).values_list("external_id", "pk"))
    by_role: dict[str, list[actions.Expected]] = {}
    for row in _rows(folder / "profiles.csv"):
        expected = actions.Expected(action_ids[row["action"]], Decimal(row["per_week"]))
        by_role.setdefault(row["role"], []).append(expected)
    for role, expected_actions in by_role.items():
        rule = {"field": "role", "op": "is", "value": role}
        actions.define_population(actor, role, rules=[rule])
        actions.expect(actor, role, actions=expected_actions)


def _record_history(actor: Actor, folder: Path) -> None:
    for row in _rows(folder / "deployments.csv"):
        day = date.fromisoformat(row["go_live"])
        actions.record_go_live(actor, row["account"], row["product"], day=day)
    for row in _rows(folder / "changes.csv"):
        actions.record_change(
            actor,
            CHANGE_KINDS[row["kind"]],
            day=date.fromisoformat(row["date"]),
            account=row["account"] or None,
            description=row["description"],
        )


def _load_events(slug: str, folder: Path, tell: Tell) -> None:
    with open_lake() as lake:
        if lake.status(slug).events:
            tell(f"The lake holds {lake.status(slug).events:,} events of this vendor.")
            return
        tell("Loading the events into the lake ...")
        report = lake.bulk_load(
            slug,
            _batches(folder / "events"),
            import_key="simulated",
            content_keyed=False,
            progress=lambda done: _say_loaded(done, tell),
        )
        lake.compact(slug)
        tell(f"  {report.stored:,} events stored in {report.seconds:.0f} s")


def _batches(folder: Path) -> Iterator[pa.RecordBatch]:
    for part in sorted(folder.glob("*.parquet")):
        yield from pq.ParquetFile(part).iter_batches()


def _say_loaded(done: LoadReport, tell: Tell) -> None:
    tell(f"  {done.stored:,} events")
