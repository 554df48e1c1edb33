"""What commands share: plain errors, and progress for those who watch."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer

Progress = Callable[[str, float | None], None]


@contextmanager
def plain_errors() -> Iterator[None]:
    """Turn what a person can mend into one sentence on stderr and exit code 2."""
    from uptake.store.errors import UptakeError

    try:
        yield
    except UptakeError as error:
        typer.echo(f"{error}", err=True)
        raise typer.Exit(2) from error


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
