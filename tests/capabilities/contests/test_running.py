"""Rules, teams and people: who may do what when, and what is frozen from the start on."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.test import Client

from tests import factories
from tests.api.asking import of_browser
from tests.capabilities.behaviours.asking import facts
from tests.capabilities.contests.conftest import FIRST, LUNCH, Stage, before, load, worked
from tests.metrics.logs import day
from uptake.capabilities.behaviours.actions import draft_behaviour
from uptake.capabilities.behaviours.models import Behaviour
from uptake.capabilities.behaviours.models import Status as BehaviourStatus
from uptake.capabilities.contests import actions, taking_part
from uptake.capabilities.contests.actions import (
    ContestFacts,
    call_off,
    draft_contest,
    note_prize,
    open_contest,
    revise_contest,
)
from uptake.capabilities.contests.models import (
    Contest,
    OptOut,
    Place,
    PrizeGiven,
    RulesVersion,
    Status,
)
from uptake.capabilities.contests.queries import (
    entries_in_force,
    newest_rules,
    takes_part,
    teams_to_enter,
    visible_contests,
)
from uptake.capabilities.contests.rules import Prize, Rules, read
from uptake.capabilities.contests.running import advance, run, run_all
from uptake.capabilities.contests.taking_part import enter, opt_in, opt_out, withdraw
from uptake.foundation.actor import Actor
from uptake.foundation.errors import Conflict, Invalid, NotAllowed, NotFound
from uptake.foundation.models import Activity
from uptake.methods.behaviour.periods import Cadence

RULES = Rules(FIRST, 4, prizes=(LUNCH,))
REFUSED = (NotAllowed, NotFound)


def client(who: Actor) -> Client:
    found = Client()
    assert who.user is not None
    found.force_login(who.user)
    return found


def live(stage: Stage, name: str, **changed: object) -> Behaviour:
    """Another behaviour that people are asked for."""
    usual = {"weekday": 4, "counters": ("artificial",)}
    behaviour = draft_behaviour(stage.cast.edith, facts(name, **usual | changed))
    behaviour.status, behaviour.live_from = BehaviourStatus.LIVE, day(0)
    behaviour.save()
    return behaviour


def test_a_contest_begins_with_a_period_of_its_behaviour(stage: Stage) -> None:
    contest = stage.drafted(first=FIRST - timedelta(days=3), weeks=2)

    assert (contest.first, contest.last) == (FIRST, FIRST + timedelta(days=13))


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"weeks": 0}, "one to 14 weeks"),
        ({"weeks": 15}, "one to 14 weeks"),
        ({"first": before()}, "lies ahead"),
        ({"prizes": (Prize(" ", "Head"),)}, "what it is and who pays"),
        ({"prizes": (Prize("Lunch", ""),)}, "what it is and who pays"),
        ({"prizes": (replace(LUNCH, worth=5, currency=""),)}, "an amount and a currency"),
        ({"prizes": (LUNCH,) * 6}, "5 prizes"),
    ],
)
def test_rules_have_to_make_sense(stage: Stage, changed: dict[str, object], problem: str) -> None:
    with pytest.raises(Invalid, match=problem):
        stage.drafted(**changed)


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"right_first_time": False}, "quality"),
        ({"cadence": Cadence.ONCE, "weekday": None, "due_on": date(2025, 6, 1)}, "asked once"),
    ],
)
def test_a_contest_rewards_quality_and_what_comes_back(
    stage: Stage, changed: dict[str, object], problem: str
) -> None:
    about = live(stage, "Other", **changed)

    with pytest.raises(Invalid, match=problem):
        draft_contest(stage.cast.edith, ContestFacts("New", about.pk, RULES), today=before())


@pytest.mark.parametrize(
    ("cadence", "weeks", "days"),
    [
        (Cadence.MONTH, 5, (date(2025, 5, 1), date(2025, 5, 31))),
        (Cadence.MONTH, 8, (date(2025, 5, 1), date(2025, 5, 31))),
        (Cadence.MONTH, 9, (date(2025, 5, 1), date(2025, 6, 30))),
        (Cadence.QUARTER, 14, (date(2025, 7, 1), date(2025, 9, 30))),
    ],
)
def test_what_is_due_by_month_or_quarter_is_contested_in_whole_ones(
    stage: Stage, cadence: Cadence, weeks: int, days: tuple[date, date]
) -> None:
    about = live(stage, "Other", cadence=cadence, weekday=None)
    wanted = ContestFacts("New", about.pk, replace(RULES, weeks=weeks))

    contest = draft_contest(stage.cast.edith, wanted, today=before())

    assert (contest.first, contest.last) == days
    assert read(newest_rules(contest))[0].last == days[1]


@pytest.mark.parametrize(
    ("cadence", "said"),
    [
        (
            Cadence.MONTH,
            (
                "no whole month lies within 4 weeks from Thu 1 May 2025 on; choose 5 weeks "
                "(to 31 May 2025) or 9 weeks (to 30 Jun 2025) or 14 weeks (to 31 Jul 2025)."
            ),
        ),
        (
            Cadence.QUARTER,
            "from Tue 1 Jul 2025 on; choose 14 weeks (to 30 Sep 2025).",
        ),
    ],
)
def test_weeks_without_a_whole_period_are_refused_with_those_that_hold_one(
    stage: Stage, cadence: Cadence, said: str
) -> None:
    about = live(stage, "Other", cadence=cadence, weekday=None)

    with pytest.raises(Invalid) as refused:
        draft_contest(stage.cast.edith, ContestFacts("New", about.pk, RULES), today=before())

    assert str(refused.value).endswith(said)


def test_what_is_due_by_other_periods_on_the_first_day_is_not_contested(stage: Stage) -> None:
    contest = stage.opened("red", "blue")
    stage.behaviour.versions.all().delete()
    from tests.capabilities.behaviours.test_keeping import write_version

    write_version(stage.behaviour, 1, day(0), cadence=Cadence.MONTH, weekday=None)

    advance(contest, FIRST)

    assert contest.status == Status.CALLED_OFF
    assert "due by other periods now" in contest.note


def test_a_behaviour_of_one_team_or_that_nobody_is_asked_for_is_refused(stage: Stage) -> None:
    about = live(stage, "Other")
    wanted = ContestFacts("New", about.pk, RULES)
    Behaviour.objects.filter(pk=about.pk).update(of_team=True)
    with pytest.raises(Invalid, match="one team alone"):
        draft_contest(stage.cast.edith, wanted, today=before())
    Behaviour.objects.filter(pk=about.pk).update(status=BehaviourStatus.DRAFT)
    with pytest.raises(Invalid, match="set it live"):
        draft_contest(stage.cast.edith, wanted, today=before())


def test_customers_of_a_vendor_never_meet_each_others_teams(stage: Stage) -> None:
    stage.cast.workspace.kind = "vendor"
    stage.cast.workspace.save()
    stage.cast.edith.workspace.kind = "vendor"
    with pytest.raises(Invalid, match="whose teams take part"):
        stage.drafted()
    factories.account(stage.cast.workspace, "north")
    wanted = ContestFacts("North", stage.behaviour.pk, RULES, account="north")

    contest = draft_contest(stage.cast.edith, wanted, today=before())

    assert str(contest.account) == "north"
    assert [row.name for row in visible_contests(stage.cast.carla)] == ["North"]


def test_who_is_limited_to_an_account_sees_none_of_the_others(stage: Stage) -> None:
    factories.account(stage.cast.workspace, "north")
    stage.opened("red", "blue")

    assert not visible_contests(stage.cast.carla).exists()
    with pytest.raises(REFUSED):
        call_off(stage.cast.carla, Contest.objects.get().pk, note="no")


def test_a_name_is_taken_once(stage: Stage) -> None:
    stage.drafted()

    with pytest.raises(Conflict, match="Spring"):
        stage.drafted()


def test_changed_rules_are_a_version_and_ask_teams_anew(stage: Stage) -> None:
    contest = stage.opened("red", "blue")
    longer = replace(RULES, weeks=6)

    revise_contest(stage.cast.edith, contest.pk, name="Spring", rules=longer, today=before())

    assert [read(row)[0].weeks for row in contest.versions.all()] == [4, 6]
    assert entries_in_force(contest) == []
    enter(stage.cast.edith, contest.pk, stage.teams["red"].pk, today=before())
    assert [str(each.team) for each in entries_in_force(contest)] == ["red"]


def test_rules_are_frozen_from_the_start_on(stage: Stage, lake: Path) -> None:
    load(lake, worked())
    contest = stage.opened("red", "blue")
    advance(contest, FIRST)

    with pytest.raises(Conflict, match="frozen"):
        revise_contest(stage.cast.edith, contest.pk, name="Spring", rules=RULES, today=before())
    with pytest.raises(TypeError):
        RulesVersion.objects.update(note="x")
    with pytest.raises(TypeError):
        RulesVersion.objects.get().save()


def test_the_behaviour_as_asked_at_the_start_is_kept(stage: Stage, lake: Path) -> None:
    load(lake, worked())
    contest = stage.opened("red", "blue")
    stage.behaviour.versions.all().delete()
    from tests.capabilities.behaviours.test_keeping import write_version

    write_version(stage.behaviour, 1, day(0), amount=2)

    advance(contest, FIRST)

    version = newest_rules(contest)
    assert (version.number, read(version)[1].amount) == (2, 2)
    assert len(entries_in_force(contest)) == 2


def test_it_starts_with_two_teams_or_not_at_all(stage: Stage) -> None:
    contest = stage.opened("red")

    run_all(FIRST - timedelta(days=1))
    contest.refresh_from_db()
    assert contest.status == Status.OPEN
    run_all(FIRST)
    contest.refresh_from_db()

    assert contest.status == Status.CALLED_OFF
    assert "Fewer than two teams" in contest.note


def test_those_who_are_there_at_the_start_have_a_place(stage: Stage, lake: Path) -> None:
    load(lake, worked())
    contest = stage.opened("red", "blue")
    gone = stage.teams["red"].people.get(external_id="red5")
    gone.ends_on = date(2025, 1, 1)
    gone.save()

    advance(contest, FIRST)

    assert Place.objects.count() == 11
    assert takes_part(stage.cast.ursula, contest)


def test_only_teams_of_five_or_more_that_one_leads_can_be_entered(stage: Stage) -> None:
    contest = stage.opened()

    assert [str(team) for team in teams_to_enter(stage.cast.mark, contest)] == ["red"]
    assert [str(team) for team in teams_to_enter(stage.cast.edith, contest)] == [
        "blue",
        "green",
        "red",
    ]
    for name in ("blue", "tiny"):
        with pytest.raises(NotFound):
            enter(stage.cast.mark, contest.pk, stage.teams[name].pk, today=before())
    enter(stage.cast.mark, contest.pk, stage.teams["red"].pk, today=before())
    with pytest.raises(Conflict, match="already"):
        enter(stage.cast.mark, contest.pk, stage.teams["red"].pk, today=before())


def test_teams_enter_before_the_start_alone_and_leave_until_the_end(
    stage: Stage, lake: Path
) -> None:
    load(lake, worked())
    contest = stage.opened("red", "blue", "green")
    with pytest.raises(Conflict):
        enter(stage.cast.edith, contest.pk, stage.teams["green"].pk, today=FIRST)
    advance(contest, FIRST)

    withdraw(stage.cast.mark, contest.pk, stage.teams["red"].pk)

    assert [str(each.team) for each in entries_in_force(contest)] == ["blue", "green"]
    contest.status = Status.ENDED
    contest.save()
    with pytest.raises(Conflict):
        withdraw(stage.cast.edith, contest.pk, stage.teams["blue"].pk)


def test_one_opts_out_and_in_for_oneself_and_leaves_no_name(stage: Stage) -> None:
    contest = stage.opened("red", "blue")

    opt_out(stage.cast.ursula, contest.pk)
    assert OptOut.objects.get().person == stage.ursula
    opt_in(stage.cast.ursula, contest.pk)

    assert not OptOut.objects.exists()
    said = Activity.objects.filter(verb="contest.choice_made")
    assert {(row.user, row.actor_name) for row in said} == {(None, "system")}
    for actor in (stage.cast.mark, stage.cast.edith, *stage.cast.who_may_not_write):
        with pytest.raises(REFUSED):
            opt_out(actor, contest.pk)
    Contest.objects.update(status=Status.ENDED)
    with pytest.raises(NotFound):
        opt_out(stage.cast.ursula, contest.pk)  # no place: she was in no team at the start


def test_a_prize_is_noted_once_and_after_the_end(stage: Stage) -> None:
    contest = stage.opened("red", "blue")
    entry = contest.entries.all()[0].pk
    facts_ = {"prize": 0, "entry": entry, "given_on": day(90), "today": day(91)}
    with pytest.raises(Conflict, match="has ended"):
        note_prize(stage.cast.edith, contest.pk, **facts_)
    Contest.objects.update(status=Status.ENDED)

    note_prize(stage.cast.edith, contest.pk, **facts_)

    assert PrizeGiven.objects.get().given_on == day(90)
    for changed, problem in (
        ({}, Conflict),
        ({"prize": 1}, NotFound),
        ({"entry": 10_000}, NotFound),
        ({"given_on": day(95)}, Invalid),
        ({"given_on": day(60)}, Invalid),
    ):
        with pytest.raises(problem):
            note_prize(stage.cast.edith, contest.pk, **facts_ | changed)


def test_prizes_are_noted_over_the_api_as_on_the_page(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "today_in", lambda _workspace: day(91))
    contest, edith = stage.opened("red", "blue"), of_browser(stage.cast.edith)
    path, red = f"/contests/{contest.pk}", stage.teams["red"].pk
    lunch = {"prize": 1, "team": red, "given_on": day(90).isoformat()}
    early = edith.post(f"{path}/prizes", lunch)
    Contest.objects.update(status=Status.ENDED)

    noted = edith.post(f"{path}/prizes", lunch).json()

    assert early.status_code == 409
    assert noted["given"] == [lunch]
    assert edith.post(f"{path}/prizes", lunch).status_code == 409
    assert edith.post(f"{path}/prizes", lunch | {"team": 10_000}).status_code == 404
    assert edith.post(f"{path}/prizes", lunch | {"prize": 2}).status_code == 404
    assert edith.post(f"{path}/prizes", lunch | {"prize": 0}).status_code == 422
    assert of_browser(stage.cast.victor).get(path).json()["given"] == [lunch]


def test_one_decides_over_the_api_whether_ones_own_work_counts(stage: Stage) -> None:
    contest = stage.opened("red", "blue")
    ursula, path = of_browser(stage.cast.ursula), f"/me/contests/{contest.pk}"

    out = ursula.send("PUT", path, {"counts": False})

    assert out.json() == ursula.get(path).json() == {"counts": False}
    assert OptOut.objects.get().person == stage.ursula
    assert ursula.send("PUT", path, {"counts": True}).json() == {"counts": True}
    assert not OptOut.objects.exists()
    others = (stage.cast.mark, stage.cast.edith, *stage.cast.who_may_not_write)
    told = {of_browser(who).send("PUT", path, {"counts": False}).status_code for who in others}
    assert told <= {403, 404}
    assert not OptOut.objects.exists()


def test_states_follow_each_other(stage: Stage) -> None:
    contest = stage.opened("red", "blue")
    with pytest.raises(Conflict):
        open_contest(stage.cast.edith, contest.pk, today=before())
    with pytest.raises(Invalid):
        call_off(stage.cast.edith, contest.pk, note=" ")
    call_off(stage.cast.edith, contest.pk, note="The system fails")
    with pytest.raises(Conflict):
        call_off(stage.cast.edith, contest.pk, note="again")
    with pytest.raises(Conflict):
        revise_contest(stage.cast.edith, contest.pk, name="x", rules=RULES, today=before())


def test_teams_have_a_day_to_decide(stage: Stage) -> None:
    with pytest.raises(Invalid, match="a day at least"):
        open_contest(stage.cast.edith, stage.drafted().pk, today=FIRST)


def test_nobody_runs_contests_who_may_not(stage: Stage) -> None:
    contest, cast = stage.opened("red", "blue"), stage.cast
    wanted = ContestFacts("New", stage.behaviour.pk, RULES)
    red = stage.teams["red"].pk
    for actor in (*cast.who_may_not_write, cast.mark, cast.xenia, cast.ursula):
        with pytest.raises(REFUSED):
            draft_contest(actor, wanted, today=before())
        with pytest.raises(REFUSED):
            revise_contest(actor, contest.pk, name="x", rules=RULES, today=before())
        with pytest.raises(REFUSED):
            open_contest(actor, contest.pk, today=before())
        with pytest.raises(REFUSED):
            call_off(actor, contest.pk, note="no")
        with pytest.raises(REFUSED):
            note_prize(actor, contest.pk, prize=0, entry=1, given_on=day(90))
    for actor in (*cast.who_may_not_write, cast.xenia, cast.ursula):
        with pytest.raises(REFUSED):
            enter(actor, contest.pk, red, today=before())
        with pytest.raises(REFUSED):
            withdraw(actor, contest.pk, red)


def test_who_sees_a_contest(stage: Stage) -> None:
    contest, cast = stage.drafted(), stage.cast
    readers = (cast.olga, cast.edith, cast.xenia, cast.victor)
    assert all(contest in visible_contests(actor) for actor in readers)
    assert not any(contest in visible_contests(actor) for actor in (cast.mark, cast.ursula))
    open_contest(cast.edith, contest.pk, today=before())
    assert contest in visible_contests(cast.mark)
    assert contest not in visible_contests(cast.ursula)
    enter(cast.mark, contest.pk, stage.teams["red"].pk, today=before())
    assert contest in visible_contests(cast.ursula)
    with pytest.raises(NotFound):
        visible_contests(cast.stan)


def test_the_pages_lead_from_an_idea_to_what_is_left_of_it(stage: Stage, lake: Path) -> None:
    load(lake, worked())
    edith, mark, ursula = (
        client(a) for a in (stage.cast.edith, stage.cast.mark, stage.cast.ursula)
    )
    contest = stage.opened("blue")
    path = f"/w/acme/contests/{contest.pk}"
    assert "Write a contest" in edith.get("/w/acme/contests").content.decode()
    assert edith.get("/w/acme/contests/new").status_code == 200
    assert edith.post("/w/acme/contests/new", {"name": ""}).status_code == 422
    assert edith.get(f"{path}/edit").status_code == 200
    assert "Its people" not in mark.get(path).content.decode()
    refused = mark.post(f"{path}/teams", {"team": stage.teams["red"].pk, "act": "enter"})
    assert refused.status_code == 302  # its day has passed today: said on the page
    assert "until the day before it starts" in mark.get(path).content.decode()
    enter(stage.cast.mark, contest.pk, stage.teams["red"].pk, today=before())
    assert "Leave my work out" in ursula.get(path).content.decode()
    ursula.post(f"{path}/own", {"counts": "0"})
    assert "Count my work again" in ursula.get(path).content.decode()
    advance(contest, FIRST)
    run(contest, day(147))

    shown = ursula.get(path).content.decode()
    assert "What the contest gave was gone after eight weeks." in shown
    assert "This is no experiment" in shown
    owner = edith.get(f"{path}/owner").content.decode()
    assert "Only you see this" in owner
    assert "Only you see this" not in client(stage.cast.olga).get(f"{path}/owner").content.decode()
    typed = {"prize": "0", "entry": contest.entries.all()[0].pk, "given_on": day(100).isoformat()}
    edith.post(f"{path}/prize", typed)
    assert "Given to blue" in edith.get(path).content.decode()
    table = b"".join(edith.get("/w/acme/contests.csv")).decode()
    rows = list(csv.DictReader(table.splitlines()))
    assert [(r["group"], r["place"]) for r in rows if r["row"] == "team"] == [
        ("red", "1"),
        ("blue", "2"),
    ]


def test_a_contest_is_written_and_run_over_the_api(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "today_in", lambda _workspace: before())
    monkeypatch.setattr(taking_part, "today_in", lambda _workspace: before())
    edith, mark = of_browser(stage.cast.edith), of_browser(stage.cast.mark)
    wanted = {"name": "Spring", "first": FIRST.isoformat(), "weeks": 4}
    lunch = {"what": "Lunch", "paid_by": "Head", "worth": "50.00", "currency": "EUR"}

    made = edith.post("/contests", wanted | {"behaviour": stage.behaviour.pk, "prizes": [lunch]})
    path = f"/contests/{made.json()['id']}"
    changed = edith.send("PUT", path, wanted | {"weeks": 6, "note": "Longer"})
    opened = edith.post(f"{path}/open")
    (red,) = mark.items(f"{path}/teams")
    entered = mark.post(f"{path}/teams/{red['team']}/enter")
    out = mark.post(f"{path}/teams/{red['team']}/withdraw")
    closed = edith.post(f"{path}/close", {"note": "The system fails"})

    assert (made.json()["status"], made.json()["prizes"][0]["worth"]) == ("draft", "50.00")
    assert (changed.json()["rules"], changed.json()["weeks"]) == (2, 6)
    assert opened.json()["status"] == "open"
    assert (red["name"], red["is_in"]) == ("red", False)
    assert (entered.json()["is_in"], entered.json()["rules"]) == (True, 2)
    assert out.json()["is_in"] is False
    assert closed.json()["status"] == "called off"
    assert edith.post(f"{path}/open").status_code == 409


def test_nobody_runs_contests_over_the_api_who_may_not(stage: Stage) -> None:
    contest, cast = stage.opened("red", "blue"), stage.cast
    path, blue = f"/contests/{contest.pk}", stage.teams["blue"].pk
    wanted = {"name": "New", "first": "2099-01-05", "weeks": 4}
    tried = (
        ("POST", "/contests", wanted | {"behaviour": stage.behaviour.pk}),
        ("PUT", path, wanted),
        ("POST", f"{path}/open", None),
        ("POST", f"{path}/close", {"note": "no"}),
        ("POST", f"{path}/teams/{blue}/enter", None),
        ("POST", f"{path}/teams/{blue}/withdraw", None),
        ("POST", f"{path}/prizes", {"prize": 1, "team": blue, "given_on": "2026-01-05"}),
    )

    told = {
        of_browser(actor).send(*each).status_code
        for actor in (*cast.who_may_not_write, cast.mark, cast.xenia, cast.ursula, cast.carla)
        for each in tried
    }

    assert told <= {403, 404}
    contest.refresh_from_db()
    assert (contest.name, contest.status) == ("Spring", Status.OPEN)
    assert len(entries_in_force(contest)) == 2


def test_the_api_tells_the_same(stage: Stage, lake: Path) -> None:
    load(lake, worked())
    contest = stage.opened("red", "blue")
    api = of_browser(stage.cast.victor)
    assert api.get("/contests").json()["items"][0]["status"] == "open"
    advance(contest, FIRST)
    run(contest, day(147))

    told = api.get(f"/contests/{contest.pk}/standing").json()

    assert [(row["team"], row["place"]) for row in told["teams"]] == [("red", 1), ("blue", 2)]
    assert told["decay"]["left"] == "gone"
    assert told["other_teams"]["levels"][0]["level"]["state"] == "measured"
    assert api.get(f"/contests/{contest.pk}").json()["prizes"][0]["what"] == LUNCH.what
