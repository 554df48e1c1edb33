"""A choice among hundreds is drawn as a plain select is."""

from __future__ import annotations

import re

from django import forms
from django.test.html import parse_html

from uptake.ui.forms import LongSelect

CHOICES = [("", "Any"), ("a&b", "A & <b>"), ("north", "North")]
GROUPED = [("", "everyone"), ("How & when", [("rate", "Rate"), ("use", "Use <1")]), ("x", "X")]


def drawn(widget: forms.Select, value: str) -> object:
    html = widget.render("account", value, {"id": "id_account", "class": "form-select"})
    return parse_html(re.sub(r">\s+<", "><", html))


def test_a_long_select_says_what_a_plain_one_says() -> None:
    for value in ("", "north", "a&b", "unknown"):
        long, plain = LongSelect(choices=CHOICES), forms.Select(choices=CHOICES)
        assert drawn(long, value) == drawn(plain, value)


def test_a_long_select_groups_its_choices_as_a_plain_one_does() -> None:
    for value in ("", "use", "x"):
        long, plain = LongSelect(choices=GROUPED), forms.Select(choices=GROUPED)
        assert drawn(long, value) == drawn(plain, value)
