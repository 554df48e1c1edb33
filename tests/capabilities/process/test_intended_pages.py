"""What the documentation says of intended processes is what the product does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from uptake.capabilities.process.intended_files import read_intended
from uptake.capabilities.process.intended_reading import ITEM, TOP
from uptake.capabilities.process.rule_sentences import parse_rule, template_named
from uptake.methods.process.rules import Template

DOCS = Path(__file__).resolve().parents[3] / "docs"
REFERENCE = (DOCS / "reference" / "intended-process.md").read_text(encoding="utf-8")
GUIDE = (DOCS / "guides" / "intended-process.md").read_text(encoding="utf-8")
RULES = re.findall(r"^\| `([a-z ]+)` \| (`.*[AB].*`) \|$", REFERENCE, re.MULTILINE)


@pytest.mark.parametrize("word", [*TOP, *ITEM, "why"])
def test_every_word_of_the_yaml_is_in_the_reference(word):
    assert f"`{word}`" in REFERENCE


def test_every_kind_of_rule_is_in_the_reference():
    assert [template_named(kind) for kind, _ways in RULES] == list(Template)


@pytest.mark.parametrize(("kind", "ways"), RULES)
def test_every_way_to_say_a_rule_in_the_reference_is_understood(kind, ways):
    for way in re.findall(r"`([^`]+)`", ways):
        assert parse_rule(way).template is template_named(kind)


@pytest.mark.parametrize("text", re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL))
def test_the_examples_of_the_guide_can_be_used(text):
    assert read_intended(text, name="guide.yaml").activities()
