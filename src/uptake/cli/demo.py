"""``uptake demo``: a simulated vendor and buyer, somebody of each role, and the product."""

from __future__ import annotations

import os
import sys
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from uptake.foundation.boot import boot

if TYPE_CHECKING:
    from uptake.cli.demo_cast import Part
    from uptake.cli.demo_world import DemoWorld
    from uptake.simulate import SimulationConfig

EPILOG = "Example: uptake demo --accounts 8 --people 600 --weeks 52"
SMALLEST_BUYER = 80
BUYER_SHARE = 8
"""The buyer's people are one to so many of the vendor's customers'."""


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command("demo", epilog=EPILOG)(demo)


def demo(
    accounts: Annotated[int, typer.Option(help="Customer accounts of the vendor.")] = 40,
    people: Annotated[int, typer.Option(help="People ever employed there, in all.")] = 6_000,
    weeks: Annotated[int, typer.Option(help="Length of the run.")] = 78,
    seed: Annotated[int, typer.Option(help="The same seed and start give the same data.")] = 7,
    start: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="First day, a Monday. Left out: ends last Sunday."),
    ] = None,
    report: Annotated[Path, typer.Option(help="Page to write.")] = Path("demo.report.html"),
    port: Annotated[int, typer.Option(help="Port of the web pages.")] = 8000,
    serve: Annotated[bool, typer.Option(help="Serve the web pages at the end.")] = True,
) -> None:
    """Load two simulated workspaces, print portfolio and sign-ins, and serve the product."""
    from uptake.simulate import SimulationConfig

    config = SimulationConfig(
        accounts=accounts,
        people=people,
        weeks=weeks,
        seed=seed,
        start=start.date() if start else _so_that_it_ends_now(weeks),
    )
    _know_the_address(port)
    _load(config, report)
    if serve:
        _prepare_pages()
        _serve(port)


def _so_that_it_ends_now(weeks: int) -> date:
    """The Monday from which so many whole weeks lie behind us."""
    today = datetime.now().astimezone().date()
    return today - timedelta(days=today.weekday(), weeks=weeks)


def _buyer(vendor: SimulationConfig) -> SimulationConfig:
    """A company of its own, smaller than the vendor's customers together."""
    from uptake.simulate import SimulatedKind, SimulationConfig

    return SimulationConfig(
        accounts=min(vendor.accounts, 6),
        people=max(SMALLEST_BUYER, vendor.people // BUYER_SHARE),
        weeks=vendor.weeks,
        seed=vendor.seed + 1,
        start=vendor.start,
        kind=SimulatedKind.BUYER,
    )


def _load(config: SimulationConfig, page: Path) -> None:
    boot()
    from uptake.cli import (  # they need apps
        demo_behaviours,
        demo_cast,
        demo_pages,
        demo_processes,
        demo_ratings,
        demo_records,
        demo_world,
    )
    from uptake.config import load_settings
    from uptake.foundation.migration import migrate

    migrate(load_settings())
    vendor = demo_world.load(config, tell=_tell)
    account = demo_pages.write_largest_report(vendor, page)
    _admit(vendor, demo_cast.VENDOR_PARTS)
    demo_behaviours.ask(vendor.actor, owner=demo_cast.success(), today=vendor.last_day)
    _remind(vendor)
    demo_records.agree(vendor.actor, owner=demo_cast.success())
    demo_processes.draw(
        vendor.actor,
        folder=vendor.folder,
        owner=demo_cast.success(),
        account=demo_pages.largest_account(vendor),
    )
    demo_ratings.rate(vendor.actor, raters=demo_cast.raters())
    buyer = demo_world.load(_buyer(config), tell=_tell)
    _admit(buyer, demo_cast.BUYER_PARTS)
    demo_pages.print_portfolio(vendor)
    typer.echo(f"\nThe report of {account}, the largest account, is in {page.resolve()}.")
    typer.echo(f"What was planted in this simulated vendor is in {vendor.folder / 'truth.json'}.")
    demo_pages.print_sign_ins((vendor, demo_cast.VENDOR_PARTS), (buyer, demo_cast.BUYER_PARTS))


def _admit(world: DemoWorld, parts: tuple[Part, ...]) -> None:
    from uptake.cli import demo_cast, demo_pages

    account = demo_pages.largest_account(world)
    demo_cast.admit(world.actor, parts, account=account, today=world.last_day)


def _remind(world: DemoWorld) -> None:
    from uptake.cli import (
        demo_champions,
        demo_contests,
        demo_culture,
        demo_digest,
        demo_incentives,
        demo_pages,
        demo_recognition,
        demo_reminders,
    )

    demo_reminders.remind(world.actor, moment=datetime.now().astimezone())
    demo_recognition.recognise(world.actor)
    demo_champions.carry(world.actor)
    demo_champions.go_ahead(world.actor)
    demo_digest.tell(world.actor, moment=datetime.now().astimezone())
    account = demo_pages.largest_account(world)
    demo_incentives.register(world.actor, account=account, today=world.last_day)
    demo_contests.contest(world.actor, account=account, today=world.last_day)
    demo_culture.ask(world.actor, account=account)


def _prepare_pages() -> None:
    """Work out what the pages show, so that the first reader does not wait for it."""
    from uptake.capabilities.behaviours.keeping import renew_due
    from uptake.capabilities.measure.renewing import renew_all

    _tell("Preparing the pages ...")
    renew_all()
    renew_due()


def _know_the_address(port: int) -> None:
    """What is written while loading, such as digests, links to where the pages will be."""
    from uptake.config import load_settings

    if "public_url" not in load_settings().model_fields_set:
        os.environ["UPTAKE_PUBLIC_URL"] = f"http://127.0.0.1:{port}"
        load_settings.cache_clear()


def _serve(port: int) -> None:
    """Become the server, as a program begun anew.

    The one that loaded has drawn charts: their engine's threads do not survive the fork by which
    the server begins its processes, and the first of those to draw one would wait for ever.
    """
    typer.echo(f"\nThe product is on http://127.0.0.1:{port}; stop it with Ctrl-C.")
    sys.stdout.flush()
    sys.stderr.flush()
    server = ("-m", "uptake", "serve", "--host", "127.0.0.1", "--port", str(port))
    os.execv(sys.executable, (sys.executable, *server))  # noqa: S606 - itself, no shell


def _tell(text: str) -> None:
    typer.echo(text, err=True)
