"""``{% load records %}``: blocks of a document on a page, and who uses whose records."""

from __future__ import annotations

from collections.abc import Sequence

from django import template
from django.utils.safestring import SafeString, mark_safe

from uptake.capabilities.records.dependence import Flow
from uptake.capabilities.records.flow_picture import draw_flows
from uptake.ui.document import Block, Chart

register = template.Library()


@register.filter
def is_chart(block: Block) -> bool:
    """Say whether the page's own script draws a block."""
    return isinstance(block, Chart)


@register.simple_tag
def flows(found: Sequence[Flow]) -> SafeString:
    """Draw who uses whose records."""
    return mark_safe(draw_flows(found))  # noqa: S308 - escaped where names stand in it
