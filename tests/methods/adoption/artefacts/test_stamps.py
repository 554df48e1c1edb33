from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.methods.adoption.artefacts.logs import MONDAY, office_log
from uptake.methods.adoption.artefacts import burst_stamps, midnight_stamps, rounded_stamps

LOG = office_log()
NOTHING = np.array([], dtype="datetime64[s]")


def on_grid(stamps: np.ndarray, seconds: int) -> np.ndarray:
    return (stamps.astype(np.int64) // seconds * seconds).astype("datetime64[s]")


def test_stamps_of_real_work_have_no_artefact():
    found = (burst_stamps(LOG.stamps, LOG.people), midnight_stamps(LOG.stamps))

    assert found == (None, None)
    assert rounded_stamps(LOG.stamps) is None


def test_stamps_to_the_minute_are_not_called_rounded():
    assert rounded_stamps(on_grid(LOG.stamps, 60)) is None


def test_a_bulk_update_of_one_person_is_a_burst():
    moment = MONDAY + np.timedelta64(30 * 86_400 + 18 * 3600, "s")
    stamps = np.concatenate((LOG.stamps, np.repeat(moment, 500)))
    people = np.concatenate((LOG.people, np.full(500, 7)))

    found = burst_stamps(stamps, people)

    assert found is not None
    assert found.people == (7,)
    assert found.evidence[0].value == 500
    assert "the biggest of 500 on 2026-02-04" in found.sentence


def test_a_bulk_change_is_told_however_long_the_log_around_it_is():
    moment = MONDAY + np.timedelta64(30 * 86_400 + 18 * 3600, "s")
    stamps = np.concatenate((LOG.stamps, np.repeat(moment, 120)))
    people = np.concatenate((LOG.people, np.full(120, 7)))

    found = burst_stamps(stamps, people)

    assert 0.01 * len(stamps) > 120
    assert found is not None
    assert "120 events (under 1 %)" in found.sentence


def test_one_busy_minute_in_a_long_log_is_no_burst_worth_telling():
    moment = MONDAY + np.timedelta64(30 * 86_400 + 18 * 3600, "s")
    stamps = np.concatenate((LOG.stamps, np.repeat(moment, 40)))

    assert burst_stamps(stamps, np.concatenate((LOG.people, np.full(40, 7)))) is None


def test_a_burst_is_seen_without_knowing_the_people():
    moment = MONDAY + np.timedelta64(40_000, "s")

    found = burst_stamps(np.concatenate((LOG.stamps, np.repeat(moment, 500))))

    assert found is not None
    assert found.people == ()


def test_many_people_in_one_minute_are_no_burst():
    stamps = np.repeat(MONDAY + np.timedelta64(9 * 3600, "s"), 400)

    assert burst_stamps(stamps, np.arange(400)) is None


def test_dates_without_a_time_are_recognised():
    found = midnight_stamps(on_grid(LOG.stamps, 86_400))

    assert found is not None
    assert found.sentence == (
        "All events are stamped at exactly midnight: they carry a date and no time."
    )


def test_some_dates_without_a_time_are_counted():
    mixed = np.concatenate((LOG.stamps, on_grid(LOG.stamps, 86_400)[: len(LOG.stamps) // 4]))

    found = midnight_stamps(mixed)

    assert found is not None
    assert found.evidence[1].value == pytest.approx(0.2, abs=0.001)


@pytest.mark.parametrize(("seconds", "minutes"), [(300, 5), (900, 15), (1_800, 30), (3_600, 60)])
def test_rounded_times_are_recognised_with_their_step(seconds, minutes):
    found = rounded_stamps(on_grid(LOG.stamps, seconds))

    assert found is not None
    assert found.evidence[0].value == minutes


def test_half_of_the_times_rounded_to_hours_is_enough():
    half = np.where(np.arange(len(LOG.stamps)) % 10 < 6, on_grid(LOG.stamps, 3_600), LOG.stamps)

    found = rounded_stamps(half)

    assert found is not None
    assert "full hours" in found.sentence


def test_no_stamps_no_artefact():
    found = (burst_stamps(NOTHING), midnight_stamps(NOTHING), rounded_stamps(NOTHING))

    assert found == (None, None, None)


@given(st.integers(0, 2**32 - 1))
def test_random_work_is_never_called_a_burst(seed):
    log = office_log(seed, weeks=3)

    assert burst_stamps(log.stamps, log.people) is None
