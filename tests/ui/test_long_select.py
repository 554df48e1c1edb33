"""A choice among hundreds is drawn as a plain select is."""

from __future__ import annotations

import re

from django import forms
from django.test.html import parse_html

from uptake.ui.forms import LongSelect

CHOICES = [("", "Any"), ("a&b", "A & <b>"), ("north", "North")]


def drawn(widget: forms.Select, value: str) -> object:
    html = widget.render("account", value, {"id": "id_account", "class": "form-select"})
    return parse_html(re.sub(r">\s+<", "><", html))


def test_a_long_select_says_what_a_plain_one_says() -> None:
    for value in ("", "north", "a&b", "unknown"):
        long, plain = LongSelect(choices=CHOICES), forms.Select(choices=CHOICES)
        assert drawn(long, value) == drawn(plain, value)
