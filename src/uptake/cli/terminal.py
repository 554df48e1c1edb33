"""What commands share: their options, on whose behalf they read, progress for those who watch."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from uptake.cli.settings import load_settings
from uptake.foundation.boot import boot

if TYPE_CHECKING:
    from uptake.foundation.actor import Actor

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]
Workspace = Annotated[str, typer.Option(help="Workspace; UPTAKE_WORKSPACE if none is named.")]
BY_COMMAND = "command line"
"""Who the audit log says has done what commands do."""

Progress = Callable[[str, float | None], None]


def system_in(workspace: str) -> Actor:
    """Return on whose behalf commands read a workspace that is up to date; empty: the usual one."""
    boot()
    from uptake.foundation.migration import require_migrated
    from uptake.foundation.queries import system_actor

    require_migrated()
    return system_actor(workspace or load_settings().workspace, name=BY_COMMAND)


@contextmanager
def progress_bar() -> Iterator[Progress | None]:
    """Show a bar on stderr when somebody is watching it."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Opening", total=1.0)

        def tell(what: str, share: float | None) -> None:
            bar.update(task, description=what, completed=share or 0.0, total=share and 1.0)

        yield tell
