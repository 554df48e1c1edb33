"""What people do on the pages of people, populations and accounts, and what they read then."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils.timezone import localdate

from tests import factories
from tests.capabilities.measure.acme import small_world
from uptake.capabilities.customers.models import (
    Change,
    Deployment,
    DiscoveryRecord,
    Person,
    Population,
)
from uptake.foundation import privacy
from uptake.foundation.access import Role
from uptake.foundation.actor import Actor
from uptake.foundation.models import Activity, NamedView, Workspace

pytestmark = pytest.mark.django_db


@pytest.fixture
def acme(db: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    with small_world(tmp_path_factory.mktemp("var")) as workspace:
        yield workspace


def _join(workspace: Workspace, name: str, role: Role) -> Actor:
    user = factories.user(name)
    factories.membership(user, workspace, role)
    return Actor.of(user, workspace)


def _client(actor: Actor) -> Client:
    assert actor.user is not None
    client = Client()
    client.force_login(actor.user)
    return client


@pytest.fixture
def olga(acme: Workspace) -> Client:
    return _client(_join(acme, "olga", Role.OWNER))


@pytest.fixture
def edith(acme: Workspace) -> Client:
    return _client(_join(acme, "edith", Role.EDITOR))


@pytest.fixture
def victor(acme: Workspace) -> Client:
    return _client(_join(acme, "victor", Role.VIEWER))


@pytest.fixture
def policy(acme: Workspace) -> None:
    today = localdate()
    told = privacy.NamedViewsPolicy("Council", "Agreement", "Coaching", today, today)
    privacy.allow_named_views(Actor.system(acme), told)


def _text(client: Client, address: str, **sent: object) -> str:
    path = f"/w/acme/{address}"
    answer = client.post(path, sent, follow=True) if sent else client.get(path)
    return answer.content.decode()


def test_people_are_found_by_what_is_known_of_them(edith: Client) -> None:
    by_role = edith.get("/w/acme/people?role=lead").context["page"]
    by_manager = edith.get("/w/acme/people?manager=mia&sort=person&desc=1").context["page"]
    by_text = edith.get("/w/acme/people?text=p3").context["page"]

    assert [person.external_id for person in by_role] == ["mia"]
    assert [person.external_id for person in by_manager] == [f"p{n}" for n in reversed(range(8))]
    assert [person.external_id for person in by_text] == ["p3"]


def test_a_list_that_leaves_is_written_down(edith: Client) -> None:
    answer = edith.get("/w/acme/people.csv?role=agent")

    lines = b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[attr-defined]  # it streams
    assert lines[0].startswith("person,name,email,account,team,role,manager")
    assert len(lines) == 9
    assert Activity.objects.get(verb="people.exported").facts == {"people": 8}


def test_who_may_not_read_people_is_told_whom_to_ask(victor: Client) -> None:
    shown = _text(victor, "people")

    assert "9 people are on record" in shown
    assert "ask an owner" in shown
    assert ">p1<" not in shown


def test_without_a_policy_the_page_says_whom_to_ask(edith: Client) -> None:
    shown = _text(edith, "people/p1")

    assert "Nobody is shown by name here." in shown
    assert "Ask an owner of the workspace" in shown
    assert "measured against this one" in shown


def test_a_look_is_recorded_before_anything_is_shown(
    edith: Client, policy: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    from uptake.capabilities.customers import named

    reads = named.doings_of
    monkeypatch.setattr(
        named,
        "doings_of",
        lambda *told: seen.append(NamedView.objects.count()) or reads(*told),  # type: ignore[func-returns-value]  # to note the moment
    )

    shown = _text(edith, "people/p1/numbers", purpose="coaching talk")

    assert seen == [1]
    assert "This look is recorded." in shown
    assert "Times a week, expected of agents" in shown
    look = NamedView.objects.get()
    assert (look.person, look.viewer_name, look.purpose) == (
        "p1",
        "edith@example.org",
        "coaching talk",
    )


def test_a_look_without_a_purpose_shows_and_records_nothing(edith: Client, policy: None) -> None:
    answer = edith.post("/w/acme/people/p1/numbers", {"purpose": " "})

    assert answer.status_code == 422
    assert "This field is required" in answer.content.decode()
    assert not NamedView.objects.exists()


def test_an_expired_policy_allows_nothing(edith: Client, acme: Workspace, policy: None) -> None:
    yesterday = localdate() - timedelta(days=1)
    Workspace.objects.filter(pk=acme.pk).update(
        named_views_decided_on=yesterday, named_views_expire_on=yesterday
    )

    assert edith.post("/w/acme/people/p1/numbers", {"purpose": "talk"}).status_code == 403
    assert not NamedView.objects.exists()


def test_a_person_reads_who_looked_and_others_do_not(
    acme: Workspace, edith: Client, policy: None
) -> None:
    ursula = _join(acme, "ursula", Role.MEMBER)
    Person.objects.filter(external_id="p1").update(user=ursula.user)
    edith.post("/w/acme/people/p1/numbers", {"purpose": "finding a trainer"})

    assert "finding a trainer" in _text(_client(ursula), "people/p1")
    assert "finding a trainer" not in _text(edith, "people/p1")


def test_an_owner_links_and_unlinks(acme: Workspace, olga: Client) -> None:
    ursula = _join(acme, "ursula", Role.MEMBER)
    assert ursula.user is not None

    linked = _text(olga, "people/p1/link", user=str(ursula.user.pk))
    unlinked = _text(olga, "people/p1/unlink", sure="yes")

    assert "sees these numbers as their own from now on" in linked
    assert "is linked to nobody now" in unlinked
    assert Person.objects.get(external_id="p1").user is None


def test_erasing_says_what_is_lost_and_shows_the_receipt(olga: Client) -> None:
    told = _text(olga, "people/mia/erase")
    refused = olga.post("/w/acme/people/mia/erase", {"person": "Mia"})
    receipt = _text(olga, "people/mia/erase", person="mia")

    assert "12 events of this person" in told
    assert "Who leads 8 people" in told
    assert refused.status_code == 422
    assert "The person is erased: 12 events" in receipt
    assert not Person.objects.filter(external_id="mia").exists()


CONDITION = {"field": "role", "op": "is", "value": "agent"}


def test_a_population_is_defined_tried_out_and_changed(edith: Client) -> None:
    tried = _text(edith, "populations/preview", **CONDITION)
    made = _text(edith, "populations/new", name="workers", goal="more deals", **CONDITION)
    key = Population.objects.get(name="workers").pk
    changed = _text(
        edith, f"populations/{key}/edit", name="all", days_a_week="4.5", field="", op="", value=""
    )

    assert "<b>8</b> of 9 people are in" in tried
    assert "in <a" in tried
    assert "workers: 8 people, so that more deals" in made
    assert "None of them is measured against it" in made
    assert "all: 9 people" in changed
    assert Population.objects.get(pk=key).days_a_week == Decimal("4.5")


def test_a_wrong_condition_is_shown_beside_itself(edith: Client) -> None:
    sent = {"name": "new", "field": "start", "op": "before", "value": "soon"}
    answer = edith.post("/w/acme/populations/new", sent)
    taken = edith.post("/w/acme/populations/new", {"name": "agents", **CONDITION})

    assert (answer.status_code, taken.status_code) == (422, 422)
    assert "Give a day such as 2026-03-31." in answer.content.decode()
    assert "choose another name" in taken.content.decode()


def test_conditions_are_added_and_removed_without_saving(edith: Client) -> None:
    added = edith.post("/w/acme/populations/new", {"name": "", "add": "1", **CONDITION})
    removed = edith.post("/w/acme/populations/new", {"name": "", "remove": "0", **CONDITION})

    assert added.status_code == removed.status_code == 200
    assert [row.value for row in added.context["built"].rows] == ["agent", ""]
    assert [row.value for row in removed.context["built"].rows] == [""]
    assert Population.objects.count() == 1


def test_what_is_expected_is_set_proposed_and_confirmed(acme: Workspace, edith: Client) -> None:
    population = Population.objects.get()
    (row,) = population.expected.all()
    emptied = _text(
        edith, f"populations/{population.pk}/expected", **{f"times_{row.action_id}": ""}
    )
    proposed = _text(edith, f"populations/{population.pk}/propose", go="1")
    confirmed = _text(edith, f"populations/{population.pk}/confirm", go="1")

    assert "Nothing is said yet" in emptied
    assert "Nobody has confirmed it" in proposed
    assert "Confirmed: this is what is expected." in confirmed
    verbs = set(Activity.objects.values_list("verb", flat=True))
    assert {"profile.set", "profile.proposed", "profile.confirmed"} <= verbs


def test_deleting_a_population_says_what_it_changes(edith: Client) -> None:
    key = Population.objects.get().pk

    told = _text(edith, f"populations/{key}/delete")
    done = _text(edith, f"populations/{key}/delete", sure="yes")

    assert "8 people are measured against the value actions of the product catalogue" in told
    assert "1 expected action is lost: create 2 times a week" in told
    assert "agents is deleted" in done


def test_readers_see_groups_and_no_names(victor: Client) -> None:
    shown = _text(victor, f"populations/{Population.objects.get().pk}")

    assert "About 5 of 8 people did something" in shown
    assert "Some of them by name" not in shown


def test_an_account_shows_what_changed_between_records(edith: Client) -> None:
    first = {"day": "2026-01-05", "goals": "Close deals within a month."}
    second = {"day": "2026-06-05", "goals": "Close deals within a week."}

    _text(edith, "accounts/north/discovery/new", **first)
    begun = _text(edith, "accounts/north/discovery/new")
    shown = _text(edith, "accounts/north/discovery/new", **second)

    assert "Close deals within a month." in begun
    assert "<del>month.</del>" in shown
    assert "<ins>week.</ins>" in shown
    assert DiscoveryRecord.objects.count() == 2


def test_executives_who_disagree_are_seen(edith: Client, victor: Client) -> None:
    _text(edith, "accounts/north/go-live", product="crm", day="2026-01-05")
    deployment = Deployment.objects.get()
    for executive, measure in (("Finance", "cost"), ("Sales", "deals")):
        _text(
            edith,
            "accounts/north/success",
            deployment=str(deployment.pk),
            executive=executive,
            horizon_years="5",
            definition="It pays.",
            measure=measure,
            day="2026-02-02",
        )

    shown = _text(victor, "accounts/north")

    assert "1 disagreement" in shown
    assert "disagree: other measures" in shown


def test_no_plan_ends_at_go_live(edith: Client) -> None:
    _text(edith, "accounts/north/go-live", product="crm", day="2026-01-05")
    key = Deployment.objects.get().pk
    management = {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "0"}
    before = {"form-0-kind": "before", "form-0-name": "Baseline", "form-0-first": "2025-10-01"}
    after = {"form-1-kind": "after", "form-1-name": "Growing", "form-1-first": "2026-01-05"}

    refused = edith.post(
        f"/w/acme/accounts/north/phases/{key}", {**management, **before, "form-1-kind": "after"}
    )
    planned = _text(edith, f"accounts/north/phases/{key}", **management, **before, **after)

    assert refused.status_code == 422
    assert "A plan may not end at go-live" in refused.content.decode()
    assert "The plan is saved." in planned
    assert "Growing begins: crm" in planned


def test_a_change_is_logged_and_corrected(edith: Client) -> None:
    sent = {"kind": "structure", "day": "2026-03-02", "description": "Regions"}
    _text(edith, "accounts/north/change", **sent)
    change = Change.objects.get()

    shown = _text(edith, f"changes/{change.pk}", **sent | {"day": "2026-03-09"})

    assert "9 Mar 2026" in shown
    change.refresh_from_db()
    assert change.happened_on == date(2026, 3, 9)


def test_prices_are_for_those_who_read_contracts(
    acme: Workspace, edith: Client, victor: Client
) -> None:
    from uptake.capabilities.customers.models import Account, Contract

    Contract.objects.create(
        workspace=acme,
        external_id="c1",
        account=Account.objects.get(),
        seats=10,
        price=Decimal(612),
        price_covers="year",
        price_is_per_seat=True,
        currency="EUR",
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 12, 31),
    )

    assert "EUR 612" in _text(edith, "accounts/north")
    assert "612" not in _text(victor, "accounts/north")


def test_the_list_of_accounts_shows_the_columns_that_the_address_names(edith: Client) -> None:
    usual = _text(edith, "accounts")
    chosen = _text(edith, "accounts?col=seats&col=parent")

    assert ">Segment</th>" in usual
    assert ">Part of</th>" in chosen
    assert ">Seats</th>" in chosen
    assert ">Segment</th>" not in chosen


def test_accounts_are_handed_out_as_a_file_to_who_may(edith: Client, victor: Client) -> None:
    answer = edith.get("/w/acme/accounts.csv?text=north")

    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert lines[0].startswith("account,name,parent,")
    assert all("north" in line.lower() for line in lines[1:])
    assert len(lines) > 1
    assert victor.get("/w/acme/accounts.csv").status_code == 403
