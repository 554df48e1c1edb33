"""What is kept of a behaviour: judged in the lake, shown of groups alone."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.capabilities.behaviours.asking import facts
from tests.capabilities.behaviours.conftest import PEOPLE
from tests.cast import Cast
from tests.metrics.logs import MONDAY, day
from uptake.capabilities.behaviours import keeping
from uptake.capabilities.behaviours.actions import draft_behaviour
from uptake.capabilities.behaviours.definition import kept_form
from uptake.capabilities.behaviours.erasing import forget_figures
from uptake.capabilities.behaviours.figures import BehaviourFigures, Lasting
from uptake.capabilities.behaviours.models import Behaviour, BehaviourVersion, Status
from uptake.capabilities.customers.models import Person
from uptake.methods.behaviour.periods import Cadence

ONCE_A_WEEK = {"amount": 1, "weekday": None, "at": None, "counters": ("artificial", "late")}
LIVE = day(28)
"""The fifth of twelve weeks, of which the last has not closed."""


def asked(cast: Cast, **changed: Any) -> Behaviour:
    """A behaviour that has been live since the fifth week, and that Edith answers for."""
    wanted = facts(**(ONCE_A_WEEK | changed))
    behaviour = draft_behaviour(cast.edith, wanted)
    BehaviourVersion.objects.filter(behaviour=behaviour).delete()
    write_version(behaviour, 1, MONDAY, **changed)
    behaviour.status, behaviour.live_from = Status.LIVE, LIVE
    behaviour.owner = cast.edith.user
    behaviour.save()
    return behaviour


def write_version(behaviour: Behaviour, number: int, valid_from: date, **changed: Any) -> None:
    definition = facts(**(ONCE_A_WEEK | changed)).definition
    BehaviourVersion.objects.create(
        behaviour=behaviour,
        number=number,
        valid_from=valid_from,
        definition=kept_form(definition),
        written_by="edith",
    )


def figures(behaviour: Behaviour) -> BehaviourFigures:
    _basis, found = keeping.kept_figures(behaviour)
    assert found is not None
    return found


def test_roll_ups_are_sums_over_the_newest_four_weeks(worked: Cast) -> None:
    found = figures(asked(worked))

    told = [found.people, found.quantity, found.quality, found.latest, found.before]
    assert [(n.numerator, n.denominator) for n in told if n] == [
        (48, 96),
        (48, 96),
        (48, 96),
        (12, 24),
        (48, 96),
    ]


def test_a_period_before_the_first_event_is_not_judged(worked: Cast) -> None:
    found = figures(asked(worked))

    assert found.points[0].first == MONDAY
    assert [point.asked for point in found.points] == [False] * 4 + [True] * 7


def test_records_that_nobody_worked_for_are_told_apart(worked: Cast) -> None:
    found = figures(asked(worked))

    assert [(each.kind, each.records) for each in found.apart] == [("bulk", 30)]


def test_a_new_target_leaves_earlier_periods_as_they_were_judged(worked: Cast) -> None:
    behaviour = asked(worked)
    before = [point.share for point in figures(behaviour).points]
    write_version(behaviour, 2, day(70), amount=9)

    after = [point.share for point in figures(behaviour).points]

    assert before == [0.5] * 11
    assert after == [0.5] * 10 + [0.0]


def test_a_team_far_below_the_others_shows_an_organisational_shortfall(worked: Cast) -> None:
    found = figures(asked(worked))

    assert {team.team: team.standing for team in found.teams} == {
        "good": "within",
        "poor": "far below",
    }
    assert [(team.place, team.team, team.shrunk) for team in found.teams] == [
        (1, "good", 0.95),
        (2, "poor", 0.05),
    ]
    assert found.between == pytest.approx(1)


def test_a_small_team_on_its_limit_is_within_although_its_share_is_rounded_down(
    worked: Cast,
) -> None:
    small = factories.team(worked.workspace, "small")
    nine = ("p0", "p2", *(f"p{n}" for n in range(1, 15, 2)))  # two of nine: 0.22, as is the limit
    Person.objects.filter(external_id__in=nine).update(team=small)
    Person.objects.exclude(external_id__in=nine).update(team=None)

    (team,) = figures(asked(worked)).teams

    assert (team.people, team.share.value, team.low, team.standing) == (9, 0.2, 0.2, "within")


def test_people_of_no_team_are_none(worked: Cast) -> None:
    good = [f"p{n}" for n in range(0, PEOPLE, 2)]
    Person.objects.filter(external_id__in=good).update(team=None)

    assert figures(asked(worked)).between is None


def test_streaks_are_told_as_groups(worked: Cast) -> None:
    found = figures(asked(worked))

    told = {group.words: group.people for group in found.streaks}
    assert told == {"none now": 12, "1 to 3": 0, "4 to 7": 12, "8 to 12": 0, "13 or more": 0}


def test_a_week_of_days_counts_people_and_not_their_days(worked: Cast) -> None:
    asked_daily = asked(worked, cadence=Cadence.DAY)
    Person.objects.exclude(external_id__in=("p0", "p1")).update(starts_on=day(14))

    told = {point.first: (point.share, point.due) for point in figures(asked_daily).points}

    assert told[day(28)][1] == 120
    assert told[day(7)] == (None, None)


def test_the_rows_behind_the_sums_add_up_to_them(worked: Cast) -> None:
    found = figures(asked(worked))
    newest = found.rows[:4]

    assert found.people is not None
    assert sum(row.people.numerator or 0 for row in newest) == found.people.numerator
    assert sum(row.people.denominator or 0 for row in newest) == found.people.denominator
    assert newest[0].last > newest[1].last
    assert "The rows behind it" in _page(worked.victor, Behaviour.objects.get())


@pytest.mark.parametrize(
    ("habit", "explained", "told"), [(9.0, 0.8, True), (40.0, 0.8, False), (9.0, 0.1, False)]
)
def test_a_habit_is_told_within_what_was_watched_and_of_a_curve_that_fits(
    habit: float, explained: float, told: bool
) -> None:
    assert Lasting(habit, 0.9, None, None, explained, 24).is_reached is told


def test_few_people_are_not_told_of(worked: Cast) -> None:
    rule = {"field": "location", "op": "is", "value": "Lyon"}
    worked.workspace.people.filter(external_id__in=("p0", "p2")).update(location="Lyon")

    found = figures(asked(worked, rules=(rule,)))

    assert "5 people or more" in found.missing
    assert (found.people, found.points, found.teams, found.streaks) == (None, (), (), ())


def test_a_small_group_is_rounded_and_nobodys_course_is_told(worked: Cast) -> None:
    rule = {"field": "location", "op": "is", "value": "Lyon"}
    lyon = [f"p{n}" for n in range(7)]
    worked.workspace.people.filter(external_id__in=lyon).update(location="Lyon")

    found = figures(asked(worked, rules=(rule,)))

    assert found.people is not None
    assert (found.people.value, found.people.numerator) == (0.55, None)
    assert {point.share for point in found.points} == {0.55}
    assert (found.streaks, found.lasting, found.signs, found.between) == ((), None, (), None)


def test_a_draft_is_asked_of_nobody(worked: Cast) -> None:
    behaviour = draft_behaviour(worked.edith, facts(**ONCE_A_WEEK))

    assert "Nobody is asked yet" in figures(behaviour).missing


def test_signs_of_gaming_are_shown_to_the_owner_alone(worked: Cast) -> None:
    behaviour = asked(worked)

    shown = {
        who.name: "Is it met in name only?" in _page(who, behaviour)
        for who in (worked.edith, worked.olga, worked.victor)
    }

    assert shown == {
        "edith@example.org": True,
        "olga@example.org": False,
        "victor@example.org": False,
    }


def _page(who: Any, behaviour: Behaviour) -> str:
    client = Client()
    client.force_login(who.user)
    return client.get(f"/w/acme/behaviours/{behaviour.pk}").content.decode()


def test_the_page_says_how_many_met_it(worked: Cast) -> None:
    shown = _page(worked.victor, asked(worked))

    assert "12 of 24 people met it" in shown
    assert "organisational rather than personal" in shown
    assert "poor lie lower than chance explains" in shown


def test_the_list_shows_how_each_stands(worked: Cast) -> None:
    asked(worked)
    client = Client()
    client.force_login(worked.victor.user)

    shown = client.get("/w/acme/behaviours").content.decode()

    assert "1 behaviour is asked for" in shown
    assert "12 of 24" in shown


def test_whoever_looks_after_one_account_reads_what_is_asked_of_all_without_its_numbers(
    worked: Cast,
) -> None:
    asked(worked)
    client = Client()
    client.force_login(worked.carla.user)
    address = "/w/acme/behaviours"

    before = client.get(address).content.decode()
    factories.person(worked.workspace, "n1", account=factories.account(worked.workspace, "north"))
    after = client.get(address).content.decode()

    assert "in all accounts" not in before
    assert "Asked of your people in all accounts" in after
    assert "Log each customer call" in after
    assert "12 of 24" not in after


def test_the_list_asks_the_database_as_often_for_many_as_for_one(worked: Cast) -> None:
    keeping.kept_figures(asked(worked))
    client = Client()
    client.force_login(worked.victor.user)
    client.get("/w/acme/behaviours")

    counts = []
    for number in (0, 5):
        for each in range(number):
            draft_behaviour(worked.edith, facts(f"draft {each}"))
        with CaptureQueriesContext(connection) as queries:
            client.get("/w/acme/behaviours")
        counts.append(len(queries))

    assert counts == [12, 12]


def test_the_worker_counts_anew_when_something_changed(worked: Cast) -> None:
    behaviour = asked(worked)
    moment = keeping.now()

    assert keeping.renew_due(moment) == 1
    assert keeping.renew_due(moment) == 0
    write_version(behaviour, 2, day(77), amount=9)
    draft_behaviour(worked.edith, facts("another"))
    assert keeping.renew_due(moment + timedelta(days=1)) == 1


def test_erasing_somebody_throws_the_figures_away(worked: Cast) -> None:
    figures(asked(worked))

    forget_figures(worked.workspace, "p0")

    assert list(keeping.shelf().metas("acme")) == []


def test_how_it_went_can_be_taken_along_by_who_may_export(worked: Cast) -> None:
    keeping.kept_figures(asked(worked))
    answers = {}
    for who in (worked.xenia, worked.victor, worked.mark):
        client = Client()
        client.force_login(who.user)
        answers[who.name] = client.get("/w/acme/behaviours.csv")

    statuses = [answer.status_code for answer in answers.values()]
    lines = answers["xenia@example.org"].getvalue().decode().splitlines()  # type: ignore[attr-defined]  # streamed
    assert statuses == [200, 403, 403]
    assert lines[1].startswith("Log calls,live,2025-03-03,False,0.5,")
    assert lines[1].endswith(",12,24")
    assert len(lines) == 12
