from __future__ import annotations

import json
from dataclasses import replace

import pytest
from jsonschema import Draft202012Validator

from tests.capabilities.process.lettered_logs import lettered
from uptake.capabilities.process.analysis import picture_of
from uptake.capabilities.process.as_json import without_people
from uptake.capabilities.process.as_words import to_words
from uptake.capabilities.process.charting import spread_chart
from uptake.capabilities.process.intended import IntendedProcess, IntendedRule, item
from uptake.capabilities.process.report import schema, to_html, to_json, to_pdf
from uptake.formats.case_log import NO_MOMENT, Performer
from uptake.methods.process.rules import Rule, Template

ABC = IntendedProcess(
    "ABC",
    steps=(item("a"), item("b"), item("c")),
    rules=(IntendedRule(Rule(Template.RESPONSE, "a", "c")),),
    roles={"c": ("M",)},
)
CASES = ["abc", "abc", "acb", "abxc", "aabc"]
PEOPLE = ["vvw", "vvw", "vvw", "vwvw", "vvvw"]
GROUPS = ["CCM", "CCM", "CCM", "CMCM", "CCCM"]


@pytest.fixture(scope="module")
def picture():
    return picture_of(lettered(CASES, PEOPLE, GROUPS), ABC, names=True)


def bare():
    """A log that says as little as can be."""
    log = lettered(["<b>&"])
    return picture_of(replace(log, completed=log.completed * 0 + NO_MOMENT, is_timed=False))


def test_the_json_keeps_to_its_published_schema(picture):
    validator = Draft202012Validator(schema())

    assert list(validator.iter_errors(json.loads(json.dumps(to_json(picture))))) == []
    assert list(validator.iter_errors(json.loads(json.dumps(to_json(bare()))))) == []


def test_the_json_holds_what_is_promised(picture):
    values = to_json(picture)

    assert values["summary"]["cases"] == 5
    assert {"from": "a", "to": "b", "count": 4}.items() <= values["directly_follows"][0].items()
    assert values["handovers"]["between_people"] == values["handovers"]["between_groups"]
    assert values["handovers"]["per_case"] == values["handovers"]["between_people"] / 5
    assert values["conformance"]["fitting"] == 2
    assert (
        sum(row["cost"] * row["cases"] for row in values["conformance"]["by_variant"])
        == (values["conformance"]["cost_total"])
    )


def test_what_is_not_measurable_is_null_and_named():
    values = to_json(bare())

    assert (values["durations"], values["conformance"], values["resources"]) == (None, None, None)
    assert values["handovers"]["between_people"] is None
    assert {gap["what"] for gap in values["not_measurable"]} >= {"durations and waiting"}


def test_without_people_nothing_is_left_that_is_about_one_of_them(picture):
    values = to_json(without_people(picture))

    assert values["handovers"]["pairs"] == []
    assert [scope["of"] for scope in values["scopes"]] == ["group"]
    assert values["handovers"]["between_people"] > 0


def test_the_page_loads_nothing_and_takes_no_name_for_markup():
    page = to_html(bare())

    assert "<b>&" not in page
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "").replace("http://www.w3.org", "")


def test_the_page_marks_what_strays_by_words_as_well_as_by_colour(picture):
    page = to_html(picture)

    assert '<span class="step-mark">skipped</span>' in page
    assert '<span class="step-mark">added</span>' in page
    assert "not in the model" in page
    assert "c was done by C, not by M" in page


def test_the_words_begin_with_the_answer(picture):
    first = to_words(picture).splitlines()[0]

    assert first.startswith("2 of 5 cases (40\u202f%")
    assert first.endswith("run as intended by ABC.")


def test_the_report_can_be_a_pdf(picture):
    assert to_pdf(picture).startswith(b"%PDF")


def test_hands_that_most_cases_never_change_are_told_so():
    picture = picture_of(lettered(["ab"] * 19 + ["ba"], people=["xx"] * 19 + ["xy"]))
    people = picture.of_level(Performer.RESOURCE)

    drawn = spread_chart(people, of="handovers")

    assert drawn is not None
    assert drawn.summary.startswith("Nine in ten cases or more have no handover.")
