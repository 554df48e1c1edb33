"""``uptake demo``: load a simulated vendor, show its portfolio, report its largest account."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from uptake.foundation.boot import boot

if TYPE_CHECKING:
    from uptake.simulate import SimulationConfig

DEFAULT_START = datetime(2025, 1, 6)  # noqa: DTZ001 - typer hands dates over as naive datetimes
EPILOG = "Example: uptake demo --accounts 8 --people 600 --weeks 52"


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command("demo", epilog=EPILOG)(demo)


def demo(
    accounts: Annotated[int, typer.Option(help="Customer accounts.")] = 40,
    people: Annotated[int, typer.Option(help="People ever employed, in all.")] = 6_000,
    weeks: Annotated[int, typer.Option(help="Length of the run.")] = 78,
    seed: Annotated[int, typer.Option(help="The same seed gives the same vendor.")] = 7,
    start: Annotated[
        datetime, typer.Option(formats=["%Y-%m-%d"], help="First day, a Monday.")
    ] = DEFAULT_START,
    report: Annotated[Path, typer.Option(help="Page to write.")] = Path("demo.report.html"),
) -> None:
    """Load a simulated vendor, print its portfolio, write the report of its largest account."""
    from uptake.simulate import SimulationConfig

    config = SimulationConfig(
        accounts=accounts, people=people, weeks=weeks, seed=seed, start=start.date()
    )
    _show(config, report)


def _show(config: SimulationConfig, page: Path) -> None:
    boot()
    from uptake.cli import demo_pages, demo_vendor  # they need Django's apps

    vendor = demo_vendor.load(config, tell=lambda text: typer.echo(text, err=True))
    demo_pages.print_portfolio(vendor)
    account = demo_pages.write_largest_report(vendor, page)
    typer.echo(f"\nThe report of {account}, the largest account, is in {page.resolve()}.")
    typer.echo(f"What was planted in this simulated vendor is in {vendor.folder / 'truth.json'}.")
