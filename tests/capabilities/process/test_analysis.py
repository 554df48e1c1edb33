from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from tests.capabilities.process.lettered_logs import lettered
from uptake.capabilities.process import straying
from uptake.capabilities.process.analysis import analysed, picture_of
from uptake.capabilities.process.as_words import to_words
from uptake.capabilities.process.headlines import handing_words
from uptake.capabilities.process.intended import IntendedProcess, IntendedRule, item
from uptake.capabilities.process.intended_files import load_intended
from uptake.capabilities.process.naming import SMALL
from uptake.formats.case_log import NO_MOMENT, Mark, Performer
from uptake.formats.case_logs import open_case_log
from uptake.formats.errors import UnusableFileError
from uptake.methods.process.alignment import Kind
from uptake.methods.process.nets import Net, Transition
from uptake.methods.process.rules import Rule, Template

ABC = IntendedProcess("ABC", steps=(item("a"), item("b", optional=True), item("c")))
HOUR = 3_600


@pytest.fixture(scope="module")
def example(shared_data):
    return open_case_log(shared_data / "process/running-example.xes")


def test_the_textbook_has_its_published_numbers(example):
    picture = picture_of(example, names=True)

    people = picture.of_level(Performer.RESOURCE)
    pairs = {(pair.source, pair.target): pair.count for pair in people.pairs}
    sara = next(row for row in picture.scopes[0].rows if row.performer == "Sara")
    assert (people.handovers, people.successions) == (32, 36)
    assert people.per_case.mean == pytest.approx(32 / 6)
    assert pairs["Sara", "Ellen"] / people.successions == pytest.approx(0.1111, abs=1e-4)
    assert pairs["Mike", "Sara"] == pairs["Sara", "Sara"] == 3
    assert (sara.activities, sara.events) == (2, 12)
    assert picture.durations.mean_seconds / HOUR == pytest.approx(268.58, abs=0.01)
    assert picture.durations.median_seconds / HOUR == pytest.approx(226.65, abs=0.01)
    assert picture.rework.cases.numerator == 2


def test_the_textbook_runs_as_its_own_model_says(example, shared_data):
    model = load_intended(shared_data / "process/running-example.pnml")

    found = picture_of(example, model).conformance

    assert (found.fitting.numerator, found.cost_total, found.fitness) == (6, 0, 1)


def test_people_are_numbered_by_how_much_they_did_unless_names_are_asked_for():
    log = lettered(["ab", "ab"], people=["xy", "yy"])

    assert [row.performer for row in picture_of(log).scopes[0].rows] == ["Person 1", "Person 2"]
    assert [row.performer for row in picture_of(log, names=True).scopes[0].rows] == ["y", "x"]


def test_handovers_of_which_one_side_is_never_known_are_not_measurable():
    picture = picture_of(lettered(["ab", "abc"], people=["x-", "y-z"]))

    gap = next(gap for gap in picture.not_measurable if gap.what == "handovers between people")
    assert picture.of_level(Performer.RESOURCE) is None
    assert gap.why == "The log names a person for 3 of 5 events, and never for two in a row."


def test_handovers_are_a_least_number_where_some_sides_are_not_known():
    picture = picture_of(lettered(["ab", "abc"], people=["xy", "y-z"]))

    assert handing_words(picture) == "A case passes at least 0.50 times between people."


def test_groups_of_too_few_people_stand_together_and_never_alone():
    people = ["abcde", "fghij", "k" * 5, "lmnop"]
    log = lettered(["aaaaa"] * 4, people=people, groups=["R" * 5, "S" * 5, "T" * 5, "U" * 5])

    groups = next(scope for scope in picture_of(log).scopes if scope.level is Performer.GROUP)

    assert groups.hidden == 2
    assert {row.performer: row.events for row in groups.rows}[SMALL] == 10
    assert "T" not in {row.performer for row in groups.rows}


def test_each_case_is_put_beside_the_model_and_each_deviation_named():
    picture = picture_of(lettered(["abc", "ac", "bc", "abcx"]), ABC)

    found, rows = picture.conformance, {row.sentence for row in picture.deviations}
    assert (found.fitting.numerator, found.cost_total) == (2, 2)
    assert found.fitness == pytest.approx((1 + 1 + (1 - 1 / 4) + (1 - 1 / 6)) / 4)
    assert rows == {
        "The beginning up to a is missing",
        "x was done, which the model does not have",
    }


def test_of_very_many_ways_of_straying_the_rarest_are_counted_and_not_listed(monkeypatch):
    monkeypatch.setattr(straying, "MOST_NAMED", 2)

    picture = picture_of(lettered(["axc", "axyc", "axyzc"]), ABC)

    assert [row.activity for row in picture.deviations] == ["x", "y"]
    assert picture.conformance.cost_total == 6
    assert straying.left_out(1) in picture.warnings


def test_the_map_says_where_it_strays():
    picture = picture_of(lettered(["abc", "axc", "xxc"]), ABC)

    nodes = {row.name: row for row in picture.activities}
    edges = {(edge.source, edge.target): edge for edge in picture.edges}
    assert (nodes["a"].skipped, nodes["x"].inserted, nodes["x"].is_in_model) == (1, 3, False)
    assert (edges["a", "x"].deviating, edges["a", "b"].deviating) == (1, 0)


def test_a_variant_stands_step_by_step_beside_the_model():
    picture = picture_of(lettered(["ac", "c"]), ABC)

    shown = picture.variants[1]
    assert [step.kind for step in shown.steps] == [Kind.SKIPPED, Kind.TOGETHER]
    assert (shown.cost, shown.fitness) == (1, pytest.approx(1 - 1 / 3))


def test_activities_out_of_scope_are_no_deviation():
    picture = picture_of(lettered(["abxc"]), replace(ABC, ignored=("x",)))

    assert picture.conformance.cost_total == 0
    assert picture.summary.activities == 4


def test_a_model_of_rules_alone_measures_rules_and_no_cost():
    rules = (IntendedRule(Rule(Template.RESPONSE, "a", "b")),)

    found = picture_of(lettered(["ab", "ac", "c"]), IntendedProcess("R", rules=rules))

    reading = found.rules[0].reading
    assert found.conformance.cost_total is None
    assert (reading.of_cases.numerator, reading.of_cases.denominator) == (1, 2)
    assert found.conformance.straight.numerator == 2
    assert found.is_met is False


def test_a_step_done_by_another_role_strays_though_every_step_is_there():
    meant = replace(ABC, roles={"c": ("M",)})
    log = lettered(["abc"] * 2, people=["vvv", "www"], groups=["CCM", "CCC"])

    picture = picture_of(log, meant, names=True)

    row = picture.deviations[0]
    assert (row.kind, row.sentence) == ("wrong role", "c was done by C, not by M")
    assert picture.conformance.fitting.numerator == 2
    assert picture.conformance.straight.numerator == 1
    scope = next(each for each in picture.scopes if each.level is Performer.GROUP)
    assert [row.outside for row in scope.rows] == [1, 0]


def test_roles_that_the_log_does_not_have_are_not_measurable():
    picture = picture_of(lettered(["abc"]), replace(ABC, roles={"c": ("Manager",)}))

    assert "steps done by others than meant" in {gap.what for gap in picture.not_measurable}


def test_a_model_that_nobody_has_confirmed_judges_no_case():
    picture = picture_of(lettered(["zzz"]), replace(ABC, is_proposed=True))

    assert (picture.conformance, picture.is_met, picture.deviations) == (None, None, ())


def test_a_model_that_never_ends_is_refused():
    net = Net((Transition("a", ((0, 1),), ((0, 1),)),), start=(1, 0), end=(0, 1))

    with pytest.raises(UnusableFileError, match="never ends"):
        picture_of(lettered(["a"]), IntendedProcess("Endless", net=net))


def test_tolerance_decides_whether_the_model_is_kept():
    log = lettered(["abc", "abc", "abc", "b"])

    assert picture_of(log, ABC).is_met is False
    assert picture_of(log, replace(ABC, tolerance=0.25)).is_met is True


def test_a_log_without_moments_has_no_durations_and_says_so():
    log = lettered(["abc"])
    untimed = replace(log, completed=np.full(3, NO_MOMENT), is_timed=False)

    picture = picture_of(untimed)

    assert (picture.durations, picture.summary.start) == (None, None)
    assert picture.not_measurable[0].what == "durations and waiting"


def test_moments_that_cannot_be_believed_are_left_out_of_durations():
    log = lettered(["abc", "abc"])
    marks = np.array([Mark.STRANGE, 0, 0, 0, 0, 0], dtype=np.uint8)

    found = picture_of(replace(log, marks=marks)).durations

    assert (found.cases, found.left_out, found.median_seconds) == (1, 1, 2 * HOUR)


def test_a_case_whose_last_step_leads_on_is_open_and_censored():
    log = lettered(["abc"] * 9 + ["ab"])

    found = picture_of(log).durations

    assert found.open_cases == 1
    assert found.curve.events.sum() == 9


def test_counters_of_the_log_stand_beside_what_is_counted():
    log = lettered(["abc", "abc"], people=["xyx", "xxx"])
    counted = pa.table({"reassignment_count": ["2", "1"]})

    picture = picture_of(replace(log, case_attributes=counted))
    found = picture.recorded[0]

    assert (found.column, found.mean, found.same.numerator) == ("reassignment_count", 1.5, 1)
    assert "The log's own reassignment_count says 1.5 a case" in to_words(picture)


def test_cases_behind_a_number_can_be_found():
    found = analysed(lettered(["abc", "ab", "c"]), ABC)

    assert found.judged.straight.tolist() == [True, False, False]
    assert found.judged.aligned.cost[found.ground.variants.of_case].tolist() == [0, 1, 1]
