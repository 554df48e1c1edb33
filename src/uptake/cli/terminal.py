"""What commands share: progress for those who watch."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Progress = Callable[[str, float | None], None]


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
