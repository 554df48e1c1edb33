"""The report in a real browser: on a desktop and on a phone, in both themes, by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.capabilities.measure.logs import picture, steady
from tests.chromium import PATIENCE_MS
from tests.metrics.logs import OPEN
from uptake.capabilities.measure.report import to_html

pytestmark = [
    pytest.mark.browser,
]

DESKTOP, PHONE = 1280, 390

LOW_CONTRAST = """() => {
  const luminance = c => {
    const linear = v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4
    const [r, g, b] = c.map(v => linear(v / 255))
    return .2126 * r + .7152 * g + .0722 * b
  }
  const parse = text => (text.match(/[\\d.]+/g) || []).map(Number)
  const behind = element => {
    for (let e = element; e; e = e.parentElement) {
      const colour = parse(getComputedStyle(e).backgroundColor)
      if (colour.length === 3 || colour[3] > 0) return colour.slice(0, 3)
    }
    return [255, 255, 255]
  }
  const bad = []
  for (const element of document.querySelectorAll('body *')) {
    const own = [...element.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())
    if (!own || !element.getClientRects().length) continue
    const style = getComputedStyle(element)
    const front = parse(element instanceof SVGElement ? style.fill : style.color).slice(0, 3)
    const [a, b] = [luminance(front), luminance(behind(element))].sort((x, y) => y - x)
    const ratio = (a + .05) / (b + .05)
    if (ratio < 4.5) bad.push([element.textContent.trim().slice(0, 40), ratio])
  }
  return bad
}"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A report with groups in good and in bad state, as a file."""
    gone = [event for event in steady(9, 14, account="south") if event.day < 7 * 6]
    seen = picture(steady(20, 14) + gone, group_word="office", simulated=True)
    path: Path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(to_html(seen), encoding="utf-8")
    yield path.as_uri()
    while OPEN:
        OPEN.pop().close()


@pytest.fixture(params=[DESKTOP, PHONE], ids=["desktop", "phone"])
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """An empty page of one width."""
    opened = browser.new_page(viewport={"width": request.param, "height": 900})
    opened.set_default_timeout(PATIENCE_MS)
    yield opened
    opened.close()


def test_nothing_is_fetched_and_nothing_fails(page: Page, address: str) -> None:
    asked: list[str] = []
    wrong: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: wrong.append(message.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))

    page.goto(address)

    assert asked == [address]
    assert wrong == []


def test_the_page_does_not_scroll_sideways(page: Page, address: str) -> None:
    page.goto(address)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")

    assert page.evaluate("document.documentElement.scrollWidth") == page.viewport_size["width"]  # type: ignore[index]  # it has a size


def test_it_reads_as_one_sentence_and_ten_sections(page: Page, address: str) -> None:
    page.goto(address)

    headings = page.locator("h2").all_inner_texts()
    links = page.locator("nav a").all_inner_texts()
    assert page.locator("h1").inner_text().startswith("20 of 29 people (69")
    assert headings == links
    assert headings[:3] == [
        "What to know first",
        "How, when, how well and how often",
        "Adoption over time",
    ]
    assert headings[-2:] == ["What cannot be said from this data", "How this was computed"]


def test_every_chart_is_seen_once_and_has_words(page: Page, address: str) -> None:
    page.goto(address)

    for chart in page.locator("figure").all():
        assert chart.locator("[role=img]:visible").count() == 1
        assert chart.locator("[role=img]:visible").get_attribute("aria-label")
        assert chart.locator("details table").count() == 1


def test_charts_fit_the_width(page: Page, address: str) -> None:
    page.goto(address)

    boxes = [chart.bounding_box() for chart in page.locator("figure svg:visible").all()]
    width = page.viewport_size["width"]  # type: ignore[index]  # it has a size
    assert boxes
    assert all(box and box["x"] >= 0 and box["x"] + box["width"] <= width for box in boxes)


def test_how_a_number_came_about_opens_by_keyboard(page: Page, address: str) -> None:
    page.goto(address)
    how = page.locator("details.how", has_text="Adoption rate").first

    how.locator("summary").focus()
    page.keyboard.press("Enter")

    said = how.inner_text()
    assert "active people / people in scope" in said
    assert "= 20" in said
    assert "= 29" in said


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_has_enough_contrast(page: Page, address: str, theme: str) -> None:
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]  # one of the two it knows
    page.goto(address)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")

    assert page.evaluate(LOW_CONTRAST) == []


def test_states_are_words(page: Page, address: str) -> None:
    page.goto(address)

    assert "Idle" in page.locator(".state").all_inner_texts()
