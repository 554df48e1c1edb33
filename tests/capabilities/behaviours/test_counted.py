"""What counts as work, and on which days people work at all."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from tests import factories
from tests.capabilities.behaviours.asking import CLEAR
from tests.capabilities.behaviours.conftest import PEOPLE
from tests.cast import Cast
from tests.metrics.logs import Event, canonical, day, uses
from uptake.capabilities.behaviours.counted import calendar_of, worked
from uptake.capabilities.behaviours.definition import Definition
from uptake.capabilities.behaviours.looking import look
from uptake.foundation.holidays import set_country
from uptake.foundation.lake import shared_lake
from uptake.methods.behaviour.periods import Cadence, Deadline, periods
from uptake.metrics.attributes import Member
from uptake.store import Loader


def test_nothing_is_due_on_a_public_holiday_of_the_country(cast: Cast) -> None:
    workspace = set_country(cast.olga, "DE")
    easter = periods(
        Cadence.DAY,
        date(2025, 4, 17),
        date(2025, 4, 22),
        zone=ZoneInfo("UTC"),
        deadline=Deadline(),
    )

    shares = worked([Member("ann")], easter, calendar_of(workspace))

    assert shares.tolist() == [[1, 0, 0, 0, 0, 1]]


def test_a_preview_leaves_out_what_nobody_worked_for_as_the_numbers_later_do(worked: Cast) -> None:
    lake = shared_lake()
    imported = [Event(f"p{n}", 80, right=True) for n in range(PEOPLE) for _ in range(30)]
    lake.append("acme", canonical(imported, "imported "))
    loader = Loader(lake)
    loader.run_once()
    loader.close()
    asked = Definition(actions=CLEAR.actions, amount=5, right_first_time=True)

    found = look(worked.olga, asked, owner="Edith", account=None)

    assert found.met == 0
    assert [(bucket.words, bucket.share) for bucket in found.buckets][2:] == [
        ("As many as asked", 0),
        ("More than asked", 0),
    ]


def test_what_newcomers_reach_is_that_of_the_weeks_they_were_there(worked: Cast) -> None:
    team = factories.team(worked.workspace, "new")
    for number in range(PEOPLE):
        factories.person(worked.workspace, f"n{number}", team=team, starts_on=day(56))
    lake = shared_lake()
    done = [each for n in range(PEOPLE) for each in uses(f"n{n}", 56, 63, 70, 77, right=True)]
    lake.append("acme", canonical(done, "newcomers "))
    loader = Loader(lake)
    loader.run_once()
    loader.close()
    asked = Definition(actions=CLEAR.actions, amount=1, right_first_time=True)

    found = look(worked.olga, asked, owner="Edith", account=None)

    assert (found.usual, found.best) == (1, 1)
