"""Draw a document as a PDF: the same blocks, set by Typst with the fonts it carries.

The text travels as JSON, so nothing in it can be taken for markup. Charts are PDF drawings.
"""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

from uptake.ui.charts.inline import interval_bar, sparkline
from uptake.ui.charts.render import headline_of, render_pdf
from uptake.ui.document import Chart, Document, Drawing, Interval

TEMPLATE = Path(__file__).parent / "templates" / "ui" / "document.typ"

Json = dict[str, "Json"] | list["Json"] | str | float | int | bool | None


class _Assets:
    """The drawings of one document by file name."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def add(self, content: bytes, suffix: str) -> str:
        name = f"drawing-{len(self.files)}.{suffix}"
        self.files[name] = content
        return name


def render_document_pdf(document: Document) -> bytes:
    """Return the document as PDF bytes."""
    import typst  # a compiler of 20 MB: only where a PDF is asked for

    assets = _Assets()
    content = json.dumps(_as_json(document, assets), ensure_ascii=False)
    files = {"main.typ": TEMPLATE.read_bytes(), "document.json": content.encode(), **assets.files}
    with TemporaryDirectory(prefix="uptake-pdf-") as folder:
        for name, body in files.items():
            (Path(folder) / name).write_bytes(body)
        drawn: bytes = typst.compile(str(Path(folder) / "main.typ"), ignore_system_fonts=True)
    return drawn


def _as_json(value: object, assets: _Assets) -> Json:
    if isinstance(value, Chart):
        return _chart(value, assets)
    if isinstance(value, Drawing):
        return _drawing(value, assets)
    if isinstance(value, Interval):
        bar = interval_bar(value.share, value.low, value.high)
        return assets.add(bar.encode(), "svg")
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, tuple):
        return [_as_json(item, assets) for item in value]
    if is_dataclass(value):
        return _block(value, assets)
    return cast("Json", value)


def _block(value: object, assets: _Assets) -> Json:
    body: dict[str, Json] = {"kind": type(value).__name__.lower()}
    for field in fields(value):  # type: ignore[arg-type]  # only called with dataclass instances
        content = getattr(value, field.name)
        if field.name == "trend":
            body["trend"] = assets.add(sparkline(content).encode(), "svg") if content else ""
        else:
            body[field.name] = _as_json(content, assets)
    return body


def _chart(chart: Chart, assets: _Assets) -> Json:
    headline = headline_of(chart.spec)
    return {
        "kind": "chart",
        "title": headline.title,
        "subtitle": headline.subtitle,
        "summary": chart.summary,
        "drawing": assets.add(render_pdf(chart.spec), "pdf"),
    }


def _drawing(drawing: Drawing, assets: _Assets) -> Json:
    return {
        "kind": "drawing",
        "title": drawing.title,
        "subtitle": drawing.subtitle,
        "summary": drawing.summary,
        "drawing": assets.add(drawing.printed.encode(), "svg"),
    }
