from __future__ import annotations

from datetime import date

import pytest

from tests.cast import Cast
from uptake.foundation.activity import visible_activities
from uptake.foundation.errors import DomainError, Invalid, NotAllowed
from uptake.foundation.holidays import coming_holidays, countries, set_country


@pytest.mark.parametrize(("said", "kept"), [(" de-by ", "DE-BY"), ("FR", "FR"), ("", "")])
def test_a_country_is_set_and_recorded(cast: Cast, said: str, kept: str) -> None:
    workspace = set_country(cast.olga, said)

    assert workspace.country == kept
    assert visible_activities(cast.olga)[0].verb == "workspace.country_set"


def test_a_country_that_nobody_knows_is_refused(cast: Cast) -> None:
    with pytest.raises(Invalid, match="two-letter country code"):
        set_country(cast.olga, "Atlantis")


def test_only_owners_say_where_people_work(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        set_country(cast.edith, "DE")


@pytest.mark.parametrize("who", ["victor", "stan"])
def test_viewers_and_strangers_say_nothing_about_it(cast: Cast, who: str) -> None:
    with pytest.raises(DomainError):
        set_country(getattr(cast, who), "DE")


def test_the_next_holidays_are_those_of_the_state_over_new_year() -> None:
    found = coming_holidays("de-by", date(2026, 12, 25))

    assert [(holiday.day, holiday.name) for holiday in found] == [
        (date(2026, 12, 25), "Christmas Day"),
        (date(2026, 12, 26), "Second Day of Christmas"),
        (date(2027, 1, 1), "New Year's Day"),
        (date(2027, 1, 6), "Epiphany"),
        (date(2027, 3, 26), "Good Friday"),
    ]


def test_no_place_has_no_holidays() -> None:
    assert coming_holidays("", date(2026, 1, 1)) == ()


def test_the_holidays_of_a_place_that_nobody_knows_are_refused() -> None:
    with pytest.raises(Invalid, match="two-letter country code"):
        coming_holidays("Atlantis", date(2026, 1, 1))


def test_countries_are_told_by_name() -> None:
    named = dict(countries())

    assert (named["DE"], named["US"]) == ("Germany", "United States")
    assert [name for _code, name in countries()] == sorted(named.values())
