"""What the pages of a process say, to whom, and where they lead."""

from __future__ import annotations

import gzip
import json
import re
from typing import Any

import pytest
from django.test import Client

from tests.capabilities.process.laked import SHORT, USUAL, load, measured, people_of
from tests.cast import Cast
from uptake.capabilities.process import actions
from uptake.capabilities.process.asked import Asked
from uptake.capabilities.process.models import Process, ReportedBarrier
from uptake.capabilities.process.viewing import key_of_deviation, look


def browser(who: Any) -> Client:
    client = Client()
    client.force_login(who.user)
    return client


def shown(who: Any, path: str) -> str:
    return str(browser(who).get(f"/w/acme/processes/{path}").content.decode())


@pytest.fixture
def process(cast: Cast) -> Process:
    people_of(cast)
    load((USUAL, 24), (SHORT, 12))
    return measured(cast)


def test_the_overview_says_how_far_work_strays(cast: Cast, process: Process) -> None:
    page = shown(cast.victor, str(process.pk))

    assert "24 of 36 cases (67\u202f%, 50 to 80\u202f%) run as intended" in page
    assert "check was skipped" in page


def test_the_map_brings_its_numbers_and_a_table_of_the_same(cast: Cast, process: Process) -> None:
    page = shown(cast.victor, f"{process.pk}/map?show=deviation")

    found = re.search(r'<div id="map-data" hidden>(.*?)</div>', page, re.DOTALL)
    assert found is not None
    data = json.loads(found[1].replace("&quot;", '"').replace("&#x27;", "'"))
    assert {node["id"] for node in data["nodes"]} >= set(USUAL)
    weights = {(edge["source"], edge["target"]): edge["weight"] for edge in data["edges"]}
    assert weights["order", "ship"] == 12
    assert 'aria-label="Table of paths"' in page


def test_a_deviation_leads_to_its_cases_and_to_a_behaviour(cast: Cast, process: Process) -> None:
    view = look(cast.edith, process.pk, Asked())
    assert view.picture is not None
    key = key_of_deviation(view.picture.deviations[0])

    page = shown(cast.edith, f"{process.pk}/deviations")
    rows = shown(cast.edith, f"{process.pk}/cases?deviation={key}")

    assert f"/cases?deviation={key}" in page
    assert "behaviours/new?name=check" in page
    assert "12 cases are like this." in rows
    assert "left out" in rows


def test_a_viewer_sees_how_many_and_no_single_case(cast: Cast, process: Process) -> None:
    page = shown(cast.victor, f"{process.pk}/deviations")

    refused = browser(cast.victor).get(f"/w/acme/processes/{process.pk}/cases")

    assert "12 of 36" in page
    assert "/cases" not in page
    assert refused.status_code == 403


def test_a_draft_says_how_many_cases_would_fit_before_it_is_kept(
    cast: Cast, process: Process
) -> None:
    sent = {"process": "Orders", "rows": "4", "optional-1": "on"}
    sent |= {f"name-{place}": step for place, step in enumerate(USUAL)}

    tried = browser(cast.edith).post(f"/w/acme/processes/{process.pk}/model/try", sent)
    moved = browser(cast.edith).post(
        f"/w/acme/processes/{process.pk}/model/write", sent | {"act": "up 3"}
    )
    saved = browser(cast.edith).post(
        f"/w/acme/processes/{process.pk}/model/write", sent | {"save": "1"}
    )

    assert "36 cases would run as intended" in tried.content.decode()
    assert re.findall(r'name="name-\d" value="(\w+)"', moved.content.decode()) == [
        *("order", "check", "bill", "ship"),
    ]
    assert saved.status_code == 302
    assert process.versions.count() == 2


def test_what_stops_people_stands_beside_the_deviation(cast: Cast, process: Process) -> None:
    view = look(cast.edith, process.pk, Asked())
    assert view.picture is not None
    row = view.picture.deviations[0]
    sent = {"deviation": key_of_deviation(row), "sentence": row.sentence, "kind": "time"}

    browser(cast.victor).post(f"/w/acme/processes/{process.pk}/barriers", sent)

    assert ReportedBarrier.objects.get().kind == "time"
    assert "I have no time for it" in shown(cast.edith, f"{process.pk}/deviations")


def test_the_builder_of_behaviours_begins_with_what_is_known(cast: Cast) -> None:
    page = browser(cast.edith).get("/w/acme/behaviours/new?name=Check&statement=Do+check")

    assert 'value="Check"' in page.content.decode()


def test_the_selection_is_taken_along_without_names(cast: Cast, process: Process) -> None:
    xes = gzip.decompress(
        browser(cast.edith).get(f"/w/acme/processes/{process.pk}/log.xes?without=check").content
    ).decode()
    told = browser(cast.edith).get(f"/w/acme/processes/{process.pk}/picture.json").json()

    assert xes.count("<trace>") == 12
    assert "org:resource" not in xes
    assert told["summary"]["cases"] == 36


CLERKS = """process: Orders
steps:
""" + "".join(f"- step: {step}\n  role: clerk\n" for step in USUAL)


def test_days_of_drift_are_chosen_on_the_page_and_go_along_to_every_other(
    cast: Cast, process: Process
) -> None:
    actions.write_intended(cast.edith, process.pk, actions.IntendedFacts(CLERKS))
    days = "since=2025-03-20&until=2025-03-30&reference_until=2025-03-12"

    page = shown(cast.victor, f"{process.pk}/hands?{days}")
    told = browser(cast.edith).get(f"/w/acme/processes/{process.pk}/picture.json?{days}").json()
    backwards = shown(cast.victor, f"{process.pk}/hands?since=2025-03-01&until=2025-02-01")
    way = shown(cast.victor, f"{process.pk}/model")

    assert "from 20 Mar 2025 to 30 Mar 2025" in page
    assert "3 Mar 2025 to 12 Mar 2025, and 20 Mar 2025 to 30 Mar 2025" in page
    assert 'name="reference_until" value="2025-03-12"' in page
    assert re.search(r'name="(with|without)".*name="since" value="2025-03-20"', page, re.DOTALL)
    assert told["role_drift"]["whole"]["cases_before"] == 10
    assert "the reference has to end before the later span begins" in backwards
    assert 'name="since" value="2025-03-01"' in backwards
    assert "<strong>clerk</strong>: order, check, ship, bill" in way


def test_hands_are_taken_along_by_whoever_may_and_from_the_page_that_shows_them(
    cast: Cast, process: Process
) -> None:
    address = f"/w/acme/processes/{process.pk}/hands.csv?by=group&without=check"

    page = shown(cast.edith, f"{process.pk}/hands?by=group&without=check")
    sent = browser(cast.edith).get(address).getvalue().decode()  # type: ignore[attr-defined]  # streamed
    over_api = browser(cast.edith).get(
        f"/api/v1/workspaces/acme/processes/{process.pk}/tables/hands?without=check"
    )

    assert f"/processes/{process.pk}/hands.csv?without=check&amp;by=group" in page
    assert sent.splitlines()[0].startswith("hands,performer,steps,cases,activities,")
    assert "Person" not in sent
    assert [row[1] for row in over_api.json()["rows"]] == [
        line.split(",")[1] for line in sent.splitlines()[1:]
    ]
    assert browser(cast.victor).get(address).status_code == 403
    assert ".csv" not in shown(cast.victor, f"{process.pk}/hands")
