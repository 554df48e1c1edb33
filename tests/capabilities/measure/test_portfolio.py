from __future__ import annotations

from datetime import date

import pytest

from tests.capabilities.measure.logs import picture, steady
from tests.metrics.logs import MONDAY, day, snapshot
from uptake.capabilities.measure.build import build_picture
from uptake.capabilities.measure.ground import Question
from uptake.capabilities.measure.picture import Source
from uptake.capabilities.measure.portfolio import portfolio
from uptake.capabilities.measure.report import to_html
from uptake.metrics.attributes import Attributes, Member, Seats

EVENTS = steady(12, 12, account="north") + [
    event for event in steady(8, 12, account="south") if event.day < 7 * 6
]
ATTRIBUTES = Attributes(
    people=tuple(
        Member(f"{account}-{n}", account, team=f"{account} {'a' if n < 6 else 'b'}")
        for account, people in (("north", 12), ("south", 8))
        for n in range(people)
    ),
    seats=(
        Seats("north", 20, MONDAY, date(2025, 12, 31), price=100.0),
        Seats("south", 10, MONDAY, date(2025, 9, 30), price=100.0),
    ),
)


def test_the_account_in_the_worst_state_comes_first() -> None:
    rows = portfolio(snapshot(EVENTS), ATTRIBUTES, as_of=day(81))

    assert [(row.account, row.classification.state.value) for row in rows] == [
        ("south", "idle"),
        ("north", "working"),
    ]


def test_a_row_says_people_seats_cost_silence_and_renewal() -> None:
    south = portfolio(snapshot(EVENTS), ATTRIBUTES, as_of=day(81))[0]

    assert (south.active, south.in_scope, south.renewal) == (0, 8, date(2025, 9, 30))
    assert south.seats is not None
    assert south.seats.value is not None
    assert south.seats.denominator == 10
    assert south.unused is not None
    assert south.unused.value == pytest.approx(100 * 10 * (1 - south.seats.value))
    assert south.silent is not None
    assert south.silent.value == 81 - 39
    assert south.trend[-1] == 0


def test_the_picture_of_one_account_shows_its_teams_and_seats() -> None:
    seen = build_picture(
        snapshot(EVENTS),
        source=Source("north", 0, simulated=True),
        attributes=ATTRIBUTES,
        question=Question(scope="north"),
    )

    assert seen.active.denominator == 12
    assert [group.group for group in seen.groups] == ["north a", "north b"]
    assert seen.seats is not None
    assert seen.seats.in_use.denominator == 20
    assert "south" not in to_html(seen)


def test_simulated_data_is_labelled() -> None:
    assert "Simulated data" in to_html(picture(steady(6), simulated=True))
