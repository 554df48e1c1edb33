"""The ``uptake`` command: each subcommand calls an action or a query and prints what came back."""

from __future__ import annotations

import errno
from importlib import import_module
from typing import Any, cast

import typer
from typer.core import TyperGroup
from typer.main import get_group

from uptake.cli.plain_values import take_as_they_stand
from uptake.store.errors import UptakeError

USAGE_ERROR = cast("type[Exception]", typer.BadParameter.__bases__[0])
"""Any mistake on a command line; typer keeps the name of it private."""

DISK_FAILURES = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO})
"""What a write to an open file fails with when its disk is at fault; it does not name the file."""


COMMANDS = {
    "report": ("report",),
    "simulate": ("simulate",),
    "demo": ("demo",),
    "serve": ("serve",),
    "process": ("process",),
    "figures": ("portfolio", "deployment", "explore"),
    "behaviours": ("behaviours",),
    "records": ("records",),
    "imports": ("import",),
    "sources": ("source",),
    "listing": (
        *("account", "person", "population", "contract", "product", "change", "note"),
        *("segment", "metric", "audit"),
    ),
    "api": ("api",),
    "lake": ("lake",),
    "keys": ("key",),
    "service": (
        *("migrate", "worker", "doctor", "backup", "restore", "settings", "erase-person"),
        *("workspace", "member"),
    ),
}
"""Modules and the commands that each of them adds."""

MODULES = {command: module for module, commands in COMMANDS.items() for command in commands}


class PlainErrors(TyperGroup):
    """Loads the command that is named, and turns what a person can put right into one sentence.

    The sentence goes to stderr, and the exit code is 2.
    """

    def list_commands(self, _ctx: Any) -> list[str]:  # Any: typer keeps its bases private
        """Name every command."""
        for module in COMMANDS:
            self._load(module)
        return list(MODULES)

    def _load(self, module: str) -> None:
        if COMMANDS[module][0] in self.commands:
            return
        part = typer.Typer()
        import_module(f"uptake.cli.{module}").register(part)
        self.commands.update(get_group(part).commands)

    def make_context(self, *words: Any, **said: Any) -> Any:  # Any: typer keeps its base private
        """Read the command line."""
        take_as_they_stand(self, typer.Context(self))
        return super().make_context(*words, **said)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # Any: typer keeps both bases private
        """Return the command of a name; beside one that nobody has, all are there to be meant."""
        if cmd_name in MODULES:
            self._load(MODULES[cmd_name])
        else:
            self.list_commands(ctx)
        command = super().get_command(ctx, cmd_name)
        if command is not None:
            take_as_they_stand(command, ctx)
        return command

    def invoke(self, ctx: Any) -> object:  # Any: typer keeps its base context private
        """Run the command that was named."""
        try:
            return super().invoke(ctx)
        except USAGE_ERROR as problem:
            if type(problem).__name__ == "NoArgsIsHelpError":  # what it shows is the help
                raise
            says = cast("typer.BadParameter", problem).format_message().rstrip(".")
            typer.echo(f"Error: {says}; --help shows what can be said.", err=True)
            raise typer.Exit(2) from problem
        except UptakeError as problem:
            typer.echo(f"Error: {problem}", err=True)
            raise typer.Exit(2) from problem
        except OSError as problem:
            if problem.filename is None and problem.errno not in DISK_FAILURES:
                raise
            place = problem.filename or "The disk written to"
            says = f"{place} cannot be used: {problem.strerror}"
            typer.echo(f"Error: {says}; correct it or name another place.", err=True)
            raise typer.Exit(2) from problem


def uptake() -> None:
    """See how people take up software: who uses it, how, when, how well and how often."""


app = typer.Typer(
    name="uptake",
    cls=PlainErrors,
    callback=uptake,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


def main() -> None:
    """Run the command line."""
    app()
