"""The builder in the eyes of whoever types into it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.test import Client

from tests.capabilities.behaviours.asking import drafted
from tests.cast import Cast
from uptake.capabilities.behaviours.models import Behaviour, BehaviourVersion
from uptake.foundation.actor import Actor
from uptake.ui import words

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


def test_who_has_left_is_not_said_to_be_asked(worked: Cast) -> None:
    long_ago = date(2020, 1, 31)
    worked.workspace.people.filter(external_id__in=("p0", "p1")).update(ends_on=long_ago)

    shown = text(posted(worked.edith, "/preview", CLEAR))

    assert "<b>22</b> of 22 people would be asked" in shown


def test_what_people_reach_is_told_before_a_number_is_chosen(worked: Cast) -> None:
    shown = text(posted(worked.edith, "/preview", CLEAR | {"amount": ""}))

    assert "Say how many, and how often that would have been met stands here." in shown
    assert "the best tenth" in shown
    assert "of what was due" not in shown


def test_a_preview_names_what_it_could_not_read(worked: Cast) -> None:
    shown = text(posted(worked.edith, "/preview", CLEAR | {"properties": "phone", "ramp": "two"}))

    left_out = "cannot be read yet: Only with these properties, Rising in steps."
    assert left_out in shown
    assert "Clear enough" not in shown


def test_nothing_that_has_to_be_said_in_the_end_is_called_optional(worked: Cast) -> None:
    client = Client()
    client.force_login(worked.edith.user)

    shown = text(client.get("/w/acme/behaviours/new"))

    assert "What shall somebody do?</label>" in shown
    assert 'Only with these properties <span class="optional">optional</span>' in shown


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


def test_a_changed_target_is_said_to_be_asked_from_the_next_period_on(worked: Cast) -> None:
    posted(worked.edith, "/new", CLEAR)
    key = Behaviour.objects.get().pk
    posted(worked.edith, f"/{key}/live", {})
    client = Client()
    client.force_login(worked.edith.user)

    changed = client.post(f"/w/acme/behaviours/{key}/edit", CLEAR | {"at": "15:00"}, follow=True)

    later = words.day(BehaviourVersion.objects.latest("number").valid_from)
    shown = text(changed)
    assert f"Calls is saved; it holds from {later} on." in shown
    assert f"by Friday 13:00 each week; from {later} on 1 a week, by Friday 15:00" in shown
    assert f"What exactly is asked from {later} on</h2>" in shown
    assert "by Friday 13:00 each week" in text(client.get("/w/acme/behaviours"))


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


def test_a_behaviour_is_named_only_to_who_may_read_it(worked: Cast) -> None:
    behaviour = drafted(worked.edith)

    seen = {}
    for who in (
        worked.olga,
        worked.victor,
        worked.xenia,
        worked.mark,
        worked.ursula,
        worked.carla,
        worked.stan,
    ):
        client = Client()
        client.force_login(who.user)
        seen[who.name] = client.get(f"/w/acme/behaviours/{behaviour.pk}").status_code

    assert [name for name, status in seen.items() if status == 200] == [
        "olga@example.org",
        "victor@example.org",
        "xenia@example.org",
    ]
