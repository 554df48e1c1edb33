"""What a contest shows: teams of equal chances, nobody alone, and what is left of it later."""

from __future__ import annotations

from datetime import date, time, timedelta
from pathlib import Path

from tests import factories
from tests.capabilities.behaviours.asking import facts
from tests.capabilities.behaviours.test_keeping import write_version
from tests.capabilities.contests.conftest import ALL, FIRST, TEAMS, WEEKS, Stage, load, worked
from tests.metrics.logs import Event, day
from uptake.capabilities.behaviours.actions import revise_behaviour
from uptake.capabilities.contests.figures import ContestFigures, When
from uptake.capabilities.contests.models import Contest, KeptFigures, OptOut, Status
from uptake.capabilities.contests.queries import kept_figures, left_out_of
from uptake.capabilities.contests.running import advance, run
from uptake.capabilities.contests.taking_part import withdraw
from uptake.capabilities.contests.telling import (
    gain_words,
    left_words,
    level_name,
    sentence,
    time_word,
)
from uptake.methods.behaviour.periods import Cadence
from uptake.metrics.measurement import MeasurementState

ENDED = FIRST + timedelta(weeks=WEEKS)
LATER = day(7 * ALL)


def finished(stage: Stage, *teams: str, today: date = LATER) -> tuple[Contest, ContestFigures]:
    contest = stage.opened(*teams)
    advance(contest, FIRST)
    run(contest, today)
    found = kept_figures(contest)
    assert found is not None
    return contest, found


def level(found: ContestFigures, when: When) -> float | None:
    return next(each.level.value for each in found.decay.levels if each.when is when)


def test_what_a_contest_gave_is_found_to_be_gone(stage: Stage, lake: Path) -> None:
    load(lake, worked())

    contest, found = finished(stage, "red", "blue")

    assert [(row.team, row.place) for row in found.teams] == [("red", 1), ("blue", 2)]
    assert [row.score.value for row in found.teams if row.score] == [1.0, 0.5]
    levels = [level(found, when) for when in When]
    assert levels == [0.25, 0.75, 0.25, 0.25]
    assert (
        left_words(found.decay, found.unit) == "What the contest gave was gone after eight weeks."
    )
    assert "lay 50 points (" in gain_words(found.decay.gain)
    assert contest.status == Status.MEASURED
    assert sentence(contest, found).startswith("red leads. What the contest gave was gone")


MONTHS = range(3, 10)
"""March to September: the contest asks for June; April and May come before it."""


def by_month(team: str, n: int, month: int) -> bool:
    """A third of the months, and in red and blue everybody that of the contest."""
    return (team in ("red", "blue") and month == 6) or (n + month) % 3 == 0


def test_what_is_due_by_month_is_looked_at_over_whole_months(stage: Stage, lake: Path) -> None:
    events = [
        Event(f"{team}{n}", (date(2025, month, 9) - day(0)).days, right=by_month(team, n, month))
        for team, size in TEAMS.items()
        for n in range(size)
        for month in MONTHS
    ]
    load(lake, events)
    write_version(stage.behaviour, 2, day(1), cadence=Cadence.MONTH, weekday=None)
    contest = stage.opened("red", "blue", first=date(2025, 5, 15), weeks=5)
    assert contest.first == date(2025, 6, 1)
    advance(contest, contest.first)

    run(contest, date(2025, 10, 1))

    found = kept_figures(contest)
    assert found is not None
    assert (found.unit, found.periods, found.closed) == ("month", 1, 1)
    assert [each.level.window.first.month for each in found.decay.levels] == [4, 6, 7, 8]
    assert [each.level.window.last.month for each in found.decay.levels] == [5, 6, 7, 8]
    levels = [level(found, when) for when in When]
    assert levels == [0.35, 1.0, 0.35, 0.35]  # of twelve people, in steps of five percent
    assert [level_name(each, found.unit) for each in found.decay.levels] == [
        "Two months before",
        "During the contest",
        "The first month after",
        "The second month after",
    ]
    assert time_word(found.decay.levels[2], found.unit) == "the first month after"
    assert left_words(found.decay, found.unit) == (
        "What the contest gave was gone in the second month after it."
    )
    assert contest.status == Status.MEASURED


def test_other_teams_stand_beside_and_are_not_changed(stage: Stage, lake: Path) -> None:
    load(lake, worked())

    _contest, found = finished(stage, "red", "blue")

    assert found.others is not None
    assert [each.level.value for each in found.others.levels] == [0.25] * 4  # green and tiny


def test_too_few_others_are_no_comparison(stage: Stage, lake: Path) -> None:
    load(lake, worked())

    _contest, found = finished(stage, "red", "blue", "green")

    assert found.others is None  # tiny alone


def test_what_is_not_over_is_not_yet_due(stage: Stage, lake: Path) -> None:
    load(lake, [event for event in worked() if event.day < 7 * 14])

    contest, found = finished(stage, "red", "blue", today=day(7 * 14))

    states = [each.level.state for each in found.decay.levels]
    assert states[:2] == [MeasurementState.MEASURED] * 2
    assert states[2:] == [MeasurementState.NOT_YET_DUE] * 2
    assert (found.decay.left_four, found.decay.left_eight) == ("", "")
    assert contest.status == Status.ENDED


def test_a_running_contest_counts_closed_weeks_alone(stage: Stage, lake: Path) -> None:
    load(lake, [event for event in worked() if event.day < 7 * 10 + 3])

    contest, found = finished(stage, "red", "blue", today=day(7 * 10 + 3))

    assert (contest.status, found.closed, found.periods) == (Status.RUNNING, 2, 4)
    assert {row.closed for row in found.teams} == {2}


def test_teams_that_chance_does_not_tell_apart_are_tied(stage: Stage, lake: Path) -> None:
    load(lake, worked())

    _contest, found = finished(stage, "blue", "green")

    assert [(row.team, row.place) for row in found.teams] == [("blue", 1), ("green", 1)]


def test_who_opts_out_counts_for_nobody_and_nobody_sees_who(stage: Stage, lake: Path) -> None:
    """Of six people in red the one who never does it opts out: the score is that of the others."""
    spoiled = [e for e in worked() if e.person != "red0"]
    load(lake, spoiled)
    contest = stage.opened("red", "blue")
    advance(contest, FIRST)
    OptOut.objects.create(contest=contest, person=stage.ursula)

    run(contest, ENDED)

    found = kept_figures(contest)
    assert found is not None
    assert found.teams[0].score is not None
    assert found.teams[0].score.value == 1.0
    told = KeptFigures.objects.get().figures
    assert "red0" not in str(told)
    assert found.teams[0].score.numerator is None


def test_a_team_with_too_few_left_has_no_score(stage: Stage, lake: Path) -> None:
    load(lake, worked())
    contest = stage.opened("red", "blue")
    advance(contest, FIRST)
    for name in ("red0", "red1"):
        person = stage.teams["red"].people.get(external_id=name)
        OptOut.objects.create(contest=contest, person=person)

    run(contest, ENDED)

    found = kept_figures(contest)
    assert found is not None
    assert {row.team: row.missing for row in found.teams} == {
        "blue": "",
        "red": "Fewer than 5 of its people take part or had something due.",
    }
    assert level(found, When.DURING) == 0.5  # blue alone: nothing to subtract red from


def test_a_week_met_in_name_only_does_not_count_and_the_owner_alone_learns_why(
    stage: Stage, lake: Path
) -> None:
    """In the second week of the contest sixty records were written within a minute."""
    bulk = tuple(Event("blue1", 7 * 9 + 1, right=True, hour=12) for _ in range(60))
    load(lake, worked(more=bulk))

    contest, found = finished(stage, "red", "blue")

    counted = {row.team: (row.counted, row.closed) for row in found.teams}
    assert counted == {"red": (4, 4), "blue": (3, 4)}
    (sign,) = left_out_of(stage.cast.edith, contest)
    assert (sign.team, sign.first) == ("blue", day(63))
    assert "blue1" not in f"{sign.name} {sign.sentence}"
    assert found.left_out == ()
    for actor in (stage.cast.olga, stage.cast.mark, stage.cast.ursula, stage.cast.victor):
        assert left_out_of(actor, contest) == ()


def test_what_must_not_get_worse_is_shown(stage: Stage, lake: Path) -> None:
    bulk = tuple(Event("blue1", 7 * 9 + 1, right=True, hour=12) for _ in range(60))
    load(lake, worked(more=bulk))

    _contest, found = finished(stage, "red", "blue")

    worse = {each.name.split()[0]: each.is_bad for each in found.counters}
    assert worse["Records"] is not None
    assert any("It got worse." in each.sentence for each in found.counters)


def test_a_later_target_does_not_look_like_decay(stage: Stage, lake: Path) -> None:
    """Whatever is asked after the start, every time is judged as it was asked at the start."""
    load(lake, worked())
    contest = stage.opened("red", "blue")
    advance(contest, FIRST)
    harder = facts(amount=9, weekday=6, at=time(23), counters=("artificial", "late"))
    revise_behaviour(stage.cast.edith, stage.behaviour.pk, harder)

    run(contest, LATER)

    found = kept_figures(contest)
    assert found is not None
    assert [level(found, when) for when in When] == [0.25, 0.75, 0.25, 0.25]


def test_nothing_is_shown_of_a_team_that_left(stage: Stage, lake: Path) -> None:
    load(lake, [event for event in worked() if event.day < 7 * 10 + 3])
    contest, _found = finished(stage, "red", "blue", "green", today=day(7 * 10 + 3))

    withdraw(stage.cast.mark, contest.pk, stage.teams["red"].pk)
    assert kept_figures(contest) is None
    assert sentence(contest, None) == "The standing is worked out within the hour."
    run(contest, day(7 * 10 + 3))

    found = kept_figures(contest)
    assert found is not None
    assert {row.team for row in found.teams} == {"blue", "green"}
    assert found.others is None  # red is no team beside it either


def test_who_joins_a_team_later_does_not_count_for_it(stage: Stage, lake: Path) -> None:
    more = {"red": 6, "blue": 6, "late": 1}
    load(lake, worked(more))
    contest = stage.opened("red", "blue")
    advance(contest, FIRST)
    factories.person(stage.cast.workspace, "late0", team=stage.teams["red"])

    run(contest, ENDED)

    found = kept_figures(contest)
    assert found is not None
    assert found.teams[0].score is not None
    assert found.teams[0].score.value == 1.0


def test_figures_of_smaller_groups_are_not_shown_once_they_may_not_be(
    stage: Stage, lake: Path
) -> None:
    load(lake, worked())
    contest, _found = finished(stage, "red", "blue")

    contest.workspace.minimum_group = 7

    assert kept_figures(contest) is None


def test_without_any_data_it_says_so(stage: Stage, lake: Path) -> None:
    load(lake, [])
    contest, found = finished(stage, "red", "blue", today=ENDED)

    assert found.missing == "No data has arrived yet."
    assert sentence(contest, found) == found.missing


def test_figures_are_computed_once_a_day(stage: Stage, lake: Path) -> None:
    load(lake, worked())
    contest = stage.opened("red", "blue")

    assert run(contest, FIRST)
    assert not run(contest, FIRST)
    assert run(contest, FIRST + timedelta(days=1))


def test_erasing_a_person_has_the_figures_made_anew(stage: Stage, lake: Path) -> None:
    from uptake.capabilities.contests.erasing import forget_figures

    load(lake, worked())
    contest, _found = finished(stage, "red", "blue")

    assert forget_figures(stage.cast.workspace, "red3") == 1
    assert Contest.objects.get(pk=contest.pk).status == Status.ENDED
    assert not KeptFigures.objects.exists()
