"""The report of the real log in a real browser: no text of a picture is cut."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.pages.test_report_page import DESKTOP, PHONE
from uptake.capabilities.measure.picture import AdoptionPicture
from uptake.capabilities.measure.report import to_html
from uptake.ui.charts.curves import IntervalRow, intervals
from uptake.ui.charts.theme import Headline
from uptake.ui.document import Chart, Document, Section, text_table
from uptake.ui.html import render_html

pytestmark = [pytest.mark.browser]

OUTSIDE = """() => [...document.querySelectorAll('figure svg')]
  .filter(svg => svg.getClientRects().length)
  .flatMap(svg => {
    const frame = svg.getBoundingClientRect()
    return [...svg.querySelectorAll('text')]
      .filter(text => text.textContent.trim())
      .map(text => [text.textContent, text.getBoundingClientRect()])
      .filter(([, box]) => box.left < frame.left - 1 || box.right > frame.right + 1
        || box.top < frame.top - 1 || box.bottom > frame.bottom + 1)
      .map(([text]) => text)
  })"""

OVERLAPPING = """() => [...document.querySelectorAll('figure svg')]
  .filter(svg => svg.getClientRects().length)
  .flatMap(svg => {
    const boxes = [...svg.querySelectorAll('text')]
      .filter(text => text.textContent.trim() && getComputedStyle(text).opacity !== '0')
      .map(text => [text.textContent, text.getBoundingClientRect()])
    return boxes.flatMap(([one, a], index) => boxes.slice(index + 1)
      .filter(([, b]) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
        && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 3)
      .map(([other]) => `${one} | ${other}`))
  })"""


@pytest.fixture(scope="module")
def address(servicenow: AdoptionPicture, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The report of the real log, as a file."""
    path: Path = tmp_path_factory.mktemp("servicenow") / "report.html"
    path.write_text(to_html(servicenow), encoding="utf-8")
    return path.as_uri()


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A page of one picture with long labels, and notes beside intervals at the far end."""
    rows = [
        IntervalRow(f"W{'m' * length}", share, share, share, f"{share:.0%}, 12,345 followed")
        for length, share in ((3, 1.0), (12, 0.6), (30, 0.3))
    ]
    chart = Chart(intervals(rows, Headline("Said", "Measured")), "Said", text_table("", (), ()))
    section = Section("one", "One", (chart,))
    document = Document("Crowded", "", "Crowded", "", (), (section,), "")
    path: Path = tmp_path_factory.mktemp("crowded") / "page.html"
    path.write_text(render_html(document), encoding="utf-8")
    return path.as_uri()


@pytest.mark.parametrize("width", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("wrong", [OUTSIDE, OVERLAPPING], ids=["cut", "on other text"])
def test_no_text_of_a_picture_is_cut_or_lies_on_another(
    browser: Browser, address: str, width: int, wrong: str
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto(address)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")

    assert page.locator("figure svg text:visible").count() > 100
    assert page.evaluate(wrong) == []


@pytest.mark.parametrize("width", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_long_notes_have_room_beside_intervals_at_the_far_end(
    browser: Browser, crowded: str, width: int
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto(crowded)

    assert "100%, 12,345 followed" in page.locator("figure svg text:visible").all_text_contents()
    assert page.evaluate(OUTSIDE) == []
