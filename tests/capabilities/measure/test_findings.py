from __future__ import annotations

from tests.capabilities.measure.logs import picture, steady, workdays
from tests.metrics.logs import Event
from uptake.capabilities.measure.picture import FoundThing


def _found(events: list[Event]) -> dict[str, FoundThing]:
    return {thing.key: thing for thing in picture(events).findings}


def test_even_use_by_everyone_has_no_findings() -> None:
    assert _found(steady(20)) == {}


def test_a_group_that_stopped_is_found_with_its_people() -> None:
    gone = [event for event in steady(9, 12, account="south") if event.day < 7 * 6]

    found = _found(steady(20, 12) + gone)

    assert found["failing_groups"].size == 9
    assert "south (0 of 9)" in found["failing_groups"].evidence
    assert found["stopped"].size == 9


def test_work_that_rests_on_one_person_of_a_group_is_found() -> None:
    busy = [
        Event("south-0", day, account="south", hour=hour)
        for day in workdays()
        for hour in range(6, 22)
        for _ in range(2)
    ]

    found = _found(steady(20, 12) + steady(9, 12, account="south") + busy)

    assert "south" in found["key_person"].evidence


def test_findings_are_ranked_by_how_many_they_touch() -> None:
    passing = [Event(f"guest-{number}", 83 - 3, account="north") for number in range(30)]
    gone = [event for event in steady(12, 12, account="south") if event.day < 7 * 6]

    reaches = [thing.reach for thing in picture(steady(20) + passing + gone).findings]

    assert len(reaches) >= 2
    assert reaches == sorted(reaches, reverse=True)


def test_records_that_come_late_are_found() -> None:
    late = [
        Event(f"north-{person}", day, account="north", delay_hours=50.0 if person < 8 else 1.0)
        for person in range(12)
        for day in workdays()
    ]

    found = _found(late)

    assert found["timeliness"].share > 0.6
    assert found["timeliness"].unit == "records"
