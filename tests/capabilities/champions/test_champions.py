"""Champions: proposed by anybody, confirmed by who leads, and only if they say yes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils.timezone import localdate

from tests import factories
from tests.api.asking import of_browser
from tests.capabilities.behaviours.test_keeping import asked
from tests.capabilities.behaviours.test_team import permit
from tests.capabilities.champions.test_jobs import client, shown
from tests.cast import Cast
from tests.foundation.delivery.servers import MailSink
from uptake.capabilities.champions.activity_of import group_activity, name_activity, own_activity
from uptake.capabilities.champions.championing import (
    Proposal,
    answer_as_champion,
    decide_champion,
    end_champion,
    nominate_champion,
)
from uptake.capabilities.champions.champions import Coverage, coverage, visible_champions
from uptake.capabilities.champions.models import Champion, Standing
from uptake.capabilities.champions.pages.champions import _sentence
from uptake.capabilities.customers.models import Person, Population
from uptake.foundation import activity
from uptake.foundation.delivery import sending
from uptake.foundation.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound
from uptake.foundation.models import NamedView

WHY = "Her notes are the ones we copy."


@pytest.fixture
def agents(cast: Cast) -> Population:
    """Six agents in two teams that Mark leads, Ursula among them, and a planner beside them."""
    mark = factories.person(cast.workspace, "mark", name="Mark", user=cast.mark.user)
    teams = [factories.team(cast.workspace, name) for name in ("east", "west")]
    facts = {"role": "agent", "manager": mark}
    for number in range(5):
        factories.person(cast.workspace, f"a{number}", team=teams[number % 2], **facts)
    factories.person(
        cast.workspace, "u1", name="Ursula", user=cast.ursula.user, team=teams[0], **facts
    )
    factories.person(cast.workspace, "planner", role="planner")
    for precedence, role in enumerate(("agent", "planner")):
        rules = [{"field": "role", "op": "is", "value": role}]
        Population.objects.create(
            workspace=cast.workspace, name=f"{role}s", rules=rules, precedence=precedence
        )
    return Population.objects.get(name="agents")


def proposed(cast: Cast, who: str = "u1") -> Champion:
    return nominate_champion(cast.edith, Proposal(who, "agents", WHY))


TRIED = (("decide", {"confirm": True}), ("end", None))


def champion(cast: Cast) -> Champion:
    """Ursula, who said yes."""
    decide_champion(cast.mark, proposed(cast).pk, confirm=True)
    return answer_as_champion(cast.ursula, Champion.objects.get().pk, accept=True)


def covered(cast: Cast) -> dict[str, Coverage]:
    return {row.population.name: row for row in coverage(cast.edith)}


def test_somebody_is_champion_once_who_leads_them_and_they_agree(
    cast: Cast, agents: Population
) -> None:
    made = proposed(cast)
    assert not visible_champions(cast.olga).exists()

    decide_champion(cast.mark, made.pk, confirm=True)
    assert not visible_champions(cast.olga).exists()
    assert "You are asked to be a champion." in shown(cast.ursula, "my-part")
    answer_as_champion(cast.ursula, made.pk, accept=True)

    (found,) = visible_champions(cast.victor)
    assert (found.name, found.since) == ("Ursula", localdate())
    assert "Ursula" in shown(cast.victor, "champions")


def test_who_says_no_is_none_and_who_stops_is_one_no_longer(cast: Cast, agents: Population) -> None:
    made = proposed(cast)
    decide_champion(cast.mark, made.pk, confirm=True)
    declined = answer_as_champion(cast.ursula, made.pk, accept=False, reason="No time")
    assert (declined.standing, declined.since) == (Standing.DECLINED, None)

    again = nominate_champion(cast.ursula, Proposal("u1", "agents", WHY))
    decide_champion(cast.mark, again.pk, confirm=True, since=date(2025, 3, 3))
    answer_as_champion(cast.ursula, again.pk, accept=True)
    ended = answer_as_champion(cast.ursula, again.pk, accept=False)

    assert (ended.standing, ended.since, ended.until) == (
        Standing.ENDED,
        date(2025, 3, 3),
        localdate(),
    )
    with pytest.raises(NotFound):
        answer_as_champion(cast.ursula, again.pk, accept=True)


def test_champions_are_confirmed_answer_and_end_over_the_api(
    cast: Cast, agents: Population
) -> None:
    path = f"/champions/{proposed(cast).pk}"
    mark, ursula, edith = (of_browser(who) for who in (cast.mark, cast.ursula, cast.edith))
    others = [of_browser(who) for who in (*cast.who_may_not_write, cast.xenia)]

    told = {
        each.post(f"{path}/{what}", body).status_code for each in others for what, body in TRIED
    }
    ahead = {ursula.post(f"/me{path}/answer", {"accept": True}).status_code}
    confirmed = mark.post(f"{path}/decide", {"confirm": True})
    said = ursula.post(f"/me{path}/answer", {"accept": True})
    ended = edith.post(f"{path}/end")

    assert told <= {403, 404}
    assert ahead == {404}
    assert [each.json()["standing"] for each in (confirmed, said, ended)] == [
        *(Standing.CONFIRMED, Standing.ACTIVE, Standing.ENDED),
    ]
    assert edith.post(f"{path}/end").status_code == 404


def test_who_is_not_confirmed_is_not_asked(cast: Cast, agents: Population) -> None:
    made = proposed(cast)

    decide_champion(cast.mark, made.pk, confirm=False)

    with pytest.raises(NotFound):
        answer_as_champion(cast.ursula, made.pk, accept=True)


@pytest.mark.parametrize(
    ("wanted", "problem"),
    [
        (Proposal("nobody@example.org", "agents", WHY), NotFound),
        (Proposal("u1", "nurses", WHY), NotFound),
        (Proposal("planner", "agents", WHY), Invalid),
        (Proposal("u1", "agents", " "), Invalid),
        (Proposal("a1", "agents", WHY), Conflict),
    ],
)
def test_a_champion_is_a_colleague_who_does_the_same_work(
    cast: Cast, agents: Population, wanted: Proposal, problem: type[DomainError]
) -> None:
    Person.objects.filter(external_id="a1").update(ends_on=localdate() - timedelta(days=1))

    with pytest.raises(problem):
        nominate_champion(cast.edith, wanted)


def test_nobody_is_proposed_twice(cast: Cast, agents: Population) -> None:
    proposed(cast)

    with pytest.raises(Conflict, match="waits to be confirmed"):
        proposed(cast)


def test_who_may_not_write_proposes_decides_and_ends_nothing(
    cast: Cast, agents: Population
) -> None:
    made = proposed(cast)

    for who, problem in ((cast.victor, NotAllowed), (cast.stan, NotFound)):
        with pytest.raises(problem):
            nominate_champion(who, Proposal("a0", "agents", WHY))
        with pytest.raises(problem):
            decide_champion(who, made.pk, confirm=True)
        with pytest.raises(problem):
            end_champion(who, made.pk)
        with pytest.raises(NotFound):
            answer_as_champion(who, made.pk, accept=True)
    with pytest.raises(NotFound):
        answer_as_champion(cast.edith, made.pk, accept=True)


def test_nobody_confirms_themselves(cast: Cast, agents: Population) -> None:
    Person.objects.filter(external_id="a0").update(user=cast.edith.user)

    with pytest.raises(NotAllowed):
        decide_champion(cast.edith, proposed(cast, "a0").pk, confirm=True)


def test_a_manager_decides_about_those_they_lead_alone(cast: Cast, agents: Population) -> None:
    made = proposed(cast)
    Person.objects.filter(external_id="u1").update(manager=None)

    with pytest.raises(NotFound):
        decide_champion(cast.mark, made.pk, confirm=True)


def test_a_population_of_nobody_does_not_lack_a_champion(cast: Cast) -> None:
    agents, nobody = (Population(workspace=cast.workspace, name=name) for name in ("a", "b"))
    bare = Coverage(agents, champions=0, waiting=0, people=9, teams=2, teams_with=0)
    empty = Coverage(nobody, champions=0, waiting=0, people=0, teams=0, teams_with=0)

    assert _sentence([bare, empty]) == "0 champions; 1 of 1 population has none."


def test_coverage_says_how_many_for_a_hundred_and_who_has_none(
    cast: Cast, agents: Population
) -> None:
    assert covered(cast)["agents"].is_bare
    champion(cast)

    found = covered(cast)["agents"]

    assert (found.champions, found.people, found.teams, found.teams_with) == (1, 6, 2, 1)
    assert found.per_hundred == pytest.approx(16.7, abs=0.1)
    assert "1 champion; 1 of 2 populations has none." in shown(cast.edith, "champions")


def test_of_fewer_than_five_no_size_is_told(cast: Cast, agents: Population) -> None:
    found = covered(cast)["planners"]

    assert (found.people, found.per_hundred, found.teams) == (None, None, None)
    answer = client(cast.edith).get("/w/acme/champions.csv")
    lines = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert "planners,suppressed,0,suppressed,suppressed,suppressed,0" in lines


def test_who_left_is_champion_no_longer(cast: Cast, agents: Population) -> None:
    champion(cast)
    Person.objects.filter(external_id="u1").update(ends_on=localdate() - timedelta(days=1))

    assert covered(cast)["agents"].is_bare


def test_what_a_champion_does_is_named_under_a_policy_alone_and_written_down(
    cast: Cast, agents: Population
) -> None:
    champion(cast)
    activity.record(cast.ursula, "recognition.nominated")
    with pytest.raises(NotAllowed):
        name_activity(cast.edith, purpose="To help")

    permit(cast)
    (told,) = name_activity(cast.edith, purpose="To help")

    assert told.deeds == (("said who did it well", 1),)
    assert NamedView.objects.get().person == "u1"
    with pytest.raises(Invalid):
        name_activity(cast.edith, purpose=" ")
    with pytest.raises(NotAllowed):
        name_activity(cast.victor, purpose="To help")
    page = client(cast.edith).post("/w/acme/champions/names", {"purpose": "To help"})
    assert "Said who did it well 1 time" in page.content.decode()
    assert client(cast.edith).post("/w/acme/champions/names").status_code == 422


def test_champions_see_what_they_did_themselves(worked: Cast) -> None:
    rules: list[dict[str, str]] = []
    Population.objects.create(workspace=worked.workspace, name="agents", rules=rules)
    Person.objects.filter(external_id="p0").update(user=worked.ursula.user)
    asked(worked)
    made = proposed(worked, "p0")
    decide_champion(worked.edith, made.pk, confirm=True)
    answer_as_champion(worked.ursula, made.pk, accept=True)

    (told,) = own_activity(worked.ursula)

    assert [(each.behaviour, each.met, each.due) for each in told.attained] == [("Log calls", 4, 4)]
    assert "Log calls: 4 of the last 4 met" in shown(worked.ursula, "my-part")
    assert own_activity(worked.edith) == []


def test_how_many_are_active_is_told_of_five_or_more(cast: Cast, agents: Population) -> None:
    champion(cast)

    assert group_activity(cast.edith).active is None
    for number in range(5):
        user = factories.user(f"champ{number}")
        Person.objects.filter(external_id=f"a{number}").update(user=user)
        Champion.objects.create(
            workspace=cast.workspace,
            population=agents,
            person=Person.objects.get(external_id=f"a{number}"),
            standing=Standing.ACTIVE,
            since=localdate(),
            why=WHY,
            nominated_by="Edith",
        )

    found = group_activity(cast.edith)

    assert (found.champions, found.with_access, found.active) == (6, 6, 0)


def test_a_team_sees_its_champions_in_my_week(worked: Cast) -> None:
    Population.objects.create(workspace=worked.workspace, name="agents", rules=[])
    Person.objects.filter(external_id="p0").update(user=worked.ursula.user)
    Person.objects.filter(external_id="p2").update(user=worked.xenia.user, name="Paul")
    made = proposed(worked, "p2")
    decide_champion(worked.edith, made.pk, confirm=True)
    answer_as_champion(worked.xenia, made.pk, accept=True)

    week = shown(worked.ursula, "my-week")

    assert "Paul" in week
    assert "Champion in your team" in week


def test_who_does_not_sign_in_answers_at_the_address_in_the_mail(
    cast: Cast, agents: Population, sink: MailSink
) -> None:
    Person.objects.filter(external_id="a0").update(email="a0@example.org")
    decide_champion(cast.mark, proposed(cast, "a0").pk, confirm=True)
    sending.deliver_due()
    body = sink.mails[0].get_body(("plain",))
    assert body is not None
    address = next(word for word in body.get_content().split() if "/my-part/" in word)
    path = "/" + address.split("/", 3)[3]

    assert "Will you be a champion?" in Client().get(path).content.decode()
    passed_on = [client(cast.xenia).get(path), client(cast.xenia).post(path, {"accept": "1"})]
    assert [page.status_code for page in passed_on] == [403, 403]
    assert "This was sent to somebody else" in passed_on[1].content.decode()
    assert not visible_champions(cast.olga).filter(standing="active").exists()
    assert "You are a champion." in Client().post(path, {"accept": "1"}).content.decode()
    assert visible_champions(cast.olga).get().person.external_id == "a0"
    stopped = Client().post(path, {"accept": "0", "reason": "No time"})

    assert "You have this part no longer." in stopped.content.decode()
    assert not visible_champions(cast.olga).exists()


def test_the_pages_propose_decide_answer_and_end(cast: Cast, agents: Population) -> None:
    facts = {"who": "u1", "population": "agents", "why": WHY}
    assert client(cast.ursula).get("/w/acme/champions/nominate").status_code == 200
    assert client(cast.ursula).post("/w/acme/champions/nominate", {"who": "u1"}).status_code == 422
    assert client(cast.ursula).post("/w/acme/champions/nominate", facts).status_code == 302
    key = Champion.objects.get().pk
    decide, answer = f"/w/acme/champions/{key}/decide", f"/w/acme/my-part/champions/{key}/answer"
    assert "Waiting for you" in shown(cast.mark, "champions")

    client(cast.mark).post(decide, {"confirm": "1", "since": "2199-01-01"})
    assert Champion.objects.get().standing == Standing.NOMINATED
    client(cast.mark).post(decide, {"confirm": "1"})
    client(cast.ursula).post(answer, {"accept": "1"})
    assert Champion.objects.get().standing == Standing.ACTIVE
    client(cast.edith).post(f"/w/acme/champions/{key}/end")

    assert Champion.objects.get().standing == Standing.ENDED
