"""The SQL that counting asks; values that people typed are bound or quoted, never pasted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from uptake.methods.quality.placeholders import PLACEHOLDERS
from uptake.metrics.behaviours.wanted import Predicate, Quality
from uptake.store.schema import TermKind

NEVER = "false"

Codes = Mapping[TermKind, Mapping[str, int]]
"""Codes of the names that events carry."""


def matches(predicate: Predicate, codes: Codes) -> str:
    """A condition on rows of ``events`` or of the rollup of actions."""
    parts = [one_of(codes[TermKind.ACTION], predicate.actions, "action")]
    for kind, name in (
        (TermKind.PRODUCT, predicate.product),
        (TermKind.MODULE, predicate.module),
        (TermKind.OBJECT_TYPE, predicate.object_type),
    ):
        if name is not None:
            parts.append(one_of(codes[kind], [name], kind.value))
    parts += [f"{said(name)} = {text(value)}" for name, value in predicate.properties]
    return " AND ".join(parts)


def is_good(quality: Quality) -> str:
    """A condition on rows of ``events``."""
    parts = ["true"]
    if quality.right_first_time:
        parts.append("coalesce(quality_ok, false)")
    if quality.within is not None:
        most = round(quality.within.total_seconds() * 1000)
        parts.append(
            "coalesce(epoch_ms(recorded_at) - epoch_ms(occurred_at) <= " + f"{most}, false)"
        )
    parts += [says_something(said(name)) for name in quality.filled_in]
    return " AND ".join(parts)


def says_something(said_text: str) -> str:
    """A condition on a text: it is there and no placeholder."""
    empty = ", ".join(text(word) for word in sorted(PLACEHOLDERS))
    return f"coalesce(lower(trim({said_text})) NOT IN ({empty}), false)"


def said(name: str) -> str:
    """The text of a property of an event; null where it says nothing."""
    path = '$."' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"json_extract_string(properties, {text(path)})"


def text(value: str) -> str:
    """A text as SQL writes it."""
    return "'" + value.replace("'", "''") + "'"


def one_of(codes: Mapping[str, int], names: Iterable[str], column: str) -> str:
    """A condition: the code in a column is that of one of the names."""
    known = sorted(codes[name] for name in names if name in codes)
    return f"{column} IN ({', '.join(map(str, known))})" if known else NEVER
