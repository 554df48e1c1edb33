"""Naming patterns as people write them: ``{date}_{text}_v{number}.{pdf|docx}``.

``{text}`` is anything, ``{word}`` letters, digits and hyphens, ``{number}`` digits, ``{date}`` a
date as 2024-01-31, ``{a|b}`` one of some texts; everything else stands for itself.
"""

from __future__ import annotations

import re

_PIECE = re.compile(r"\{([^{}]*)\}")
_MEANS = {
    "text": ".+",
    "word": r"[\p{L}\p{N}-]+",
    "number": "[0-9]+",
    "date": r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])",
}


def naming_expression(pattern: str) -> str:
    """The regular expression (RE2) of a naming pattern; ValueError says what cannot be read."""
    pieces, last = [], 0
    for found in _PIECE.finditer(pattern):
        pieces.append(re.escape(pattern[last : found.start()]))
        pieces.append(_piece(found[1]))
        last = found.end()
    rest = pattern[last:]
    if "{" in rest or "}" in rest:
        raise ValueError(f"a brace of {pattern!r} has no partner: write {{text}} or {{pdf|docx}}.")
    return "".join([*pieces, re.escape(rest)])


def _piece(name: str) -> str:
    if "|" in name:
        return "(?:" + "|".join(re.escape(text) for text in name.split("|")) + ")"
    if name not in _MEANS:
        raise ValueError(f"{{{name}}} means nothing: use {{text}}, {{word}}, {{number}}, {{date}}.")
    return _MEANS[name]
