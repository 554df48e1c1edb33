from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from uptake.methods.adoption.lapses import (
    LapseKind,
    data_lapses,
    owner_lapse,
    review_lapse,
    source_rhythm,
)

WORKING = np.arange("2026-01-01", "2026-07-01", dtype="datetime64[D]")
WORKING = WORKING[np.is_busday(WORKING)]
TODAY = date(2026, 6, 30)
NOTHING = np.array([], dtype="datetime64[D]")


def test_a_daily_source_that_fell_silent_is_a_lapse():
    lapses = data_lapses(WORKING[:-10], WORKING, TODAY)

    assert [(lapse.kind, lapse.days) for lapse in lapses] == [(LapseKind.NO_DATA, 10)]
    assert lapses[0].sentence == (
        "No data for 10 working days, since 2026-06-16; this source usually delivers every day."
    )


def test_a_weekly_source_is_given_its_week():
    fridays = WORKING[WORKING.astype(object).astype("datetime64[D]").astype(int) % 7 == 1]

    assert data_lapses(fridays, WORKING, TODAY) == []
    assert data_lapses(fridays[:-3], WORKING, TODAY)[0].kind is LapseKind.NO_DATA


def test_a_long_weekend_is_no_lapse():
    monday = date(2026, 6, 29)

    assert data_lapses(WORKING[:-2], WORKING, monday) == []


def test_a_hole_in_the_past_is_found():
    days = np.delete(WORKING, np.arange(40, 60))

    lapses = data_lapses(days, WORKING, TODAY)

    assert [(lapse.kind, lapse.days) for lapse in lapses] == [(LapseKind.HOLE, 20)]


def test_a_source_that_never_delivered_says_so():
    assert "never delivered" in data_lapses(NOTHING, WORKING, TODAY)[0].sentence


def test_a_new_source_has_no_rhythm_yet():
    assert source_rhythm(WORKING[:4], WORKING) is None
    assert data_lapses(WORKING[:4], WORKING, TODAY) == []


def test_a_review_that_is_overdue_is_a_lapse_from_the_day_it_was_due():
    lapse = review_lapse(date(2026, 3, 1), TODAY, every_days=30)

    assert lapse is not None
    assert (lapse.since, lapse.days) == (date(2026, 3, 31), 91)


def test_a_review_in_time_is_none():
    assert review_lapse(date(2026, 6, 10), TODAY, every_days=30) is None


def test_never_reviewed_is_a_lapse():
    lapse = review_lapse(None, TODAY, every_days=30)

    assert lapse is not None
    assert lapse.kind is LapseKind.NO_REVIEW


@pytest.mark.parametrize(
    ("has_owner", "left", "days"), [(False, None, None), (True, date(2026, 6, 1), 29)]
)
def test_adoption_without_an_owner_is_a_lapse(has_owner, left, days):
    lapse = owner_lapse(has_owner=has_owner, owner_left=left, today=TODAY)

    assert lapse is not None
    assert (lapse.kind, lapse.days) == (LapseKind.NO_OWNER, days)


@pytest.mark.parametrize("left", [None, date(2026, 8, 1)])
def test_an_owner_who_is_there_is_no_lapse(left):
    assert owner_lapse(has_owner=True, owner_left=left, today=TODAY) is None


@given(st.sets(st.integers(0, len(WORKING) - 1), min_size=6))
def test_a_source_that_delivered_today_is_never_silent_now(chosen):
    days = WORKING[sorted(chosen | {len(WORKING) - 1})]

    kinds = {lapse.kind for lapse in data_lapses(days, WORKING, TODAY)}

    assert LapseKind.NO_DATA not in kinds
