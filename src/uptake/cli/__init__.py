"""The ``uptake`` command: each subcommand calls an action or a query and prints what came back."""

from __future__ import annotations

import sys
from importlib import import_module

import typer

from uptake.store.errors import UptakeError

app = typer.Typer(
    name="uptake",
    help="See how people take up software: who uses it, how, when, how well and how often.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

COMMAND_MODULES = ("report", "imports", "simulate", "demo", "lake", "service")

for module_name in COMMAND_MODULES:
    import_module(f"uptake.cli.{module_name}").register(app)


def main() -> None:
    """Run the command line; what a person can put right is one sentence and exit code 2."""
    try:
        app()
    except UptakeError as problem:
        typer.echo(f"Error: {problem}", err=True)
        sys.exit(2)
