"""``uptake source list|show``: what sends events, and how it is doing, as the API tells it."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from uptake.cli.terminal import AsJson, Workspace, system_in

Slug = Annotated[str, typer.Argument(help="Its place, as `uptake source list` shows it.")]
Hours = Annotated[int, typer.Option(min=1, max=24 * 31, help="How many of the last hours.")]


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    sources = typer.Typer(name="source", help="What sends events over HTTP.", no_args_is_help=True)
    sources.command("list")(list_sources)
    sources.command("show")(show_source)
    app.add_typer(sources)


def list_sources(workspace: Workspace = "", as_json: AsJson = False) -> None:
    """List what sends events: what was accepted, wrong and refused in the last 48 hours.

    Example: uptake source list --json
    """
    actor = system_in(workspace)
    from uptake.capabilities.ingestion.api_shapes import SourceShape, told_of
    from uptake.capabilities.ingestion.queries import visible_sources

    told = told_of(actor, list(visible_sources(actor)))
    rows = [SourceShape(**row) for row in told.values()]
    if as_json:
        typer.echo(json.dumps([row.model_dump(mode="json") for row in rows]))
        return
    for row in rows:
        typer.echo(
            f"{row.slug}  {row.name}  {row.accepted:,} accepted, {row.rejected:,} wrong, "
            f"{row.refused:,} requests refused, {row.waiting:,} wait to be mended"
        )


def show_source(
    source: Slug, hours: Hours = 48, workspace: Workspace = "", as_json: AsJson = False
) -> None:
    """Show what came from a source hour by hour, its keys, and what was refused whole and why.

    Example: uptake source show web-app --json
    """
    actor = system_in(workspace)
    from uptake.capabilities.ingestion.api_shapes import SourceDetail

    found = SourceDetail.read(actor, source, hours=hours)
    if as_json:
        typer.echo(found.model_dump_json())
        return
    typer.echo(f"{found.name}: last seen {found.last_seen_at or 'never'}")
    accepted = sum(hour.accepted for hour in found.hours)
    rejected = sum(hour.rejected for hour in found.hours)
    typer.echo(f"Last {hours} hours: {accepted:,} records accepted, {rejected:,} wrong")
    typer.echo(f"{found.waiting:,} wrong records wait to be mended")
    for refused in found.refusals:
        typer.echo(
            f"{refused.requests:,} requests refused with {refused.status}: "
            f"{refused.meaning} {refused.remedy}"
        )
    for key in found.keys:
        typer.echo(f"Key {key.prefix}…, made {key.created_at}, ends {key.expires_at or 'never'}")
