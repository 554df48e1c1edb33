"""Business time of cases: hours, days, holidays and time zones as they are named."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.capabilities.process.worlds import log_of, service_desk
from uptake.capabilities.process.analysis import More, analysed
from uptake.capabilities.process.as_json import to_json
from uptake.capabilities.process.business_hours import (
    BusinessHours,
    BusinessReading,
    business_reading,
    business_times,
    parsed_hours,
)
from uptake.capabilities.process.ground import Ground
from uptake.capabilities.process.timing import times_of
from uptake.formats.errors import UnusableFileError

HOUR = 3600


def read(ground: Ground, how: BusinessHours) -> BusinessReading:
    times = times_of(ground)
    assert times is not None
    found = business_reading(times, business_times(ground, times, how), how)
    assert found is not None
    return found


def one_case(begin: str, end: str) -> Ground:
    stamps = [round(datetime.fromisoformat(at).timestamp() * 1000) for at in (begin, end)]
    return Ground.of(log_of([0, 0], ["a", "b"], stamps, {}))


@pytest.mark.parametrize(
    ("zone", "place", "hours"),
    [
        ("UTC", None, 15),  # Thursday 10 to 17, Friday 9 to 17
        ("Europe/Berlin", None, 14),  # begins at 11 of their clock
        ("Europe/Berlin", "DE", 6),  # Friday the first of May is a holiday
    ],
)
def test_hours_zone_and_holidays_count(zone: str, place: str | None, hours: float) -> None:
    ground = one_case("2026-04-30T09:00+00:00", "2026-05-03T12:00+00:00")
    if zone == "UTC":
        ground = one_case("2026-04-30T10:00+00:00", "2026-05-03T12:00+00:00")

    found = read(ground, parsed_hours("09:00-17:00", zone=zone, place=place))

    assert found.median_seconds == hours * HOUR


def test_nights_and_weekends_are_most_of_the_waiting() -> None:
    found = read(Ground.of(service_desk()), BusinessHours())

    assert found.waiting_share == pytest.approx(8 * 5 / (24 * 7), abs=0.03)
    assert found.cases == 640


@pytest.mark.parametrize("text", ["nine to five", "17:00-09:00", "09:00", "09:00-09:00", "25-26"])
def test_hours_that_are_none_are_refused_with_how_to_write_them(text: str) -> None:
    with pytest.raises(UnusableFileError, match="09:00-17:00"):
        parsed_hours(text, zone=None, place=None)


def test_unknown_zones_and_countries_are_refused() -> None:
    with pytest.raises(UnusableFileError, match="Europe/Berlin"):
        parsed_hours("09:00-17:00", zone="Mars/Base", place=None)
    with pytest.raises(UnusableFileError, match="two-letter country code"):
        parsed_hours("09:00-17:00", zone=None, place="ZZ")


def test_a_log_without_moments_has_no_business_time() -> None:
    ground = Ground.of(log_of([0, 0], ["a", "b"], [-(2**63), -(2**63)], {}))

    assert business_times(ground, times_of(ground), BusinessHours()) is None


def test_paths_activities_and_ways_have_business_time_beside_calendar_time() -> None:
    """From Friday at 16 to Monday at 10: 66 hours, of which two are open."""
    friday, monday = "2026-04-24T16:00+00:00", "2026-04-27T10:00+00:00"

    picture = analysed(one_case(friday, monday).log, more=More(hours=BusinessHours())).picture

    (edge,) = picture.edges
    waits = {row.name: row.business_waiting_seconds for row in picture.activities}
    assert (edge.median_seconds, edge.business_seconds) == (66 * HOUR, 2 * HOUR)
    assert waits == {"a": None, "b": 2 * HOUR}
    assert picture.variants[0].business_seconds == 2 * HOUR
    assert to_json(picture)["directly_follows"][0]["business_seconds"] == 2 * HOUR
