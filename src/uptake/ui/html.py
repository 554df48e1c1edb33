"""Draw a document as one HTML file: no script, nothing fetched, light and dark, phone and print."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, singledispatch
from pathlib import Path

from django.template import Context, Engine
from django.utils.safestring import SafeString, mark_safe

from uptake.ui.charts.render import NARROW, WIDE, headline_of, render_svg, with_theme_variables
from uptake.ui.document import (
    Block,
    Card,
    Cards,
    Chart,
    Document,
    Drawing,
    Panel,
    Section,
    Table,
)
from uptake.ui.tables import bar, table_markup, trend

TEMPLATES = Path(__file__).parent / "templates"


@cache
def engine() -> Engine:
    """Return the template engine over this package's templates; needs no Django settings."""
    return Engine(dirs=[str(TEMPLATES)], autoescape=True)


def render_html(document: Document) -> str:
    """Return the document as a complete, self-contained page."""
    sections = [_DrawnSection(section, _draw_all(section.blocks)) for section in document.sections]
    return _render("ui/document.html", {"document": document, "sections": sections})


@singledispatch
def draw(block: Block) -> SafeString:
    """Return one block as HTML."""
    name = type(block).__name__.lower()
    return _render(f"ui/blocks/{name}.html", {"block": block})


@draw.register
def _(block: Panel) -> SafeString:
    return _render("ui/blocks/panel.html", {"block": block, "content": _draw_all(block.blocks)})


@draw.register
def _(block: Chart) -> SafeString:
    drawn = {
        "block": block,
        "headline": headline_of(block.spec),
        "wide": _svg(block, WIDE),
        "narrow": _svg(block, NARROW),
        "table": draw(block.table),
    }
    return _render("ui/blocks/chart.html", drawn)


@draw.register
def _(block: Drawing) -> SafeString:
    drawn = {
        "block": block,
        "headline": block,
        "wide": _safe(with_theme_variables(block.wide)),
        "narrow": _safe(with_theme_variables(block.narrow)),
        "table": draw(block.table),
        "kind": "drawing",
    }
    return _render("ui/blocks/chart.html", drawn)


@draw.register
def _(block: Cards) -> SafeString:
    cards = [_DrawnCard(card, bar(card.interval), trend(card.trend)) for card in block.cards]
    return _render("ui/blocks/cards.html", {"cards": cards})


@draw.register
def _(block: Table) -> SafeString:
    return table_markup(block)


@dataclass(frozen=True, slots=True)
class _DrawnSection:
    section: Section
    content: SafeString


@dataclass(frozen=True, slots=True)
class _DrawnCard:
    card: Card
    bar: SafeString
    trend: SafeString


def _draw_all(blocks: tuple[Block, ...]) -> SafeString:
    return _safe("\n".join(draw(block) for block in blocks))


def _svg(block: Chart, width: int) -> SafeString:
    return _safe(with_theme_variables(render_svg(block.spec, width=width)))


def _render(name: str, values: dict[str, object]) -> SafeString:
    context = Context(values, use_l10n=False, use_tz=False)
    return engine().get_template(name).render(context)


def _safe(markup: str) -> SafeString:
    # Only markup that this module or the chart renderer made reaches this line.
    return mark_safe(markup)  # noqa: S308
