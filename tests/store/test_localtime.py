"""Local days and hours agree with the standard library's, in every zone and year."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from uptake.store.localtime import UnknownTimeZone, local_days, local_hours, zone_of

ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/St_Johns",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Pacific/Apia",
)

moments = st.datetimes(min_value=datetime(1975, 1, 1), max_value=datetime(2060, 1, 1))  # noqa: DTZ001 - the zone is added below


@given(zone=st.sampled_from(ZONES), naive=st.lists(moments, min_size=1, max_size=5))
def test_day_and_hour_are_those_of_the_zone(zone: str, naive: list[datetime]) -> None:
    instants = [moment.replace(microsecond=0, tzinfo=UTC) for moment in naive]
    milliseconds = np.array([round(each.timestamp() * 1000) for each in instants], dtype=np.int64)

    days, hours = local_days(milliseconds, zone), local_hours(milliseconds, zone)

    local = [each.astimezone(ZoneInfo(zone)) for each in instants]
    assert days.tolist() == [each.date().toordinal() - 719_163 for each in local]
    assert hours.tolist() == [each.hour for each in local]


def test_the_hour_changes_at_the_second_the_clocks_do() -> None:
    spring = round(datetime(2026, 3, 29, 1, tzinfo=UTC).timestamp() * 1000)

    hours = local_hours(np.array([spring - 1, spring]), "Europe/Berlin")

    assert hours.tolist() == [1, 3]


def test_a_year_beyond_the_tables_has_the_offset_of_the_last() -> None:
    far = np.array([9_000 * 365 * 86_400_000], dtype=np.int64)

    assert local_days(far, "Asia/Tokyo").tolist() == [9_000 * 365]


@pytest.mark.parametrize("name", ["Berlin", "", "../etc/passwd", "Europe/"])
def test_a_name_that_is_no_zone_is_refused(name: str) -> None:
    with pytest.raises(UnknownTimeZone, match="is not a known time zone"):
        zone_of(name)
