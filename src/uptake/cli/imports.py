"""Placeholder module docstring; the owner of this command replaces the file."""

import typer


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
