from __future__ import annotations

from datetime import date

import pytest

from uptake.ui import words


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.0, "0\u202f%"),
        (0.001, "<1\u202f%"),
        (0.726, "73\u202f%"),
        (0.999, ">99\u202f%"),
        (1.0, "100\u202f%"),
    ],
)
def test_a_share_is_never_rounded_to_none_or_all(share: float, text: str) -> None:
    assert words.percent(share) == text


@pytest.mark.parametrize(
    ("number", "text"), [(1204.4, "1,204"), (3.14, "3.1"), (0.126, "0.13"), (0, "0"), (7.0, "7")]
)
def test_an_amount_has_as_many_digits_as_help(number: float, text: str) -> None:
    assert words.amount(number) == text


def test_one_is_singular() -> None:
    assert (words.people(1), words.people(2)) == ("1 person", "2 people")


def test_a_long_list_says_how_many_more() -> None:
    assert words.listed(["a", "b", "c", "d", "e", "f"]) == "a, b, c, d and 2 more"


def test_a_date_is_written_out() -> None:
    assert words.short_day(date(2016, 5, 3)) == "3 May 2016"
