"""Team in the eyes of who leads people, and what they tell those people."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import localdate

from tests import factories
from tests.api.asking import of_browser
from tests.capabilities.behaviours.test_keeping import asked
from tests.cast import Cast
from uptake.capabilities.behaviours import keeping, speaking, words_of_leaders
from uptake.capabilities.behaviours.figures import TeamItem
from uptake.capabilities.behaviours.improvers import name_improvers
from uptake.capabilities.behaviours.models import (
    BarrierReport,
    Behaviour,
    BehaviourVersion,
    LeadersWord,
    Obstacle,
    WordKind,
)
from uptake.capabilities.behaviours.team_page import sentences, team_page
from uptake.capabilities.customers.models import Person
from uptake.foundation.errors import Conflict, Invalid, NotAllowed, NotFound
from uptake.foundation.models import Activity, NamedView
from uptake.foundation.privacy import NamedViewsPolicy, allow_named_views
from uptake.ui import words


def leads(cast: Cast, team: str) -> Person:
    """Mark is somebody in the data, and leads a team."""
    mark = factories.person(cast.workspace, "mark", name="Mark", user=cast.mark.user)
    Person.objects.filter(team__external_id=team).update(manager=mark)
    return mark


def better(cast: Cast) -> Behaviour:
    """A behaviour that those of the poor team met in the newest four weeks and never before."""
    behaviour = asked(cast, right_first_time=False)
    Behaviour.objects.filter(pk=behaviour.pk).update(live_from=date(2025, 3, 3))
    strict, easy = [v.definition | {"right_first_time": r} for v, r in _twice(behaviour)]
    BehaviourVersion.objects.filter(behaviour=behaviour).delete()
    for number, (day, definition) in enumerate(
        ((date(2025, 3, 3), strict), (date(2025, 4, 21), easy)), start=1
    ):
        BehaviourVersion.objects.create(
            behaviour=behaviour,
            number=number,
            valid_from=day,
            definition=definition,
            written_by="edith",
        )
    return Behaviour.objects.get(pk=behaviour.pk)


def _twice(behaviour: Behaviour) -> list[tuple[BehaviourVersion, bool]]:
    version = behaviour.versions.get()
    return [(version, True), (version, False)]


def item(cast: Cast) -> TeamItem:
    (row,) = team_page(cast.mark).rows
    return row.item


def page_of(who: Any, path: str = "team/behaviours") -> str:
    client = Client()
    client.force_login(who.user)
    return client.get(f"/w/acme/{path}").content.decode()


def test_who_is_linked_after_the_figures_were_made_sees_their_people(worked: Cast) -> None:
    behaviour = asked(worked)
    keeping.kept_figures(behaviour)
    leads(worked, "good")

    (row,) = team_page(worked.mark).rows

    assert row.behaviour == behaviour
    assert row.item.latest is not None


def permit(cast: Cast) -> None:
    today = localdate()
    policy = NamedViewsPolicy("Works council", "agreement", "coaching", today, today)
    allow_named_views(cast.olga, policy)
    cast.workspace.refresh_from_db()


def test_a_team_is_told_as_a_group_rounded_below_twenty(worked: Cast) -> None:
    leads(worked, "poor")
    asked(worked)

    found = item(worked)

    assert found.latest is not None
    assert (found.people, found.latest.value, found.latest.people) == (12, 0.0, 12)
    assert found.trend == (0.0,) * 7


@pytest.mark.parametrize("team", ["good", "poor"])
def test_team_and_the_page_of_the_behaviour_say_the_same_of_the_same_week(
    worked: Cast, team: str
) -> None:
    leads(worked, team)
    Person.objects.filter(external_id="mark").update(ends_on=date(2025, 1, 1))
    behaviour = asked(worked)

    mine = item(worked).latest
    _basis, figures = keeping.kept_figures(behaviour)

    assert figures is not None
    assert figures.latest is not None
    (there,) = (each for each in figures.teams if each.team == team)
    assert mine is not None
    assert (mine.value, mine.numerator, mine.people) == (
        there.share.value,
        there.share.numerator,
        there.people,
    )
    assert mine.window == there.share.window == figures.latest.window


def test_every_number_of_the_same_behaviour_names_its_window(worked: Cast) -> None:
    leads(worked, "poor")
    behaviour = asked(worked)
    _basis, figures = keeping.kept_figures(behaviour)
    assert figures is not None
    assert figures.latest is not None
    assert figures.people is not None
    assert figures.before is not None
    week = words.day(figures.latest.window.last)

    team = page_of(worked.mark)
    page = page_of(worked.olga, f"behaviours/{behaviour.pk}")

    assert f"in the period to {week}" in team
    assert "in the newest period." in team
    assert f"in the week to {week}" in page
    for each in (figures.people, figures.before):
        first, last = words.short_day(each.window.first), words.short_day(each.window.last)
        assert f"People, {first} to {last}" in page


def test_a_shortfall_between_teams_is_nothing_to_push_people_for(worked: Cast) -> None:
    leads(worked, "poor")
    asked(worked)

    assert item(worked).is_organisational
    assert "Do not push for this one." in page_of(worked.mark)


def test_a_team_that_does_well_is_told_no_such_thing(worked: Cast) -> None:
    leads(worked, "good")
    asked(worked)

    assert not item(worked).is_organisational
    assert sentences(team_page(worked.mark)) == (
        (
            "1 of 1 behaviour asked of your 12 people was met by half of them or more "
            "in the newest period."
        ),
        "Nobody waits for an answer of yours.",
    )


def test_fewer_than_five_people_have_no_number(worked: Cast) -> None:
    mark = leads(worked, "nobody")
    Person.objects.filter(external_id__in=("p0", "p1", "p2", "p3")).update(manager=mark)
    asked(worked)

    found = item(worked)

    assert "fewer than 5" in found.missing
    assert (found.latest, found.improved, found.trend) == (None, None, ())


def test_who_leads_nobody_or_is_nobody_is_told_what_to_do(worked: Cast) -> None:
    asked(worked)

    with pytest.raises(NotFound, match="Settings, Members"):
        team_page(worked.mark)
    factories.person(worked.workspace, "mark", user=worked.mark.user)
    with pytest.raises(NotFound, match="with you as manager"):
        team_page(worked.mark)
    assert "Your team will stand here." in page_of(worked.mark)


def test_people_below_people_below_one_count(worked: Cast) -> None:
    mark = factories.person(worked.workspace, "mark", user=worked.mark.user)
    between = Person.objects.get(external_id="p0")
    Person.objects.exclude(pk__in=(mark.pk, between.pk)).update(manager=between)
    Person.objects.filter(pk=between.pk).update(manager=mark)
    asked(worked)

    view = team_page(worked.mark)

    assert (view.led, view.rows[0].item.people) == (24, 24)


def test_who_left_or_begins_later_is_not_among_ones_people(worked: Cast) -> None:
    leads(worked, "poor")
    asked(worked)
    view = team_page(worked.mark)
    day = view.basis.as_of
    left, later = Person.objects.filter(team__external_id="poor").order_by("pk")[:2]
    Person.objects.filter(pk=left.pk).update(ends_on=day - timedelta(days=1))
    Person.objects.filter(pk=later.pk).update(starts_on=day + timedelta(days=1))

    assert team_page(worked.mark).led == view.led - 2
    assert "are those who work there on" in page_of(worked.mark)


def test_questions_of_ones_people_wait_with_their_age(worked: Cast) -> None:
    leads(worked, "poor")
    Person.objects.filter(external_id="p1").update(user=worked.ursula.user)
    behaviour = asked(worked)
    speaking.ask_what_is_wanted(worked.ursula, behaviour.pk, question="Which calls?")

    view = team_page(worked.mark)

    assert [each.question for each in view.questions] == ["Which calls?"]
    assert sentences(view)[1].startswith("1 question waits for you")
    assert "Which calls?" in page_of(worked.mark)


def test_questions_of_others_are_none_of_ones_business(worked: Cast) -> None:
    leads(worked, "good")
    Person.objects.filter(external_id="p1").update(user=worked.ursula.user)
    behaviour = asked(worked)
    speaking.ask_what_is_wanted(worked.ursula, behaviour.pk, question="Which calls?")

    assert team_page(worked.mark).questions == ()


def test_who_got_better_is_a_number_and_is_thanked_without_a_name(worked: Cast) -> None:
    leads(worked, "poor")
    behaviour = better(worked)
    Person.objects.filter(external_id="p1").update(user=worked.ursula.user)

    found = item(worked)
    words_of_leaders.thank_improvers(worked.mark, behaviour.pk, text="I saw your calls.")

    assert found.improved == 12
    word = LeadersWord.objects.get(kind=WordKind.THANKED)
    assert word.thanked.count() == 12
    assert "Thanks from Mark:" in page_of(worked.ursula, "my-week")
    assert "p3" not in page_of(worked.mark)
    assert "p3" not in str(Activity.objects.get(verb="behaviour.thanked").facts)


def test_nobody_is_thanked_twice_within_four_weeks(worked: Cast) -> None:
    leads(worked, "poor")
    behaviour = better(worked)
    words_of_leaders.thank_improvers(worked.mark, behaviour.pk, text="Thank you.")

    with pytest.raises(Conflict, match="since you thanked last"):
        words_of_leaders.thank_improvers(worked.mark, behaviour.pk, text="Thank you.")
    LeadersWord.objects.update(said_at=LeadersWord.objects.get().said_at - timedelta(days=30))
    words_of_leaders.thank_improvers(worked.mark, behaviour.pk, text="Thank you again.")


def test_thanks_stand_in_the_week_of_those_who_improved_alone(worked: Cast) -> None:
    leads(worked, "poor")
    behaviour = better(worked)
    words_of_leaders.thank_improvers(worked.mark, behaviour.pk, text="Thank you.")
    thanked, other = (Person.objects.get(external_id=name) for name in ("p1", "p0"))
    Person.objects.filter(pk=other.pk).update(manager=Person.objects.get(external_id="mark"))
    other.refresh_from_db()

    assert words_of_leaders.words_to(thanked, [behaviour]).count() == 1
    assert words_of_leaders.words_to(other, [behaviour]).count() == 0


def test_names_take_a_policy_a_purpose_and_are_written_down(worked: Cast) -> None:
    leads(worked, "poor")
    behaviour = better(worked)

    with pytest.raises(NotAllowed, match="no policy allows it"):
        name_improvers(worked.mark, [behaviour.pk], purpose="thanks")
    permit(worked)
    with pytest.raises(Invalid, match="what you need the names for"):
        name_improvers(worked.mark, [behaviour.pk], purpose=" ")
    found = name_improvers(worked.mark, [behaviour.pk], purpose="thanks")

    assert len(found) == 12
    assert {each.evidence for each in found} == {"0 of 4 before, 4 of the newest 4"}
    looks = NamedView.objects.filter(viewer=worked.mark.user, page="Team")
    assert set(looks.values_list("person", flat=True)) == {f"p{n}" for n in range(1, 24, 2)}


def test_the_page_names_people_only_after_a_purpose_was_sent(worked: Cast) -> None:
    leads(worked, "poor")
    better(worked)
    permit(worked)
    client = Client()
    client.force_login(worked.mark.user)

    before = client.get("/w/acme/team/behaviours").content.decode()
    refused = client.post("/w/acme/team/behaviours/names", {"purpose": ""})
    named = client.post("/w/acme/team/behaviours/names", {"purpose": "To thank them"})

    assert ("p11" in before, refused.status_code) == (False, 422)
    assert "p11" in named.content.decode()


def stopped(behaviour: Behaviour, *people: str) -> None:
    for person in Person.objects.filter(external_id__in=people):
        BarrierReport.objects.create(behaviour=behaviour, person=person, kind=Obstacle.TIME)


def test_what_stops_people_waits_until_somebody_says_what_was_done(worked: Cast) -> None:
    leads(worked, "poor")
    behaviour = asked(worked)
    Person.objects.filter(external_id="p1").update(user=worked.ursula.user)
    stopped(behaviour, "p1", "p3", "p5", "p7")
    assert team_page(worked.mark).rows[0].in_the_way == ()
    stopped(behaviour, "p9")

    (found,) = team_page(worked.mark).rows[0].in_the_way
    words_of_leaders.follow_up(
        worked.mark, behaviour.pk, obstacle=Obstacle.TIME, text="Fridays are free of meetings."
    )

    assert (found.kind, found.people) == (Obstacle.TIME, 5)
    assert team_page(worked.mark).rows[0].in_the_way == ()
    assert "Fridays are free" in page_of(worked.ursula, "my-week")
    with pytest.raises(NotFound, match="waits to be acted on"):
        words_of_leaders.follow_up(worked.mark, behaviour.pk, obstacle=Obstacle.TIME, text="More")


def test_an_explanation_stands_in_the_week_of_ones_people_and_of_nobody_else(
    worked: Cast,
) -> None:
    leads(worked, "poor")
    behaviour = asked(worked)
    with pytest.raises(Invalid, match="tells them"):
        words_of_leaders.explain(worked.mark, behaviour.pk, text=" ")

    words_of_leaders.explain(worked.mark, behaviour.pk, text="Outgoing calls alone.")

    ours, other = (Person.objects.get(external_id=name) for name in ("p1", "p0"))
    assert [w.text for w in words_of_leaders.words_to(ours, [behaviour])] == [
        "Outgoing calls alone."
    ]
    assert not words_of_leaders.words_to(other, [behaviour]).exists()


def test_leaders_speak_over_the_api_and_nobody_else(worked: Cast) -> None:
    leads(worked, "poor")
    behaviour = better(worked)
    stopped(behaviour, *(f"p{n}" for n in range(5)))
    path = f"/me/team/behaviours/{behaviour.pk}"
    done = {"obstacle": "time", "text": "Two more people come."}
    tried = (("explain", {"text": "This."}), ("thank", {"text": "Thanks."}), ("follow-up", done))

    others = (*worked.who_may_not_write, worked.ursula, worked.xenia, worked.edith)
    told = {
        of_browser(who).post(f"{path}/{what}", s).status_code for who in others for what, s in tried
    }
    said = [of_browser(worked.mark).post(f"{path}/{what}", sent) for what, sent in tried]

    assert told <= {403, 404}
    assert [each.status_code for each in said] == [201, 201, 201]
    assert [each.json()["kind"] for each in said] == ["explained", "thanked", "followed up"]
    assert of_browser(worked.mark).post(f"{path}/thank", {"text": "Thanks."}).status_code == 409
    assert LeadersWord.objects.count() == 3


def test_nobody_speaks_as_a_leader_who_is_none(worked: Cast) -> None:
    leads(worked, "poor")
    behaviour = better(worked)
    stopped(behaviour, *(f"p{n}" for n in range(5)))

    for actor in (*worked.who_may_not_write, worked.ursula, worked.xenia, worked.edith):
        with pytest.raises((NotAllowed, NotFound)):
            words_of_leaders.explain(actor, behaviour.pk, text="This.")
        with pytest.raises((NotAllowed, NotFound)):
            words_of_leaders.thank_improvers(actor, behaviour.pk, text="Thanks.")
        with pytest.raises((NotAllowed, NotFound)):
            words_of_leaders.follow_up(actor, behaviour.pk, obstacle=Obstacle.TIME, text="Done.")
        with pytest.raises((NotAllowed, NotFound)):
            name_improvers(actor, [behaviour.pk], purpose="curiosity")
    assert not LeadersWord.objects.exists()


def test_a_behaviour_of_others_is_none_of_ones_team(worked: Cast) -> None:
    leads(worked, "poor")
    rule = {"field": "team", "op": "is", "value": "good"}
    behaviour = asked(worked, rules=(rule,))

    assert team_page(worked.mark).rows == ()
    with pytest.raises(NotFound, match="nobody whom you lead"):
        words_of_leaders.explain(worked.mark, behaviour.pk, text="This.")


def test_managers_begin_at_their_team_and_end_users_at_their_week(worked: Cast) -> None:
    places = {}
    for who in (worked.mark, worked.ursula):
        client = Client()
        client.force_login(who.user)  # type: ignore[arg-type]  # members of the cast are users
        places[who.name] = client.get("/w/acme/")["Location"]

    assert places == {
        "mark@example.org": "/w/acme/team/behaviours",
        "ursula@example.org": "/w/acme/my-week",
    }


def test_a_changed_definition_is_counted_by_itself(
    worked: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    leads(worked, "poor")
    second, first = asked_again(worked), asked(worked)
    before = keeping.kept_figures(first)[1]
    counted: list[int] = []
    _watch(monkeypatch, counted)

    _change(second)
    keeping.renew(worked.workspace)

    assert counted == [second.pk]
    assert keeping.kept_figures(first)[1] == before
    assert len(team_page(worked.mark).rows) == 2


def asked_again(cast: Cast) -> Behaviour:
    behaviour = asked(cast)
    Behaviour.objects.filter(pk=behaviour.pk).update(name="Again")
    return Behaviour.objects.get(pk=behaviour.pk)


def _change(behaviour: Behaviour) -> None:
    version = behaviour.versions.get()
    BehaviourVersion.objects.create(
        behaviour=behaviour,
        number=2,
        valid_from=date(2025, 5, 12),
        definition=version.definition | {"amount": 9},
        written_by="edith",
    )


def _watch(monkeypatch: pytest.MonkeyPatch, counted: list[int]) -> None:
    from uptake.capabilities.behaviours import preparing

    judge_all = preparing.judge_all

    def watched(workspace: Any, stand: Any, behaviours: Any) -> Any:
        counted.extend(each.pk for each in behaviours)
        return judge_all(workspace, stand, behaviours)

    monkeypatch.setattr(preparing, "judge_all", watched)
