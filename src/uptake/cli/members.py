"""``uptake member list|invite``: how the first owner gets in, and everybody else may."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer

from uptake.cli.settings import load_settings
from uptake.foundation.access import Role
from uptake.foundation.boot import boot

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]
Workspace = Annotated[
    str | None, typer.Option(help="Workspace; UPTAKE_WORKSPACE if none is named.")
]
BY_COMMAND = "command line"


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    members = typer.Typer(name="member", help="Who has access.", no_args_is_help=True)
    members.command("list")(list_members)
    members.command()(invite)
    app.add_typer(members)


def list_members(workspace: Workspace = None, as_json: AsJson = False) -> None:
    """List the members of a workspace with their role and what they are limited to.

    Example: uptake member list --json
    """
    boot()
    from uptake.capabilities.administration.queries import members
    from uptake.foundation.queries import system_actor

    actor = system_actor(workspace or load_settings().workspace, name=BY_COMMAND)
    rows = [asdict(member) | {"user": member.user.email} for member in members(actor)]
    if as_json:
        typer.echo(json.dumps(rows))
        return
    for row in rows:
        limit = f"account {row['account']}" if row["account"] else "the whole workspace"
        typer.echo(f"{row['user']}  {row['role']}  sees {limit}")


def invite(
    email: Annotated[str, typer.Argument(help="Address of whom to invite.")],
    role: Annotated[Role, typer.Option(help="What they may do.")] = Role.OWNER,
    account: Annotated[str, typer.Option(help="The one account they see.")] = "",
    workspace: Workspace = None,
    days: Annotated[int, typer.Option(help="For how many days the link is valid.")] = 7,
) -> None:
    """Invite somebody and print the link, as for the first owner of a new installation.

    Example: uptake member invite olga@example.org
    """
    boot()
    from uptake.capabilities.administration.actions import invite as invite_by_mail
    from uptake.foundation.migration import require_migrated
    from uptake.foundation.queries import system_actor

    require_migrated()
    actor = system_actor(workspace or load_settings().workspace, name=BY_COMMAND)
    typer.echo(invite_by_mail(actor, email, role=role, account=account, days=days).link)
