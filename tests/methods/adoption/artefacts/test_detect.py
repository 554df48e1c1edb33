from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.methods.adoption.artefacts.logs import case_log, keep, office_log
from uptake.methods.adoption.artefacts import (
    Artefact,
    ArtefactKind,
    Certainty,
    EventArrays,
    Span,
    find_artefacts,
    trusted_window,
)


@pytest.fixture(scope="module")
def incidents(shared_data):
    """The ServiceNow log; its last line is cut in the file itself."""
    columns = ["number", "opened_at", "sys_updated_by", "sys_updated_at", "assignment_group"]
    table = pd.read_csv(
        shared_data / "usage" / "servicenow_incident_event_log.csv.gz",
        usecols=columns,
        dtype=str,
    )
    stamp = {
        name: pd.to_datetime(table[name], format="%d/%m/%Y %H:%M", errors="coerce").to_numpy()
        for name in ("opened_at", "sys_updated_at")
    }
    log = EventArrays(
        stamps=stamp["sys_updated_at"].astype("datetime64[s]"),
        people=table["sys_updated_by"].to_numpy(dtype=str),
        groups=table["assignment_group"].factorize()[0],
        cases=table["number"].factorize()[0],
        opened=stamp["opened_at"].astype("datetime64[s]"),
    )
    return keep(log, ~np.isnat(log.stamps))


@pytest.fixture(scope="module")
def found(incidents):
    return {artefact.kind: artefact for artefact in find_artefacts(incidents)}


def test_the_incident_log_is_recognised_as_cases_opened_until_mid_may(found):
    sampled = found[ArtefactKind.OPENING_DATE_SAMPLING]

    assert sampled.certainty is Certainty.CERTAIN
    assert sampled.spans[1] == Span(date(2016, 5, 13), date(2017, 2, 15))
    assert sampled.spans[0] == Span(date(2016, 2, 29), date(2016, 3, 12))


def test_the_incident_log_is_recognised_without_its_opening_dates_too(incidents):
    blind = EventArrays(incidents.stamps, incidents.people, incidents.groups, incidents.cases)

    kinds = {artefact.kind: artefact.certainty for artefact in find_artefacts(blind)}

    assert kinds[ArtefactKind.OPENING_DATE_SAMPLING] is Certainty.LIKELY


def test_without_cases_the_incident_log_asks_about_its_tail(incidents):
    bare = EventArrays(incidents.stamps, incidents.people)

    tail = next(
        artefact for artefact in find_artefacts(bare) if artefact.kind is ArtefactKind.THINNING_TAIL
    )

    assert tail.spans[0].first == date(2016, 5, 16)
    assert tail.certainty is Certainty.POSSIBLE


def test_the_account_that_closes_incidents_by_night_is_a_machine(found):
    machine = found[ArtefactKind.AUTOMATED_PERSON]

    assert machine.people == ("Updated by 908",)
    assert "25 % of all events" in machine.sentence


def test_the_mass_closing_before_easter_is_a_burst(found):
    burst = found[ArtefactKind.BURST_STAMPS]

    assert "the biggest of 419 on 2016-03-24" in burst.sentence


def test_the_incident_log_has_no_giant_among_its_people(found):
    assert ArtefactKind.GIANT_PERSON not in found


def test_the_incident_log_can_be_judged_in_spring_only(found):
    window = Span(date(2016, 2, 29), date(2017, 2, 15))

    trusted = trusted_window(window, list(found.values()))

    assert trusted == Span(date(2016, 3, 13), date(2016, 5, 12))


def test_the_fall_at_the_end_is_explained_once():
    kinds = [artefact.kind for artefact in find_artefacts(case_log())]

    assert ArtefactKind.OPENING_DATE_SAMPLING in kinds
    assert ArtefactKind.THINNING_TAIL not in kinds


def test_an_office_log_of_whole_weeks_has_partial_months_at_most():
    assert {artefact.kind for artefact in find_artefacts(office_log())} == {
        ArtefactKind.PARTIAL_PERIOD
    }


def test_dates_without_times_and_rounded_times_are_not_called_bursts():
    log = office_log()
    crowded = np.concatenate((log.stamps, np.repeat(log.stamps[:40], 45)))
    people = np.concatenate((log.people, np.repeat(log.people[:40], 45)))

    def kinds(seconds: int) -> set[ArtefactKind]:
        stamps = (crowded.astype(np.int64) // seconds * seconds).astype("datetime64[s]")
        return {artefact.kind for artefact in find_artefacts(EventArrays(stamps, people))}

    burst = {ArtefactKind.BURST_STAMPS, ArtefactKind.PARTIAL_PERIOD}
    assert kinds(1) == burst
    assert kinds(3_600) == {ArtefactKind.ROUNDED_STAMPS, ArtefactKind.PARTIAL_PERIOD}
    assert kinds(86_400) == {ArtefactKind.MIDNIGHT_STAMPS, ArtefactKind.PARTIAL_PERIOD}


def test_submissions_of_a_university_carry_dates_and_end_with_the_course(shared_data):
    table = pd.read_csv(shared_data / "usage" / "oulad" / "studentAssessment.csv.gz")
    day = pd.to_numeric(table["date_submitted"], errors="coerce")
    known = table[day.notna()]
    stamps = np.datetime64("2013-10-01", "s") + day[day.notna()].to_numpy().astype("timedelta64[D]")

    kinds = {
        artefact.kind: artefact.certainty
        for artefact in find_artefacts(EventArrays(stamps, known["id_student"].to_numpy()))
    }

    assert kinds == {
        ArtefactKind.MIDNIGHT_STAMPS: Certainty.CERTAIN,
        ArtefactKind.THINNING_TAIL: Certainty.POSSIBLE,
        ArtefactKind.PARTIAL_PERIOD: Certainty.CERTAIN,
    }


def test_an_empty_log_has_no_artefacts():
    nothing = EventArrays(np.array([], dtype="datetime64[s]"), np.array([], dtype=int))

    assert find_artefacts(nothing) == []


def artefact(certainty: Certainty, *spans: Span) -> Artefact:
    return Artefact(ArtefactKind.CUT_AT_END, certainty, "Cut.", "Mind it.", (), spans)


def test_what_is_only_possible_takes_no_day_away():
    window = Span(date(2026, 1, 1), date(2026, 1, 31))

    assert trusted_window(window, [artefact(Certainty.POSSIBLE, window)]) == window


def test_a_window_wholly_touched_leaves_nothing():
    window = Span(date(2026, 1, 1), date(2026, 1, 31))

    assert trusted_window(window, [artefact(Certainty.CERTAIN, window)]) is None


days = st.integers(0, 40).map(lambda day: date.fromordinal(date(2026, 1, 1).toordinal() + day))
spans = st.tuples(days, days).map(lambda ends: Span(min(ends), max(ends)))


@given(spans, st.lists(spans, max_size=5))
def test_the_trusted_window_is_free_of_touched_days_and_as_long_as_can_be(window, touched):
    trusted = trusted_window(window, [artefact(Certainty.LIKELY, span) for span in touched])

    ordinals = range(window.first.toordinal(), window.last.toordinal() + 1)
    free = [
        not any(span.first.toordinal() <= day <= span.last.toordinal() for span in touched)
        for day in ordinals
    ]
    runs = "".join("x" if day else " " for day in free).split()
    assert (trusted.days if trusted else 0) == max((len(run) for run in runs), default=0)
