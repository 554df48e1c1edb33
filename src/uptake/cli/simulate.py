"""``uptake simulate``: write a simulated vendor with known truth to a folder."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from uptake.simulate import SimulatedVendor, WrittenVendor

EPILOG = "Example: uptake simulate --accounts 12 --people 800 --weeks 52 --out vendor"
DEFAULT_START = datetime(2025, 1, 6)  # noqa: DTZ001 - typer hands dates over as naive datetimes


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command("simulate", epilog=EPILOG)(simulate_vendor)


def simulate_vendor(
    out: Annotated[Path, typer.Option(help="New folder to write to.")],
    accounts: Annotated[int, typer.Option(help="Customer accounts.")] = 40,
    people: Annotated[int, typer.Option(help="People ever employed, in all.")] = 6_000,
    weeks: Annotated[int, typer.Option(help="Length of the run.")] = 78,
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes.")] = 7,
    start: Annotated[
        datetime, typer.Option(formats=["%Y-%m-%d"], help="First day, a Monday.")
    ] = DEFAULT_START,
    events_per_person_week: Annotated[
        float, typer.Option(help="Events of a fully ramped person in a full week.")
    ] = 24.0,
    buyer: Annotated[
        bool, typer.Option("--buyer", help="Name accounts as one company's business units.")
    ] = False,
    processes: Annotated[
        int | None, typer.Option(help="Processes to use; does not change the result.", min=1)
    ] = None,
    json_output: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
) -> None:
    """Write a simulated vendor with known truth: events, records, and what was planted."""
    from uptake.simulate import (
        SimulatedKind,
        SimulationConfig,
        simulate,
    )  # numpy and arrow are slow to load

    config = SimulationConfig(
        accounts=accounts,
        people=people,
        weeks=weeks,
        seed=seed,
        start=start.date(),
        events_per_person_week=events_per_person_week,
        kind=SimulatedKind.BUYER if buyer else SimulatedKind.VENDOR,
    )
    vendor = simulate(config)
    written = _write_with_progress(vendor, out, processes)
    typer.echo(_as_json(vendor, written) if json_output else _summary(vendor, written))


def _write_with_progress(
    vendor: SimulatedVendor, out: Path, processes: int | None
) -> WrittenVendor:
    """Write the vendor; show a bar on standard error if that is a terminal."""
    from rich.console import Console
    from rich.progress import Progress

    from uptake.simulate import write

    console = Console(stderr=True)
    with Progress(console=console, disable=not sys.stderr.isatty(), transient=True) as bar:
        task = bar.add_task("Simulating accounts", total=len(vendor.plan.accounts))
        return write(
            vendor,
            out,
            processes=processes,
            progress=lambda done, _all: bar.update(task, completed=done),
        )


def _summary(vendor: SimulatedVendor, written: WrittenVendor) -> str:
    """Say in words what was written and what is planted."""
    plan = vendor.plan
    churned = sum(t.outcome.value == "churned" for s in vendor.summaries for t in s.terms)
    treated = sum(unit.treated for unit in plan.plays)
    return (
        f"Simulated vendor written to {written.folder}\n"
        f"  {written.events:,} events of {written.people:,} people in {written.accounts} accounts, "
        f"{plan.config.start} to {plan.config.sunday(plan.config.weeks - 1)}\n"
        f"  planted: {len(plan.states)} failure states, {len(plan.changes)} changes, "
        f"{len(plan.barriers)} barriers, plays in {treated} teams, {churned} churned contracts\n"
        f"  the truth is in {written.folder / 'truth.json'}; everything here is simulated"
    )


def _as_json(vendor: SimulatedVendor, written: WrittenVendor) -> str:
    """Return the summary for programs."""
    return json.dumps(
        {
            "simulated": True,
            "folder": str(written.folder),
            "events": written.events,
            "files": written.files,
            "accounts": written.accounts,
            "people": written.people,
            "config": vendor.config.as_dict(),
        }
    )
