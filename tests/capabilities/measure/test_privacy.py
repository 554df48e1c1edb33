from __future__ import annotations

import json

import pytest

from tests.capabilities.measure.logs import picture, steady
from tests.metrics.logs import Event
from uptake.capabilities.measure.picture import AdoptionPicture
from uptake.capabilities.measure.report import to_html, to_json

FEW = steady(4, 12, account="tiny")
CROWD = steady(12, 12, account="north") + steady(9, 12, account="south") + FEW


@pytest.fixture(scope="module")
def crowd() -> AdoptionPicture:
    return picture(CROWD)


@pytest.fixture(scope="module")
def page(crowd: AdoptionPicture) -> str:
    return to_html(crowd)


def test_a_group_below_five_people_is_not_shown(crowd: AdoptionPicture, page: str) -> None:
    states = {state["group"] for state in to_json(crowd)["states"]}

    assert "tiny" not in states
    assert ">tiny<" not in page
    assert crowd.suppressed_groups >= 1


def test_numbers_of_a_hidden_group_are_marked_and_empty(crowd: AdoptionPicture) -> None:
    hidden = [row for row in to_json(crowd)["metrics"] if row["group"] == "tiny"]

    assert {row["state"] for row in hidden} <= {"suppressed", "not_measurable"}
    assert {row["value"] for row in hidden} == {None}


def test_nobody_is_named(crowd: AdoptionPicture, page: str) -> None:
    said = page + json.dumps(to_json(crowd))

    assert "north-1" not in said
    assert "south-1" not in said


@pytest.mark.parametrize("people", [1, 4])
def test_below_five_people_nothing_is_said_about_how_anybody_works(people: int) -> None:
    seen = picture(steady(people))

    assert seen.active.value is None
    assert (seen.weeks, seen.pattern, seen.concentration, seen.findings) == ((), None, None, ())
    assert seen.overall is None


def test_one_event_of_one_person_is_enough_for_a_report() -> None:
    seen = picture([Event("north-1", 0)])

    assert "Only 1 person appears" in to_html(seen)
