from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils.timezone import now

from uptake.metrics.measurement import Measurement, MeasurementState, Unit, Window
from uptake.ui import measured
from uptake.ui.answers import harmless
from uptake.ui.document import Explanation

SHARE = Measurement(
    key="adoption",
    group=None,
    value=61 / 84,
    numerator=61,
    denominator=84,
    low=0.62,
    high=0.81,
    unit=Unit.SHARE,
    window=Window(date(2026, 3, 2), date(2026, 3, 29)),
    state=MeasurementState.MEASURED,
)
HOW = Explanation("Adoption rate", "Who?", "a / b", "= 61", "= 84", "73 %", "28 days", "no people")


def _drawn(text: str, **told: object) -> str:
    request = RequestFactory().get("/")
    return Template("{% load uptake %}" + text).render(Context({"request": request, **told}))


def test_a_number_comes_with_its_parts_and_interval() -> None:
    drawn = _drawn("{% number m %}", m=SHARE)

    assert "73\N{NARROW NO-BREAK SPACE}%" in drawn
    assert "61 of 84 (62\N{EN DASH}81)" in drawn
    assert "<svg" in drawn


def test_how_a_number_came_about_opens_beside_it() -> None:
    drawn = _drawn("{% number m how=how %}{% number m how=how %}", m=SHARE, how=HOW)

    assert 'popovertarget="how-page-1"' in drawn
    assert 'id="how-page-2" popover' in drawn
    assert "a / b" in drawn


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (MeasurementState.NOT_MEASURABLE, "Not measurable"),
        (MeasurementState.NOT_YET_DUE, "Not yet due"),
        (MeasurementState.EXEMPT, "Exempt"),
        (MeasurementState.SUPPRESSED, "Too few people"),
    ],
)
def test_what_is_no_number_says_why(state: MeasurementState, said: str) -> None:
    missing = replace(SHARE, value=None, low=None, high=None, state=state, reason="because")

    drawn = _drawn("{% number m %}", m=missing)

    assert said in drawn
    assert "because" in drawn
    assert "61 of 84" not in drawn


def test_other_units_say_what_they_count() -> None:
    days = replace(SHARE, value=1, numerator=12, denominator=12, unit=Unit.DAYS, low=0.5, high=2.25)

    assert measured.value_text(days) == "1 day"
    assert measured.of_text(days) == "12 \N{DIVISION SIGN} 12"
    assert measured.interval_text(days) == "0.50\N{EN DASH}2.2"
    assert measured.value_text(replace(SHARE, value=61, unit=Unit.PEOPLE)) == "61 people"


def test_a_state_is_a_word() -> None:
    assert _drawn('{% state "barely_used" %}').strip() == (
        '<span class="state barely-used">Barely used</span>'
    )


def test_an_icon_is_silent_unless_it_has_a_label() -> None:
    assert 'aria-hidden="true"' in _drawn('{% icon "users" %}')
    assert 'aria-label="People"' in _drawn('{% icon "users" "People" %}')


def test_days_moments_and_money_are_words() -> None:
    moment = datetime(2026, 11, 13, 13, 5, tzinfo=UTC)

    assert _drawn("{{ d|day }}", d=date(2026, 11, 13)) == "Fri 13 Nov 2026"
    assert _drawn("{{ d|day }}", d=moment) == "Fri 13 Nov 2026, 13:05"
    assert _drawn("{{ d|day }}", d=None) == ""
    assert _drawn('{{ m|money:"EUR" }}', m=4900) == "EUR 4,900"
    assert _drawn('{{ m|money:"EUR" }}', m=None) == ""


def test_how_long_ago_is_said_in_one_word_or_two() -> None:
    assert _drawn("{{ d|ago }}", d=None) == "never"
    assert _drawn("{{ d|ago }}", d=now()) == "just now"
    assert _drawn("{{ d|ago }}", d=now() - timedelta(hours=3, minutes=5)).startswith("3")
    assert _drawn("{{ d|ago }}", d=now() + timedelta(days=3, minutes=1)).startswith("in 3")


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/150.0 Safari/537.36", "Chrome on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0; rv:130.0) Firefox/130.0", "Firefox on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0) Version/19.0 Safari/605.1", "Safari on iPhone"),
        ("curl/8", "A program"),
    ],
)
def test_browsers_have_names(agent: str, said: str) -> None:
    assert _drawn("{{ a|browser }}", a=agent) == said


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\tx"])
def test_no_cell_is_a_formula(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["north", -1, 0.5, None])
def test_other_cells_stay_as_they_are(cell: object) -> None:
    assert harmless(cell) == cell
