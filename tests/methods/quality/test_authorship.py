from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from uptake.methods.quality.authorship import SYSTEM, authorship

START = np.datetime64("2026-03-02T09", "ms")
ANNA, BEN = 1, 2


def judged(*versions):
    record, author, hours, fit = zip(*versions, strict=True)
    at = [START + np.timedelta64(h, "h") for h in hours]
    found = authorship(record, author, at, fit)
    return found.charged.tolist(), found.credited.tolist()


def test_the_creator_is_judged_on_the_last_version_of_the_first_day():
    charged, _ = judged((7, ANNA, 0, 0), (7, ANNA, 5, 1), (7, ANNA, 30, 0))

    assert charged == [False, True, False]


def test_the_first_day_has_twenty_four_hours():
    at_its_end, _ = judged((7, ANNA, 0, 0), (7, ANNA, 24, 1))
    after_it, _ = judged((7, ANNA, 0, 0), (7, ANNA, 25, 1))

    assert (at_its_end, after_it) == ([False, True], [True, False])


def test_a_machine_that_mends_is_credited_with_nothing():
    assert judged((7, ANNA, 0, 0), (7, SYSTEM, 2, 1))[1] == [False, False]


def test_the_fixer_is_credited_and_the_creator_charged_for_what_they_left():
    charged, credited = judged((7, ANNA, 0, 0), (7, BEN, 2, 1))

    assert charged == [True, False]
    assert credited == [False, True]


def test_mending_ones_own_record_is_no_fix():
    assert judged((7, ANNA, 0, 0), (7, ANNA, 2, 1))[1] == [False, False]


def test_leaving_it_unfit_is_no_fix():
    assert judged((7, ANNA, 0, 0), (7, BEN, 2, 0))[1] == [False, False]


def test_imports_are_charged_to_no_person():
    charged, credited = judged((7, SYSTEM, 0, 0), (7, BEN, 2, 1))

    assert charged == [False, False]
    assert credited == [False, True]


def test_another_records_versions_do_not_mix():
    charged, credited = judged((7, ANNA, 0, 0), (8, BEN, 1, 1), (8, ANNA, 2, 0), (7, BEN, 3, 1))

    assert charged == [True, True, False, False]
    assert credited == [False, False, False, True]


def test_nothing_is_nothing():
    assert authorship([], [], np.array([], dtype="datetime64[ms]"), []).charged.tolist() == []


versions = st.lists(
    st.tuples(st.integers(0, 3), st.integers(-1, 2), st.integers(0, 72), st.integers(0, 2)),
    min_size=1,
    max_size=30,
    unique_by=lambda version: (version[0], version[2]),
)


@given(versions, st.randoms(use_true_random=False))
def test_the_order_of_versions_in_the_input_does_not_matter(rows, random):
    shuffled = random.sample(rows, len(rows))

    first = dict(zip(rows, zip(*judged(*rows), strict=True), strict=True))

    assert dict(zip(shuffled, zip(*judged(*shuffled), strict=True), strict=True)) == first


@given(versions)
def test_each_record_of_a_person_is_charged_once(rows):
    charged, _ = judged(*rows)
    creators = {}
    for record, author, _hours, _fit in sorted(rows, key=lambda row: row[2]):
        creators.setdefault(record, author)

    of_people = sum(author != SYSTEM for author in creators.values())

    assert sum(charged) == of_people
