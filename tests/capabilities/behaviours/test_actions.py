from __future__ import annotations

from datetime import date

import pytest

from tests import factories
from tests.capabilities.behaviours.asking import CLEAR, drafted, facts
from tests.cast import CUSTOMER, Cast
from uptake.capabilities.behaviours import actions
from uptake.capabilities.behaviours.definition import Definition, kept_form, read
from uptake.capabilities.behaviours.models import Behaviour, BehaviourVersion, Status
from uptake.capabilities.behaviours.queries import (
    access_behaviour,
    in_force,
    versions_of,
    visible_behaviours,
)
from uptake.capabilities.behaviours.scope import concerned_by
from uptake.foundation.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound
from uptake.foundation.models import Activity

WEDNESDAY = date(2026, 3, 4)
SATURDAY = date(2026, 2, 28)
"""Weeks run to Friday: this one began on Saturday."""


@pytest.fixture(autouse=True)
def wednesday(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "localdate", lambda timezone: WEDNESDAY)


def test_what_is_kept_of_a_definition_says_all_of_it() -> None:
    assert read(kept_form(CLEAR)) == CLEAR


def test_a_draft_goes_live_from_the_running_period_on(cast: Cast) -> None:
    factories.person(cast.workspace)
    behaviour = drafted(cast.edith)

    live = actions.go_live(cast.edith, behaviour.pk)

    assert (live.status, live.live_from) == (Status.LIVE, SATURDAY)
    assert list(Activity.objects.values_list("verb", flat=True)) == [
        "behaviour.went_live",
        "behaviour.drafted",
    ]


def test_what_was_asked_before_is_judged_from_then_on(cast: Cast) -> None:
    factories.person(cast.workspace)
    behaviour = drafted(cast.edith)
    changed = drafted(cast.edith, "other")
    actions.revise_behaviour(cast.edith, changed.pk, facts("other", amount=4))

    live = actions.go_live(cast.edith, behaviour.pk, since=date(2026, 1, 8))

    assert live.live_from == date(2026, 1, 3)
    with pytest.raises(Conflict, match="nobody knows what was asked then"):
        actions.go_live(cast.edith, changed.pk, since=date(2026, 1, 8))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"statement": "Use the system"}, "see somebody do"),
        ({"amount": None}, "how many"),
        ({"at": None}, "by when"),
        ({"right_first_time": False}, "good one"),
        ({"counters": ()}, "must not get worse"),
        ({"reason": ""}, "why it matters"),
        ({"actions": ()}, "module and action"),
    ],
)
def test_what_is_unclear_keeps_it_from_going_live(
    cast: Cast, changed: dict[str, object], said: str
) -> None:
    factories.person(cast.workspace)
    behaviour = drafted(cast.edith, **changed)

    with pytest.raises(Invalid, match=said):
        actions.go_live(cast.edith, behaviour.pk)
    assert not Behaviour.objects.get(pk=behaviour.pk).is_live


def test_a_new_target_begins_with_the_next_period_and_leaves_the_past_alone(cast: Cast) -> None:
    factories.person(cast.workspace)
    behaviour = drafted(cast.edith)
    actions.go_live(cast.edith, behaviour.pk)

    actions.revise_behaviour(cast.edith, behaviour.pk, facts(amount=5), note="too easy")

    versions = versions_of(behaviour)
    asked = [read(in_force(versions, day).definition).amount for day in (SATURDAY, WEDNESDAY)]
    assert asked == [3, 3]
    assert versions[-1].valid_from == date(2026, 3, 7)
    assert read(in_force(versions, date(2026, 3, 7)).definition).amount == 5


def test_what_people_are_asked_stays_clear(cast: Cast) -> None:
    factories.person(cast.workspace)
    behaviour = drafted(cast.edith)
    actions.go_live(cast.edith, behaviour.pk)

    with pytest.raises(Invalid, match="how many"):
        actions.revise_behaviour(cast.edith, behaviour.pk, facts(amount=None))


def test_saying_the_same_again_is_no_new_version(cast: Cast) -> None:
    behaviour = drafted(cast.edith)

    assert actions.revise_behaviour(cast.edith, behaviour.pk, facts("Log the calls")) is None
    assert Behaviour.objects.get(pk=behaviour.pk).name == "Log the calls"


def test_versions_are_written_once(cast: Cast) -> None:
    version = drafted(cast.edith).versions.get()
    version.definition = kept_form(Definition(statement="other"))

    with pytest.raises(TypeError, match="written once"):
        version.save()
    with pytest.raises(TypeError, match="written once"):
        BehaviourVersion.objects.update(note="other")


def test_an_ended_behaviour_is_neither_revised_nor_revived(cast: Cast) -> None:
    factories.person(cast.workspace)
    behaviour = drafted(cast.edith)
    actions.go_live(cast.edith, behaviour.pk)
    actions.end_behaviour(cast.edith, behaviour.pk)

    with pytest.raises(Conflict, match="has ended"):
        actions.revise_behaviour(cast.edith, behaviour.pk, facts(amount=5))
    with pytest.raises(Conflict, match="Only a draft"):
        actions.go_live(cast.edith, behaviour.pk)
    with pytest.raises(Conflict, match="Only a live"):
        actions.end_behaviour(cast.edith, behaviour.pk)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"threshold": 0.0}, "share of the amount"),
        ({"amount": 0}, "one at least"),
        ({"ramp": (0, 2)}, "Every step"),
        ({"rules": ({"field": "age", "op": "is", "value": "40"},)}, "no attribute"),
    ],
)
def test_what_makes_no_sense_is_not_written_down(
    cast: Cast, changed: dict[str, object], said: str
) -> None:
    with pytest.raises(Invalid, match=said):
        drafted(cast.edith, **changed)


def test_a_name_is_taken_once(cast: Cast) -> None:
    drafted(cast.edith)

    with pytest.raises(Conflict, match="another name"):
        drafted(cast.edith)


def test_nobody_else_writes(cast: Cast) -> None:
    factories.person(cast.workspace)
    behaviour = drafted(cast.edith)

    for actor in (*cast.who_may_not_write, cast.xenia, cast.ursula):
        for write in (
            lambda actor=actor: drafted(actor, "other"),
            lambda actor=actor: actions.revise_behaviour(actor, behaviour.pk, facts(amount=9)),
            lambda actor=actor: actions.go_live(actor, behaviour.pk),
            lambda actor=actor: actions.end_behaviour(actor, behaviour.pk),
        ):
            with pytest.raises((NotAllowed, NotFound)):
                write()

    assert BehaviourVersion.objects.count() == 1


def test_a_manager_asks_the_team_they_lead_and_nobody_else(cast: Cast) -> None:
    mark = factories.person(cast.workspace, "mark", user=cast.mark.user)
    factories.person(cast.workspace, "led", manager=mark)
    factories.person(cast.workspace, "other")
    edith = drafted(cast.edith, "of everybody")

    own = drafted(cast.mark, "of my team")

    system = cast.olga
    assert list(visible_behaviours(cast.mark)) == [own]
    asked = concerned_by(system, own, CLEAR).values_list("external_id", flat=True)
    assert list(asked) == ["led"]
    with pytest.raises(NotFound):
        actions.go_live(cast.mark, edith.pk)


def test_nobody_is_asked_once_the_leader_of_a_team_is_gone(cast: Cast) -> None:
    mark = factories.person(cast.workspace, "mark", user=cast.mark.user)
    factories.person(cast.workspace, "led", manager=mark)
    own = drafted(cast.mark)

    mark.delete()

    assert not concerned_by(cast.olga, Behaviour.objects.get(pk=own.pk), CLEAR).exists()


def test_a_manager_whom_nobody_linked_is_told_what_to_do(cast: Cast) -> None:
    with pytest.raises(NotAllowed, match="Settings, Members"):
        drafted(cast.mark)


def test_who_sees_one_account_asks_there_alone(cast: Cast) -> None:
    north = factories.account(cast.workspace, CUSTOMER)
    factories.account(cast.workspace, "rival")
    factories.person(cast.workspace, "here", account=north)
    everybody = drafted(cast.edith, "of everybody")

    own = drafted(cast.carla, "of north")

    assert own.account == north
    assert list(visible_behaviours(cast.carla)) == [own]
    for refused in (
        lambda: drafted(cast.carla, "of the rival", account="rival"),
        lambda: access_behaviour(cast.carla, everybody.pk),
    ):
        with pytest.raises(DomainError, match="There is no"):
            refused()
