"""Blocks of a page kept as JSON and read again, so that a page draws what the worker worked out."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any  # JSON

import msgspec

from uptake.ui.document import (
    Block,
    Cards,
    Chart,
    Document,
    Explanations,
    Fact,
    Findings,
    Notice,
    Panel,
    Paragraph,
    Section,
    Table,
)

Json = dict[str, Any]
_KINDS: dict[str, type[Block]] = {
    kind.__name__: kind for kind in (Paragraph, Notice, Table, Chart, Cards, Findings, Explanations)
}


def kept_page(document: Document) -> Json:
    """Return a document as JSON values."""
    return {
        "sentence": document.sentence,
        "support": document.support,
        "facts": [[fact.name, fact.value] for fact in document.facts],
        "sections": [
            {
                "anchor": section.anchor,
                "heading": section.heading,
                "blocks": [_kept(block) for block in section.blocks],
            }
            for section in document.sections
        ],
    }


def read_page(kept: Json, *, title: str) -> Document:
    """Return the document that was kept."""
    return Document(
        title=title,
        kicker="Record quality",
        sentence=kept["sentence"],
        support=kept["support"],
        facts=tuple(Fact(name, value) for name, value in kept["facts"]),
        sections=tuple(
            Section(each["anchor"], each["heading"], tuple(map(_read, each["blocks"])))
            for each in kept["sections"]
        ),
        footer="",
    )


def _kept(block: Block) -> Json:
    if isinstance(block, Panel):
        return {
            "kind": "Panel",
            "heading": block.heading,
            "blocks": [_kept(inner) for inner in block.blocks],
        }
    return {"kind": type(block).__name__, **_plain_parts(block)}


def _plain_parts(block: Block) -> Json:
    return {part.name: _plain(getattr(block, part.name)) for part in fields(block)}


def _plain(value: Any) -> Any:  # Any: whatever a block holds, as JSON
    if is_dataclass(value) and not isinstance(value, type):
        return {part.name: _plain(getattr(value, part.name)) for part in fields(value)}
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value.item() if hasattr(value, "item") else value


def _read(kept: Json) -> Block:
    if kept["kind"] == "Panel":
        return Panel(kept["heading"], tuple(map(_read, kept["blocks"])))
    parts = {name: value for name, value in kept.items() if name != "kind"}
    return msgspec.convert(parts, _KINDS[kept["kind"]])
