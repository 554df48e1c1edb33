"""An intended process is read from YAML or a net, refused with the place to mend, written equal."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.methods.process.trees import accepted, trees, words_of
from uptake.capabilities.process.intended import (
    IntendedProcess,
    IntendedRule,
    Step,
    StepKind,
    item,
)
from uptake.capabilities.process.intended_files import load_intended, read_intended
from uptake.capabilities.process.intended_writing import intended_yaml
from uptake.capabilities.process.rule_sentences import WAYS, parse_rule, rule_sentence
from uptake.capabilities.process.steps_of_trees import steps_of
from uptake.formats.errors import UnusableFileError
from uptake.methods.process.rules import Rule, Template
from uptake.methods.process.trees import sequence

WHOLE = """\
process: Opportunity to quote
version: 3
about: opportunity
owner: Head of sales operations
from: 2024-01-01
until: 2024-12-31
tolerance: 5 %
steps:
  - Opportunity opened
  - step: Quote drafted
    role: [sales representative, sales manager]
    repeat: yes
  - step: Quote approved
    role: sales manager
    optional: yes
  - any order:
      - Terms checked
      - Price checked
    role: back office
  - some of:
      - Mail sent
      - Letter sent
    optional: yes
  - either:
      - Quote accepted
      - steps: [Quote declined, Reason noted]
    repeat after: [Quote changed]
rules:
  - Quote approved before Mail sent
  - not coexistence: [Quote accepted, Reason noted]
    why: Nobody gives a reason for what was accepted.
  - rule: Opportunity opened happens exactly once
roles:
  Quote accepted: customer
ignore: [login, page.viewed]
"""


BOMB = "process: q\na0: &a0 [x, x]\n" + "".join(
    f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 30)
)


def both(text):
    return read_intended(text, name="quote.yaml")


def test_every_part_is_read():
    process = both(WHOLE)

    assert (process.name, process.version, process.about) == (
        "Opportunity to quote",
        3,
        "opportunity",
    )
    assert (process.begins, process.ends, process.tolerance) == (
        date(2024, 1, 1),
        date(2024, 12, 31),
        0.05,
    )
    assert process.steps[0] == item("Opportunity opened")
    assert process.steps[1] == item("Quote drafted", repeat=True)
    assert process.steps[3].kind is StepKind.ANY_ORDER
    assert process.steps[5].after == (item("Quote changed"),)
    assert process.roles == {
        "Quote drafted": ("sales representative", "sales manager"),
        "Quote approved": ("sales manager",),
        "Terms checked": ("back office",),
        "Price checked": ("back office",),
        "Quote accepted": ("customer",),
    }
    assert process.rules[0].rule == Rule(Template.PRECEDENCE, "Quote approved", "Mail sent")
    assert process.rules[1].why == "Nobody gives a reason for what was accepted."
    assert process.ignored == ("login", "page.viewed")


def test_steps_allow_what_they_say():
    net = both(WHOLE).as_net()
    begin = ["Opportunity opened", "Quote drafted", "Quote drafted"]

    assert accepted(net, [*begin, "Price checked", "Terms checked", "Quote accepted"])
    assert accepted(
        net,
        [
            *begin,
            "Quote approved",
            "Terms checked",
            "Price checked",
            "Letter sent",
            "Mail sent",
            "Quote declined",
            "Reason noted",
            "Quote changed",
            "Quote accepted",
        ],
    )
    assert not accepted(net, [*begin, "Price checked", "Quote accepted"])
    assert not accepted(net, ["Opportunity opened", "Quote drafted"])


def test_it_is_in_force_between_its_days():
    process = both(WHOLE)

    assert process.covers(date(2024, 1, 1))
    assert process.covers(date(2024, 12, 31))
    assert not process.covers(date(2025, 1, 1))
    assert not process.covers(date(2023, 12, 31))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "quote.yaml is empty: write a process"),
        ("steps: [a]", "line 1: process is missing"),
        ("process: q", "write steps:"),
        ("process: q\nstep: [a]", "line 2: 'step' means nothing here; did you mean steps?"),
        ("process: q\nsteps: []", "line 2, steps: this list is empty"),
        ("process: q\nsteps:\n  - ''", "line 3, steps: a step has no name"),
        ("process: q\nsteps:\n  - {step: a, either: [b]}", "line 3, steps: write one of step"),
        ("process: q\nsteps:\n  - {optional: yes}", "line 3, steps: write one of step"),
        ("process: q\nsteps:\n  - {step: a, optional: maybe}", "'maybe' is neither yes nor no"),
        ("process: q\nsteps:\n  - either:", "this list is empty"),
        ("process: q\nsteps: [a]\nfrom: 2024-02-01\nuntil: 2024-01-01", "line 4: until is before"),
        ("process: q\nsteps: [a]\nfrom: soon", "line 3, from: 'soon' is no date"),
        ("process: q\nrules: [hurry up]", "line 2, rules: 'hurry up' is no rule"),
        ("process: q\nrules:\n  - respons: [a, b]", "no kind of rule; did you mean response?"),
        ("process: q\nrules:\n  - response: a", "is about two activities"),
        ("process: q\nrules:\n  - response: [a, b, c]", r"\[first, second\]"),
        ("process: q\nrules:\n  - why: so", "write rule: and a sentence"),
        ("process: q\nrules: [x before y before z]", "read in two ways: put each name in quotes"),
        (
            "process: q\nsteps:\n  - {step: a, role: x}\n  - {step: a, role: y}",
            "line 4, steps: a is meant for x above",
        ),
        ("process: q\npnml: <pnml/>", "quote.yaml, pnml from line 2 holds 0 nets"),
        ("process: q\nsteps: " + "[{either: " * 60 + "a" + "}]" * 60, "more than 40 deep"),
        ("process: q\nsteps: [" + "a," * 2_001 + "]", "more than 2,000 steps"),
        ("process: [q", "this is not YAML"),
        ("process: " + "[" * 1_200, "nests lists too deep"),
        (BOMB, "more than 50,000 parts"),
        ("<xml/>", "neither BPMN nor PNML"),
        (b"\xff\xf0process", "not UTF-8"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_line(text, says):
    with pytest.raises(UnusableFileError, match=says):
        read_intended(text, name="quote.yaml")


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(UnusableFileError, match="There is no model"):
        load_intended(tmp_path / "none.yaml")


@pytest.mark.parametrize("name", ["running-example", "a32", "roadtraffic"])
def test_a_net_of_another_tool_is_written_into_yaml_and_read_again_equal(shared_data, name):
    process = load_intended(shared_data / "process" / f"{name}.pnml")

    again = read_intended(intended_yaml(process), name="again.yaml")

    assert again == process
    assert again.as_net() == process.net
    assert len(again.modelled()) > 5


def test_what_is_written_is_read_again_equal():
    process = both(WHOLE)

    assert both(intended_yaml(process)) == process


NAME = st.text(st.characters(blacklist_categories=["Cs", "Cc", "Cn"]), min_size=1, max_size=8)
NAMES = NAME.filter(lambda name: name.strip())


def groups(inner):
    parts = st.lists(inner, min_size=1, max_size=3).map(tuple)
    kinds = st.sampled_from([kind for kind in StepKind if kind is not StepKind.STEP])
    plain = st.builds(Step, kinds, parts=parts, optional=st.booleans(), repeat=st.booleans())
    again = st.builds(Step, kinds, parts=parts, repeat=st.just(True), after=parts)
    return plain | again


STEPS = st.recursive(
    st.builds(item, NAMES, optional=st.booleans(), repeat=st.booleans()), groups, max_leaves=6
)


@st.composite
def rules(draw):
    template = draw(st.sampled_from(list(Template)))
    of_two = "{b}" in WAYS[template][0]
    return Rule(template, draw(NAMES), draw(NAMES) if of_two else "")


PROCESSES = st.builds(
    IntendedProcess,
    st.just("q"),
    steps=st.lists(STEPS, min_size=1, max_size=4).map(tuple),
    rules=st.lists(st.builds(IntendedRule, rules(), st.sampled_from(["", "so"]))).map(tuple),
    roles=st.dictionaries(NAMES, st.sampled_from([("x",), ("x", "y")]), max_size=3),
    ignored=st.lists(NAMES, max_size=2).map(tuple),
    is_proposed=st.booleans(),
    notes=st.sampled_from([(), ("found in data",)]),
)


@settings(max_examples=40)
@given(PROCESSES)
def test_any_process_is_written_and_read_again_equal(process):
    assert both(intended_yaml(process)) == process


@given(trees())
def test_steps_of_a_tree_allow_what_the_tree_allows(tree):
    again = sequence(*(step.tree() for step in steps_of(tree)))

    assert words_of(again, 4) == words_of(tree, 4)


@pytest.mark.parametrize("template", list(Template))
def test_every_way_to_say_a_rule_is_understood(template):
    for way in WAYS[template]:
        said = parse_rule(way.format(a="Quote approved", b="Quote sent"))

        assert said == Rule(template, "Quote approved", "Quote sent" if "{b}" in way else "")


@given(rules())
def test_a_rule_said_is_the_rule_read(rule):
    said = rule_sentence(rule)

    assert said is None or parse_rule(said) == rule


def test_names_that_hold_words_of_a_sentence_are_known_by_the_steps_or_by_quotes():
    before = Rule(Template.PRECEDENCE, "call before visit", "sign")

    assert parse_rule("call before visit before sign", ["sign", "call before visit"]) == before
    assert parse_rule('"call before visit" before sign') == before
    assert rule_sentence(before) == "sign happens only after call before visit"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_text_is_read_in_the_encoding_that_it_says(encoding):
    assert read_intended(WHOLE.encode(encoding), name="way.yaml") == both(WHOLE)


def test_text_without_end_is_refused_before_it_is_taken_apart():
    with pytest.raises(UnusableFileError, match=r"way\.yaml is longer than 4 MiB"):
        read_intended("process: a\nsteps:\n" + "- b\n" * 2_000_000, name="way.yaml")


def test_lines_without_end_in_a_drawing_are_read_once():
    lines = b"<pnml>" + b"a\n" * 4_000_000 + b"</pnml>"

    with pytest.raises(UnusableFileError, match="holds 0 nets"):
        read_intended(lines, name="net.pnml")


@given(st.data())
def test_a_damaged_file_is_read_or_refused_but_never_breaks_the_reader(data):
    at = data.draw(st.integers(0, len(WHOLE) - 1))
    to = data.draw(st.integers(at, min(len(WHOLE), at + 40)))
    text = WHOLE[:at] + data.draw(st.text(max_size=6)) + WHOLE[to:]

    assert isinstance(outcome(text), IntendedProcess | UnusableFileError)


def outcome(text):
    try:
        return read_intended(text, name="damaged.yaml")
    except UnusableFileError as refusal:
        return refusal
