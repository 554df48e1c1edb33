"""Values that fill a field without saying anything: they count as empty.

Methods section 4 (completeness).
"""

from __future__ import annotations

PLACEHOLDERS = frozenset(
    {
        "", "-", "--", "---", ".", "..", "...", "?", "??", "???", "*", "/", "_", "0", "00", "000",
        "0000", "00000", "000000", "0000000", "x", "xx", "xxx", "xxxx", "n/a", "na", "n.a.", "n.a",
        "#n/a", "nan", "null", "(null)", "none", "nil", "undefined", "unknown", "not known",
        "not available", "not applicable", "tbd", "tba", "tbc", "to be defined", "todo", "test",
        "testing", "test test", "asdf", "asdfg", "qwerty", "abc", "foo", "bar", "blank", "empty",
        "nothing", "other", "misc", "1234", "12345", "123456", "k.a.", "keine", "unbekannt",
        "s/o", "sans objet", "inconnu", "ninguno", "nessuno",
    }
)  # fmt: skip
"""Proposed list, in lower case and without spaces around; every standard may take its own."""

NUMBERS_THAT_MEAN_SOMETHING = frozenset({"0"})
"""Left out of the list for fields that hold numbers: nought is an answer there."""


def is_placeholder(value: str | None, placeholders: frozenset[str] = PLACEHOLDERS) -> bool:
    """Say whether a value counts as not filled in; a missing one does."""
    return value is None or value.strip().casefold() in placeholders
