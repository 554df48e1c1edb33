from __future__ import annotations

from datetime import date

import pytest

from uptake.methods.statistics.proportions import wilson
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
    ("numerator", "denominator", "text"),
    [
        (1376, 1706, "81\u202f%, 79 to 82\u202f%"),
        (1031, 20769, "5.0\u202f%, 4.7 to 5.3\u202f%"),
        (1, 20769, "0.005\u202f%, 0.001 to 0.027\u202f%"),
        (20764, 20769, "99.98\u202f%, 99.94 to 99.99\u202f%"),
        (1000, 1000, "100\u202f%, 99.6 to 100\u202f%"),
        (0, 40, "0\u202f%, 0 to 9\u202f%"),
    ],
)
def test_limits_never_read_as_one_number(numerator: int, denominator: int, text: str) -> None:
    limits = wilson(numerator, denominator)
    assert limits is not None
    share = numerator / denominator
    assert words.percent_within(share, limits.low, limits.high) == text


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
