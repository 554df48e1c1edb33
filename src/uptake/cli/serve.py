"""``uptake serve``: web pages and worker in one command."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from uptake.foundation.boot import boot


def register(app: typer.Typer) -> None:
    """Add this module's command."""
    app.command(name="serve")(command)


def command(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    worker: Annotated[bool, typer.Option(help="Run the worker as well.")] = True,
) -> None:
    """Serve the web pages and run the worker, until SIGTERM or Ctrl-C.

    Requests and the load at hand are finished first. Example: uptake serve --port 8080
    """
    from uptake.config import load_settings

    settings = load_settings()
    serve(host=host or settings.host, port=port or settings.port, with_worker=worker)


def serve(*, host: str, port: int, with_worker: bool = True) -> None:
    """Serve until asked to stop.

    Where nobody has said under which address people reach the pages, it is the one listened on.
    """
    from uptake.config import load_settings

    if "public_url" not in load_settings().model_fields_set:
        os.environ["UPTAKE_PUBLIC_URL"] = f"http://127.0.0.1:{port}"  # what is started inherits it
        load_settings.cache_clear()
    boot()
    from uptake.foundation.migration import require_migrated
    from uptake.foundation.server import serve as serve_until_stopped

    require_migrated()
    serve_until_stopped(load_settings(), host=host, port=port, with_worker=with_worker)
