from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.methods.adoption.artefacts.logs import DAY, MONDAY, keep, office_log, seconds
from uptake.methods.adoption.artefacts import (
    ArtefactKind,
    Certainty,
    Span,
    cut_at_end,
    cut_at_start,
    day_volume,
    partial_periods,
    thinning_tail,
)


def test_a_whole_log_has_no_artefact_of_coverage():
    volume = day_volume(office_log().stamps)

    assert (cut_at_start(volume), cut_at_end(volume), thinning_tail(volume)) == (None, None, None)


def test_a_log_exported_at_eleven_in_the_morning_has_a_partial_last_day():
    log = office_log()
    cut = keep(log, seconds(log) < (19 * 7 + 4) * DAY + 11 * 3600)

    found = cut_at_end(day_volume(cut.stamps))

    assert found is not None
    assert found.spans == (Span(date(2026, 5, 22), date(2026, 5, 22)),)
    assert found.sentence.startswith("The log stops in the middle of 2026-05-22, at 10:5")


def test_a_log_that_begins_at_three_in_the_afternoon_has_a_partial_first_day():
    log = office_log()
    cut = keep(log, seconds(log) >= 15 * 3600)

    found = cut_at_start(day_volume(cut.stamps))

    assert found is not None
    assert found.kind is ArtefactKind.CUT_AT_START
    assert found.spans == (Span(date(2026, 1, 5), date(2026, 1, 5)),)


def test_a_quiet_last_day_that_runs_its_full_hours_is_no_cut():
    log = office_log()
    last = seconds(log) >= (19 * 7 + 4) * DAY
    quiet = keep(log, ~last | (np.arange(len(last)) % 4 == 0))

    assert cut_at_end(day_volume(quiet.stamps)) is None


def test_an_export_that_stops_leaves_a_thinning_tail_that_asks_a_question():
    log = office_log(weeks=24)
    late = seconds(log) >= 14 * 7 * DAY
    thin = keep(log, ~late | (np.arange(len(late)) % 25 == 0))

    found = thinning_tail(day_volume(thin.stamps))

    assert found is not None
    assert found.certainty is Certainty.POSSIBLE
    assert found.spans[0].first == date(2026, 4, 13)
    assert "4 % of the usual 1,0" in found.sentence


def test_a_decline_to_a_half_is_no_thinning_tail():
    log = office_log(weeks=24)
    late = seconds(log) >= 14 * 7 * DAY
    half = keep(log, ~late | (np.arange(len(late)) % 2 == 0))

    assert thinning_tail(day_volume(half.stamps)) is None


def test_a_short_log_has_no_tail():
    assert thinning_tail(day_volume(office_log(weeks=5).stamps)) is None


def test_days_without_events_are_counted_as_nought():
    stamps = MONDAY + np.array([0, 3 * DAY + 60], dtype="timedelta64[s]")

    volume = day_volume(stamps)

    assert volume.events.tolist() == [1, 0, 0, 1]
    assert np.isnan(volume.first_second).tolist() == [False, True, True, False]


def test_no_events_cannot_be_counted():
    with pytest.raises(ValueError, match="no events"):
        day_volume(np.array([], dtype="datetime64[s]"))


def test_partial_calendar_periods_are_named():
    found = partial_periods(date(2026, 1, 7), date(2026, 2, 25))

    assert [artefact.sentence for artefact in found] == [
        "The log begins on 2026-01-07, within a week.",
        "The log ends on 2026-02-25, within a week.",
        "The log begins on 2026-01-07, within a month.",
        "The log ends on 2026-02-25, within a month.",
    ]


def test_whole_months_that_are_whole_weeks_are_not_partial():
    assert partial_periods(date(2027, 2, 1), date(2027, 2, 28)) == []


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 400))
def test_the_days_covered_of_a_partial_period_are_fewer_than_the_period(first, length):
    last = date.fromordinal(first.toordinal() + length)

    found = partial_periods(first, last)

    assert all(1 <= artefact.evidence[0].value < 31 for artefact in found)
