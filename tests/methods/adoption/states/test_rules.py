from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uptake.methods.adoption.states import AdoptionState, Evidence, Thresholds, classify, rule_texts
from uptake.methods.statistics.proportions import Share

HEALTHY = Evidence(
    people=61,
    active28=55,
    records28=2_000,
    records_ever=9_000,
    days_since_last_record=0,
    days_since_go_live=200,
    frequency=0.8,
    breadth=Share(9, 10),
    conformance=Share(950, 1_000),
    timeliness=Share(900, 1_000),
    quality=Share(970, 1_000),
)


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ({}, AdoptionState.WORKING),
        ({"records_ever": 0, "records28": 0, "active28": 0}, AdoptionState.NO_DATA),
        ({"records28": 0, "active28": 0, "other_events28": 40}, AdoptionState.NO_DATA),
        ({"records28": 0, "active28": 0, "days_since_last_record": 60}, AdoptionState.IDLE),
        ({"active28": 3}, AdoptionState.IDLE),
        ({"active28": 12}, AdoptionState.BARELY_USED),
        ({"frequency": 0.1}, AdoptionState.BARELY_USED),
        ({"breadth": Share(1, 10)}, AdoptionState.BARELY_USED),
        ({"conformance": Share(300, 1_000)}, AdoptionState.WRONG_WAY),
        ({"timeliness": Share(300, 1_000)}, AdoptionState.WRONG_WAY),
        ({"quality": Share(300, 1_000)}, AdoptionState.BAD_DATA),
        ({"days_since_go_live": 10, "active28": 0}, AdoptionState.NOT_YET_DUE),
        ({"days_since_go_live": -10, "active28": 0}, AdoptionState.NOT_YET_DUE),
        ({"people": 4, "active28": 0}, AdoptionState.NOT_MEASURABLE),
        ({"source_delivers": False, "active28": 0}, AdoptionState.NOT_MEASURABLE),
        ({"artefacts": ("The export stops.",), "active28": 0}, AdoptionState.NOT_MEASURABLE),
    ],
)
def test_each_state_has_its_evidence(change, state):
    assert classify(replace(HEALTHY, **change)).state is state


def test_the_worst_of_several_failures_gives_the_state():
    evidence = replace(
        HEALTHY,
        active28=10,
        conformance=Share(1, 100),
        timeliness=Share(1, 100),
        quality=Share(1, 100),
    )

    assert classify(evidence).state is AdoptionState.BARELY_USED


def test_wrong_way_comes_before_bad_data():
    evidence = replace(HEALTHY, conformance=Share(1, 100), quality=Share(1, 100))

    assert classify(evidence).state is AdoptionState.WRONG_WAY


def test_the_rule_is_a_sentence_with_the_numbers():
    result = classify(replace(HEALTHY, active28=12))

    assert result.rule == (
        "12 of 61 people (20 %, 95 % interval 12 to 31 %) entered something in the last 28 days, "
        "below 40 %; the last day has a record."
    )


def test_seats_paid_for_are_named_where_few_people_are_active():
    result = classify(replace(HEALTHY, active28=12, entitled=80))

    assert result.rule.endswith("below 40 %; the last day has a record; 80 seats are paid for.")


def test_the_reason_of_an_artefact_is_the_rule():
    result = classify(replace(HEALTHY, artefacts=("The export stops on 2016-05-13.",)))

    assert result.rule == "The export stops on 2016-05-13."


def test_a_state_that_flips_inside_the_interval_is_uncertain():
    result = classify(replace(HEALTHY, people=20, active28=7))

    assert result.state is AdoptionState.BARELY_USED
    assert result.uncertain
    assert result.could_be == (AdoptionState.WORKING,)


def test_a_state_far_from_every_line_is_certain():
    assert not classify(HEALTHY).uncertain


def test_uncertain_quality_says_what_else_it_could_be():
    result = classify(replace(HEALTHY, quality=Share(22, 30)))

    assert result.state is AdoptionState.WORKING
    assert result.could_be == (AdoptionState.BAD_DATA,)


def test_working_says_what_was_not_measured():
    result = classify(replace(HEALTHY, conformance=None, quality=None))

    assert result.unmeasured == ("conformance", "quality")
    assert "not measured: conformance, quality" in result.rule


def test_a_handful_of_records_judges_nobody():
    result = classify(replace(HEALTHY, quality=Share(0, 19)))

    assert result.state is AdoptionState.WORKING
    assert "quality" in result.unmeasured


def test_margins_say_how_far_each_number_is_from_its_line():
    margins = {margin.measure: margin for margin in classify(HEALTHY).margins}

    assert margins["quality"].distance == pytest.approx(0.27)
    assert not margins["quality"].uncertain
    assert set(margins) == {
        "activity",
        "frequency",
        "breadth",
        "conformance",
        "timeliness",
        "quality",
    }


def test_a_changed_threshold_changes_the_state_and_the_version():
    strict = Thresholds(quality=0.99)

    result = classify(HEALTHY, strict)

    assert result.state is AdoptionState.BAD_DATA
    assert result.thresholds == strict.version != Thresholds().version


def test_the_written_rules_carry_the_thresholds_in_force():
    rules = rule_texts(Thresholds(quality=0.85))

    assert set(rules) == set(AdoptionState)
    assert "85 %" in rules[AdoptionState.BAD_DATA]


def test_impossible_evidence_is_refused():
    with pytest.raises(ValueError, match="more active people in scope than people in scope"):
        replace(HEALTHY, active28=99)


def test_negative_evidence_is_refused():
    with pytest.raises(ValueError, match="negative"):
        replace(HEALTHY, records28=-1)


def test_a_threshold_that_does_not_exist_is_named():
    with pytest.raises(ValueError, match="no threshold called speed"):
        Thresholds.from_mapping({"speed": 1})


def test_thresholds_read_from_a_file_keep_whole_numbers_whole():
    lines = Thresholds.from_mapping({"fewest_people": 8.0, "quality": 0.9})

    assert lines == Thresholds(fewest_people=8, quality=0.9)


@pytest.mark.parametrize(
    "change", [{"quality": 1.2}, {"idle_active_share": 0.9}, {"fewest_records": 0}]
)
def test_impossible_thresholds_are_refused(change):
    with pytest.raises(ValueError, match=r"[Tt]hreshold|Smallest"):
        Thresholds(**change)


shares = st.none() | st.integers(0, 200).flatmap(
    lambda whole: st.integers(0, whole).map(lambda part: Share(part, whole))
)
evidences = st.integers(0, 80).flatmap(
    lambda people: st.builds(
        Evidence,
        people=st.just(people),
        active28=st.integers(0, people),
        records28=st.integers(0, 500),
        records_ever=st.integers(0, 5_000),
        other_events28=st.integers(0, 50),
        days_since_go_live=st.none() | st.integers(-50, 400),
        source_delivers=st.booleans(),
        artefacts=st.sampled_from([(), ("The export stops.",)]),
        frequency=st.none() | st.floats(0, 1),
        breadth=shares,
        conformance=shares,
        timeliness=shares,
        quality=shares,
    )
)


@given(evidences)
def test_every_evidence_gets_exactly_one_state_with_a_rule(evidence):
    result = classify(evidence)

    assert result.rule.endswith(".")
    assert result.state not in result.could_be


@given(evidences)
def test_extraction_artefacts_and_systems_not_live_are_never_failures(evidence):
    excused = replace(evidence, artefacts=("The export stops.",))
    early = replace(evidence, days_since_go_live=3)

    assert not classify(excused).state.is_failure
    assert classify(early).state is AdoptionState.NOT_YET_DUE


@given(evidences, st.sampled_from(["conformance", "timeliness", "quality", "breadth"]))
def test_a_better_ratio_never_gives_a_worse_state(evidence, measure):
    before = classify(evidence).state
    share = getattr(evidence, measure) or Share(0, 50)

    after = classify(replace(evidence, **{measure: Share(share.denominator, share.denominator)}))

    assert after.state.severity >= before.severity


def test_plain_words_exist_for_every_state():
    assert len({state.plain for state in AdoptionState}) == len(AdoptionState)
