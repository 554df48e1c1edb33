from __future__ import annotations

import pytest

from uptake.methods.quality.placeholders import (
    NUMBERS_THAT_MEAN_SOMETHING,
    PLACEHOLDERS,
    is_placeholder,
)


@pytest.mark.parametrize("value", [None, "", "  ", "?", "N/A", " n/a ", ".", "Test", "0000", "TBD"])
def test_values_that_say_nothing_count_as_empty(value):
    assert is_placeholder(value)


@pytest.mark.parametrize("value", ["Anna", "12", "Testing equipment", "N/A until May", "1"])
def test_values_that_say_something_count_as_filled_in(value):
    assert not is_placeholder(value)


def test_nought_is_an_answer_where_a_number_is_asked_for():
    assert not is_placeholder("0", PLACEHOLDERS - NUMBERS_THAT_MEAN_SOMETHING)
