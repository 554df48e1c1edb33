"""Commands are loaded when they are named, and each is there under its name."""

from __future__ import annotations

from importlib import import_module

import pytest
import typer
from typer.main import get_group
from typer.testing import CliRunner

from uptake.cli import COMMANDS, app


@pytest.mark.parametrize("module", COMMANDS)
def test_a_module_adds_the_commands_that_it_is_named_for(module: str) -> None:
    part = typer.Typer()

    import_module(f"uptake.cli.{module}").register(part)

    assert set(get_group(part).commands) == set(COMMANDS[module])


def test_naming_a_command_loads_no_other() -> None:
    group = get_group(app)

    found = group.get_command(typer.Context(group), "process")

    assert found is not None
    assert list(group.commands) == ["process"]


def test_help_names_every_command() -> None:
    shown = CliRunner().invoke(app, ["--help"]).output

    assert [name for names in COMMANDS.values() for name in names if name not in shown] == []


def test_a_command_that_nobody_has_is_answered_with_those_that_may_be_meant() -> None:
    result = CliRunner().invoke(app, ["proces", "log.csv"])

    assert result.exit_code == 2
    assert "Did you mean 'process'" in result.stderr
