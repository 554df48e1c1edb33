from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from uptake.cli import app

SMALL = ["--accounts", "3", "--people", "60", "--weeks", "26", "--events-per-person-week", "4"]


def test_simulate_writes_a_vendor_and_says_what_is_in_it(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["simulate", *SMALL, "--out", str(tmp_path / "vendor")])

    assert result.exit_code == 0
    assert "60 people in 3 accounts" in result.output
    assert "everything here is simulated" in result.output
    assert (tmp_path / "vendor" / "truth.json").exists()


def test_the_summary_comes_as_json_for_programs(tmp_path: Path) -> None:
    out = str(tmp_path / "vendor")
    result = CliRunner().invoke(app, ["simulate", *SMALL, "--json", "--out", out])

    summary = json.loads(result.stdout)
    assert summary["simulated"] is True
    assert summary["config"]["people"] == 60
    assert summary["events"] > 1_000


def test_settings_that_cannot_be_end_with_code_2_and_advice(tmp_path: Path) -> None:
    result = CliRunner().invoke(
        app, ["simulate", "--people", "5", "--out", str(tmp_path / "vendor")]
    )

    assert result.exit_code == 2
    assert result.stderr.startswith("Error: ")
    assert "ask for more people or fewer accounts" in result.stderr
