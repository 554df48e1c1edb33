"""For one choice of cases every page, file and answer of the API says the same."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.capabilities.process.laked import FIRST, SHORT, USUAL, load, measured, people_of
from tests.cast import Cast
from uptake.capabilities.process.models import Process

AGAIN = ("order", "check", "check", "ship", "bill")
FROM = f"{FIRST + timedelta(days=6):%Y-%m-%d}"


def got(who: Any, path: str) -> str:
    client = Client()
    client.force_login(who.user)
    return str(client.get(f"/w/acme/{path}").getvalue().decode())


@pytest.fixture
def process(cast: Cast) -> Process:
    people_of(cast)
    load((USUAL, 24), (SHORT, 12), (AGAIN, 6))
    return measured(cast)


@pytest.mark.parametrize("chosen", ["", "?with=check", f"?from={FROM}"])
def test_the_pages_and_files_of_a_choice_have_the_same_numbers(
    cast: Cast, process: Process, chosen: str
) -> None:
    base = f"processes/{process.pk}"
    whole = json.loads(got(cast.olga, f"{base}/picture.json{chosen}"))
    strays = list(csv.DictReader(io.StringIO(got(cast.olga, f"{base}/deviations.csv{chosen}"))))
    ways = list(csv.DictReader(io.StringIO(got(cast.olga, f"{base}/ways.csv{chosen}"))))
    overview, deviations, map_, time = (
        got(cast.olga, f"{base}{page}{chosen}") for page in ("", "/deviations", "/map", "/time")
    )

    cases, straight = whole["summary"]["cases"], whole["conformance"]["straight"]["numerator"]
    drawn = re.search(r'<div id="map-data" hidden>(.*?)</div>', map_, re.DOTALL)
    assert drawn is not None
    edges = json.loads(html.unescape(drawn[1]))["edges"]
    weights = {(edge["source"], edge["target"]): edge["weight"] for edge in edges}
    assert f"{straight} of {cases} cases (" in overview
    assert f"{cases} cases" in time
    assert sum(int(row["cases"]) for row in ways) == cases
    assert sum(row["cases"] for row in whole["variants"]) == cases
    assert [int(row["cases"]) for row in strays] == [
        row["cases"]["numerator"] for row in whole["deviations"]
    ]
    assert all(f"{row['cases']} of {cases}" in deviations for row in strays)
    assert all(
        weights[pair["from"], pair["to"]] == pair["count"] for pair in whole["directly_follows"]
    )


def test_the_overview_and_the_page_about_time_say_the_same_length(
    cast: Cast, process: Process
) -> None:
    half = re.compile(r"Half of the cases take .*? or less, one in ten more than .*?\.")
    pages = [got(cast.victor, f"processes/{process.pk}{page}") for page in ("", "/time")]

    first, second = (half.search(page) for page in pages)

    assert first is not None
    assert second is not None
    assert first[0] == second[0]


def test_each_number_of_a_page_says_how_it_came_about(cast: Cast, process: Process) -> None:
    told = {
        "": ("As intended", "Fitness", "Precision", "Time a case takes"),
        "/map": ("Ways", "Time from step to step"),
        "/deviations": ("As intended", "What straying costs"),
        "/handovers": ("Handovers between people", "Handovers between teams"),
        "/time": ("Time a case takes", "Time from step to step"),
    }

    shown = {page: got(cast.victor, f"processes/{process.pk}{page}") for page in told}

    assert [
        (page, name)
        for page, names in told.items()
        for name in names
        if f'aria-label="How {name} came about"' not in shown[page]
    ] == []
    assert all("42 cases, 3 Mar 2025" in page for page in shown.values())


def test_the_list_tells_of_a_single_process_without_calling_it_the_worst(
    cast: Cast, process: Process
) -> None:
    shown = got(cast.victor, "processes")

    assert "Orders: 24 of 42 cases (57\u202f%, 42 to 71\u202f%) run as intended." in shown
    assert "strays most" not in shown


def test_who_may_not_found_a_process_is_told_who_can(cast: Cast) -> None:
    assert "An editor or owner of the workspace can name one" in got(cast.xenia, "processes")
    assert "Name the actions that belong together" in got(cast.edith, "processes")


def test_a_deviation_stands_with_its_limits_and_why_it_has_no_cost(
    cast: Cast, process: Process
) -> None:
    shown = got(cast.victor, f"processes/{process.pk}/deviations")

    assert "12 of 42<br>17 to 44\u202f%" in shown
    assert '<span class="quiet">few teams</span>' in shown
