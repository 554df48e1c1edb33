"""A deadline that comes once: each existing contact has its fields by Friday 13:00."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from django.test import Client

from tests import factories
from tests.capabilities.behaviours.asking import CLEAR
from tests.capabilities.measure.vendor import own_data_folder
from tests.cast import Cast
from tests.metrics.logs import Event, canonical, day
from uptake.capabilities.behaviours import actions, counted, keeping, own_counts
from uptake.capabilities.behaviours.actions import BehaviourFacts, draft_behaviour
from uptake.capabilities.behaviours.figures import BehaviourFigures
from uptake.capabilities.behaviours.models import Behaviour
from uptake.capabilities.behaviours.own_counts import own_week
from uptake.capabilities.behaviours.team_page import team_page
from uptake.capabilities.customers.models import Person
from uptake.foundation.errors import Conflict, Invalid
from uptake.foundation.lake import shared_lake
from uptake.methods.behaviour.periods import Cadence
from uptake.store import Loader

FIELDS = ("phone", "email", "address", "title")
WHOLE = dict.fromkeys(FIELDS, "said")
MONDAY, FRIDAY = day(7), day(11)
PEOPLE = 12

CONTACTS = replace(
    CLEAR,
    statement="Complete each existing contact: phone, email, address and job title",
    actions=("create", "edit"),
    object_type="record",
    right_first_time=False,
    filled_in=FIELDS,
    every_object=True,
    amount=None,
    cadence=Cadence.ONCE,
    weekday=None,
    at=time(13),
    due_on=FRIDAY,
)


class Clock(datetime):
    """Wednesday of the week in which people are asked."""

    @classmethod
    def now(cls, tz: Any = None) -> datetime:
        return datetime(2025, 3, 12, 12, tzinfo=tz or UTC)


@pytest.fixture
def contacts(cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cast]:
    """Twelve people have two contacts each; the first has completed one, p0 both."""
    for name, moment in ((actions, "localdate"), (own_counts, "now"), (counted, "datetime")):
        monkeypatch.setattr(name, moment, _clocks[moment])
    product = factories.product(cast.workspace)
    for name in ("create", "edit"):
        factories.action(product, name)
    team = factories.team(cast.workspace, "sales")
    mark = factories.person(cast.workspace, "mark", user=cast.mark.user)
    for number in range(PEOPLE):
        factories.person(cast.workspace, f"p{number}", team=team, manager=mark)
    with own_data_folder(tmp_path):
        shared_lake().create_workspace("acme")
        load([said for number in range(PEOPLE) for said in _two(number)])
        load([(Event("p0", 8, "edit", object_id="c0.1"), WHOLE)], "first-")
        yield cast


_clocks: dict[str, Any] = {
    "localdate": lambda timezone: MONDAY,
    "now": lambda: Clock.now(UTC),
    "datetime": Clock,
}


def _two(number: int) -> list[tuple[Event, dict[str, str]]]:
    """Two contacts, of which the first has every field."""
    return [
        (Event(f"p{number}", 1, object_id=f"c{number}.0"), WHOLE),
        (Event(f"p{number}", 1, object_id=f"c{number}.1"), {"phone": "1"}),
    ]


def load(said: list[tuple[Event, dict[str, str]]], prefix: str = "") -> None:
    table = canonical([event for event, _ in said], prefix)
    at = table.schema.get_field_index("properties")
    texts = pa.array([json.dumps(facts) for _, facts in said], table.schema.field(at).type)
    shared_lake().append("acme", table.set_column(at, "properties", texts))
    loader = Loader(shared_lake())
    loader.run_once()
    loader.close()


def asked(cast: Cast) -> Behaviour:
    drafted = draft_behaviour(
        cast.edith, BehaviourFacts("Contacts", CONTACTS, owner=cast.edith.user)
    )
    return actions.go_live(cast.edith, drafted.pk)


def figures(behaviour: Behaviour) -> BehaviourFigures:
    _basis, found = keeping.kept_figures(behaviour)
    assert found is not None
    return found


def page(who: Any, path: str) -> str:
    client = Client()
    client.force_login(who.user)
    return client.get(f"/w/acme/{path}").content.decode()


def test_each_existing_contact_counts_live_in_all_and_by_team(contacts: Cast) -> None:
    behaviour = asked(contacts)

    found = figures(behaviour)

    assert found.progress is not None
    assert (found.progress.value, found.progress.people) == (0.55, 12)
    assert found.missing == "Asked once, by 13:00 on Friday 14 March 2025: it is open until then."
    assert [(t.team, t.done.value) for t in found.progress_of] == [("sales", 0.55)]
    shown = page(contacts.edith, f"behaviours/{behaviour.pk}")
    assert "Done by now" in shown
    assert "About 55\N{NARROW NO-BREAK SPACE}%" in shown or "About 55" in shown


def test_each_person_sees_how_many_are_left_until_friday_one(contacts: Cast) -> None:
    Person.objects.filter(external_id="p1").update(user=contacts.ursula.user)
    asked(contacts)

    (item,) = own_week(contacts.ursula).items

    assert (item.standing, item.good, item.asked, item.left, item.others) == ("open", 1, 2, 1, 0)
    assert item.due.isoformat() == "2025-03-14T13:00:00+00:00"
    assert "each existing record, once, by 13:00 on Friday" in page(contacts.ursula, "my-week")


def test_whoever_has_completed_all_is_done(contacts: Cast) -> None:
    Person.objects.filter(external_id="p0").update(user=contacts.ursula.user)
    asked(contacts)

    (item,) = own_week(contacts.ursula).items

    assert (item.standing, item.good, item.asked) == ("met", 2, 2)


def test_once_the_deadline_has_passed_it_is_judged(
    contacts: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    behaviour = asked(contacts)
    monkeypatch.setattr(counted, "datetime", datetime)
    load([(Event("p1", 11, "edit", object_id="c1.1", hour=12), WHOLE)], "in time-")
    load([(Event("p2", 11, "edit", object_id="c2.1", hour=14), WHOLE)], "late-")
    load([(Event("p9", 13, object_id="new"), {})], "new-")
    keeping.renew(contacts.workspace)

    found = figures(behaviour)

    assert found.latest is not None
    assert (found.missing, found.latest.value, found.latest.people) == ("", 0.15, 12)
    assert found.progress is not None
    assert found.progress.value == 0.6
    assert page(contacts.victor, f"behaviours/{behaviour.pk}").count("<h1") == 1


def test_a_manager_sees_how_far_the_team_is(contacts: Cast) -> None:
    asked(contacts)

    (row,) = team_page(contacts.mark).rows

    assert row.item.progress is not None
    assert row.item.progress.value == 0.55
    assert "it is open until then" in row.item.missing


def test_the_builder_takes_a_day_and_previews_what_is_done_by_now(contacts: Cast) -> None:
    client = Client()
    client.force_login(contacts.edith.user)  # type: ignore[arg-type]  # a member is a user
    typed = {
        "name": "Contacts",
        "statement": CONTACTS.statement,
        "actions": ["create", "edit"],
        "object_type": "record",
        "filled_in": "phone; email; address; title",
        "every_object": "on",
        "cadence": "once",
        "due_on": "2025-03-14",
        "at": "13:00",
        "grace_hours": "0",
        "threshold": "100",
        "least_effect": "5",
        "reason": "Letters go out on Friday afternoon",
        "counters": ["late"],
        "owner_name": "edith",
    }

    preview = client.post("/w/acme/behaviours/preview", typed).content.decode()
    saved = client.post("/w/acme/behaviours/new", typed)

    assert "Clear enough to go live." in preview
    assert "of what was due would have been met" in preview
    assert saved.status_code == 302
    live = actions.go_live(contacts.edith, Behaviour.objects.get().pk)
    assert (live.live_from, figures(live).progress is not None) == (MONDAY, True)


def test_what_is_asked_once_is_not_changed_afterwards(contacts: Cast) -> None:
    behaviour = asked(contacts)
    later = replace(CONTACTS, due_on=date(2025, 3, 21))

    with pytest.raises(Conflict, match="end it and ask anew"):
        actions.revise_behaviour(
            contacts.edith, behaviour.pk, BehaviourFacts("Contacts", later, owner_name="E")
        )


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"cadence": Cadence.WEEK}, "choose once"),
        ({"ramp": (1, 2)}, "leave the steps out"),
        ({"filled_in": ()}, "which fields"),
        ({"object_type": ""}, "which objects"),
    ],
)
def test_what_goes_with_once_and_what_does_not(
    cast: Cast, changed: dict[str, Any], said: str
) -> None:
    with pytest.raises(Invalid, match=said):
        draft_behaviour(cast.edith, BehaviourFacts("Contacts", replace(CONTACTS, **changed)))


def test_a_day_that_has_passed_or_is_missing_keeps_it_from_going_live(contacts: Cast) -> None:
    for due, said in ((None, "by when"), (day(6), "has passed")):
        wanted = replace(CONTACTS, due_on=due)
        drafted = draft_behaviour(
            contacts.edith, BehaviourFacts(f"Due {due}", wanted, owner_name="Edith")
        )
        with pytest.raises(Invalid, match=said):
            actions.go_live(contacts.edith, drafted.pk)
