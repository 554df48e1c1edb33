"""Writing reminders, and who may not."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest

from tests.capabilities.behaviours.asking import drafted
from tests.capabilities.behaviours.test_keeping import asked
from tests.capabilities.reminders.writing import FACTS, reminder
from tests.cast import Cast
from uptake.capabilities.reminders.actions import (
    LimitFacts,
    change_reminder,
    remove_reminder,
    set_limits,
    switch_reminder,
    write_reminder,
)
from uptake.capabilities.reminders.models import Reminder, ReminderLimits
from uptake.capabilities.reminders.queries import limits_of, visible_deliveries, visible_reminders
from uptake.capabilities.reminders.wording import Words, filled
from uptake.foundation.delivery.models import Channel, ChatChannel
from uptake.foundation.errors import Conflict, Invalid, NotAllowed, NotFound

LIMITS = LimitFacts(3, time(19), time(7), (0, 1, 2))


def test_other_words_begin_the_comparison_anew_and_another_name_does_not(cast: Cast) -> None:
    written = reminder(cast)

    renamed = change_reminder(cast.edith, written.pk, replace(FACTS, name="Other"))
    assert renamed.version == 1
    reworded = change_reminder(
        cast.edith, written.pk, replace(FACTS, words=Words("Please", "Do it"))
    )

    assert reworded.version == 2


def test_a_draft_is_not_reminded_of(cast: Cast) -> None:
    written = reminder(cast, on=False, behaviour=drafted(cast.edith).pk)

    with pytest.raises(Conflict, match="set it live"):
        switch_reminder(cast.edith, written.pk, on=True)


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        (replace(FACTS, name=" "), "a name"),
        (replace(FACTS, lead_hours=0), "hours"),
        (replace(FACTS, words=Words("", "x")), "subject"),
        (replace(FACTS, words=Words("x", "{salary}")), "salary"),
        (replace(FACTS, channel=Channel.SLACK, words=Words("x", "{name}")), "name"),
        (replace(FACTS, channel=Channel.SLACK, words=Words("x", "y")), "Choose the channel"),
    ],
)
def test_what_would_reach_people_unfinished_is_refused(
    cast: Cast, facts: object, says: str
) -> None:
    about = asked(cast)

    with pytest.raises(Invalid, match=says):
        write_reminder(cast.edith, about.pk, facts)  # type: ignore[arg-type]  # ReminderFacts


def test_a_name_is_taken_once_per_behaviour(cast: Cast) -> None:
    written = reminder(cast)

    with pytest.raises(Conflict):
        write_reminder(cast.edith, written.behaviour_id, FACTS)


def test_a_channel_has_to_be_there(cast: Cast) -> None:
    chat = ChatChannel.objects.create(
        workspace=cast.workspace, name="#x", kind="teams", sealed_address="", host="h", added_by="o"
    )
    group = replace(FACTS, channel=Channel.SLACK, words=Words("x", "y"), chat=chat.pk)
    about = asked(cast)

    with pytest.raises(NotFound):
        write_reminder(cast.edith, about.pk, group)
    written = write_reminder(cast.edith, about.pk, replace(group, channel=Channel.TEAMS))
    chat.delete()
    with pytest.raises(Conflict, match="gone"):
        switch_reminder(cast.edith, written.pk, on=True)


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        (replace(LIMITS, most_a_week=0), "a week"),
        (replace(LIMITS, weekdays=()), "one day"),
        (replace(LIMITS, weekdays=(7,)), "one day"),
        (replace(LIMITS, quiet_to=time(19)), "Quiet"),
    ],
)
def test_limits_leave_room_to_remind_anybody(cast: Cast, facts: LimitFacts, says: str) -> None:
    with pytest.raises(Invalid, match=says):
        set_limits(cast.olga, facts)


def test_limits_are_usual_until_an_owner_decides(cast: Cast) -> None:
    assert limits_of(cast.workspace).most_a_week == 2

    set_limits(cast.olga, LIMITS)

    assert limits_of(cast.workspace).weekdays == [0, 1, 2]


def test_nobody_writes_who_may_not(cast: Cast) -> None:
    written = reminder(cast)

    for actor in (*cast.who_may_not_write, cast.xenia, cast.ursula, cast.mark, cast.carla):
        with pytest.raises((NotAllowed, NotFound)):
            write_reminder(actor, written.behaviour_id, replace(FACTS, name="Other"))
        with pytest.raises((NotAllowed, NotFound)):
            change_reminder(actor, written.pk, FACTS)
        with pytest.raises((NotAllowed, NotFound)):
            switch_reminder(actor, written.pk, on=False)
        with pytest.raises((NotAllowed, NotFound)):
            remove_reminder(actor, written.pk)
        with pytest.raises((NotAllowed, NotFound)):
            set_limits(actor, LIMITS)
    assert Reminder.objects.get().is_on
    assert not ReminderLimits.objects.exists()


def test_what_is_asked_of_others_is_not_read(cast: Cast) -> None:
    written = reminder(cast)

    assert list(visible_reminders(cast.victor)) == [written]
    assert list(visible_reminders(cast.mark)) == []
    assert list(visible_reminders(cast.carla)) == []
    for actor in (cast.ursula, cast.stan):
        with pytest.raises((NotAllowed, NotFound)):
            visible_reminders(actor)
    for actor in (cast.victor, cast.stan):
        with pytest.raises((NotAllowed, NotFound)):
            visible_deliveries(actor)


def test_removed_it_is_gone(cast: Cast) -> None:
    remove_reminder(cast.edith, reminder(cast).pk)

    assert not Reminder.objects.exists()


def test_what_is_not_known_leaves_no_hole() -> None:
    said = filled("Hello {name},\n\n{why}\n\nDo it", {"name": "Ursula"})

    assert said == "Hello Ursula,\n\nDo it"
