"""``uptake key create|list|revoke``: keys with which programs use the API."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Annotated

import typer

from uptake.cli.settings import load_settings
from uptake.foundation.boot import boot

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]
Workspace = Annotated[str, typer.Option(help="Workspace; UPTAKE_WORKSPACE if none is named.")]
BY_COMMAND = "command line"


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    keys = typer.Typer(name="key", help="Keys of the API.", no_args_is_help=True)
    keys.command("list")(list_keys)
    keys.command()(create)
    keys.command()(revoke)
    app.add_typer(keys)


def create(
    name: Annotated[str, typer.Argument(help="What uses the key, such as 'Nightly export'.")],
    scope: Annotated[list[str], typer.Option(help="What it is for; may be given repeatedly.")],
    account: Annotated[str, typer.Option(help="Limit it to this account.")] = "",
    days: Annotated[int | None, typer.Option(min=1, help="Days for which it works.")] = None,
    workspace: Workspace = "",
    as_json: AsJson = False,
) -> None:
    """Make a key and print it, this once.

    Example: uptake key create 'Nightly export' --scope metrics:read
    """
    boot()
    from django.utils.timezone import now

    from uptake.capabilities.customers.queries import access_account
    from uptake.foundation.keys import create_key
    from uptake.foundation.queries import system_actor

    actor = system_actor(workspace or load_settings().workspace, name=BY_COMMAND)
    if account:
        access_account(actor, account)
    ends = now() + timedelta(days=days) if days else None
    issued = create_key(actor, name, scopes=frozenset(scope), account=account, expires_at=ends)
    if as_json:
        typer.echo(json.dumps({"id": issued.row.pk, "name": issued.row.name, "key": issued.key}))
        return
    typer.echo(issued.key)
    typer.echo("Keep it now: it is not stored and cannot be shown again.", err=True)


def list_keys(workspace: Workspace = "", as_json: AsJson = False) -> None:
    """List the keys of a workspace with their scopes and last use.

    Example: uptake key list --json
    """
    boot()
    from uptake.foundation.keys import visible_keys
    from uptake.foundation.queries import system_actor

    actor = system_actor(workspace or load_settings().workspace, name=BY_COMMAND)
    names = ("id", "name", "prefix", "scopes", "account", "expires_at", "last_used_at")
    rows = list(visible_keys(actor).values(*names, "revoked_at"))
    if as_json:
        typer.echo(json.dumps(rows, default=str))
        return
    for row in rows:
        state = "revoked" if row["revoked_at"] else f"last used {row['last_used_at'] or 'never'}"
        typer.echo(
            f"{row['id']}  {row['prefix']}…  {row['name']}  {' '.join(row['scopes'])}  {state}"
        )


def revoke(
    key: Annotated[int, typer.Argument(help="Its number, as `uptake key list` shows it.")],
    workspace: Workspace = "",
) -> None:
    """Take a key out of use, at once and for good.

    Example: uptake key revoke 3
    """
    boot()
    from uptake.foundation.keys import revoke_key
    from uptake.foundation.queries import system_actor

    actor = system_actor(workspace or load_settings().workspace, name=BY_COMMAND)
    typer.echo(f"{revoke_key(actor, key).name} is revoked; whatever used it is refused now.")
