from __future__ import annotations

from pathlib import Path

from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.test import Client
from tests.conftest import CHECKOUT

TEMPLATES = CHECKOUT / "src/uptake"


def test_addresses_change_with_the_content() -> None:
    address = static("uptake/uptake.css")

    path, mark = address.split("?v=")
    assert path == "/static/uptake/uptake.css"
    assert len(mark) == 12


def test_a_file_that_is_not_there_gets_a_plain_address() -> None:
    assert static("uptake/nothing.css") == "/static/uptake/nothing.css"


def test_files_are_kept_by_browsers_for_a_year(client: Client, db: None) -> None:
    answer = client.get("/static/uptake/uptake.css")
    answer.close()

    assert answer.status_code == 200
    assert "max-age=31536000" in answer.headers["Cache-Control"]


def test_everything_from_elsewhere_has_been_built() -> None:
    built = ["tabler.min.css", "htmx.min.js", "icons.svg", "vega.js"]

    missing = [name for name in built if not finders.find(f"uptake/vendor/{name}")]

    assert missing == [], "run `make assets`"


def test_every_icon_that_templates_name_is_in_the_sprite() -> None:
    listed = set((CHECKOUT / "tools/icons.txt").read_text(encoding="utf-8").split())

    named = {
        piece.split('"', 1)[0]
        for page in TEMPLATES.rglob("*.html")
        for piece in page.read_text(encoding="utf-8").split('{% icon "')[1:]
    }

    assert named - listed == set()


def test_no_template_holds_script_or_style_of_its_own() -> None:
    strict = [page for page in TEMPLATES.rglob("*.html") if not _is_of_reports(page)]

    guilty = [
        str(page.relative_to(TEMPLATES))
        for page in strict
        if any(
            mark in page.read_text(encoding="utf-8") for mark in (" style=", "<style", " onclick=")
        )
    ]

    assert guilty == []


def _is_of_reports(page: Path) -> bool:
    return page.name == "document.html" or "blocks" in page.parts
