"""Each behaviour has three jobs, and whatever has no name is red."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils.timezone import localdate

from tests import factories
from tests.capabilities.behaviours.test_keeping import asked
from tests.cast import Cast
from tests.foundation.delivery.servers import MailSink
from uptake.capabilities.behaviours.models import Behaviour
from uptake.capabilities.champions import naming
from uptake.capabilities.champions.carrying import (
    Slot,
    State,
    carried,
    carried_for,
    own_jobs,
    rows_of,
)
from uptake.capabilities.champions.circles import Circle, circle_of
from uptake.capabilities.champions.models import Carrier, Ending, Job
from uptake.capabilities.champions.naming import Named, decline, name_carrier, take_off
from uptake.capabilities.customers.models import Person, Population
from uptake.foundation.actor import Actor
from uptake.foundation.delivery import sending
from uptake.foundation.delivery.messages import read
from uptake.foundation.delivery.models import Channel, Delivery
from uptake.foundation.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound
from uptake.foundation.models import Activity, Membership, Workspace, WorkspaceKind

WHY = "I leave the team in March."


@pytest.fixture
def behaviour(cast: Cast) -> Behaviour:
    return asked(cast)


@pytest.fixture
def ursula(cast: Cast) -> Person:
    return factories.person(cast.workspace, "u1", name="Ursula", user=cast.ursula.user)


def slots(cast: Cast, behaviour: Behaviour) -> dict[Job, Slot]:
    (row,) = rows_of(cast.workspace, [behaviour], Circle())
    return {slot.job: slot for slot in row.slots}


def client(who: Actor) -> Client:
    found = Client()
    assert who.user is not None
    found.force_login(who.user)
    return found


def shown(who: Actor, path: str) -> str:
    return client(who).get(f"/w/acme/{path}").content.decode()


def named(cast: Cast, behaviour: Behaviour, who: str = "u1", job: Job = Job.MODEL) -> Carrier:
    return name_carrier(cast.edith, behaviour.pk, Named(job, who))


def test_each_behaviour_has_three_jobs_that_nobody_has_yet(
    cast: Cast, behaviour: Behaviour
) -> None:
    (row,) = carried(cast.edith)

    assert [slot.job for slot in row.slots] == list(Job)
    assert {slot.state for slot in row.slots} == {State.NOBODY}
    assert "3 of 3 jobs around what is asked are nobody&#x27;s." in shown(
        cast.edith, "who-carries-it"
    )


def test_each_population_that_is_addressed_has_its_own_three(
    cast: Cast, behaviour: Behaviour
) -> None:
    for number, role in enumerate(("agent", "planner", "cook")):
        rules = [{"field": "role", "op": "is", "value": role}]
        Population.objects.create(workspace=cast.workspace, name=role, rules=rules)
        factories.person(cast.workspace, f"p{number}", role="" if role == "cook" else role)
    meant = asked(cast, name="Plans", population="planner")

    found = {row.behaviour.name: [] for row in carried(cast.edith)}  # type: dict[str, list[str]]
    for row in carried(cast.edith):
        found[row.behaviour.name].append(row.whom)

    assert found == {behaviour.name: ["agent", "planner"], meant.name: ["planner"]}
    agent = Population.objects.get(name="agent")
    with pytest.raises(Invalid, match="agent, planner"):
        name_carrier(cast.edith, behaviour.pk, Named(Job.REMIND, "p0"))
    given = name_carrier(cast.edith, behaviour.pk, Named(Job.REMIND, "p0", agent.pk))
    assert given.population == agent


def test_whoever_is_named_has_it_and_is_told(
    cast: Cast, behaviour: Behaviour, ursula: Person
) -> None:
    carrier = named(cast, behaviour)

    slot = slots(cast, behaviour)[Job.MODEL]
    assert (slot.name, slot.is_red) == ("Ursula", False)
    assert list(own_jobs(cast.ursula)) == [carrier]
    (told,) = Delivery.objects.all()
    assert (told.channel, told.user) == (Channel.PRODUCT, cast.ursula.user)
    assert read(told.message).subject == "Your part in “Log calls”"
    assert "Log calls" in shown(cast.ursula, "my-part")
    assert Activity.objects.filter(verb="job.named").exists()


def test_who_signs_in_but_is_nobody_in_the_data_can_have_it(
    cast: Cast, behaviour: Behaviour
) -> None:
    assert named(cast, behaviour, "xenia@example.org").user == cast.xenia.user


def test_one_job_has_one_name_and_a_history(
    cast: Cast, behaviour: Behaviour, ursula: Person
) -> None:
    factories.person(cast.workspace, "p2", name="Paul")
    named(cast, behaviour)
    with pytest.raises(Conflict, match="already"):
        named(cast, behaviour)

    named(cast, behaviour, "p2")

    assert slots(cast, behaviour)[Job.MODEL].name == "Paul"
    before = Carrier.objects.get(person=ursula)
    assert (before.until, before.ending) == (localdate(), Ending.REPLACED)
    assert "Somebody else took it over" in shown(cast.edith, f"behaviours/{behaviour.pk}/jobs")


def test_who_declines_says_why_and_it_is_red_again(
    cast: Cast, behaviour: Behaviour, ursula: Person
) -> None:
    carrier = named(cast, behaviour)
    with pytest.raises(Invalid):
        decline(cast.ursula, carrier.pk, reason=" ")

    decline(cast.ursula, carrier.pk, reason=WHY)

    slot = slots(cast, behaviour)[Job.MODEL]
    assert (slot.state, slot.is_red, slot.name) == (State.DECLINED, True, "")
    to_edith = Delivery.objects.get(user=cast.edith.user)
    assert "whom you named said no" in read(to_edith.message).text
    assert WHY in shown(cast.edith, f"behaviours/{behaviour.pk}/jobs")
    assert WHY not in shown(cast.victor, f"behaviours/{behaviour.pk}/jobs")


@pytest.mark.parametrize("who", ["u1", "xenia@example.org"])
def test_who_left_shows_red_again(
    cast: Cast, behaviour: Behaviour, ursula: Person, who: str
) -> None:
    named(cast, behaviour, who)
    Person.objects.filter(pk=ursula.pk).update(ends_on=localdate() - timedelta(days=1))
    Membership.objects.filter(user=cast.xenia.user).delete()

    slot = slots(cast, behaviour)[Job.MODEL]

    assert (slot.state, slot.is_red) == (State.LEFT, True)
    assert "has left" in shown(cast.edith, "who-carries-it?show=red")


def test_nobody_who_has_left_is_named(cast: Cast, behaviour: Behaviour, ursula: Person) -> None:
    Person.objects.filter(pk=ursula.pk).update(ends_on=date(2025, 1, 1))

    with pytest.raises(Conflict, match="has left"):
        named(cast, behaviour)


def test_a_job_that_is_taken_off_is_nobodys(
    cast: Cast, behaviour: Behaviour, ursula: Person
) -> None:
    carrier = named(cast, behaviour)

    take_off(cast.edith, behaviour.pk, carrier.pk)

    assert slots(cast, behaviour)[Job.MODEL].state is State.NOBODY
    with pytest.raises(NotFound):
        take_off(cast.edith, behaviour.pk, carrier.pk)


@pytest.mark.parametrize(
    ("wanted", "problem"),
    [
        (Named(Job.MODEL, "nobody@example.org"), NotFound),
        (Named(Job.MODEL, " "), NotFound),
        (Named(Job.MODEL, "u1", 4711), Invalid),
        (Named(Job.MODEL, "u1", None, localdate() + timedelta(days=2)), Invalid),
    ],
)
def test_it_has_to_be_somebody_for_somebody_by_today(
    cast: Cast, behaviour: Behaviour, ursula: Person, wanted: Named, problem: type[DomainError]
) -> None:
    with pytest.raises(problem):
        name_carrier(cast.edith, behaviour.pk, wanted)


def test_who_may_not_write_names_nobody(cast: Cast, behaviour: Behaviour, ursula: Person) -> None:
    wanted = Named(Job.MODEL, "u1")
    carrier = named(cast, behaviour, job=Job.REMIND)

    for who, problem in ((cast.victor, NotAllowed), (cast.stan, NotFound)):
        with pytest.raises(problem):
            name_carrier(who, behaviour.pk, wanted)
        with pytest.raises(problem):
            take_off(who, behaviour.pk, carrier.pk)
        with pytest.raises(NotFound):
            decline(who, carrier.pk, reason=WHY)


def test_whoever_answers_for_it_names_somebody_too(
    cast: Cast, behaviour: Behaviour, ursula: Person
) -> None:
    Behaviour.objects.filter(pk=behaviour.pk).update(owner=cast.xenia.user)

    assert name_carrier(cast.xenia, behaviour.pk, Named(Job.MODEL, "u1")).person == ursula


def test_an_adoption_lead_names_people_of_their_account_alone(
    cast: Cast, behaviour: Behaviour, ursula: Person
) -> None:
    north = factories.account(cast.workspace, "north")
    own = asked(cast, name="Northern calls", account="north")
    factories.person(cast.workspace, "n1", account=north)

    assert name_carrier(cast.carla, own.pk, Named(Job.MODEL, "n1")).person_id
    for who in ("u1", "olga@example.org"):
        with pytest.raises(NotFound):
            name_carrier(cast.carla, own.pk, Named(Job.REMIND, who))
    with pytest.raises(NotFound):
        name_carrier(cast.carla, behaviour.pk, Named(Job.MODEL, "n1"))


def test_a_lead_of_one_account_sees_who_carries_what_its_populations_are_asked_for(
    cast: Cast, behaviour: Behaviour
) -> None:
    """The behaviour is asked everywhere; nobody at North is a boss, and one carrier is at South."""
    north, south = (factories.account(cast.workspace, name) for name in ("north", "south"))
    numbers = {}
    for place, (name, account) in enumerate((("agent", north), ("boss", south))):
        rules = [{"field": "role", "op": "is", "value": name}]
        made = Population.objects.create(
            workspace=cast.workspace, name=name, precedence=place, rules=rules
        )
        numbers[name] = made.pk
        factories.person(cast.workspace, f"{name}1", account=account, role=name)
    for who, job in (("boss1", Job.MODEL), ("agent1", Job.REMIND)):
        wanted = Named(job, who, population=numbers["agent"])
        name_carrier(cast.edith, behaviour.pk, wanted)

    (row,) = carried(cast.carla)
    page = shown(cast.carla, "who-carries-it")

    assert (row.behaviour, row.whom) == (behaviour, "agent")
    assert [(slot.name, slot.is_red) for slot in row.slots] == [
        ("", False),
        ("agent1", False),
        ("", True),
    ]
    assert "What people of your account are asked for" in page
    assert "Somebody at another customer" in page
    assert "boss1" not in page
    assert {each.whom for each in carried(cast.edith)} == {"agent", "boss"}
    with pytest.raises(NotFound):
        name_carrier(
            cast.carla, behaviour.pk, Named(Job.RECOGNISE, "agent1", population=numbers["agent"])
        )


def test_nobody_learns_the_names_of_another_customers_people(
    cast: Cast, behaviour: Behaviour
) -> None:
    north, south = (factories.account(cast.workspace, name) for name in ("north", "south"))
    theirs = factories.person(cast.workspace, "s1", account=south)
    colleague = factories.person(cast.workspace, "n1", account=north)
    reader = factories.person(cast.workspace, "n2", account=north)
    named(cast, behaviour, "s1", Job.MODEL)
    named(cast, behaviour, "n1", Job.REMIND)
    named(cast, behaviour, "edith@example.org", Job.RECOGNISE)

    def learned(who: Person) -> list[str]:
        return [slot.name for slot in carried_for(who, [behaviour])[behaviour.pk]]

    assert learned(reader) == ["", "n1", "edith"]
    assert learned(theirs) == ["s1", "", "edith"]
    assert not circle_of(cast.carla).knows(Carrier.objects.get(person=theirs))
    assert circle_of(cast.carla).knows(Carrier.objects.get(person=colleague))
    assert circle_of(cast.edith).knows(Carrier.objects.get(person=theirs))


def test_colleagues_in_other_units_of_one_company_are_named(
    cast: Cast, behaviour: Behaviour
) -> None:
    Workspace.objects.update(kind=WorkspaceKind.BUYER)
    north, south = (factories.account(cast.workspace, name) for name in ("north", "south"))
    factories.person(cast.workspace, "s1", account=south)
    reader = factories.person(cast.workspace, "n2", account=north)
    named(cast, behaviour, "s1", Job.MODEL)
    again = Person.objects.select_related("workspace", "account").get(pk=reader.pk)

    assert carried_for(again, [behaviour])[behaviour.pk][0].name == "s1"


def test_who_does_not_sign_in_says_no_at_the_address_in_the_mail(
    cast: Cast, behaviour: Behaviour, sink: MailSink
) -> None:
    factories.person(cast.workspace, "p9", name="Paula", email="paula@example.org")
    named(cast, behaviour, "p9")
    sending.deliver_due()
    (mail,) = sink.mails
    body = mail.get_body(("plain",))
    assert body is not None
    address = next(word for word in body.get_content().split() if "/my-part/" in word)
    path = "/" + address.split("/", 3)[3]

    assert client(cast.xenia).post(path, {"reason": WHY}).status_code == 403

    page = Client().get(path)
    empty = Client().post(path, {"reason": ""})
    done = Client().post(path, {"reason": WHY})

    assert "You were named." in page.content.decode()
    assert (empty.status_code, done.status_code) == (422, 200)
    assert "You have this part no longer." in done.content.decode()
    assert slots(cast, behaviour)[Job.MODEL].state is State.DECLINED
    assert Client().get("/my-part/not-an-address").status_code == 404


def test_it_stands_where_people_look(worked: Cast) -> None:
    behaviour = asked(worked)
    mark = factories.person(worked.workspace, "mark", user=worked.mark.user)
    Person.objects.filter(team__external_id="good").update(manager=mark)
    Person.objects.filter(external_id="p0").update(user=worked.ursula.user)
    named(worked, behaviour, "p2")

    assert "Nobody yet" in shown(worked.edith, f"behaviours/{behaviour.pk}")
    assert "edith" in shown(worked.mark, "team/behaviours")
    assert "nobody yet" in shown(worked.mark, "team/behaviours")
    assert "edith can name somebody" in shown(worked.mark, "who-carries-it")
    assert "Shows how it is done: p2" in shown(worked.ursula, "my-week")


def test_the_pages_name_take_off_and_decline(
    cast: Cast, behaviour: Behaviour, ursula: Person
) -> None:
    page = f"/w/acme/behaviours/{behaviour.pk}/jobs"
    facts = {"job": "model", "population": "", "who": "u1", "since": "2025-03-03"}

    assert client(cast.edith).post(page, facts | {"who": "who?"}).status_code == 422
    assert client(cast.edith).post(page, facts).status_code == 302
    carrier = Carrier.objects.get()
    assert client(cast.ursula).post(f"/w/acme/my-part/jobs/{carrier.pk}/decline").status_code == 302
    assert Carrier.objects.get().until is None
    answer = client(cast.ursula).post(f"/w/acme/my-part/jobs/{carrier.pk}/decline", {"reason": WHY})
    assert answer.status_code == 302
    assert client(cast.edith).post(page, facts).status_code == 302
    carrier = Carrier.objects.get(until=None)
    assert client(cast.edith).post(f"{page}/{carrier.pk}/take-off").status_code == 302
    assert not Carrier.objects.filter(until=None).exists()


def test_the_table_says_who_carries_what(cast: Cast, behaviour: Behaviour, ursula: Person) -> None:
    named(cast, behaviour)

    answer = client(cast.edith).get("/w/acme/who-carries-it.csv")

    lines = b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    assert lines[0] == "behaviour,population,job,state,name,since,named_by"
    assert lines[1].startswith("Log calls,Everybody it is asked of,model,held,Ursula,")
    assert lines[2].startswith("Log calls,Everybody it is asked of,remind,nobody yet,,")


def test_a_job_ends_on_no_day_before_it_began(
    cast: Cast, behaviour: Behaviour, ursula: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    carrier = named(cast, behaviour)
    monkeypatch.setattr(naming, "localdate", lambda: date(2020, 1, 1))

    take_off(cast.edith, behaviour.pk, carrier.pk)

    carrier.refresh_from_db()
    assert carrier.until == carrier.since
