"""What pages do to processes and their intended way is done over the API, by the same people."""

from __future__ import annotations

import pytest

from tests.api.asking import of_browser
from tests.capabilities.process.laked import SHORT, USUAL, load, measured, people_of
from tests.cast import Cast
from uptake.capabilities.process import actions
from uptake.capabilities.process.asked import Asked
from uptake.capabilities.process.models import Process, ReportedBarrier
from uptake.capabilities.process.proposing import discard_proposal
from uptake.capabilities.process.viewing import key_of_deviation, look
from uptake.foundation.errors import Conflict

DRAFT = "process: Orders\nsteps: [order, {step: check, optional: yes}, ship, bill]\n"


@pytest.fixture
def process(cast: Cast) -> Process:
    people_of(cast)
    load((USUAL, 24), (SHORT, 12))
    return measured(cast)


def test_a_way_is_proposed_dated_confirmed_or_thrown_away(cast: Cast, process: Process) -> None:
    edith, path = of_browser(cast.edith), f"/processes/{process.pk}/versions"

    proposed = edith.post(f"{path}/propose").json()
    version = f"/processes/versions/{proposed['id']}"
    dated = edith.send("PUT", f"{version}/dates", {"begins": "2025-03-03"}).json()
    confirmed = edith.post(f"{version}/confirm").json()
    kept = edith.send("DELETE", version)
    other = edith.post(f"{path}/propose").json()
    thrown = edith.send("DELETE", f"/processes/versions/{other['id']}")

    assert (proposed["confirmed"], proposed["number"]) == (False, 2)
    assert "order" in proposed["text"]
    assert (dated["begins"], dated["ends"]) == ("2025-03-03", None)
    assert confirmed["confirmed"] is True
    assert (kept.status_code, "confirmed and stays" in kept.json()["detail"]) == (409, True)
    assert thrown.status_code == 204
    assert [row["number"] for row in edith.items(path)] == [2, 1]
    backwards = {"begins": "2025-03-03", "ends": "2025-03-02"}
    assert edith.send("PUT", f"{version}/dates", backwards).status_code == 422


def test_a_way_is_read_off_the_cases_that_are_asked_for(cast: Cast, process: Process) -> None:
    edith, path = of_browser(cast.edith), f"/processes/{process.pk}/versions/propose"

    short = edith.post(f"{path}?without=check").json()
    nothing = edith.post(f"{path}?with=nothing")

    assert "check" not in short["text"]
    assert nothing.status_code == 409


def test_a_draft_says_how_many_cases_would_fit_and_keeps_nothing(
    cast: Cast, process: Process
) -> None:
    edith, path = of_browser(cast.edith), f"/processes/{process.pk}/versions/try"

    loose = edith.post(path, {"text": DRAFT}).json()
    strict = edith.post(path, {"text": DRAFT.replace(", optional: yes", "")}).json()
    unclear = edith.post(path, {"text": "steps: 3"})

    assert (loose["fitting"], loose["judged"], loose["deviations"]) == (36, 36, [])
    assert (strict["fitting"], strict["deviations"]) == (
        24,
        [{"sentence": "check was skipped", "cases": 12}],
    )
    assert unclear.status_code == 422
    assert process.versions.count() == 1


def test_numbers_of_versions_go_on_after_one_was_thrown_away(cast: Cast, process: Process) -> None:
    proposal = actions.IntendedFacts(DRAFT, is_proposal=True)
    first = actions.write_intended(cast.edith, process.pk, proposal)
    second = actions.write_intended(cast.edith, process.pk, proposal)
    discard_proposal(cast.edith, first.pk)

    made = actions.write_intended(cast.edith, process.pk, proposal)

    assert (second.number, made.number) == (3, 4)
    process.refresh_from_db()
    actions.end_process(cast.edith, process.pk)
    with pytest.raises(Conflict, match="has ended"):
        discard_proposal(cast.edith, made.pk)


def test_a_proposal_is_thrown_away_on_the_page(cast: Cast, process: Process) -> None:
    made = actions.write_intended(
        cast.edith, process.pk, actions.IntendedFacts(DRAFT, is_proposal=True)
    )
    client = of_browser(cast.edith).client
    address = f"/w/acme/processes/versions/{made.pk}/discard"

    page = client.get(f"/w/acme/processes/{process.pk}/model").content.decode()
    said = client.post(address, follow=True).content.decode()

    assert address in page
    assert "The proposal, version 2, is thrown away." in said
    assert process.versions.count() == 1


def test_what_stops_people_is_said_by_whoever_reads(cast: Cast, process: Process) -> None:
    found = look(cast.victor, process.pk, Asked()).picture
    assert found is not None
    key = key_of_deviation(found.deviations[0])
    victor, path = of_browser(cast.victor), f"/processes/{process.pk}/barriers"

    said = victor.post(path, {"deviation": key, "kind": "time", "text": "Two short"})
    unknown = victor.post(path, {"deviation": "none", "kind": "time"})
    stranger = of_browser(cast.ursula).post(path, {"deviation": key, "kind": "time"})

    assert said.status_code == 201
    assert said.json()["sentence"] == "check was skipped"
    assert (unknown.status_code, stranger.status_code) == (404, 403)
    assert ReportedBarrier.objects.get().text == "Two short"


def test_a_process_is_ended_and_removed(cast: Cast, process: Process) -> None:
    edith, path = of_browser(cast.edith), f"/processes/{process.pk}"

    ended = edith.post(f"{path}/end").json()
    again = edith.post(f"{path}/end")
    removed = edith.send("DELETE", path)

    assert ended["state"] == "Ended"
    assert (again.status_code, removed.status_code) == (409, 204)
    assert edith.get(path).status_code == 404


def test_nobody_changes_over_the_api_who_may_not(cast: Cast, process: Process) -> None:
    made = actions.write_intended(
        cast.edith, process.pk, actions.IntendedFacts(DRAFT, is_proposal=True)
    )
    path, version = f"/processes/{process.pk}", f"/processes/versions/{made.pk}"
    tried = (
        ("POST", f"{path}/versions/propose", None),
        ("POST", f"{path}/versions/try", {"text": DRAFT}),
        ("PUT", f"{version}/dates", {}),
        ("POST", f"{version}/confirm", None),
        ("DELETE", version, None),
        ("POST", f"{path}/end", None),
        ("DELETE", path, None),
    )

    told = {
        of_browser(actor).send(*each).status_code
        for actor in (*cast.who_may_not_write, cast.xenia, cast.ursula, cast.carla)
        for each in tried
    }

    assert told <= {403, 404}
    process.refresh_from_db()
    assert process.ended_at is None
    assert [row.is_confirmed for row in process.versions.order_by("number")] == [True, False]
