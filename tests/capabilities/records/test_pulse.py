"""Two questions to those who use others' records: who is asked, and what is told of answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from importlib import import_module
from unittest.mock import patch

import pytest

from tests import factories
from tests.capabilities.records.delivering import delivered, founded
from tests.capabilities.records.test_dependence import CONTACTS, HEAD, plain
from tests.capabilities.records.test_pages import browser, shown
from tests.cast import Cast
from uptake.capabilities.records import actions, pulses, pulsing
from uptake.capabilities.records.models import (
    DataStandard,
    Pulse,
    PulseAsk,
    PulseTally,
)
from uptake.capabilities.records.pulse_tallies import add, close_over_rounds, count_asked
from uptake.capabilities.records.pulses import own_asks, pulse_of
from uptake.capabilities.reminders import asks
from uptake.capabilities.reminders.ask_models import AskState
from uptake.foundation.errors import Conflict, Invalid, NotAllowed, NotFound

MONDAY = date(2026, 3, 2)
SIX_WEEKS = timedelta(weeks=6)


@contextmanager
def on(day: date) -> Iterator[None]:
    """As if it were that day."""
    with (
        patch.object(pulsing, "localdate", lambda: day),
        patch.object(pulses, "localdate", lambda: day),
        patch.object(asks, "now", lambda: datetime.combine(day, time(10), UTC)),
    ):
        yield


@pytest.fixture
def standard(cast: Cast) -> DataStandard:
    """Five of marketing use what five of sales wrote; m1 signs in as Ursula, s1 as Mark."""
    made = founded(cast.edith, CONTACTS)
    actions.agree_on_standard(cast.edith, made.pk)
    delivered(cast.edith, made, HEAD + plain())
    factories.person(cast.workspace, "m1", user=cast.ursula.user)
    factories.person(cast.workspace, "s1", user=cast.mark.user)
    factories.person(cast.workspace, "m2")
    made.refresh_from_db()
    return made


@pytest.fixture
def pulse(cast: Cast, standard: DataStandard) -> Pulse:
    with on(MONDAY):
        return pulsing.start_pulse(cast.edith, standard.pk, pulsing.Asking(6))


def answered(pulse: Pulse, groups: Sequence[tuple[str, int]], round_: int = 0) -> None:
    """So many of each group were asked and answered in a round, half an hour each."""
    asks = [
        PulseAsk.objects.create(
            pulse=pulse,
            person=factories.person(pulse.standard.workspace, f"{group}-{round_}-{number}"),
            round=round_,
            group=group,
            asked_on=MONDAY,
            state=AskState.ANSWERED,
        )
        for group, many in groups
        for number in range(many)
    ]
    count_asked(pulse, round_)
    for ask in asks:
        add(ask, minutes=30, confidence=4)


def test_who_used_records_of_others_and_signs_in_is_asked_once(cast: Cast, pulse: Pulse) -> None:
    first = pulsing.ask_due(MONDAY)
    again = pulsing.ask_due(MONDAY + timedelta(days=20))

    assert (first, again) == (1, 0)
    assert PulseAsk.objects.get().person.external_id == "m1"


def test_nobody_is_asked_again_before_so_many_weeks_are_over(cast: Cast, pulse: Pulse) -> None:
    pulsing.ask_due(MONDAY + timedelta(days=10))

    soon = pulsing.ask_due(MONDAY + SIX_WEEKS)
    later = pulsing.ask_due(MONDAY + SIX_WEEKS + timedelta(days=10))

    assert (soon, later) == (0, 1)


def test_nobody_is_asked_when_there_is_no_time_to_answer(pulse: Pulse) -> None:
    assert pulsing.ask_due(MONDAY + SIX_WEEKS - timedelta(days=3)) == 0


def test_the_questions_stand_in_my_week_and_the_answer_without_a_name(
    cast: Cast, pulse: Pulse
) -> None:
    with on(MONDAY):
        pulsing.ask_due()
        ask = PulseAsk.objects.get()
        page = shown(cast.ursula, "my-week")
        wrong = browser(cast.ursula).post(
            f"/w/acme/records/questions/{ask.pk}", {"minutes": "x"}, follow=True
        )
        browser(cast.ursula).post(
            f"/w/acme/records/questions/{ask.pk}", {"minutes": 45, "confidence": 2}
        )

    kept = PulseTally.objects.get(group="")
    ask.refresh_from_db()
    assert "Two questions about Contacts" in page
    assert "How many minutes" in wrong.content.decode()
    assert (kept.minutes, kept.confidence, ask.state) == ({"45": 1}, {"2": 1}, "answered")
    assert not own_asks(cast.ursula).exists()


def test_the_questions_can_be_skipped(cast: Cast, pulse: Pulse) -> None:
    with on(MONDAY):
        pulsing.ask_due()
        ask = PulseAsk.objects.get()
        browser(cast.ursula).post(f"/w/acme/records/questions/{ask.pk}", {"skip": 1})

        assert not own_asks(cast.ursula).exists()
        with pytest.raises(Conflict, match="already"):
            pulsing.answer_pulse(cast.ursula, ask.pk, pulsing.Answered(1, 1))
    assert PulseTally.objects.get(group="").answered == 0


def test_only_who_was_asked_answers(cast: Cast, pulse: Pulse) -> None:
    pulsing.ask_due(MONDAY)
    ask = PulseAsk.objects.get()

    for who in (*cast.who_may_not_write, cast.mark, cast.olga):
        with pytest.raises(NotFound):
            pulsing.answer_pulse(who, ask.pk, pulsing.Answered(1, 1))
        with pytest.raises(NotFound):
            pulsing.skip_pulse(who, ask.pk)


def test_answers_that_cannot_be_are_refused(cast: Cast, pulse: Pulse) -> None:
    with on(MONDAY):
        pulsing.ask_due()
        ask = PulseAsk.objects.get()

        with pytest.raises(Invalid, match="minutes"):
            pulsing.answer_pulse(cast.ursula, ask.pk, pulsing.Answered(2_401, 3))
        with pytest.raises(Invalid, match="trust"):
            pulsing.answer_pulse(cast.ursula, ask.pk, pulsing.Answered(10, 6))


def test_a_round_is_told_once_it_is_over(cast: Cast, pulse: Pulse) -> None:
    answered(pulse, [("Sales", 6), ("Marketing", 5)])

    with on(MONDAY + SIX_WEEKS - timedelta(days=1)):
        before = shown(cast.victor, f"records/{pulse.standard_id}")
    with on(MONDAY + SIX_WEEKS):
        after = shown(cast.victor, f"records/{pulse.standard_id}")
        told = browser(cast.victor).get(
            f"/api/v1/workspaces/acme/standards/{pulse.standard_id}/pulse"
        )

    assert "Not yet due: the first round is told once it is over, on Mon 13 Apr 2026" in before
    assert "cost the 11 people asked about 5.5 hours in a week" in after
    assert "11 of 11 who answered trust them" in after
    assert told.json()["rounds"][0]["whole"]["hours"] == 5.5
    assert [group["group"] for group in told.json()["rounds"][0]["groups"]] == [
        "Marketing",
        "Sales",
    ]


def test_groups_with_few_answers_cannot_be_worked_out(cast: Cast, pulse: Pulse) -> None:
    """Legal alone would be the whole less the others, so the smallest other one hides with it."""
    answered(pulse, [("Sales", 7), ("Marketing", 5), ("Legal", 2)])

    with on(MONDAY + SIX_WEEKS):
        (told,) = pulse_of(pulse.standard).rounds

    assert [group.name for group in told.groups] == ["Sales"]
    assert told.hidden == 2


def test_fewer_answers_than_the_smallest_group_tell_nothing(cast: Cast, pulse: Pulse) -> None:
    answered(pulse, [("Sales", 4)])

    with on(MONDAY + SIX_WEEKS):
        stand = pulse_of(pulse.standard)

    assert stand.rounds[0].summary is None
    assert "Too few" in stand.sentence


def test_asking_is_started_and_stopped_on_the_page(cast: Cast, standard: DataStandard) -> None:
    path = f"/w/acme/records/{standard.pk}/pulse"

    browser(cast.edith).post(path, {"every_weeks": 8})
    page = shown(cast.edith, f"records/{standard.pk}")
    twice = browser(cast.edith).post(path, {"every_weeks": 8}, follow=True).content.decode()
    browser(cast.edith).post(path, {"stop": 1})

    assert "Asked once in 8 weeks" in page
    assert "asked already" in twice
    assert Pulse.objects.get().ended_on is not None


def test_nobody_is_asked_too_often_nor_about_what_nobody_agreed_on(
    cast: Cast, standard: DataStandard
) -> None:
    proposed = founded(cast.edith, CONTACTS, name="Proposed")

    with pytest.raises(Invalid, match="4 to 26"):
        pulsing.start_pulse(cast.edith, standard.pk, pulsing.Asking(1))
    with pytest.raises(Conflict, match="agreed on"):
        pulsing.start_pulse(cast.edith, proposed.pk)
    with pytest.raises(Conflict, match="Nobody is asked"):
        pulsing.stop_pulse(cast.edith, standard.pk)


def test_who_may_not_write_starts_and_stops_nothing(cast: Cast, pulse: Pulse) -> None:
    for who in cast.who_may_not_write:
        with pytest.raises((NotAllowed, NotFound)):
            pulsing.start_pulse(who, pulse.standard_id)
        with pytest.raises((NotAllowed, NotFound)):
            pulsing.stop_pulse(who, pulse.standard_id)


def test_one_answers_over_the_api(cast: Cast, pulse: Pulse) -> None:
    api, json = "/api/v1/workspaces/acme/me/pulse", {"content_type": "application/json"}
    with on(MONDAY):
        pulsing.ask_due()
        listed = browser(cast.ursula).get(api).json()["items"]
        said = {"minutes": 20, "confidence": 5}
        done = browser(cast.ursula).post(f"{api}/{listed[0]['id']}/answer", said, **json)
        late = browser(cast.ursula).post(f"{api}/{listed[0]['id']}/skip", {}, **json)

    assert listed[0]["name"] == "Contacts"
    assert done.json()["state"] == "answered"
    assert late.status_code == 409


def test_the_tables_are_the_same_whoever_said_what_in_whatever_order(
    cast: Cast, pulse: Pulse
) -> None:
    people = [factories.person(cast.workspace, f"x{number}") for number in range(6)]
    said = [(10 * number, 1 + number % 5) for number in range(6)]
    reads = []
    for swapped in (said, said[::-1]):
        PulseAsk.objects.all().delete()
        PulseTally.objects.all().delete()
        asks = [
            PulseAsk.objects.create(
                pulse=pulse, person=each, round=0, group="Sales", asked_on=MONDAY
            )
            for each in people
        ]
        count_asked(pulse, 0)
        before = PulseTally.objects.count()
        with on(MONDAY):
            for ask, (minutes, confidence) in zip(asks, swapped, strict=True):
                pulsing.answer_ask(ask, pulsing.Answered(minutes, confidence))
        columns = ("group", "asked", "answered", "minutes", "confidence")
        reads.append(list(PulseTally.objects.order_by("group").values_list(*columns)))
        assert PulseTally.objects.count() == before == 2

    assert reads[0] == reads[1]


def test_once_a_round_is_over_what_cannot_be_told_is_forgotten(pulse: Pulse) -> None:
    answered(pulse, [("Sales", 7), ("Marketing", 5), ("Legal", 2)])
    over = MONDAY + SIX_WEEKS
    with on(over):
        before = pulse_of(pulse.standard)
        assert close_over_rounds(over - timedelta(days=1)) == 0
        assert [close_over_rounds(over) for _ in range(2)] == [1, 0]
        after = pulse_of(pulse.standard)

    kept = PulseTally.objects.order_by("group").values_list("group", "answered")
    assert list(kept) == [("", 14), ("Legal", 0), ("Marketing", 0), ("Sales", 7)]
    assert set(PulseAsk.objects.values_list("state", flat=True)) == {AskState.OPEN}
    assert after == before


def test_of_a_round_with_too_few_answers_their_number_alone_is_kept(pulse: Pulse) -> None:
    answered(pulse, [("Sales", 4)])

    close_over_rounds(MONDAY + SIX_WEEKS)

    columns = ("group", "answered", "minutes")
    assert list(PulseTally.objects.order_by("group").values_list(*columns)) == [
        ("", 4, {}),
        ("Sales", 0, {}),
    ]


def test_a_small_group_is_counted_with_everybody_alone(pulse: Pulse) -> None:
    answered(pulse, [("Sales", 4)])

    assert PulseTally.objects.get(group="Sales").answered == 0


def test_stopping_forgets_what_was_answered_in_a_round_that_never_ends(
    cast: Cast, pulse: Pulse
) -> None:
    answered(pulse, [("Sales", 6)])
    with on(MONDAY):
        pulsing.stop_pulse(cast.edith, pulse.standard_id)

    assert not PulseTally.objects.exists()


@dataclass(frozen=True, slots=True)
class Before:
    """The models of the migration that counts answers, and what was kept of them."""

    answers: Sequence[tuple[str, int, int]]

    def get_model(self, _app: str, name: str) -> object:
        return {"PulseTally": PulseTally, "PulseAsk": PulseAsk}.get(name, self)

    @property
    def objects(self) -> Before:
        return self

    def filter(self, **of: int) -> Before:
        return {0: self}[of["round"]]

    def values_list(self, *columns: str) -> Sequence[tuple[str, int, int]]:
        return {("group", "minutes", "confidence"): self.answers}[columns]


def test_answers_that_were_kept_one_by_one_are_counted_alike(pulse: Pulse) -> None:
    answered(pulse, [("Sales", 6), ("Marketing", 5)])
    columns = ("round", "group", "asked", "answered", "minutes", "confidence")
    counted = list(PulseTally.objects.order_by("group").values_list(*columns))
    PulseTally.objects.all().delete()
    before = Before([*(("Sales", 30, 4),) * 6, *(("Marketing", 30, 4),) * 5])

    import_module("uptake.capabilities.records.migrations.0008_count_pulse_answers").count(
        before, None
    )

    assert list(PulseTally.objects.order_by("group").values_list(*columns)) == counted
