"""Write docs/reference/metrics.md from the catalogue: python tools/metric_pages.py [--check]."""

from __future__ import annotations

import sys
from pathlib import Path

from uptake.metrics.catalogue import catalogue
from uptake.metrics.measurement import Dimension
from uptake.metrics.metric import ANY_GROUP, Metric

PAGE = Path(__file__).resolve().parent.parent / "docs" / "reference" / "metrics.md"

CHAPTERS = {
    Dimension.FREQUENCY: "How frequently",
    Dimension.MANNER: "How",
    Dimension.TIMING: "When",
    Dimension.QUALITY: "How well",
    Dimension.ACCOUNT: "For an account",
}

INTRODUCTION = """# Metrics

How each number is computed. This page is written by `tools/metric_pages.py` from the catalogue;
change the catalogue, not the page.

- *Active* means having done a value action that the expected profile asks of one's population,
  never having signed in. Where nobody has set a profile one is proposed from the data and marked.
- *People in scope* are those listed and employed in the window; without a list, those seen so far.
- Every ratio has a numerator, a denominator and a 95 % Wilson interval; curves have the limits of
  Kaplan-Meier. What cannot be said is a state with a reason, never 0.
- Groups of fewer than five people are hidden, and with them the next smallest where a hidden group
  could be worked out from the total. Rankings are shrunk, so that small groups do not fill both
  ends.
- The standard window is the 28 days to the last complete day of the data. A number over time is
  given per day, week, four weeks or month; one about all data is given as of the end of each.
"""


def page() -> str:
    """The whole page."""
    parts = [INTRODUCTION]
    for dimension, title in CHAPTERS.items():
        parts.append(f"## {title}\n")
        parts += [entry(m) for m in catalogue.values() if m.dimension is dimension]
    return "\n".join(parts)


def entry(metric: Metric) -> str:
    """One metric."""
    split = "anything" if metric.groupings == ANY_GROUP else ", ".join(sorted(metric.groupings))
    facts = {
        "formula": metric.formula,
        "numerator": metric.numerator,
        "denominator": metric.denominator,
        "unit": metric.unit.value,
        "window": metric.window,
        "can be split by": split,
        "needs": ", ".join(metric.needs),
        "not measurable when": metric.not_measurable_when,
    }
    if metric.method:
        facts["method"] = f"[{metric.method}](../methods/{metric.method}.md)"
    rows = "\n".join(f"| {name} | {text} |" for name, text in facts.items())
    return f"### {metric.name}\n\n{metric.question} `{metric.key}`\n\n| | |\n|---|---|\n{rows}\n"


def main(arguments: list[str]) -> int:
    """Write the page, or with --check say whether it is stale."""
    if "--check" in arguments:
        current = PAGE.exists() and PAGE.read_text(encoding="utf-8") == page()
        print("" if current else "docs/reference/metrics.md is stale: run tools/metric_pages.py")
        return int(not current)
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
