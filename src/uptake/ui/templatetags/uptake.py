"""``{% load uptake %}``: icons, addresses, states, numbers and charts as every page draws them.

``{% icon "users" %}``, ``{% to "measure:portfolio" %}`` (an address in the workspace at hand),
``{% state classification %}``, ``{% number measurement how=explanation %}``,
``{% chart figure %}``, ``{% parts "behaviour" behaviour %}``, ``{{ value|interval }}``,
``{{ moment|day }}``, ``{{ moment|ago }}``, ``{{ amount|money:"EUR" }}``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from ipaddress import ip_address
from typing import Any

from django import template
from django.template.context import Context
from django.template.loader import get_template
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timesince import timesince

from uptake.metrics.measurement import Measurement
from uptake.ui import measured, words
from uptake.ui.charts.inline import interval_bar, sparkline, spread_bar
from uptake.ui.charts.render import with_theme_variables
from uptake.ui.document import Block, Chart, Explanation, Interval
from uptake.ui.html import draw
from uptake.ui.navigation import address_in
from uptake.ui.panels import parts_at
from uptake.ui.pictures import DrawnChart, draw_chart

register = template.Library()
SPRITE = "uptake/vendor/icons.svg"
LOCAL = "localhost"
"""The one name that browsers trust without encryption."""


@register.simple_tag
@lru_cache(maxsize=512)
def icon(name: str, label: str = "") -> SafeString:
    """Draw one of Tabler's icons; without a label it is decoration and not read aloud."""
    spoken = (
        format_html('role="img" aria-label="{}"', label) if label else _safe('aria-hidden="true"')
    )
    return format_html(
        '<svg class="icon" {}><use href="{}#{}"></use></svg>', spoken, static(SPRITE), name
    )


@register.simple_tag(takes_context=True)
def passkeys_work(context: Context) -> bool:
    """Say whether browsers offer passkeys here: at a name, over a connection nobody reads along."""
    request = context.get("request")
    if request is None:
        return False
    host = request.get_host().rsplit(":", 1)[0] if "]" not in request.get_host() else "::"
    try:
        ip_address(host)
    except ValueError:
        return bool(request.is_secure() or host == LOCAL or host.endswith(f".{LOCAL}"))
    return False


@register.simple_tag(takes_context=True)
def to(context: Context, view: str, *args: object, **named: object) -> str:
    """Return the address of a view in the workspace at hand."""
    slug = context["shell"].actor.workspace.slug
    if args:
        return reverse(view, args=[slug, *args])
    if not named:
        return address_in(view, slug)
    return reverse(view, kwargs={"workspace": slug, **named})


@register.simple_tag(takes_context=True)
def parts(context: Context, place: str, subject: object) -> SafeString:
    """Draw what capabilities above add to this page at a place; ``subject``: what it is about."""
    drawn = []
    for part in parts_at(place, context["shell"].actor, subject):
        found: Any = get_template(part.template)  # Any: of Django's own engine
        with context.push(**part.shown):
            drawn.append(found.template.render(context))
    return _safe("".join(drawn))


@register.inclusion_tag("ui/parts/state.html")
def state(classification: Any) -> dict[str, str]:  # a Classification, or any state's own name
    """Draw an adoption state, or why there is none, as a word with its shape and colour."""
    found = getattr(classification, "state", classification)
    if found is None:
        return {"name": "suppressed", "words": "Hidden"}
    name = str(getattr(found, "value", found)).replace("_", "-")
    return {"name": name, "words": name.replace("-", " ").capitalize()}


@register.filter
def css(state_: Any) -> str:  # any StrEnum of states
    """Return the class under which a state is drawn."""
    return str(getattr(state_, "value", state_)).replace("_", "-")


@register.inclusion_tag("ui/parts/number.html", takes_context=True)
def number(
    context: Context, measurement: Measurement, how: Explanation | None = None
) -> dict[str, object]:
    """Draw a measured number with its "of n" and interval; ``how`` opens beside the page."""
    return {
        "measurement": measurement,
        "value": measured.value_text(measurement),
        "of": measured.of_text(measurement),
        "interval": measured.interval_text(measurement),
        "bar": _bar(measured.interval_of(measurement)),
        "how": how,
        "panel": _next_id(context, "how"),
    }


@register.inclusion_tag("ui/parts/how.html", takes_context=True)
def how(context: Context, explanation: Explanation, words: str = "How?") -> dict[str, object]:
    """Draw a button that opens how a number came about."""
    return {"how": explanation, "panel": _next_id(context, "how"), "words": words}


@register.inclusion_tag("ui/parts/chart.html", takes_context=True)
def chart(context: Context, figure: Chart | DrawnChart, level: int = 3) -> dict[str, object]:
    """Draw a Vega-Lite chart with its finding, its words, its numbers, and downloads.

    ``level``: of the finding among the headings of the page.
    """
    drawn = figure if isinstance(figure, DrawnChart) else draw_chart(figure)
    return {"figure": drawn, "level": level, "name": _next_id(context, "chart")}


@register.simple_tag(name="draw")
def draw_block(content: Block) -> SafeString:
    """Draw a block of a document (findings, explanations, a table) as reports do."""
    return draw(content)


@register.simple_tag
def spark(values: Any) -> SafeString:  # any sequence of numbers and gaps
    """Draw values as a word-sized line; the number it explains stands beside it."""
    return _safe(with_theme_variables(sparkline(tuple(values)))) if values else _safe("")


@register.filter
def interval(value: Measurement | Interval) -> str:
    """Return an interval as "62-81"."""
    if isinstance(value, Measurement):
        return measured.interval_text(value)
    return f"{value.low * 100:.0f}\N{EN DASH}{value.high * 100:.0f}"


@register.filter
def value(measurement: Measurement) -> str:
    """Return the value with its unit, or the name of the state where there is none."""
    return measured.value_text(measurement)


@register.filter
def of(measurement: Measurement) -> str:
    """Return the parts of a ratio as "61 of 84"."""
    return measured.of_text(measurement)


@register.simple_tag
def bar(measurement: Measurement) -> SafeString:
    """Draw a share with its interval as a bar; nothing where there is no interval."""
    return _bar(measured.interval_of(measurement))


@register.filter
def spread(counts: Sequence[int]) -> SafeString:
    """Draw how often each step of a scale was chosen."""
    return _safe(with_theme_variables(spread_bar(counts)))


@register.filter
def percent(share: float) -> str:
    """Return a share between 0 and 1 as whole percent."""
    return words.percent(share)


@register.filter
def count(number_: float) -> str:
    """Return a whole number with separators."""
    return words.count(number_)


@register.filter
def day(moment: date | datetime | None) -> str:
    """Return "Fri 13 Nov 2026", and the time of day where there is one."""
    if moment is None:
        return ""
    if not isinstance(moment, datetime):
        return words.day(moment)
    local = timezone.localtime(moment)
    return f"{words.day(local)}, {local:%H:%M}"


@register.filter
def short_day(moment: date | None) -> str:
    """Return "13 Nov 2026"; nothing where there is no day."""
    return words.short_day(moment) if moment else ""


@register.filter
def days_from(moment: date | None, start: date | None) -> int | None:
    """Return the days from one day to another."""
    return (moment - start).days if moment and start else None


@register.filter
def ago(moment: datetime | None) -> str:
    """Return "3 hours ago" for a moment past, "in 3 days" for one to come."""
    if moment is None:
        return "never"
    now = timezone.now()
    if moment > now:
        return f"in {timesince(now, moment, depth=1)}"
    if (now - moment).total_seconds() < 60:
        return "just now"
    return f"{timesince(moment, now, depth=1)} ago"


_BROWSERS = {"Edg/": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "Chrome/": "Chrome"}
_SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Mac OS X": "macOS",
    "Linux": "Linux",
}


@register.filter
def browser(agent: str) -> str:
    """Return "Firefox on Windows" for what a browser calls itself."""
    named = next((name for mark, name in _BROWSERS.items() if mark in agent), "")
    named = named or ("Safari" if "Safari/" in agent else "A program")
    system = next((name for mark, name in _SYSTEMS.items() if mark in agent), "")
    return f"{named} on {system}" if system else named


@register.filter
def money(amount: Decimal | float | None, currency: str = "") -> str:
    """Return "EUR 4,900"; nothing where there is no amount."""
    if amount is None:
        return ""
    return f"{currency} {words.amount(float(amount))}".strip()


def _next_id(context: Context, kind: str) -> str:
    """Number what needs an id, unlike on the parts that htmx brings later."""
    request = context.get("request")
    given = vars(request).setdefault("ui_ids", {"count": 0}) if request else {"count": 0}
    given["count"] += 1
    prefix = request.htmx.target or "part" if request and getattr(request, "htmx", None) else "page"
    return f"{kind}-{prefix}-{given['count']}"


def _bar(shown: Interval | None) -> SafeString:
    if shown is None:
        return _safe("")
    return _safe(with_theme_variables(interval_bar(shown.share, shown.low, shown.high)))


def _safe(markup: str) -> SafeString:
    return mark_safe(markup)  # noqa: S308 - drawn by this package from numbers alone
