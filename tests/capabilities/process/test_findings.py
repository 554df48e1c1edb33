from __future__ import annotations

from dataclasses import replace

import numpy as np

from tests.capabilities.process.lettered_logs import lettered
from uptake.capabilities.process.analysis import picture_of
from uptake.capabilities.process.intended import IntendedProcess, item
from uptake.capabilities.process.picture import NextStep
from uptake.formats.case_log import Mark

ABC = IntendedProcess("ABC", steps=(item("a"), item("b"), item("c")))


def found(log, model=None, **asked):
    return {each.kind: each for each in picture_of(log, model, **asked).findings}


def test_a_deviation_names_its_size_and_interval_and_leaves_the_judgement_open():
    skipped = found(lettered(["abc"] * 8 + ["ac"] * 2), ABC)["skipped"]

    assert "in 2 of 10 cases (20\u202f%, 6 to 51\u202f%)" in skipped.sentence
    assert (skipped.share.numerator, skipped.activity) == (2, "b")
    assert skipped.steps[0] is NextStep.BEHAVIOUR
    assert NextStep.MODEL in skipped.steps


def test_what_most_cases_do_speaks_against_the_model():
    skipped = found(lettered(["abc"] * 2 + ["ac"] * 8), ABC)["skipped"]

    assert skipped.steps[0] is NextStep.MODEL
    assert "speaks for the people" in skipped.advice


def test_findings_come_by_the_share_of_cases_they_touch():
    cases = ["abc"] * 5 + ["ac"] * 4 + ["bc"]

    weights = [each.weight for each in picture_of(lettered(cases), ABC).findings]

    assert weights == sorted(weights, reverse=True)


def test_work_that_goes_straight_back_is_found_between_groups_before_people():
    people = ["xyxyx"] * 10
    log = lettered(["abcde"] * 10, people=people, groups=["RSRSR"] * 10)

    back = found(log, names=True)["ping-pong"]

    assert back.share.value == 0.75
    assert back.population == "handovers between people"
    assert "x" not in back.evidence


def test_steps_done_again_are_found_with_the_step_that_is_repeated_most():
    again = found(lettered(["abbbc", "abc"]))["rework"]

    assert again.sentence.startswith("Steps are done again in 1 of 2 cases")
    assert again.activity == "b"


def test_a_step_that_hangs_on_one_person_is_found_without_a_name():
    people = ["zvw", "zwx", "zxy", "zyv", "zvy"] * 5

    alone = found(lettered(["abc"] * 25, people=people), names=True)["one pair of hands"]

    assert alone.activity == "a"
    assert "z" not in alone.sentence + alone.evidence


def test_stamps_written_in_batches_are_found():
    log = lettered(["ab"] * 10)

    marked = replace(log, marks=np.full(20, Mark.BATCH, dtype=np.uint8))

    assert found(marked)["batch stamps"].steps[0] is NextStep.DATA


def test_the_place_where_work_waits_longest_is_found():
    log = lettered(["ab"] * 6)
    later = log.completed.copy()
    later[1::2] += 5 * 86_400_000

    waits = found(replace(log, completed=later))["waiting"]

    assert (
        waits.sentence
        == "Work waits longest between a and b: half of the times 5\u202fdays or more."
    )
