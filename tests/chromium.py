"""Debian's Chromium for the tests that need a real browser; it has time on a slow machine."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PATIENCE_MS = 180_000
"""Milliseconds after which what a page should do is not done; set it on every page that opens."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium without a window, for the tests of one file."""
    from playwright.sync_api import expect, sync_playwright  # only these tests need it

    program = shutil.which("chromium")
    if program is None:
        pytest.fail("Chromium is missing: install the package 'chromium' and run this again")

    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox"], timeout=PATIENCE_MS
        )
        yield chromium
        chromium.close()
