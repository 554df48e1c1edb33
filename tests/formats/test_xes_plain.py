"""Cases that go past the parser come out as the parser would have read them."""

from __future__ import annotations

from unittest.mock import patch
from xml.sax.saxutils import quoteattr

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from uptake.formats import xes
from uptake.formats.errors import UnusableFileError
from uptake.formats.xes import read_xes
from uptake.formats.xes_plain import plain_block


def by_the_parser_alone(path):
    with patch.object(xes, "plain_block", lambda *_: None):
        return outcome(path)


def outcome(path):
    """Everything a reading says, or the sentence of its refusal without the line."""
    try:
        log = read_xes(path)
    except UnusableFileError as error:
        return str(error).split(", line")[0]
    return (
        log.events.to_pydict(), log.cases.to_pydict(), log.attributes, sorted(log.warnings),
        {key: flags.tolist() for key, flags in log.midnights.items()},
    )  # fmt: skip


texts = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=8
) | st.sampled_from(["", "<&>", "\"'", "a\tb", "NA", "1", "2024-01-01T00:00:00Z", "true"])
values = st.one_of(
    st.tuples(st.just("string"), texts),
    st.tuples(st.just("int"), st.integers(-10, 10).map(str) | texts),
    st.tuples(st.just("float"), st.floats(allow_nan=False).map(str)),
    st.tuples(st.just("boolean"), st.sampled_from(["true", "false", "1", "maybe"])),
    st.tuples(st.just("date"), st.datetimes().map(lambda m: m.isoformat()) | texts),
)
keys = st.sampled_from(["concept:name", "time:timestamp", "org:resource", "ä", "case", "a&b"])
attributes = st.lists(st.tuples(keys, values), max_size=4)
oddities = st.sampled_from(
    [
        "", "", "", "", "\n\t", "<!-- <trace> -->", "<list key='l'><int key='n' value='1'/></list>",
        "<string key='single' value='quotes'/>", "<unknown/>", "<![CDATA[</trace>]]>",
        "<string value='x' key=\"swapped\"/>", "<?pause?>", "text", "<event/>",
        '<string key="outer" value=""><int key="inner" value="2"/></string>',
    ]
)  # fmt: skip


def spelled(found):
    return "".join(
        f"<{kind} key={quoteattr(key)} value={quoteattr(text)}/>\n" for key, (kind, text) in found
    )


@st.composite
def logs(draw):
    body = ["<?xml version='1.0' encoding='UTF-8'?><log>", draw(oddities)]
    for _ in range(draw(st.integers(0, 5))):
        body.append(f"<trace>{spelled(draw(attributes))}{draw(oddities)}")
        events = range(draw(st.integers(0, 3)))
        body += [f"<event>{spelled(draw(attributes))}{draw(oddities)}</event>" for _ in events]
        body.append(f"</trace>{draw(oddities)}")
    return "".join([*body, draw(st.sampled_from(["</log>", "</log>\n", "", "<trace>"]))])


@settings(max_examples=120)
@given(logs(), st.integers(1, 400))
def test_every_log_is_read_as_the_parser_reads_it(tmp_path_factory, text, block):
    path = tmp_path_factory.mktemp("x") / "log.xes"
    path.write_text(text, encoding="utf-8")

    expected = by_the_parser_alone(path)

    assert outcome(path) == expected
    with patch.object(xes, "BLOCK", block):
        assert outcome(path) == expected


@pytest.mark.parametrize("name", ["running-example.xes", "08_receipt.xes.gz", "a32f0n00.xes.gz"])
def test_real_logs_go_past_the_parser_and_come_out_the_same(shared_data, name):
    path = shared_data / "process" / name
    taken = []

    def noted(block, longest):
        taken.append(plain_block(block, longest))
        return taken[-1]

    with patch.object(xes, "plain_block", noted):
        found = outcome(path)

    assert found == by_the_parser_alone(path)
    assert taken
    assert None not in taken


def test_entities_are_what_they_stand_for():
    case = b'<trace><string key="a" value="&lt;&#228;&#xe4;&amp;&quot;"/></trace>'

    block = plain_block(case, 100)

    assert block.values[0].texts.to_pylist() == ['<ää&"']


@pytest.mark.parametrize(
    "case",
    [
        b"<trace><event></trace></event>", b"<trace></trace></trace>", b"<trace/>", b"",
        b"<trace><trace></trace></trace>", b"<event></event>", b'<string key="a" value="b"/>',
        b"<trace><event><event></event></event></trace>", b"<trace>text</trace>",
        b'<trace><string key="a" value="&unknown;"/></trace>', b"<trace a='1'></trace>",
        b'<trace><string key="a" value="\xff"/></trace>', b"x<trace></trace>",
        b'<trace><string key="a" value="b"></trace>', b"<!-- c --><trace></trace>",
        b'<trace><string key="a" value="\x01"/></trace>',
        b'<trace><string key="a" value="' + b"x" * 101 + b'"/></trace>',
        b'<trace><string key="a" value="b" key="c"/></trace>',
        b'<trace><string key="a" value="&#1;"/></trace>',
        b'<trace><string key="a" value="a\nb"/></trace>',
    ],
)  # fmt: skip
def test_whatever_is_not_plain_is_left_to_the_parser(case):
    assert plain_block(case, 100) is None


def test_latin_logs_are_read_in_their_alphabet(tmp_path):
    path = tmp_path / "log.xes"
    body = "<log><trace><event><string key='a' value='ä'/></event></trace></log>"
    path.write_bytes(f"<?xml version='1.0' encoding='ISO-8859-1'?>{body}".encode("latin-1"))

    assert read_xes(path).events["a"].to_pylist() == ["ä"]


def test_the_line_of_a_break_counts_cases_that_went_past_the_parser(tmp_path):
    path = tmp_path / "log.xes"
    path.write_text("<log>\n" + "<trace>\n<event>\n</event>\n</trace>\n" * 100 + "<trace></log>")

    with pytest.raises(UnusableFileError, match="line 402"):
        read_xes(path)


def test_many_blocks_count_on(tmp_path):
    case = (
        '<trace><string key="concept:name" value="{}"/><event>\n</event><event>\n</event></trace>'
    )
    path = tmp_path / "log.xes"
    path.write_text("<log>" + "".join(case.format(n) for n in range(200)) + "</log>")

    with patch.object(xes, "BLOCK", 1_000):
        log = read_xes(path)

    assert log.cases["concept:name"].to_pylist() == [str(n) for n in range(200)]
    assert log.events["case"].to_pylist() == np.repeat(np.arange(200), 2).tolist()
