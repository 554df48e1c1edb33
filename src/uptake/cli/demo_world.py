"""The simulated worlds of the demo, a workspace each: simulate, import, expect, load."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from uptake.capabilities.customers import actions, queries
from uptake.capabilities.customers.models import ChangeKind
from uptake.cli.import_runs import hand_over
from uptake.cli.settings import load_settings
from uptake.formats import RecordKind, open_table, propose_record_mapping, read_records
from uptake.foundation.actions import create_workspace
from uptake.foundation.actor import Actor
from uptake.foundation.lake import open_lake
from uptake.foundation.models import Workspace, WorkspaceKind
from uptake.simulate import SimulatedKind, SimulationConfig, simulate, write
from uptake.store import LoadReport

Tell = Callable[[str], None]

KINDS = (RecordKind.ACCOUNTS, RecordKind.PEOPLE, RecordKind.PRODUCTS, RecordKind.CONTRACTS)
"""In the order in which one kind refers to another."""

USUAL_SIZES = ((40, 6_000, 78, 7), (6, 750, 78, 8))
"""Accounts, people, weeks and seed of the vendor and the buyer when nothing else is asked for."""

CHANGE_KINDS = {
    "reorganisation": ChangeKind.STRUCTURE,
    "sponsor departure": ChangeKind.STAFF,
    "release": ChangeKind.OFFERING,
}


@dataclass(frozen=True, slots=True)
class DemoWorld:
    """Where a world of the demo is: its workspace, who reads it, and the folder it came from."""

    workspace: Workspace
    actor: Actor
    folder: Path
    last_day: date


def load(config: SimulationConfig, *, tell: Tell) -> DemoWorld:
    """Return the loaded world; what is there already is not made again, whenever it began."""
    slug = _slug(config)
    folder = load_settings().data_dir / slug
    _simulate(config, folder, tell)
    made = _config_of(folder)
    workspace = Workspace.objects.filter(slug=slug).first() or create_workspace(
        slug, name=f"Simulated {made.kind}", kind=WorkspaceKind(made.kind)
    )
    actor = Actor.system(workspace, name="demo")
    _import_records(actor, folder, tell)
    _set_expectations(actor, folder)
    _record_history(actor, folder)
    last = made.sunday(made.weeks - 1)
    _load_events(slug, folder, last, tell)
    return DemoWorld(workspace, actor, folder, last)


def _slug(config: SimulationConfig) -> str:
    """Short for the usual size; another size, length or seed is another world."""
    size = (config.accounts, config.people, config.weeks, config.seed)
    usual = size in USUAL_SIZES
    return f"demo-{config.kind}" + ("" if usual else "".join(f"-{number}" for number in size))


def _config_of(folder: Path) -> SimulationConfig:
    told = json.loads((folder / "truth.json").read_text(encoding="utf-8"))["config"]
    start, kind = date.fromisoformat(told["start"]), SimulatedKind(told["kind"])
    return SimulationConfig(**{**told, "start": start, "kind": kind})


def _simulate(config: SimulationConfig, folder: Path, tell: Tell) -> None:
    if (folder / "truth.json").is_file():
        tell(f"The simulated {config.kind} is in {folder} already.")
        return
    tell(
        f"Simulating a {config.kind} of {config.accounts} accounts with {config.people:,} people "
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


def _load_events(slug: str, folder: Path, last: date, tell: Tell) -> None:
    with open_lake() as lake:
        if lake.status(slug).events:
            tell(f"The lake holds {lake.status(slug).events:,} events of this workspace.")
            return
        tell("Loading the events into the lake ...")
        report = lake.bulk_load(
            slug,
            arrived(_batches(folder / "events"), last),
            import_key="simulated",
            content_keyed=False,
            progress=lambda done: _say_loaded(done, tell),
        )
        lake.compact(slug)
        tell(f"  {report.stored:,} events stored in {report.seconds:.0f} s")


def _batches(folder: Path) -> Iterator[pa.RecordBatch]:
    for part in sorted(folder.glob("*.parquet")):
        yield from pq.ParquetFile(part).iter_batches()


def arrived(batches: Iterable[pa.RecordBatch], last: date) -> Iterator[pa.RecordBatch]:
    """Leave out what is written down only after a day, so that nothing comes from the future."""
    end = datetime.combine(last + timedelta(days=1), time(), UTC)
    for batch in batches:
        yield batch.filter(pc.field("received_at") < pa.scalar(end, pa.timestamp("ms", tz="UTC")))


def _say_loaded(done: LoadReport, tell: Tell) -> None:
    tell(f"  {done.stored:,} events")
