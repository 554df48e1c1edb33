"""``uptake workspace list|create|retention|holidays`` and ``uptake erase-person``."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from uptake.cli.settings import load_settings
from uptake.foundation.boot import boot

if TYPE_CHECKING:
    from uptake.capabilities.customers.erasure import PersonErased

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]
Workspace = Annotated[str, typer.Option(help="Workspace; UPTAKE_WORKSPACE if none is named.")]
BY_COMMAND = "command line"


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    workspaces = typer.Typer(name="workspace", help="Separate worlds.", no_args_is_help=True)
    workspaces.command("list")(list_workspaces)
    workspaces.command()(create)
    workspaces.command()(retention)
    workspaces.command()(holidays)
    app.add_typer(workspaces)
    app.command()(erase_person)


def list_workspaces(as_json: AsJson = False) -> None:
    """List the workspaces with their time zone and retention.

    Example: uptake workspace list --json
    """
    boot()
    from uptake.foundation.migration import require_migrated
    from uptake.foundation.models import Workspace as Row

    require_migrated()
    rows = list(Row.objects.values("slug", "name", "kind", "timezone", "retention_months"))
    if as_json:
        typer.echo(json.dumps(rows))
        return
    for row in rows:
        kept = f"{row['retention_months']} months" if row["retention_months"] else "everything"
        typer.echo(f"{row['slug']}  {row['kind']}  {row['timezone']}  keeps {kept}")


def create(
    slug: Annotated[str, typer.Argument(help="Lower-case letters, digits and hyphens.")],
    timezone: Annotated[str | None, typer.Option(help="Such as Europe/Berlin.")] = None,
    buyer: Annotated[bool, typer.Option("--buyer", help="One company, many products.")] = False,
) -> None:
    """Create a workspace: a separate world of people, events and rules.

    Example: uptake workspace create acme --timezone Europe/Berlin
    """
    boot()
    from uptake.foundation.actions import create_workspace
    from uptake.foundation.migration import require_migrated
    from uptake.foundation.models import WorkspaceKind

    require_migrated()
    kind = WorkspaceKind.BUYER if buyer else WorkspaceKind.VENDOR
    created = create_workspace(slug, timezone=timezone, kind=kind)
    typer.echo(
        f"Created workspace {created.slug}, whose days begin at midnight {created.timezone}."
    )


def retention(
    months: Annotated[int | None, typer.Option(help="Months of events to keep.")] = None,
    keep_all: Annotated[bool, typer.Option("--keep-all", help="Keep everything.")] = False,
    workspace: Workspace = "",
) -> None:
    """Decide how long a workspace keeps events; the worker applies it.

    Example: uptake workspace retention --months 36
    """
    if (months is None) is not keep_all:
        raise typer.BadParameter("give either --months or --keep-all")
    boot()
    from uptake.foundation.actions import set_retention
    from uptake.foundation.queries import system_actor

    actor = system_actor(workspace or load_settings().workspace, name=BY_COMMAND)
    changed = set_retention(actor, months=months)
    kept = f"{months} months of events" if months else "every event"
    typer.echo(f"Workspace {changed.slug} keeps {kept}.")


def holidays(
    country: Annotated[
        str | None, typer.Argument(help="Where people work: DE, or DE-BY for a state.")
    ] = None,
    unknown: Annotated[bool, typer.Option("--unknown", help="Nobody knows.")] = False,
    workspace: Workspace = "",
) -> None:
    """Say whose public holidays are free: nothing is expected on them.

    Example: uptake workspace holidays DE-BY
    """
    if (country is None) is not unknown:
        raise typer.BadParameter("name a country, or say --unknown")
    boot()
    from uptake.foundation.holidays import set_country
    from uptake.foundation.queries import system_actor

    actor = system_actor(workspace or load_settings().workspace, name=BY_COMMAND)
    changed = set_country(actor, country or "")
    known = f"public holidays of {changed.country} are free" if changed.country else "none is known"
    typer.echo(f"Workspace {changed.slug}: {known}.")


def erase_person(
    person: Annotated[str, typer.Argument(help="The person's identifier, capitals included.")],
    workspace: Workspace = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Erase a person for good: their events, and what is known about them. Prints a receipt.

    Example: uptake erase-person p.0815 --yes
    """
    if not yes:
        typer.confirm(f"Erase everything about {person!r} for good?", abort=True, err=True)
    boot()
    from uptake.capabilities.customers import erasure
    from uptake.foundation.lake import open_lake
    from uptake.foundation.queries import system_actor

    actor = system_actor(workspace or load_settings().workspace, name=BY_COMMAND)
    with open_lake() as lake:
        erased = erasure.erase_person(actor, person, lake=lake)
    if as_json:
        typer.echo(json.dumps(asdict(erased), default=str))
        return
    typer.echo(_receipt(erased))


def _receipt(erased: PersonErased) -> str:
    receipt = erased.events
    first = (
        f"Erased {receipt.events:,} events and {erased.rows} rows; receipt {receipt.receipt_id}."
    )
    return "\n  ".join([first, *receipt.remains])
