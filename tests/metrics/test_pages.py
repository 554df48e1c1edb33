"""The reference page says what the catalogue says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from uptake.metrics.catalogue import catalogue

CHECKOUT = Path(__file__).resolve().parent.parent.parent


def test_the_page_of_metrics_is_not_stale() -> None:
    command = [sys.executable, str(CHECKOUT / "tools" / "metric_pages.py"), "--check"]

    answer = subprocess.run(command, capture_output=True, text=True, check=False)

    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_every_metric_has_its_entry() -> None:
    page = (CHECKOUT / "docs" / "reference" / "metrics.md").read_text(encoding="utf-8")

    assert all(f"`{key}`" in page for key in catalogue)


def test_the_method_behind_a_metric_has_a_page() -> None:
    pages = {path.stem for path in (CHECKOUT / "docs" / "methods").glob("*.md")}

    assert {metric.method for metric in catalogue.values() if metric.method} <= pages
