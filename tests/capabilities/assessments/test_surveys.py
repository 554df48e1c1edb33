"""People are asked again and again without names, and what was done stands beside what they say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import localdate

from tests import factories
from tests.api.asking import of_browser
from tests.capabilities.assessments.conftest import IN_A_TEAM, TEAMS, on
from tests.cast import Cast
from uptake.capabilities.assessments.actions import (
    Done,
    Wanted,
    answer_ask,
    answer_survey,
    note_step,
    skip_survey,
    start_survey,
    stop_survey,
    withdraw_step,
    word_survey,
)
from uptake.capabilities.assessments.asking import begin_due_waves, due_day
from uptake.capabilities.assessments.instrument import Worded, standard_instrument
from uptake.capabilities.assessments.models import Asked, Cut, Survey, Tally, Wave
from uptake.capabilities.assessments.queries import (
    access_survey,
    instrument_of,
    newest_questions,
    own_asks,
    surveys_asked_in,
    visible_surveys,
)
from uptake.capabilities.assessments.results import WaveTold, waves_told
from uptake.capabilities.assessments.saying import headline, stand_of
from uptake.capabilities.assessments.steps import steps_told
from uptake.capabilities.customers.models import Person
from uptake.capabilities.reminders.ask_models import AskState
from uptake.foundation.actor import Actor
from uptake.foundation.errors import Conflict, Invalid, NotAllowed, NotFound
from uptake.foundation.models import Activity

REFUSED = (NotAllowed, NotFound)
KEYS = [each.key for each in standard_instrument().statements]
FIRST = date(2026, 3, 2)
Says = Callable[[Asked], dict[str, int | None] | None]


def all_of(point: int | None, **other: int | None) -> dict[str, int | None]:
    """The same answer to every statement but the named ones ("_" for "-")."""
    return dict.fromkeys(KEYS, point) | {key.replace("_", "-"): v for key, v in other.items()}


def started(cast: Cast, **changed: Any) -> Survey:
    return start_survey(cast.edith, Wanted("north", **changed))


def waved(survey: Survey, number: int, says: Says) -> Wave:
    """A wave that is over, in which everybody asked said something, or None for nothing."""
    day = due_day(survey, number)
    with on(day):
        begin_due_waves()
        wave = Wave.objects.get(survey=survey, number=number)
        for ask in wave.asked.select_related("person"):
            said = says(ask)
            if said is not None:
                answer_ask(ask, said)
    return wave


def told(survey: Survey, waves: int = 1) -> tuple[WaveTold, ...]:
    return waves_told(survey, due_day(survey, waves))


def client(who: Actor) -> Client:
    found = Client()
    assert who.user is not None
    found.force_login(who.user)
    return found


@pytest.fixture
def survey(staffed: Cast) -> Survey:
    with on(FIRST):
        return started(staffed)


def test_everybody_there_is_asked_once_a_wave_and_who_is_away_is_not(staffed: Cast) -> None:
    gone = {"ends_on": FIRST - timedelta(days=1)}
    away = {"leave_starts_on": FIRST, "leave_ends_on": FIRST + timedelta(days=90)}
    Person.objects.filter(external_id="blue7").update(**gone)
    Person.objects.filter(external_id="blue6").update(**away)
    factories.person(staffed.workspace, "elsewhere")
    with on(FIRST):
        survey = started(staffed)
        begin_due_waves()
        begin_due_waves()

    asked = Asked.objects.filter(wave__survey=survey)
    assert asked.count() == len(TEAMS) * IN_A_TEAM - 2
    assert set(asked.values_list("team", flat=True)) == set(TEAMS)
    assert asked.filter(leads=True).count() == len(TEAMS)


def test_an_answer_is_kept_without_a_name_and_told_once_the_wave_is_over(survey: Survey) -> None:
    wave = waved(survey, 0, lambda _ask: all_of(4, bypass_pays=2))

    assert waves_told(survey, wave.last_day) == ()
    (found,) = waves_told(survey, wave.last_day + timedelta(days=1))
    assert (found.answered.numerator, found.answered.denominator) == (24, 24)
    assert [norm.mean.value for norm in found.norms if norm.mean] == [4] * 7


def test_statements_of_something_bad_are_turned(survey: Survey) -> None:
    waved(survey, 0, lambda _ask: all_of(1))

    (found,) = told(survey)
    bad = found.norms[-1].statements[0]
    assert bad.statement.key == "bypass-pays"
    assert bad.opinion is not None
    assert bad.opinion.agree.value == 1


def test_a_wave_with_too_few_answers_tells_nothing(survey: Survey) -> None:
    waved(survey, 0, lambda ask: all_of(5) if ask.person.external_id < "blue4" else None)

    (found,) = told(survey)
    assert not found.is_told
    assert (found.norms, found.groups, found.straight) == ((), (), None)
    with on(due_day(survey, 1) - timedelta(days=1)):
        assert headline(stand_of(survey)).startswith("Too few of the 24 people asked")


def test_hidden_teams_cannot_be_worked_out_from_the_rest(survey: Survey) -> None:
    waved(survey, 0, lambda ask: all_of(3) if ask.person.external_id != "red7" else None)
    shown = [group.name for group in told(survey)[0].groups]
    waved(survey, 1, lambda ask: all_of(3) if ask.person.external_id < "red2" else None)
    narrowed = told(survey, 2)[0]

    assert shown == list(TEAMS)
    assert [group.name for group in narrowed.groups] == ["blue"]
    assert narrowed.hidden == 2


def test_who_leads_is_told_apart_only_where_enough_lead(survey: Survey) -> None:
    waved(survey, 0, lambda ask: all_of(5 if ask.leads else 2))
    few = told(survey)[0].norms[0]
    Person.objects.filter(external_id__endswith="1").update(
        manager=Person.objects.get(external_id="red2")
    )
    for name in TEAMS:
        lead = Person.objects.get(external_id=f"{name}3")
        Person.objects.filter(external_id=f"{name}4").update(manager=lead)
    waved(survey, 1, lambda ask: all_of(5 if ask.leads else 2))
    many = told(survey, 2)[0].norms[0]

    assert (few.leaders, few.others, few.gap) == (None, None, None)
    assert many.leaders is not None
    assert (many.leaders.value, many.leaders.people) == (5, 7)
    assert many.gap is not None
    assert many.gap.is_told_apart


def test_what_rose_is_said_and_what_did_not_is_not(survey: Survey) -> None:
    waved(survey, 0, lambda ask: all_of(2 + ask.pk % 2))
    waved(survey, 1, lambda ask: all_of(2 + ask.pk % 2, noticed=5, pride=5))

    newest = told(survey, 2)[0]
    moved = {norm.norm.key for norm in newest.norms if norm.is_moved}
    statements = {s.statement.key for n in newest.norms for s in n.statements if s.is_moved}
    with on(due_day(survey, 2) - timedelta(days=1)):
        said = headline(stand_of(survey))
    assert moved == {"recognition"}
    assert statements == {"noticed", "pride"}
    assert said == "Since the wave before, this rose: good work is noticed."


def test_a_statement_that_is_worded_anew_is_not_compared(staffed: Cast, survey: Survey) -> None:
    waved(survey, 0, lambda _ask: all_of(2))
    lines = [
        Worded(norm.key, each.says, each.is_reversed, each.key)
        for norm in standard_instrument().norms
        for each in norm.statements
    ]
    lines[0] = Worded("expectations", "I know what to do by when.", False, "know-what")
    with on(FIRST + timedelta(days=20)):
        version = word_survey(staffed.edith, survey.pk, lines)
    asked = [each.key for each in instrument_of(version).statements]
    waved(survey, 1, lambda _ask: dict.fromkeys(asked, 5))

    newest, oldest = told(survey, 2)
    statements = {s.statement.key: s for norm in newest.norms for s in norm.statements}
    assert version.number == 2
    assert statements["expectations-2"].move is None
    assert statements["know-why"].move is not None
    assert newest.norms[0].move is not None
    assert oldest.norms[0].statements[0].statement.key == "know-what"


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [Worded("example", "  ", False)],
        [Worded("nothing", "So", False)],
        [Worded("example", "x" * 201, False)],
        [Worded("example", "So", False), Worded("help", "so", False)],
        [Worded("example", f"So {n}", False) for n in range(21)],
    ],
)
def test_what_cannot_be_asked_is_refused(
    staffed: Cast, survey: Survey, lines: Sequence[Worded]
) -> None:
    with pytest.raises(Invalid):
        word_survey(staffed.edith, survey.pk, lines)

    assert newest_questions(survey).number == 1


def test_a_step_stands_between_the_waves_around_it(staffed: Cast, survey: Survey) -> None:
    waved(survey, 0, lambda ask: all_of(2 + ask.pk % 2))
    day = FIRST + timedelta(days=30)
    with on(day):
        done = note_step(staffed.edith, survey.pk, _done(day, "recognition"))
        beside = note_step(staffed.edith, survey.pk, _done(day, "recognition", "help"))
    waved(survey, 1, lambda ask: all_of(2 + ask.pk % 2, noticed=5, pride=5))
    norms = standard_instrument().norms

    early = steps_told([done], waves_told(survey, due_day(survey, 1)), norms)[0]
    found = steps_told([done, beside], told(survey, 2), norms)[0]
    assert early.missing == "Not yet due: the next wave is not over."
    assert found.beside == 1
    assert found.norms[0].sentence.startswith("Good work is noticed rose by 2")


def test_a_step_before_anybody_was_asked_is_not_measurable(staffed: Cast, survey: Survey) -> None:
    with on(FIRST):
        step = note_step(staffed.edith, survey.pk, _done(FIRST, "help"))
    waved(survey, 0, lambda _ask: all_of(4))

    (found,) = steps_told([step], told(survey), standard_instrument().norms)
    assert found.missing == "Not measurable: nobody was asked before it."


def _done(day: date, *norms: str) -> Done:
    return Done("Good notes are read out on Mondays", "Head of sales", day, norms)


@pytest.mark.parametrize(
    "done",
    [
        Done(" ", "HR", FIRST, ("help",)),
        Done("So", " ", FIRST, ("help",)),
        Done("So", "HR", FIRST, ()),
        Done("So", "HR", FIRST, ("nothing",)),
        Done("So", "HR", FIRST + timedelta(days=1), ("help",)),
    ],
)
def test_a_step_says_what_by_whom_and_for_what(staffed: Cast, survey: Survey, done: Done) -> None:
    with on(FIRST), pytest.raises(Invalid):
        note_step(staffed.edith, survey.pk, done)

    assert not survey.steps.exists()


@pytest.mark.parametrize(
    ("wanted", "problem"),
    [
        (Wanted("nowhere"), NotFound),
        (Wanted("north", every_weeks=7), Invalid),
        (Wanted("north", every_weeks=53), Invalid),
        (Wanted("north", first_day=FIRST - timedelta(days=1)), Invalid),
        (Wanted("empty"), Invalid),
        (Wanted("north", name="Twice"), Conflict),
    ],
)
def test_a_survey_that_could_tell_nothing_does_not_begin(
    staffed: Cast, wanted: Wanted, problem: type[Exception]
) -> None:
    factories.account(staffed.workspace, "empty")
    with on(FIRST):
        started(staffed, name="Twice")
        with pytest.raises(problem):
            start_survey(staffed.edith, wanted)

    assert Survey.objects.count() == 1


def test_one_answers_once_entirely_and_for_oneself(staffed: Cast, survey: Survey) -> None:
    with on(FIRST):
        begin_due_waves()
        (ask,) = own_asks(staffed.ursula)
        for wrong in ({}, all_of(6), all_of(0), all_of(None), all_of(3) | {"more": 1}):
            with pytest.raises(Invalid):
                answer_survey(staffed.ursula, ask.pk, wrong)
        with pytest.raises(NotFound):
            answer_survey(staffed.edith, ask.pk, all_of(3))
        answer_survey(staffed.ursula, ask.pk, all_of(3, shown=None))
        with pytest.raises(Conflict):
            answer_survey(staffed.ursula, ask.pk, all_of(5))

    assert Tally.objects.get(cut=Cut.ALL).counts["help"] == {"-": 1}
    ask.refresh_from_db()
    assert ask.state == AskState.ANSWERED


def test_nothing_is_taken_once_a_wave_is_over(staffed: Cast, survey: Survey) -> None:
    wave = waved(survey, 0, lambda _ask: None)
    ask = Asked.objects.get(wave=wave, person__external_id="red1")

    with on(wave.last_day + timedelta(days=1)):
        assert not own_asks(staffed.ursula)
        with pytest.raises(Conflict):
            answer_survey(staffed.ursula, ask.pk, all_of(3))
        with pytest.raises(Conflict):
            skip_survey(staffed.ursula, ask.pk)


def test_stopping_ends_the_wave_that_runs(staffed: Cast, survey: Survey) -> None:
    with on(FIRST):
        begin_due_waves()
    with on(FIRST + timedelta(days=3)):
        stop_survey(staffed.edith, survey.pk)
        with pytest.raises(Conflict):
            stop_survey(staffed.edith, survey.pk)
    with on(FIRST + timedelta(weeks=13)):
        assert begin_due_waves() == 0

    assert Wave.objects.get().last_day == FIRST + timedelta(days=3)


def test_writing_is_refused_to_whoever_may_not(staffed: Cast, survey: Survey) -> None:
    step = note_step(staffed.edith, survey.pk, _done(localdate(), "help"))
    for nobody in (*staffed.who_may_not_write, staffed.mark, staffed.ursula):
        for write in (
            lambda: start_survey(nobody, Wanted("north", name="Mine")),  # noqa: B023 - called here
            lambda: stop_survey(nobody, survey.pk),  # noqa: B023 - called here
            lambda: word_survey(nobody, survey.pk, []),  # noqa: B023 - called here
            lambda: note_step(nobody, survey.pk, _done(FIRST, "help")),  # noqa: B023 - called here
            lambda: withdraw_step(nobody, survey.pk, step.pk),  # noqa: B023 - called here
        ):
            with pytest.raises(REFUSED):
                write()

    survey.refresh_from_db()
    assert survey.ended_on is None
    assert survey.steps.count() == 1


def test_whoever_is_limited_to_an_account_sees_and_writes_there_alone(staffed: Cast) -> None:
    south = factories.account(staffed.workspace, "south")
    for number in range(6):
        factories.person(staffed.workspace, f"s{number}", account=south)
    there = start_survey(staffed.edith, Wanted("south"))
    here = start_survey(staffed.carla, Wanted("north"))

    assert list(visible_surveys(staffed.carla)) == [here]
    assert visible_surveys(staffed.victor).count() == 2
    with pytest.raises(NotFound):
        access_survey(staffed.carla, there.pk)
    with pytest.raises(NotFound):
        start_survey(staffed.carla, Wanted("south", name="Other"))


def test_who_was_asked_reads_what_all_said_and_no_teams(staffed: Cast, survey: Survey) -> None:
    waved(survey, 0, lambda _ask: all_of(4))

    shown = client(staffed.ursula).get("/w/acme/culture/said").content.decode()
    assert list(surveys_asked_in(staffed.ursula)) == [survey]
    assert not surveys_asked_in(staffed.mark)
    assert "24 of 24 people answered" in shown
    assert "green" not in shown
    assert client(staffed.ursula).get(f"/w/acme/culture/{survey.pk}").status_code == 403


def test_the_page_shows_statements_teams_and_steps(staffed: Cast, survey: Survey) -> None:
    waved(survey, 0, lambda ask: all_of(2 + ask.pk % 3, shown=None))
    with on(FIRST + timedelta(days=20)):
        note_step(staffed.edith, survey.pk, _done(FIRST + timedelta(days=20), "example"))

    shown = client(staffed.xenia).get(f"/w/acme/culture/{survey.pk}").content.decode()
    assert "24 of 24 people asked at North Freight answered" in shown
    assert "too few could say" in shown
    assert "Not yet due: the next wave is not over." in shown
    assert "green" in shown
    assert "Note what was done" not in shown


def test_pages_of_the_lead_begin_word_note_and_stop(staffed: Cast) -> None:
    edith = client(staffed.edith)
    begun = edith.post("/w/acme/culture/new", {"account": "north", "every_weeks": 13})
    survey = Survey.objects.get()
    at = f"/w/acme/culture/{survey.pk}"
    step = {"what": "So", "by_whom": "HR", "day": localdate().isoformat(), "norms": ["help"]}
    edith.post(f"{at}/steps", step)
    unclear = edith.post(f"{at}/steps", step | {"what": ""}, follow=True).content.decode()
    form = edith.get(f"{at}/questions").context["form"]
    lines = {field.html_name: field.value() or "" for line in form.lines for field in line}
    worded = edith.post(f"{at}/questions", lines | {"says_0": "I know what to do."})
    empty = edith.post(f"{at}/questions", {"norm_0": "help"})
    edith.post(f"{at}/steps/{survey.steps.get().pk}/withdraw")
    edith.post(f"{at}/stop")

    assert (begun.status_code, worded.status_code, empty.status_code) == (302, 302, 422)
    assert "What was done: " in unclear
    assert newest_questions(survey).number == 2
    assert not survey.steps.exists()
    survey.refresh_from_db()
    assert survey.ended_on == localdate()
    verbs = Activity.objects.filter(verb__startswith="survey.").values_list("verb", flat=True)
    assert set(verbs) == {
        f"survey.{what}"
        for what in ("started", "worded", "stopped", "step_noted", "step_withdrawn")
    }


def test_my_week_leads_to_the_form_and_the_form_takes_an_answer(staffed: Cast) -> None:
    start_survey(staffed.edith, Wanted("north"))
    begin_due_waves()
    ursula = client(staffed.ursula)
    (ask,) = own_asks(staffed.ursula)
    at = f"/w/acme/culture/answers/{ask.pk}"
    said = dict.fromkeys(KEYS, "4")

    missing = ursula.post(at, said | {"shown": ""})
    taken = ursula.post(at, said | {"shown": "none"})
    over = ursula.get(at)

    assert missing.status_code == 422
    assert "Choose one" in missing.content.decode()
    assert taken.status_code == 302
    assert Tally.objects.get(cut=Cut.ALL).counts["help"] == {"-": 1}
    assert over.status_code == 409
    assert "answered or skipped already" in over.content.decode()


def test_the_table_holds_each_wave_and_no_people(staffed: Cast, survey: Survey) -> None:
    waved(survey, 0, lambda _ask: all_of(4, shown=None))
    waved(survey, 1, lambda ask: all_of(4) if ask.person.external_id == "red0" else None)

    answer = client(staffed.edith).get(f"/w/acme/culture/{survey.pk}.csv")
    lines = b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    assert len(lines) == 1 + len(KEYS) + 1
    assert sum("suppressed" in line for line in lines) == 2
    assert client(staffed.victor).get(f"/w/acme/culture/{survey.pk}.csv").status_code == 403


def test_the_api_tells_what_the_page_tells_and_takes_what_the_page_takes(staffed: Cast) -> None:
    edith, ursula = of_browser(staffed.edith), of_browser(staffed.ursula)
    made = edith.post("/surveys", {"account": "north"}).json()
    begin_due_waves()
    (ask,) = ursula.get("/me/surveys").json()["items"]
    answers = {"answers": {each["key"]: 4 for each in ask["statements"]}}
    said = ursula.post(f"/me/surveys/{ask['id']}/answer", answers)
    late = ursula.post(f"/me/surveys/{ask['id']}/skip")
    step = {"what": "So", "by_whom": "HR", "day": localdate().isoformat(), "norms": ["help"]}
    noted = edith.post(f"/surveys/{made['id']}/steps", step).json()
    steps = edith.get(f"/surveys/{made['id']}/steps").json()["items"]
    edith.send("DELETE", f"/surveys/{made['id']}/steps/{noted['id']}")
    edith.send("DELETE", f"/surveys/{made['id']}")
    shown = edith.get("/surveys").json()["items"]

    assert (said.json()["state"], late.status_code) == ("answered", 409)
    assert steps == [noted]
    assert shown[0]["ended_on"] == localdate().isoformat()
    assert shown[0]["waves"] == []
    assert ursula.get("/surveys").status_code == 403


def test_the_api_tells_statements_with_what_they_are_made_of(staffed: Cast, survey: Survey) -> None:
    waved(survey, 0, lambda ask: all_of(4 if ask.pk % 4 else 2, shown=None))

    found = of_browser(staffed.xenia).get(f"/surveys/{survey.pk}").json()
    (wave,) = found["waves"]
    first = wave["norms"][0]["statements"][0]
    hidden = next(norm for norm in wave["norms"] if norm["key"] == "help")
    assert (first["agree"], first["could_say"], first["share"]) == (18, 24, 0.75)
    assert (hidden["mean"], hidden["statements"][0]["could_say"]) == (None, None)
    assert [team["name"] for team in wave["teams"]] == list(TEAMS)
