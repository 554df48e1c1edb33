"""Answers are counted up and not kept: whoever reads the tables cannot say who answered what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from importlib import import_module

import pytest
from django.db import connection, transaction

from tests.capabilities.assessments.conftest import IN_A_TEAM, TEAMS, on
from tests.cast import Cast
from uptake.capabilities.assessments.actions import Wanted, answer_ask, skip_ask, start_survey
from uptake.capabilities.assessments.asking import begin_due_waves
from uptake.capabilities.assessments.instrument import (
    Instrument,
    Norm,
    Statement,
    Worded,
    reworded,
    standard_instrument,
)
from uptake.capabilities.assessments.jobs import ask_hourly
from uptake.capabilities.assessments.models import Cut, Survey, Tally, Wave
from uptake.capabilities.assessments.results import waves_told
from uptake.capabilities.assessments.tallying import close_over_waves
from uptake.capabilities.customers.models import Person
from uptake.capabilities.reminders.ask_models import AskState
from uptake.foundation.privacy import large_enough

FIRST = date(2026, 3, 2)
OVER = FIRST + timedelta(days=14)
KEYS = [each.key for each in standard_instrument().statements]
MIXED = dict(zip(KEYS, (1, 5, 2, 4, None, 3, 5, 1, 2, 4), strict=True))
"""Answers that nobody else gives."""


def all_of(point: int) -> dict[str, int | None]:
    return dict.fromkeys(KEYS, point)


@pytest.fixture
def wave(staffed: Cast) -> Wave:
    """Three teams of eight are asked; one leads in each."""
    with on(FIRST):
        start_survey(staffed.edith, Wanted("north"))
        begin_due_waves()
    return Wave.objects.get()


@dataclass(frozen=True, slots=True)
class Said:
    who: str
    answers: Mapping[str, int | None]


def answer(wave: Wave, said: Sequence[Said]) -> None:
    with on(FIRST):
        for each in said:
            answer_ask(wave.asked.get(person__external_id=each.who), each.answers)


def tables() -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table of surveys as it lies on the disk."""
    names = [name for name in connection.introspection.table_names() if "assessments_" in name]
    found = {}
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute(f'SELECT * FROM "{name}" ORDER BY 1')
            found[name] = cursor.fetchall()
    return found


def as_read(wave: Wave, said: Sequence[Said]) -> dict[str, list[tuple[object, ...]]]:
    """What the tables hold after some answers, which are undone again."""
    with transaction.atomic():
        answer(wave, said)
        found = tables()
        transaction.set_rollback(True)
    return found


TEAM = [Said(f"red{number}", all_of(1 + number % 5)) for number in range(1, IN_A_TEAM)]


def test_the_tables_are_the_same_whoever_of_a_team_said_what(wave: Wave) -> None:
    """The only lead of a team, or anybody else: what one said is told by nothing that is kept."""
    by_lead = [Said("red0", MIXED), *TEAM]
    by_another = [Said("red0", TEAM[0].answers), Said("red1", MIXED), *TEAM[1:]]

    assert as_read(wave, by_lead) == as_read(wave, by_another)


def test_the_tables_are_the_same_in_whatever_order_people_answered(wave: Wave) -> None:
    said = [Said("red0", MIXED), *TEAM, Said("blue0", all_of(2)), Said("green4", all_of(5))]

    assert as_read(wave, said) == as_read(wave, said[::-1])


def test_the_tables_are_the_same_whoever_said_what_where_many_lead(
    staffed: Cast, wave: Wave
) -> None:
    """Five lead: teams and those who lead are counted, and never what a team's leads said."""
    wave.delete()
    for name in ("blue", "green"):
        lead = Person.objects.get(external_id=f"{name}1")
        Person.objects.filter(external_id=f"{name}2").update(manager=lead)
    with on(FIRST):
        begin_due_waves()
    asked = Wave.objects.get()
    plain = all_of(3)
    said = {"red0": MIXED, "red3": plain, "blue0": plain, "blue3": MIXED}
    swapped = {"red0": plain, "red3": MIXED, "blue0": MIXED, "blue3": plain}
    reads = [as_read(asked, list(map(Said, each, each.values()))) for each in (said, swapped)]

    assert {Cut.LEADS, Cut.OTHERS} <= set(asked.tallies.values_list("cut", flat=True))
    assert reads[0] == reads[1]


def test_an_answer_makes_no_row_and_is_nowhere_whole(wave: Wave) -> None:
    before = Tally.objects.count()
    answer(wave, [Said("red0", MIXED)])

    assert Tally.objects.count() == before
    written = str(tables())
    assert ", ".join(str(each) for each in MIXED.values()) not in written
    assert {len(each.counts) for each in wave.tallies.filter(cut=Cut.ALL)} == {7}


def test_who_leads_is_kept_apart_only_where_enough_lead_and_enough_do_not(wave: Wave) -> None:
    assert set(wave.tallies.values_list("cut", flat=True)) == {Cut.ALL, Cut.TEAM}


@pytest.mark.parametrize(
    ("teams", "rest", "told"),
    [
        ({"a": 8, "b": 5}, 0, ["a", "b"]),
        ({"a": 8, "b": 4}, 0, []),
        ({"a": 8, "b": 6, "c": 4}, 0, ["a"]),
        ({"a": 8, "b": 6}, 1, ["a"]),
        ({"a": 8, "b": 6}, 5, ["a", "b"]),
        ({"a": 8, "b": 3, "c": 2}, 0, ["a"]),
        ({"a": 4}, 0, []),
        ({}, 3, []),
    ],
)
def test_what_is_left_is_of_nobody_or_of_enough(
    teams: dict[str, int], rest: int, told: list[str]
) -> None:
    assert large_enough(teams, rest=rest, fewest=5) == told


def test_a_small_team_is_counted_with_everybody_alone(staffed: Cast) -> None:
    Person.objects.filter(external_id__in=[f"red{n}" for n in range(4)]).update(team=None)
    with on(FIRST):
        start_survey(staffed.edith, Wanted("north"))
        begin_due_waves()

    wave = Wave.objects.get()
    assert list(wave.tallies.filter(cut=Cut.TEAM).values_list("team", flat=True)) == [
        "blue",
        "green",
    ]
    assert wave.tallies.get(cut=Cut.ALL).asked == len(TEAMS) * IN_A_TEAM


def test_once_a_wave_is_over_what_cannot_be_told_is_forgotten(wave: Wave) -> None:
    few = [Said(f"green{number}", all_of(2)) for number in range(3)]
    blue = [Said(f"blue{number}", all_of(4)) for number in range(6)]
    answer(wave, [*TEAM, *few, *blue])
    with on(FIRST):
        skip_ask(wave.asked.get(person__external_id="blue7"))
    before = waves_told(wave.survey, OVER)

    assert close_over_waves(OVER - timedelta(days=1)) == 0
    assert [close_over_waves(OVER) for _ in range(2)] == [1, 0]

    assert list(wave.tallies.filter(cut=Cut.TEAM).values_list("team", flat=True)) == ["red"]
    assert set(wave.asked.values_list("state", "told")) == {(AskState.OPEN, 0)}
    after = waves_told(Survey.objects.get(), OVER)
    assert (after[0].norms, after[0].groups) == (before[0].norms, before[0].groups)
    assert (after[0].hidden, after[0].answered) == (before[0].hidden, before[0].answered)


def test_of_a_wave_with_too_few_answers_their_number_alone_is_kept(wave: Wave) -> None:
    answer(wave, TEAM[:4])

    close_over_waves(OVER)

    (left,) = wave.tallies.all()
    assert (left.cut, left.answered, left.counts, left.straight) == (Cut.ALL, 4, {}, None)
    (told,) = waves_told(wave.survey, OVER)
    assert not told.is_told
    assert told.answered.numerator == 4


def test_the_worker_closes_what_is_over(wave: Wave) -> None:
    answer(wave, TEAM)
    with on(OVER):
        Wave.objects.update(last_day=OVER - timedelta(days=1))
    close_over_waves(OVER)
    wave.refresh_from_db()

    assert wave.is_closed
    assert ask_hourly() == 0


def test_a_statement_that_tells_of_another_norm_is_a_new_one() -> None:
    """What is counted by norm cannot be told of another."""
    before = Instrument(
        "x", "y", (Norm("a", "A", (Statement("a-1", "Says."),)), Norm("b", "B", ()))
    )

    after = reworded(before, [Worded("b", "Says.", False, "a-1")], ever={"a-1"})

    assert [each.key for each in after.statements] == ["b-2"]


@dataclass(frozen=True, slots=True)
class Reply:
    """As answers were kept before they were counted."""

    team: str
    leads: bool
    answers: Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class Before:
    """The models of the migration that counts replies, and what was kept of them."""

    replies: Sequence[Reply]

    def get_model(self, _app: str, name: str) -> object:
        return {"Tally": Tally, "Wave": Wave}.get(name, self)

    @property
    def objects(self) -> Before:
        return self

    def filter(self, *, wave: Wave) -> Sequence[Reply]:
        assert wave.survey.name
        return self.replies


def test_replies_that_were_kept_one_by_one_are_counted_alike(wave: Wave) -> None:
    """The tables are as if everybody had answered today."""
    answer(wave, [Said("red0", MIXED), *TEAM, Said("blue1", all_of(3))])
    counted = tables()
    Tally.objects.all().delete()
    replies = [
        Reply("red", True, MIXED),
        *(Reply("red", False, each.answers) for each in TEAM),
        Reply("blue", False, all_of(3)),
    ]

    import_module("uptake.capabilities.assessments.migrations.0003_count_replies").count(
        Before(replies), None
    )

    kept = [row[1:] for row in tables()["assessments_tally"]]
    assert kept == [row[1:] for row in counted["assessments_tally"]]
