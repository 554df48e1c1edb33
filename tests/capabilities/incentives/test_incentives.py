"""What is rewarded stands on record, with what it works against and what a change of it did."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from tests import factories
from tests.api.asking import of_browser
from tests.capabilities.behaviours.test_keeping import asked
from tests.cast import Cast
from tests.metrics.logs import MONDAY, day
from uptake.capabilities.behaviours.figures import BehaviourFigures, Point
from uptake.capabilities.behaviours.models import BarrierReport, Obstacle
from uptake.capabilities.incentives import actions, on_behaviours, pages
from uptake.capabilities.incentives.actions import (
    Decision,
    IncentiveFacts,
    LinkFacts,
    change,
    decide,
    end,
    propose,
    register,
)
from uptake.capabilities.incentives.effects import Effect, Finding, What, effects
from uptake.capabilities.incentives.models import Answer, Incentive, Kind, Link, Proposal, Way
from uptake.capabilities.incentives.queries import (
    access_incentive,
    linked_to,
    open_proposals,
    said_by_people,
    visible_incentives,
)
from uptake.foundation.actor import Actor
from uptake.foundation.errors import Conflict, Invalid, NotAllowed, NotFound
from uptake.foundation.models import Activity

REFUSED = (NotAllowed, NotFound)
TODAY = date(2026, 3, 31)
YES = Decision(accepts=True, by="HR", reason="It costs no more", on=TODAY, holds_from=TODAY)


@pytest.fixture(autouse=True)
def is_today(monkeypatch: pytest.MonkeyPatch) -> None:
    """No day begins while these tests run."""
    for module in (actions, on_behaviours, pages):
        monkeypatch.setattr(module, "localdate", lambda **_zone: TODAY)


def facts(cast: Cast, way: Way = Way.AGAINST, **changed: Any) -> IncentiveFacts:
    behaviour = changed.pop("behaviour", None) or asked(cast).pk
    usual = IncentiveFacts(
        name="Bonus for closed cases",
        kind=Kind.BONUS,
        what="2 EUR for every closed case",
        whom="Service agents",
        given_by="Head of service",
        source="Two pay slips",
        since=date(2025, 1, 1),
        links=(LinkFacts(behaviour, way, "A note takes time in which no case is closed"),),
    )
    return replace(usual, **changed)


def client(who: Actor) -> Client:
    found = Client()
    assert who.user is not None
    found.force_login(who.user)
    return found


def test_what_works_against_a_behaviour_stands_first_and_on_its_page(housed: Cast) -> None:
    about = facts(housed)
    behaviour = about.links[0].behaviour
    register(housed.edith, about)
    praise = replace(about, name="A praise", links=(), kind=Kind.PRAISE)
    register(housed.edith, praise)

    shown = client(housed.victor).get("/w/acme/incentives").content.decode()
    page = client(housed.victor).get(f"/w/acme/behaviours/{behaviour}").content.decode()

    assert "1 incentive works against what people are asked to do." in shown
    assert shown.index("Bonus for closed cases") < shown.index("A praise")
    assert "works against this:</b> A note takes time" in page
    assert not linked_to(housed.victor, Link.objects.get().behaviour, date(2024, 1, 1))


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"name": " "}, Invalid),
        ({"what": ""}, Invalid),
        ({"whom": ""}, Invalid),
        ({"given_by": ""}, Invalid),
        ({"source": ""}, Invalid),
        ({"until": date(2024, 1, 1)}, Invalid),
        ({"population": "nobody"}, NotFound),
        ({"account": "nowhere"}, NotFound),
        ({"links": (LinkFacts(10_000, Way.FOR, "so"),)}, NotFound),
        ({"links": (LinkFacts(1, Way.FOR, " "),)}, Invalid),
        ({"links": (LinkFacts(1, Way.FOR, "so"), LinkFacts(1, Way.AGAINST, "so"))}, Invalid),
        ({"links": tuple(LinkFacts(n, Way.FOR, "so") for n in range(5))}, Invalid),
    ],
)
def test_it_says_what_of_whom_by_whom_and_how_it_is_known(
    cast: Cast, changed: dict[str, Any], problem: type[Exception]
) -> None:
    wanted = replace(facts(cast), **changed)
    with pytest.raises(problem):
        register(cast.edith, wanted)

    assert not Incentive.objects.exists()


def test_a_name_stands_once(cast: Cast) -> None:
    wanted = facts(cast)
    register(cast.edith, wanted)

    with pytest.raises(Conflict):
        register(cast.edith, wanted)


def test_it_is_corrected_and_ends_on_its_last_day(cast: Cast) -> None:
    wanted = facts(cast)
    made = register(cast.edith, wanted)

    change(cast.olga, made.pk, replace(wanted, until=date(2025, 6, 30), links=()))

    found = access_incentive(cast.edith, made.pk)
    assert found.is_in_force(date(2025, 6, 30))
    assert not found.is_in_force(date(2025, 7, 1))
    assert list(found.links.all()) == []
    assert Activity.objects.get(verb="incentive.changed").facts["days_changed"] is True


def test_a_proposal_waits_until_it_is_decided_once(cast: Cast) -> None:
    made = register(cast.edith, facts(cast))
    asked_hr = propose(cast.edith, made.pk, what="Pay for quality", to_whom="HR")
    assert list(open_proposals(cast.victor)) == [asked_hr]

    decide(cast.edith, made.pk, asked_hr.pk, YES)

    asked_hr.refresh_from_db()
    assert (asked_hr.answer, asked_hr.holds_from) == (Answer.ACCEPTED, TODAY)
    assert not open_proposals(cast.victor).exists()
    with pytest.raises(Conflict):
        decide(cast.edith, made.pk, asked_hr.pk, YES)


@pytest.mark.parametrize(
    "changed",
    [
        {"by": ""},
        {"reason": " "},
        {"on": TODAY + timedelta(days=1)},
        {"on": TODAY - timedelta(days=1)},
        {"holds_from": None},
        {"accepts": False},
    ],
)
def test_a_decision_says_by_whom_why_and_from_when(cast: Cast, changed: dict[str, Any]) -> None:
    made = register(cast.edith, facts(cast))
    asked_hr = propose(cast.edith, made.pk, what="Pay for quality", to_whom="HR")

    with pytest.raises(Invalid):
        decide(cast.edith, made.pk, asked_hr.pk, replace(YES, **changed))

    assert Proposal.objects.get().answer == Answer.PROPOSED


@pytest.mark.parametrize("said", [{"what": " ", "to_whom": "HR"}, {"what": "more", "to_whom": ""}])
def test_a_proposal_says_what_and_to_whom(cast: Cast, said: dict[str, str]) -> None:
    made = register(cast.edith, facts(cast))

    with pytest.raises(Invalid):
        propose(cast.edith, made.pk, **said)
    with pytest.raises(Invalid):
        propose(cast.edith, made.pk, what="x", to_whom="HR", proposed_on=TODAY + timedelta(days=1))


def test_nobody_writes_in_the_register_who_may_not(cast: Cast) -> None:
    wanted = facts(cast)
    made = register(cast.edith, wanted)
    asked_hr = propose(cast.edith, made.pk, what="Pay for quality", to_whom="HR")
    other = replace(wanted, name="Other", links=())

    for actor in (*cast.who_may_not_write, cast.mark, cast.xenia, cast.ursula):
        with pytest.raises(REFUSED):
            register(actor, other)
        with pytest.raises(REFUSED):
            change(actor, made.pk, wanted)
        with pytest.raises(REFUSED):
            propose(actor, made.pk, what="x", to_whom="HR")
        with pytest.raises(REFUSED):
            decide(actor, made.pk, asked_hr.pk, YES)
        with pytest.raises(REFUSED):
            end(actor, made.pk, last=TODAY)
    with pytest.raises(NotFound):
        change(cast.carla, made.pk, wanted)  # the register of the whole company


def test_who_is_limited_to_an_account_keeps_its_own(cast: Cast) -> None:
    factories.account(cast.workspace, "north")
    register(cast.edith, facts(cast))

    made = register(cast.carla, facts(cast, name="North", behaviour=1, links=()))

    assert str(made.account) == "north"
    assert list(visible_incentives(cast.carla)) == [made]
    assert visible_incentives(cast.victor).count() == 2
    for actor in (cast.mark, cast.ursula, cast.stan):
        with pytest.raises(REFUSED):
            visible_incentives(actor)


def test_a_customer_links_what_is_asked_everywhere_and_reads_none_of_its_numbers(
    worked: Cast,
) -> None:
    north = factories.account(worked.workspace, "north")
    everywhere = asked(worked)
    with pytest.raises(NotFound):
        register(worked.carla, facts(worked, behaviour=everywhere.pk))  # of nobody there
    factories.person(worked.workspace, "n1", account=north)

    made = register(worked.carla, facts(worked, behaviour=everywhere.pk, since=day(56)))
    page = client(worked.carla).get(f"/w/acme/incentives/{made.pk}").content.decode()
    register_page = client(worked.carla).get("/w/acme/incentives").content.decode()
    own = of_browser(worked.carla).get(f"/incentives/{made.pk}/effects").json()["effects"]
    change(worked.carla, made.pk, facts(worked, behaviour=everywhere.pk, what="3 EUR"))

    assert f"{everywhere}, asked in all accounts" in page
    assert "Did anything change with it?" not in page
    assert "1 incentive works against what people are asked to do." in register_page
    assert own == []
    assert Link.objects.get().behaviour == everywhere
    theirs = of_browser(worked.edith).get(f"/incentives/{made.pk}/effects").json()["effects"]
    assert len(theirs) == 1


def test_a_manager_learns_on_the_page_what_works_against_it(housed: Cast) -> None:
    north = factories.account(housed.workspace, "north")
    mark = factories.person(housed.workspace, "mark", user=housed.mark.user, account=north)
    behaviour = asked(housed)
    behaviour.of_team, behaviour.leader, behaviour.account = True, mark, north
    behaviour.save()
    wanted = facts(housed, behaviour=behaviour.pk)
    register(housed.edith, wanted)
    south = factories.account(housed.workspace, "south")
    register(housed.edith, replace(wanted, name="Elsewhere", account=south.external_id))

    shown = client(housed.mark).get(f"/w/acme/behaviours/{behaviour.pk}").content.decode()

    assert "Bonus for closed cases works against this" in shown
    assert "Elsewhere" not in shown
    assert client(housed.mark).get("/w/acme/incentives").status_code == 403


def test_people_who_say_they_are_paid_for_something_else_are_a_hint(cast: Cast) -> None:
    behaviour = asked(cast)
    people = [factories.person(cast.workspace, f"p{n}") for n in range(5)]
    rows = [
        BarrierReport(behaviour=behaviour, person=person, kind=Obstacle.REWARD) for person in people
    ]
    BarrierReport.objects.bulk_create(rows[:4])
    assert said_by_people(cast.victor) == []
    rows[4].save()

    (hint,) = said_by_people(cast.victor)
    register(cast.edith, facts(cast, behaviour=behaviour.pk))

    assert (hint.behaviour, hint.people) == (behaviour, 5)
    assert said_by_people(cast.victor) == []


def series(before: float, after: float, *, weeks: int = 20, since: int = 8) -> BehaviourFigures:
    """Weekly shares that wobble by one percent around a level that moves in one week."""
    points = tuple(
        Point(MONDAY + timedelta(weeks=n), (before if n < since else after) + 0.01 * (n % 3), True)
        for n in range(weeks)
    )
    return BehaviourFigures(1, "live", points=points)


def effect(cast: Cast, shown: BehaviourFigures | None, **changed: Any) -> Effect:
    made = register(cast.edith, facts(cast, **changed))
    link = made.links.get()
    found = effects(
        made,
        {} if shown is None else {link.behaviour_id: shown},
        told={link.behaviour_id},
    )
    return found[0]


def test_a_lasting_rise_after_a_bad_reward_ended_is_found(cast: Cast) -> None:
    found = effect(cast, series(0.3, 0.7), since=None, until=day(8 * 7 - 1))

    assert (found.what, found.rises, found.finding) == (What.ENDED, True, Finding.CHANGED)
    assert (found.before, found.after) == (0.31, 0.71)
    assert found.sentence.startswith("It rose around the day on which the incentive ended")


def test_a_reward_against_it_should_make_it_fall(cast: Cast) -> None:
    fell = effect(cast, series(0.7, 0.3), since=day(56))

    assert (fell.what, fell.rises, fell.finding) == (What.BEGAN, False, Finding.CHANGED)


def test_a_move_the_wrong_way_is_no_effect(cast: Cast) -> None:
    found = effect(cast, series(0.7, 0.3), way=Way.FOR, since=day(56))

    assert (found.rises, found.finding) == (True, Finding.NOT_SHOWN)
    assert found.conditions[0].met is False


def test_nothing_is_said_before_nine_periods_are_known(cast: Cast) -> None:
    found = effect(cast, series(0.3, 0.7, weeks=12), since=None, until=day(55))

    assert found.finding is Finding.NOT_YET
    assert "4 periods are known since" in found.sentence


@pytest.mark.parametrize(
    ("shown", "reason"),
    [
        (None, "no numbers"),
        (series(0.3, 0.7, since=4), "4 periods are known from before"),
    ],
)
def test_too_little_is_not_measurable(
    cast: Cast, shown: BehaviourFigures | None, reason: str
) -> None:
    found = effect(cast, shown, since=day(28))

    assert found.finding is Finding.NOT_MEASURABLE
    assert reason in found.sentence


def test_what_was_accepted_is_looked_at_from_the_day_it_holds(cast: Cast) -> None:
    made = register(cast.edith, facts(cast, since=None))
    asked_hr = propose(cast.edith, made.pk, what="x", to_whom="HR", proposed_on=day(0))
    decide(cast.edith, made.pk, asked_hr.pk, replace(YES, on=day(1), holds_from=day(7 * 20)))
    key = made.links.get().behaviour_id

    (found,) = effects(access_incentive(cast.edith, made.pk), {key: series(0.3, 0.7)}, told={key})

    assert (found.what, found.rises, found.finding) == (What.CHANGED, True, Finding.NOT_YET)


def test_a_behaviour_first_asked_in_the_same_weeks_is_named(cast: Cast) -> None:
    assert effect(cast, None, since=day(42)).is_beside  # asked from day 28 on


def test_its_effect_is_read_from_the_kept_figures(worked: Cast) -> None:
    made = register(worked.edith, facts(worked, since=day(56)))

    shown = client(worked.victor).get(f"/w/acme/incentives/{made.pk}").content.decode()

    assert "Not yet due: 3 periods are known since" in shown
    assert "works against what people are asked to do" in shown


def test_the_pages_lead_from_writing_down_to_a_decision(housed: Cast) -> None:
    edith = client(housed.edith)
    behaviour = asked(housed).pk
    typed = {
        "name": "Speed",
        "kind": "target",
        "what": "Closed cases a day",
        "whom": "Agents",
        "given_by": "Head",
        "source": "Dashboards",
        "behaviour_1": behaviour,
        "how_1": "No time for notes",
    }
    assert "Write the first one down" in edith.get("/w/acme/incentives").content.decode()
    assert edith.get(f"/w/acme/incentives/new?behaviour={behaviour}").status_code == 200
    assert edith.post("/w/acme/incentives/new", typed).status_code == 422  # which way?
    edith.post("/w/acme/incentives/new", typed | {"way_1": "against"})
    path = f"/w/acme/incentives/{Incentive.objects.get().pk}"
    assert 'value="Speed"' in edith.get(f"{path}/edit").content.decode()
    edith.post(f"{path}/edit", typed | {"way_1": "against", "since": "2025-01-06"})
    assert Incentive.objects.get().since == date(2025, 1, 6)
    edith.post(f"{path}/propose", {"what": "", "to_whom": "HR"})
    edith.post(f"{path}/propose", {"what": "Count good notes", "to_whom": "HR"})
    said = {"accepts": "0", "by": "HR", "reason": "Next year", "on": TODAY.isoformat()}
    edith.post(f"{path}/proposals/{Proposal.objects.get().pk}", said)

    shown = edith.get(path).content.decode()
    assert "Refused by HR" in shown
    assert "Next year" in shown
    table = b"".join(edith.get("/w/acme/incentives.csv")).decode()
    rows = list(csv.DictReader(table.splitlines()))
    assert [(row["incentive"], row["way"]) for row in rows] == [("Speed", "against")]


def wanted(cast: Cast, **changed: Any) -> dict[str, object]:
    """What is sent to the API for an incentive."""
    kept = facts(cast)
    link = {"behaviour": kept.links[0].behaviour, "way": "against", "how": "It takes time"}
    names = ("name", "kind", "what", "whom", "given_by", "source")
    return {name: getattr(kept, name) for name in names} | {
        "since": "2025-01-01",
        "links": [link],
        **changed,
    }


def test_the_register_is_kept_over_the_api(cast: Cast) -> None:
    edith, body = of_browser(cast.edith), wanted(cast)

    made = edith.post("/incentives", body).json()
    path = f"/incentives/{made['id']}"
    changed = edith.send("PUT", path, body | {"what": "3 EUR"}).json()
    early = edith.post(f"{path}/end", {"until": "2024-12-31"})
    ended = edith.post(f"{path}/end", {"until": "2025-06-30"}).json()

    assert made["links"][0]["way"] == "against"
    assert (changed["what"], changed["since"], changed["until"]) == ("3 EUR", "2025-01-01", None)
    assert early.status_code == 422
    assert (ended["until"], len(ended["links"])) == ("2025-06-30", 1)
    assert edith.post(f"{path}/end", {"until": "2025-07-31"}).status_code == 409
    assert edith.post("/incentives", body).status_code == 409


REFUSAL = {"accepts": False, "by": "HR", "reason": "It costs more", "on": TODAY.isoformat()}


def test_changes_are_proposed_and_decided_over_the_api_as_on_the_page(cast: Cast) -> None:
    edith = of_browser(cast.edith)
    path = f"/incentives/{edith.post('/incentives', wanted(cast)).json()['id']}"

    asked_for = edith.post(f"{path}/proposals", {"what": "Pay for quality", "to_whom": "HR"})
    (proposal,) = asked_for.json()["proposals"]
    decide_path = f"{path}/proposals/{proposal['id']}/decide"
    vague = edith.post(decide_path, REFUSAL | {"accepts": True})
    decided = edith.post(decide_path, REFUSAL).json()["proposals"][0]

    assert (proposal["answer"], proposal["proposed_on"]) == ("proposed", TODAY.isoformat())
    assert vague.status_code == 422
    assert "from which day the change holds" in vague.json()["detail"]
    assert (decided["answer"], decided["decided_by"]) == ("refused", "HR")
    assert edith.post(decide_path, REFUSAL).status_code == 409
    assert edith.post(f"{path}/proposals", {"what": " ", "to_whom": "HR"}).status_code == 422
    assert edith.post(f"{path}/proposals/999999/decide", REFUSAL).status_code == 404


def test_nobody_keeps_the_register_over_the_api_who_may_not(cast: Cast) -> None:
    body = wanted(cast)
    made = of_browser(cast.edith).post("/incentives", body).json()
    path = f"/incentives/{made['id']}"
    proposal = propose(cast.edith, made["id"], what="Pay for quality", to_whom="HR")
    made = of_browser(cast.edith).get(path).json()
    tried = (
        ("POST", "/incentives", body | {"name": "Other"}),
        ("PUT", path, body | {"what": "Nothing"}),
        ("POST", f"{path}/end", {"until": "2025-06-30"}),
        ("POST", f"{path}/proposals", {"what": "Pay for quality", "to_whom": "HR"}),
        ("POST", f"{path}/proposals/{proposal.pk}/decide", REFUSAL),
    )

    told = {
        of_browser(actor).send(*each).status_code
        for actor in (*cast.who_may_not_write, cast.mark, cast.xenia, cast.ursula, cast.carla)
        for each in tried
    }

    assert told <= {403, 404}
    assert of_browser(cast.edith).get(path).json() == made
    assert Incentive.objects.count() == 1


def test_the_api_tells_the_same(worked: Cast) -> None:
    made = register(worked.edith, facts(worked, since=day(56)))
    propose(worked.edith, made.pk, what="Pay for quality", to_whom="HR")
    api = of_browser(worked.victor)

    (told,) = api.items("/incentives")
    found = api.get(f"/incentives/{made.pk}/effects").json()["effects"]

    assert told["links"][0]["way"] == "against"
    assert told["proposals"][0]["answer"] == "proposed"
    assert api.get(f"/incentives/{made.pk}").json() == told
    assert [(each["what"], each["finding"]) for each in found] == [("began", "not yet due")]
