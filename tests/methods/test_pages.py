"""The pages of docs/methods say what the code does."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from uptake.methods.adoption.states import Thresholds, rule_texts

PAGES = Path(__file__).resolve().parents[2] / "docs" / "methods"
METHODS = sorted(page for page in PAGES.glob("*.md") if page.name != "README.md")
SECTIONS = (
    "What it answers",
    "Formula",
    "Inputs",
    "Edge cases",
    "Source",
    "Reference values",
    "Code",
)


@pytest.mark.parametrize("page", METHODS, ids=lambda page: page.stem)
def test_every_page_has_the_same_sections(page):
    headings = [
        line.removeprefix("## ")
        for line in page.read_text(encoding="utf-8").splitlines()
        if line.startswith("## ")
    ]

    assert tuple(headings) == SECTIONS


@pytest.mark.parametrize("page", METHODS, ids=lambda page: page.stem)
def test_every_page_is_listed(page):
    assert f"({page.name})" in (PAGES / "README.md").read_text(encoding="utf-8")


def test_the_written_rules_of_the_states_are_those_in_force():
    page = (PAGES / "adoption-states.md").read_text(encoding="utf-8")

    missing = [rule for rule in rule_texts().values() if rule not in page]

    assert missing == []


def test_every_threshold_is_written_down_with_its_default():
    page = (PAGES / "adoption-states.md").read_text(encoding="utf-8")

    missing = [
        field.name
        for field in fields(Thresholds)
        if f"| {field.name} | {field.default} |" not in page
    ]

    assert missing == []
