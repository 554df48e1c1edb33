"""JSON laid out on lines is the JSON of what is said."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from uptake.ui.json_text import json_text

PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
SAID = st.recursive(
    PLAIN, lambda each: st.lists(each) | st.dictionaries(st.text(), each), max_leaves=12
)


@given(said=st.dictionaries(st.text(), SAID))
def test_what_is_laid_out_reads_back_equal(said: dict[str, object]) -> None:
    assert json.loads(json_text(said)) == said


def test_a_row_of_a_list_stands_on_a_line() -> None:
    said = {"contract": 1, "summary": {"cases": 2, "über": []}, "rows": [{"a": [1, 2]}, {"a": []}]}

    assert json_text(said).splitlines() == [
        "{",
        ' "contract": 1,',
        ' "summary": {',
        '  "cases": 2,',
        '  "über": []',
        " },",
        ' "rows": [',
        '  {"a": [1, 2]},',
        '  {"a": []}',
        " ]",
        "}",
    ]
