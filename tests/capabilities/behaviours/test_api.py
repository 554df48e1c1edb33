"""Behaviours over the API: what the pages do, for whoever holds a key or is signed in."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from tests.api.asking import Api, of_browser, of_key
from tests.capabilities.behaviours.asking import drafted
from tests.capabilities.behaviours.test_keeping import asked
from tests.capabilities.behaviours.test_team import leads
from tests.cast import Cast
from tests.factories import account, person
from uptake.capabilities.behaviours import own_counts, speaking
from uptake.capabilities.behaviours.definition import read
from uptake.capabilities.behaviours.models import Behaviour
from uptake.capabilities.customers.models import Person

WEDNESDAY = datetime(2025, 5, 21, 12, tzinfo=UTC)

CLEAR: dict[str, Any] = {
    "statement": "Log each customer call in Activities, with the next step",
    "actions": ["create"],
    "right_first_time": True,
    "amount": 3,
    "weekday": 4,
    "at": "13:00",
    "reason": "Inside sales calls nobody twice",
    "counters": ["duplicates"],
    "properties": {"channel": "phone"},
    "rules": [{"field": "team", "op": "is", "value": "good"}],
}


@pytest.fixture
def key(cast: Cast) -> Api:
    return of_key(cast, "behaviours:read", "behaviours:write")


def test_a_behaviour_is_drafted_checked_set_live_changed_and_ended(cast: Cast, key: Api) -> None:
    body = {"name": "Calls", "definition": CLEAR, "owner": "Edith"}
    made = key.post("/behaviours", body).json()
    place = f"/behaviours/{made['id']}"
    unclear = key.get(f"{place}/findings").json()
    person(cast.workspace, team=cast.workspace.teams.create(external_id="good"))

    live = key.post(f"{place}/live", {})
    changed = key.send("PUT", place, body | {"definition": CLEAR | {"amount": 4}, "note": "more"})
    ended = key.post(f"{place}/end")

    assert (made["status"], made["amount"], made["due"]) == (
        "draft",
        "3 a week",
        "by Friday 13:00 each week",
    )
    assert [f["part"] for f in unclear["findings"] if f["gravity"] == "refused"] == ["population"]
    assert (live.json()["status"], ended.json()["status"]) == ("live", "ended")
    assert (changed.json()["version"], changed.json()["amount"]) == (2, "4 a week")
    versions = key.items(f"{place}/versions")
    assert [(v["number"], v["definition"]["amount"], v["note"]) for v in versions] == [
        (1, 3, ""),
        (2, 4, "more"),
    ]


def test_what_is_sent_is_what_is_kept_and_what_comes_back(key: Api) -> None:
    made = key.post("/behaviours", {"name": "Calls", "definition": CLEAR}).json()

    kept = read(Behaviour.objects.get().versions.get().definition)
    again = key.send(
        "PUT", f"/behaviours/{made['id']}", {"name": "Calls", "definition": made["definition"]}
    )

    assert kept.properties == (("channel", "phone"),)
    assert kept.rules == ({"field": "team", "op": "is", "value": "good"},)
    assert (again.status_code, again.json()["version"]) == (200, 1)


def test_what_people_can_get_wrong_is_told_in_a_sentence(key: Api) -> None:
    made = key.post("/behaviours", {"name": "Calls", "definition": CLEAR})
    again = key.post("/behaviours", {"name": "Calls", "definition": CLEAR})
    once = key.post("/behaviours", {"name": "Once", "definition": CLEAR | {"due_on": "2026-03-06"}})
    live = key.post(f"/behaviours/{made.json()['id']}/live", {})

    assert [again.status_code, once.status_code, live.status_code] == [409, 422, 422]
    assert "choose another name" in again.json()["detail"]
    assert "choose once" in once.json()["detail"]
    assert "Nobody is in this population" in live.json()["detail"]


def test_lists_come_in_pages_and_by_status(cast: Cast, key: Api) -> None:
    for name in ("c", "a", "b"):
        drafted(cast.edith, name)

    first = key.get("/behaviours", limit=2).json()
    rest = key.get("/behaviours", limit=2, cursor=first["next"]).json()

    assert [row["name"] for row in first["items"] + rest["items"]] == ["a", "b", "c"]
    assert rest["next"] is None
    assert key.items("/behaviours", status="live") == []


def test_who_sees_one_account_finds_that_accounts_behaviours_alone(cast: Cast) -> None:
    account(cast.workspace, "north")
    drafted(cast.edith, "of all")
    drafted(cast.carla, "of north")

    assert [row["name"] for row in of_browser(cast.carla).items("/behaviours")] == ["of north"]
    assert [
        row["name"] for row in of_key(cast, "behaviours:read", account="north").items("/behaviours")
    ] == ["of north"]


def test_whether_it_happens_is_told_of_groups_with_what_it_rests_on(worked: Cast, key: Api) -> None:
    behaviour = asked(worked)

    told = key.get(f"/behaviours/{behaviour.pk}/attainment").json()
    teams = key.get(f"/behaviours/{behaviour.pk}/teams", limit=1).json()
    rest = key.get(f"/behaviours/{behaviour.pk}/teams", cursor=teams["next"]).json()

    assert told["sentence"].startswith("12 of 24 people met it")
    assert (told["people"]["numerator"], told["people"]["denominator"]) == (48, 96)
    assert told["people"]["how"].endswith(f"/behaviours/{behaviour.pk}")
    assert told["basis"]["minimum_people"] == 5
    assert [point["share"] for point in told["points"]] == [0.5] * 11
    assert "signs" not in told
    assert [(t["team"], t["standing"]) for t in teams["items"] + rest["items"]] == [
        ("good", "within"),
        ("poor", "far below"),
    ]


def test_ones_own_week_and_team_are_for_whoever_is_signed_in(
    worked: Cast, key: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_counts, "now", lambda: WEDNESDAY)
    leads(worked, "poor")
    Person.objects.filter(external_id="p1").update(user=worked.ursula.user)
    behaviour = asked(worked)
    question = speaking.ask_what_is_wanted(worked.ursula, behaviour.pk, question="Which?")

    week = of_browser(worked.ursula).get("/me/week").json()
    team = of_browser(worked.mark).get("/me/team/behaviours").json()

    (item,) = week["items"]
    assert (item["standing"], item["good"], item["left"]) == ("open", 0, 1)
    assert (team["people"], team["waiting"]) == (12, 1)
    assert team["items"][0]["is_organisational"]
    assert "p3" not in str(team)
    assert key.get("/me/week").status_code == 404
    answered = of_browser(worked.mark).post(f"/questions/{question.pk}/answer", {"answer": "All."})
    assert answered.json()["answered_by"] == "mark"
    assert key.items("/questions", open=True) == []
    assert [row["answer"] for row in key.items("/questions", open=False)] == ["All."]


def test_a_key_that_reads_writes_nothing(cast: Cast) -> None:
    reads = of_key(cast, "behaviours:read")
    behaviour = drafted(cast.edith)

    refused = [
        reads.post("/behaviours", {"name": "New", "definition": CLEAR}),
        reads.send("PUT", f"/behaviours/{behaviour.pk}", {"name": "New", "definition": CLEAR}),
        reads.post(f"/behaviours/{behaviour.pk}/live", {}),
        reads.post(f"/behaviours/{behaviour.pk}/end"),
        reads.get("/questions"),
    ]

    assert [answer.status_code for answer in refused] == [403] * 5
    assert Client().get("/api/v1/workspaces/acme/behaviours").status_code == 401
    assert Behaviour.objects.count() == 1
