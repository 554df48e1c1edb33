"""Draw a specification without a browser: SVG for pages and mail, PDF for printed reports.

Title and subtitle are lifted out of the specification: pages and the PDF set them as text, so
that they wrap, can be searched and are read aloud.
"""

from __future__ import annotations

import re

from uptake.ui.charts.theme import CSS_VARIABLES, Headline, Spec

WIDE = 860
"""Pixels: the width of a page on a desktop."""

NARROW = 358
"""Pixels: what a phone of 390 pixels leaves inside its margins."""

_HEX = re.compile("|".join(re.escape(colour) for colour in CSS_VARIABLES), re.IGNORECASE)


def headline_of(spec: Spec) -> Headline:
    """Return the title and subtitle of a specification."""
    title = spec["title"]
    return Headline(title["text"], title["subtitle"])


def render_svg(spec: Spec, *, width: int = WIDE) -> str:
    """Return the chart as SVG, without its title, in the colours of the light theme."""
    import vl_convert  # starts a JavaScript engine: half a second

    return vl_convert.vegalite_to_svg(_untitled(spec, width))


def render_pdf(spec: Spec, *, width: int = WIDE) -> bytes:
    """Return the chart as a PDF drawing, without its title."""
    import vl_convert  # starts a JavaScript engine: half a second

    return vl_convert.vegalite_to_pdf(_untitled(spec, width))


def with_theme_variables(svg: str) -> str:
    """Return the SVG with its colours as CSS variables, so that it follows the page's theme."""
    by_hex = {colour.lower(): variable for colour, variable in CSS_VARIABLES.items()}
    return _HEX.sub(lambda match: by_hex[match.group().lower()], svg)


def _untitled(spec: Spec, width: int) -> Spec:
    return {key: value for key, value in spec.items() if key != "title"} | {"width": width}
