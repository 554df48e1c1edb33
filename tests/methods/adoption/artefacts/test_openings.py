from __future__ import annotations

from datetime import date

import numpy as np

from tests.methods.adoption.artefacts.logs import DAY, MONDAY, case_log, keep, seconds
from uptake.methods.adoption.artefacts import Certainty, Span, opening_date_sampling


def test_cases_picked_by_opening_date_are_recognised_with_both_ends():
    log = case_log()

    found = opening_date_sampling(log.cases, log.stamps, log.opened)

    assert found is not None
    assert found.certainty is Certainty.CERTAIN
    assert found.spans[0].first == date(2026, 1, 5)
    assert found.spans[1].first == date(2026, 5, 4)
    assert "not people stopping work" in found.sentence


def test_open_cases_grow_older_at_the_end_and_the_numbers_say_so():
    log = case_log()

    found = opening_date_sampling(log.cases, log.stamps, log.opened)

    assert found is not None
    figures = {figure.name: figure.value for figure in found.evidence}
    before, after = (
        figures[f"median age of a case when updated, {side}"] for side in ("before", "after")
    )
    assert after > 3 * before
    assert figures["new cases a week until they stop"] == 210


def test_the_same_log_is_likely_sampled_when_openings_have_to_be_guessed():
    log = case_log()

    found = opening_date_sampling(log.cases, log.stamps)

    assert found is not None
    assert found.certainty is Certainty.LIKELY
    assert len(found.spans) == 2


def test_an_export_by_date_of_update_is_not_taken_for_one_by_opening():
    log = case_log(days=200)
    window = (seconds(log) >= 60 * DAY) & (seconds(log) < 160 * DAY)
    cut = keep(log, window)

    assert opening_date_sampling(cut.cases, cut.stamps, cut.opened) is None
    assert opening_date_sampling(cut.cases, cut.stamps) is None


def test_old_cases_in_the_log_mean_that_its_start_can_be_trusted():
    log = case_log(days=200)
    cut = keep(log, seconds(log) >= 60 * DAY)

    known = opening_date_sampling(cut.cases, cut.stamps, cut.opened)
    guessed = opening_date_sampling(cut.cases, cut.stamps)

    assert known is not None
    assert guessed is not None
    assert (len(known.spans), len(guessed.spans)) == (1, 1)


def test_a_register_of_lasting_objects_is_no_sample_of_cases():
    random = np.random.default_rng(2)
    objects = np.minimum(random.exponential(80, 30_000), 499).astype(int)
    stamps = MONDAY + np.sort(random.integers(0, 200 * DAY, 30_000)).astype("timedelta64[s]")

    assert opening_date_sampling(objects, stamps) is None


def test_a_slipped_opening_date_in_the_future_hides_nothing():
    log = case_log()
    opened = log.opened.copy()
    opened[log.cases == 7] = np.datetime64("2062-01-01T00:00:00", "s")

    found = opening_date_sampling(log.cases, log.stamps, opened)

    assert found is not None
    assert found.spans[1] == Span(date(2026, 5, 4), log.stamps.max().astype("datetime64[D]").item())


def test_one_stray_update_years_later_is_no_sampling():
    log = case_log()
    complete = keep(log, seconds(log) < 115 * DAY)
    late = np.append(complete.stamps, np.datetime64("2031-01-01T00:00:00", "s"))

    found = opening_date_sampling(
        np.append(complete.cases, 0), late, np.append(complete.opened, complete.opened[0])
    )

    assert found is None
