from __future__ import annotations

from datetime import datetime

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from uptake.formats.case_log import NO_MOMENT
from uptake.formats.iso_moments import is_midnight, moment_of, moments_in

FORMS = (
    "{:%Y-%m-%dT%H:%M:%S}", "{:%Y-%m-%d %H:%M:%S}", "{:%Y-%m-%dT%H:%M:%S.%f}",
    "{:%Y-%m-%dT%H:%M:%S}Z", "{:%Y-%m-%dT%H:%M:%S.%f}+05:30", "{:%Y-%m-%dT%H:%M:%S}-11:00",
    "{:%Y-%m-%d}", "{:%Y-%m-%dT%H:%M:%S}+0200", "{:%Y-%m-%dT%H:%M}", " {:%Y-%m-%dT%H:%M:%S} ",
)  # fmt: skip


FIRST = datetime.fromisoformat("1000-01-01")  # strftime writes no zeros before an earlier one


def read(texts):
    return moments_in(pa.array([text.encode() for text in texts], pa.binary()))


@given(st.lists(st.tuples(st.datetimes(FIRST), st.sampled_from(FORMS)), max_size=20))
def test_many_are_read_as_one_is(written):
    texts = [form.format(moment) for moment, form in written]

    found = read(texts)

    assert found.moments.tolist() == [moment_of(text) for text in texts]
    assert found.midnight.tolist() == [is_midnight(text) for text in texts]


@given(st.lists(st.from_regex(r"\A[-+:TZ. 0-9]{0,32}\Z"), max_size=20))
def test_what_only_looks_like_a_moment_is_none_in_both_ways(texts):
    expected = [moment_of(text) for text in texts]

    found = read(texts).moments.tolist()

    assert [None if moment == NO_MOMENT else moment for moment in found] == expected


@pytest.mark.parametrize(
    "text",
    [
        "2023-02-29T10:00:00", "2024-13-01T10:00:00", "2024-00-10T10:00:00", "0000-01-01T10:00:00",
        "2024-01-01T24:00:01", "2024-01-01T10:60:00", "2024-01-01T10:00:61", "2024-01-32T10:00:00",
        "2024-01-01T10:00:00+24:00", "2024-01-01T10:00:00*01:00", "2024-01-01T10:00:0x",
    ],
)  # fmt: skip
def test_no_calendar_has_such_a_moment(text):
    assert read([text]).moments.tolist() == [NO_MOMENT]
    assert moment_of(text) is None


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1969-12-31T23:59:59.999Z", -1),
        ("2000-02-29T12:00:00.123+01:00", 951_822_000_123),
        ("0001-01-01T00:00:00", -62_135_596_800_000),
    ],
)
def test_milliseconds_are_counted_from_1970_in_utc(text, moment):
    assert read([text]).moments.tolist() == [moment]
