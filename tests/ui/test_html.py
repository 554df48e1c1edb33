from __future__ import annotations

import re

from tests.ui.document_of_everything import DOCUMENT, HOSTILE
from uptake.ui.html import render_html

PAGE = render_html(DOCUMENT)


def test_the_page_loads_nothing_and_runs_nothing() -> None:
    addresses = re.findall(r"""(?:src|href|url)\s*[=(]\s*["']?([^"')>\s]+)""", PAGE)

    assert "<script" not in PAGE
    assert [address for address in addresses if not address.startswith("#")] == []


def test_text_from_the_data_is_never_markup() -> None:
    assert HOSTILE not in PAGE
    assert "&lt;script&gt;" in PAGE


def test_the_sentence_is_the_heading_of_the_page() -> None:
    assert re.findall(r"<h1>(.*?)</h1>", PAGE) == [DOCUMENT.sentence]


def test_a_chart_comes_with_its_words_and_its_numbers() -> None:
    assert 'role="img" aria-label="Half stopped within a week."' in PAGE
    assert "<h3>Half stopped</h3>" in PAGE
    assert "50 %" in PAGE


def test_a_number_that_is_missing_says_what_would_make_it_measurable() -> None:
    assert re.search(r"Not measurable</p>\s*<p class=\"card-basis\">Map a column\.", PAGE)


def test_a_state_is_a_word_and_not_a_colour_alone() -> None:
    assert '<span class="state barely-used">Barely used</span>' in PAGE
