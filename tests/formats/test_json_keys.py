"""Every key of a JSON object is a column, whatever it is called."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from uptake.formats import UnusableFileError, open_table
from uptake.formats.dialect import MOST_COLUMNS
from uptake.formats.json_keys import json_paths
from uptake.store.errors import UptakeError

KEYS = st.text(
    st.characters(codec="utf-8", exclude_characters="\0") | st.sampled_from("\"'\\/~.*$[]# \n"),
    max_size=4,
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("keys")


@settings(max_examples=20)
@given(st.lists(KEYS, min_size=1, max_size=5, unique=True))
@example(["", "*", 'a"b', "a\\b", "a.b", "Case", "case", "a/b", "~1"])
def test_what_is_under_a_key_is_read_whatever_it_is_called(folder, keys):
    path = folder / "keys.jsonl"
    values = [f"value of {place}" for place in range(len(keys))]
    path.write_text((json.dumps(dict(zip(keys, values, strict=True))) + "\n") * 2, "utf-8")

    with open_table(path) as table:
        rows = table.connection.execute(f"FROM {table.sample}").fetchall()

    assert [row[: len(keys)] for row in rows] == [tuple(values)] * 2
    assert len({name.casefold() for name in table.columns}) == len(keys)


def test_keys_that_no_column_can_be_called_by_are_left_out(folder):
    path = folder / "odd.jsonl"
    path.write_text('{"a": 1, "\\u0000": 2}\n{"\\ud800": 1, "a": 2}\n', "utf-8")

    with open_table(path) as table:
        assert table.columns == ("a",)


def test_keys_without_end_stay_together():
    lines = [json.dumps({"id": n, "answers": {f"q{n}_{i}": 1 for i in range(50)}})
             for n in range(200)]  # fmt: skip

    assert json_paths("\n".join(lines)) == (("id",), ("answers",))


def test_too_many_keys_are_refused_before_any_is_looked_at(folder):
    path = folder / "wide.jsonl"
    path.write_text(json.dumps({f"k{n}": n for n in range(MOST_COLUMNS + 1)}), "utf-8")

    with pytest.raises(UnusableFileError, match="1,001 columns, more than 1,000"):
        open_table(path)


@pytest.mark.parametrize("line", ['{"a":' * 100_000 + "1" + "}" * 100_000, "[" * 200_000])
def test_what_nests_without_end_is_refused(folder, line):
    path = folder / "deep.jsonl"
    path.write_text(line, "utf-8")

    with pytest.raises(UptakeError, match=r"deep\.jsonl"):
        open_table(path)
