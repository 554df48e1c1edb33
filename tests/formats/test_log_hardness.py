"""Whatever a file holds, it becomes a log or is refused in a sentence, in bounded work."""

from __future__ import annotations

import gzip
from itertools import islice

import numpy as np
import pytest

from tests.formats.mutated_logs import CHOICES, mutations, plain
from uptake.formats.case_logs import open_case_log
from uptake.formats.errors import UnusableFileError
from uptake.store.errors import UptakeError

FILES = {
    "process/running-example.xes": 60,
    "process/08_receipt.xes.gz": 15,
    "process/roadtraffic100traces.xes": 30,
    "process/running-example.csv": 12,
    "ocel/ocel20_example.jsonocel": 80,
    "ocel/ocel20_example.xmlocel": 80,
    "ocel/ocel20_example.sqlite": 80,
}
"""Real files, and how many ways of breaking each are tried; ``tools/fuzz_logs.py`` tries more."""


@pytest.mark.parametrize("name", FILES)
def test_a_broken_file_is_a_log_or_is_refused(shared_data, tmp_path, name):
    path = tmp_path / "log"
    kinds = set()

    for content in islice(mutations(plain(shared_data / name), seed=5), FILES[name]):
        path.write_bytes(content)
        kinds.add(outcome(path))

    assert kinds <= {"log", "refused"}


def outcome(path) -> str:
    try:
        log = open_case_log(path, CHOICES)
    except UptakeError as error:
        return "refused" if path.name in str(error) or "=COLUMN" in str(error) else str(error)
    return "log" if is_sound(log) else "unsound"


def is_sound(log) -> bool:
    """Whether a log is what the type promises."""
    steps = np.diff(log.case)
    columns = [log.activity.codes, log.started, log.completed, log.marks, log.row]
    return (
        bool(((steps == 0) | (steps == 1)).all())
        and (log.case[0], log.case[-1]) == (0, log.cases - 1)
        and {len(column) for column in columns} == {log.events}
        and log.activity.codes.min() >= 0
        and log.activity.codes.max() < len(log.activity.words)
    )


def written(folder, content: bytes):
    path = folder / "log"
    path.write_bytes(content)
    return path


EVENT = '<event><string key="concept:name" value="{}"/></event>'


def test_a_million_activities_are_a_million(tmp_path):
    rows = "".join(f"{n % 1_000},a{n}\n" for n in range(1_000_000))

    log = open_case_log(written(tmp_path, f"case,activity\n{rows}".encode()))

    assert (log.events, log.cases, len(log.activity.words)) == (1_000_000, 1_000, 1_000_000)


@pytest.mark.parametrize("quote", ['"', "'"])
def test_one_case_of_many_events_is_one_case(tmp_path, quote):
    events = "".join(EVENT.format(n % 7).replace('"', quote) for n in range(100_000))

    log = open_case_log(written(tmp_path, f"<log><trace>{events}</trace></log>".encode()))

    assert (log.events, log.cases) == (100_000, 1)


@pytest.mark.parametrize(
    "head",
    [
        b"<log><!--",
        b'<log><trace><event><string key="a" value="',
        b'<log><events><event id="',
        b"<log><?",
    ],
)
def test_a_tag_without_end_is_refused_before_it_is_held(tmp_path, head):
    bomb = gzip.compress(head + b"x" * 60_000_000, 1)

    with pytest.raises(UnusableFileError, match="more than 16 MiB"):
        open_case_log(written(tmp_path, bomb))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"<log>" + b"<x>" * 300_000, "no whole XML"),
        (b"<log>" + b"".join(b"<x%d/>" % n for n in range(50_000)) + b"</log>", "holds no event"),
        (b"<?xml version='1.0' encoding='UTF-99'?><log/>", "cannot be read as XML"),
        (b"<?xml version='1.0' encoding='big5'?><log/>", "cannot be read as XML"),
        (b'{"objects": [], "events": [{"id": "e", "type": "t", "attributes": [{"name": "x", '
         b'"value": ' + b"9" * 1_000_000 + b"}]}]}", "does not follow OCEL"),
        (",".join(f"c{n}" for n in range(5_000)).encode() + b"\n" + b"1," * 4_999 + b"1\n",
         "more than 1,000"),
    ],
)  # fmt: skip
def test_bombs_are_refused(tmp_path, content, says):
    with pytest.raises(UnusableFileError, match=says):
        open_case_log(written(tmp_path, content))


def test_attributes_beyond_what_fits_are_left_out_and_said(tmp_path, monkeypatch):
    monkeypatch.setattr("uptake.formats.xes_columns.MOST_CELLS", 10)
    said = "".join(f'<int key="k{n}" value="{n}"/>' for n in range(8))
    case = f"<trace>{EVENT.format('a').replace('</event>', said + '</event>') * 5}</trace>"

    log = open_case_log(written(tmp_path, f"<log>{case}</log>".encode()))

    assert log.event_attributes.column_names == ["k0", "k1"]
    assert any("too many attributes" in warning for warning in log.warnings)


def test_lines_that_hold_blanks_alone_are_no_trouble_above_a_table(tmp_path):
    text = "a title\n\t\n   \ncase\tactivity\n1\tx\n1\ty\n2\tx\n"

    with pytest.raises(UptakeError):
        open_case_log(written(tmp_path, b"/>\n\t\n" * 3))

    assert open_case_log(written(tmp_path, text.encode())).events == 3
