"""The builder in the eyes of whoever types into it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests import factories
from tests.capabilities.behaviours.asking import drafted
from tests.capabilities.measure.vendor import own_data_folder
from tests.cast import Cast
from tests.metrics.logs import canonical, uses
from uptake.capabilities.behaviours.models import Behaviour
from uptake.foundation.actor import Actor
from uptake.foundation.lake import shared_lake
from uptake.store import Loader

PEOPLE = 24
CLEAR = {
    "name": "Calls",
    "statement": "Log each call",
    "actions": ["create"],
    "right_first_time": "on",
    "amount": "1",
    "cadence": "week",
    "threshold": "100",
    "weekday": "4",
    "at": "13:00",
    "grace_hours": "0",
    "reason": "Others call next",
    "counters": ["artificial"],
    "owner_name": "edith",
    "least_effect": "5",
}


@pytest.fixture
def worked(cast: Cast, tmp_path: Path) -> Iterator[Cast]:
    """Half of the people did it right in each of nine weeks, the others never."""
    factories.action(factories.product(cast.workspace), "create")
    for number in range(PEOPLE):
        factories.person(cast.workspace, f"p{number}")
    events = [
        event
        for number in range(PEOPLE)
        for event in uses(f"p{number}", *range(0, 63, 7), right=number % 2 == 0)
    ]
    with own_data_folder(tmp_path):
        lake = shared_lake()
        lake.create_workspace("acme")
        lake.append("acme", canonical(events))
        loader = Loader(lake)
        loader.run_once()
        loader.close()
        yield cast


def posted(who: Actor, path: str, sent: dict[str, Any]) -> Any:
    client = Client()
    client.force_login(who.user)
    return client.post(f"/w/acme/behaviours{path}", sent)


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_the_preview_says_who_is_asked_and_how_many_would_have_met_it(worked: Cast) -> None:
    shown = text(posted(worked.edith, "/preview", CLEAR))

    assert "<b>24</b> of 24 people would be asked" in shown
    assert "<strong>50 %</strong> of what was due" in shown
    assert "Clear enough to go live" in shown


def test_what_is_unclear_is_said_beside_its_field(worked: Cast) -> None:
    vague = CLEAR | {"statement": "Use the system", "amount": "9", "reason": ""}

    shown = text(posted(worked.edith, "/preview", vague))

    assert "2</strong> things keep it from going live" in shown
    for field in ("statement", "reason", "amount"):
        beside = shown.split(f'id="unclear-{field}"')[1].split("</div>")[0]
        assert "<p" in beside
    assert "more than the best tenth" in shown


def test_few_people_are_not_told_of(worked: Cast) -> None:
    rule = {"field": "location", "op": "is", "value": "Lyon"}
    worked.workspace.populations.create(name="Lyon", rules=[rule])
    worked.workspace.people.filter(external_id__in=("p0", "p1")).update(location="Lyon")

    shown = text(posted(worked.edith, "/preview", CLEAR | {"population": "Lyon"}))

    assert "is shown of 5 or more" in shown
    assert "would have been met" not in shown


def test_a_draft_is_written_down_and_goes_live_once_it_is_clear(worked: Cast) -> None:
    answer = posted(worked.edith, "/new", CLEAR | {"reason": ""})
    key = Behaviour.objects.get().pk

    assert answer.status_code == 302
    posted(worked.edith, f"/{key}/live", {})
    assert not Behaviour.objects.get().is_live
    posted(worked.edith, f"/{key}/edit", CLEAR)
    posted(worked.edith, f"/{key}/live", {})
    assert Behaviour.objects.get().is_live


def test_it_can_be_previewed_without_scripts(worked: Cast) -> None:
    answer = posted(worked.edith, "/new", CLEAR | {"preview": "1"})

    assert "<b>24</b> of 24 people would be asked" in text(answer)
    assert not Behaviour.objects.exists()


def test_what_cannot_be_read_is_said_beside_its_field(worked: Cast) -> None:
    answer = posted(worked.edith, "/new", CLEAR | {"properties": "phone", "ramp": "two"})

    assert answer.status_code == 422
    assert "Write each as name=value" in text(answer)
    assert "Write whole numbers" in text(answer)


def test_a_form_shows_what_was_written(cast: Cast) -> None:
    behaviour = drafted(cast.edith, properties=(("channel", "phone"),), ramp=(1, 2))
    client = Client()
    client.force_login(cast.edith.user)

    shown = client.get(f"/w/acme/behaviours/{behaviour.pk}/edit").content.decode()

    assert 'value="channel=phone"' in shown
    assert 'value="1; 2"' in shown
    assert 'value="duplicates"' in shown


def test_a_behaviour_is_named_only_to_who_may_read_it(cast: Cast) -> None:
    behaviour = drafted(cast.edith)

    seen = {}
    for who in (cast.olga, cast.victor, cast.xenia, cast.mark, cast.ursula, cast.carla, cast.stan):
        client = Client()
        client.force_login(who.user)
        seen[who.name] = client.get(f"/w/acme/behaviours/{behaviour.pk}").status_code

    assert [name for name, status in seen.items() if status == 200] == [
        "olga@example.org",
        "victor@example.org",
        "xenia@example.org",
    ]
