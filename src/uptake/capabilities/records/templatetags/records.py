"""``{% load records %}``: how blocks of a document stand on a page."""

from __future__ import annotations

from django import template

from uptake.ui.document import Block, Chart

register = template.Library()


@register.filter
def is_chart(block: Block) -> bool:
    """Say whether the page's own script draws a block."""
    return isinstance(block, Chart)
