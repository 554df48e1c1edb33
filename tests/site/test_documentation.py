"""A setting or a command that nobody can read about does not exist."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer import Context
from typer.core import TyperCommand, TyperGroup
from typer.main import get_group

from uptake.cli import app
from uptake.config import PREFIX, Settings

CHECKOUT = Path(__file__).resolve().parents[2]


def _commands(command: TyperCommand | TyperGroup, name: str = "uptake") -> list[str]:
    getattr(command, "list_commands", str)(Context(command))  # those below are loaded on demand
    below = getattr(command, "commands", {})
    return [found for child in below for found in _commands(below[child], f"{name} {child}")] or [
        name
    ]


@pytest.fixture(scope="module")
def documentation() -> str:
    pages = [CHECKOUT / "README.md", *sorted((CHECKOUT / "docs").rglob("*.md"))]
    return "\n".join(page.read_text(encoding="utf-8") for page in pages)


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_explained(name: str) -> None:
    page = (CHECKOUT / "docs/reference/settings.md").read_text(encoding="utf-8")
    description = Settings.model_fields[name].description

    assert f"| `{PREFIX}{name.upper()}` |" in page
    assert f"| {description} |" in page


@pytest.mark.parametrize("command", _commands(get_group(app)))
def test_every_command_is_written_about(command: str, documentation: str) -> None:
    assert command in documentation
