"""An address in a mail answers once, for one person, in time; the same for each kind of ask."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.core import signing
from django.forms import BaseForm
from django.http import HttpResponse
from django.test import Client

from tests import factories
from tests.capabilities.reminders.asked import DAY, LONG_OVER, Use, pulse_of, survey_of
from tests.cast import Cast
from uptake.capabilities.customers.models import Person
from uptake.capabilities.reminders import asks
from uptake.capabilities.reminders.ask_models import AskState
from uptake.capabilities.reminders.asks import Holder, access_own_ask, ask_at, settle
from uptake.foundation.actor import Actor
from uptake.foundation.errors import Conflict, NotAllowed, NotFound
from uptake.foundation.models import Activity

USES = (survey_of, pulse_of)


@pytest.fixture(params=USES, ids=["survey", "two questions"])
def use(request: pytest.FixtureRequest, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Use:
    """On its first day."""
    monkeypatch.setattr(asks, "now", lambda: DAY)
    made: Use = request.param(cast.workspace)
    return made


@pytest.fixture
def ask(use: Use, cast: Cast) -> Any:
    """Somebody who does not sign in is asked."""
    return use.asks(factories.person(cast.workspace, "pia", email="pia@example.org"))


def browser(who: Actor) -> Client:
    found = Client()
    assert who.user is not None
    found.force_login(who.user)
    return found


def at(moment: datetime) -> Any:
    return patch.object(asks, "now", lambda: moment)


def statuses(*answers: HttpResponse) -> list[int]:
    return [each.status_code for each in answers]


def token_of(use: Use, ask: Any) -> str:
    return use.path(ask).rpartition("/")[2]


def test_looking_answers_nothing_and_the_form_answers_once(use: Use, ask: Any) -> None:
    path = use.path(ask)
    looked = [Client().get(path), Client().head(path)]
    before = use.kept()
    taken = Client().post(path, use.said)
    again = [Client().post(path, use.said), Client().post(path, {"skip": 1}), Client().get(path)]

    assert statuses(*looked, taken, *again) == [200, 200, 200, 409, 409, 409]
    assert (before, use.kept()) == (0, 1)
    assert "Nothing is left to do" in again[0].content.decode()


def test_who_skips_is_not_asked_again(use: Use, ask: Any) -> None:
    path = use.path(ask)

    assert statuses(Client().post(path, {"skip": 1}), Client().post(path, use.said)) == [200, 409]
    assert use.kept() == 0


def test_an_unclear_answer_is_asked_again(use: Use, ask: Any) -> None:
    assert Client().post(use.path(ask), {}).status_code == 422
    assert statuses(Client().post(use.path(ask), use.said)) == [200]


def test_of_two_answers_at_the_same_time_one_is_taken(use: Use, ask: Any) -> None:
    """The second arrives while the first is being read."""
    path, second = use.path(ask), []
    meanwhile = iter([lambda: second.append(Client().post(path, use.said))])
    whole = BaseForm.is_valid

    def slow(form: BaseForm) -> bool:
        next(meanwhile, lambda: None)()
        return whole(form)

    with patch.object(BaseForm, "is_valid", slow):
        first = Client().post(path, use.said)

    assert statuses(first, *second) == [409, 200]
    assert use.kept() == 1


def test_whoever_read_it_as_open_before_another_wrote_is_refused(use: Use, ask: Any) -> None:
    Client().post(use.path(ask), use.said)

    with patch.object(asks, "open_ask"), pytest.raises(Conflict):
        settle(use.kind, ask, AskState.SKIPPED)
    ask.refresh_from_db()
    assert ask.state == AskState.ANSWERED


def test_a_changed_address_answers_nothing(use: Use, ask: Any, cast: Cast) -> None:
    other = use.asks(factories.person(cast.workspace, "quinn"))
    mine, salt = token_of(use, ask), use.kind.salt
    wrong = [
        mine[:-2],
        "nothing",
        "ä" * 40,
        signing.dumps([ask.pk, other.person_id], salt=salt),
        signing.dumps([ask.pk, ask.person_id], salt="reminders.leave"),
        signing.dumps([ask.pk], salt=salt),
        signing.dumps([ask.pk, None], salt=salt),
        signing.dumps("x", salt=salt),
        f"{token_of(use, other).split(':')[0]}:{mine.split(':', 1)[1]}",
    ]
    page = use.path(ask).rpartition("/")[0]

    assert {Client().post(f"{page}/{each}", use.said).status_code for each in wrong} == {404}
    assert use.kept() == 0


def test_an_address_of_one_kind_is_none_of_the_other(cast: Cast) -> None:
    survey, pulse = survey_of(cast.workspace), pulse_of(cast.workspace)
    person = factories.person(cast.workspace, "pia")
    token = token_of(survey, survey.asks(person))
    pulse.asks(person)

    with pytest.raises(NotFound):
        ask_at(pulse.kind, token, Holder(), moment=DAY)


def test_whoever_is_signed_in_as_somebody_else_is_refused(use: Use, ask: Any, cast: Cast) -> None:
    """A colleague who was not asked, one who was, and somebody of another customer."""
    use.asks(factories.person(cast.workspace, "ursula", user=cast.ursula.user))
    others = [browser(who) for who in (cast.mark, cast.ursula, cast.olga, cast.stan)]
    answers = [each.post(use.path(ask), use.said) for each in others]
    looked = [each.get(use.path(ask)) for each in others]

    assert set(statuses(*answers, *looked)) == {403}
    assert "sent to somebody else" in answers[0].content.decode()
    assert use.kept() == 0


def test_who_was_asked_answers_signed_in_or_not(use: Use, cast: Cast) -> None:
    linked = use.asks(factories.person(cast.workspace, "ursula", user=cast.ursula.user))
    known = use.asks(factories.person(cast.workspace, "mark", email="Mark@Example.org"))

    assert statuses(
        browser(cast.ursula).post(use.path(linked), use.said),
        browser(cast.mark).post(use.path(known), use.said),
    ) == [200, 200]


def test_who_signs_in_as_the_same_person_by_another_row_is_not_refused(
    use: Use, cast: Cast
) -> None:
    main = factories.person(cast.workspace, "ursula", user=cast.ursula.user)
    asked = use.asks(factories.person(cast.workspace, "u-2", same_as=main))

    assert ask_at(use.kind, token_of(use, asked), Holder(cast.ursula.user), moment=DAY) == asked


def test_whether_it_was_answered_is_not_told_to_another(use: Use, ask: Any, cast: Cast) -> None:
    Client().post(use.path(ask), use.said)

    with pytest.raises(NotAllowed):
        ask_at(use.kind, token_of(use, ask), Holder(cast.mark.user), moment=DAY)


def test_an_address_ends_with_the_time_to_answer(use: Use, ask: Any) -> None:
    last = ask_at(use.kind, token_of(use, ask), Holder(), moment=DAY + timedelta(days=13))

    with at(LONG_OVER):
        late = Client().post(use.path(ask), use.said)
    assert last == ask
    assert late.status_code == 409
    assert "time to answer is over" in late.content.decode()
    assert use.kept() == 0


def test_nothing_is_taken_that_was_withdrawn(use: Use, ask: Any) -> None:
    use.withdraw()

    assert Client().post(use.path(ask), use.said).status_code in (404, 409)
    assert use.kept() == 0


def test_who_has_left_is_not_asked_any_more(use: Use, ask: Any) -> None:
    Person.objects.update(ends_on=DAY.date() - timedelta(days=1))

    assert Client().post(use.path(ask), use.said).status_code == 404
    with pytest.raises(Conflict):
        settle(use.kind, ask, AskState.ANSWERED)
    assert use.kept() == 0


def test_the_address_of_who_was_erased_is_unknown(use: Use, ask: Any) -> None:
    path = use.path(ask)
    Person.objects.filter(external_id="pia").delete()

    assert Client().post(path, use.said).status_code == 404


def test_one_s_own_ask_is_nobody_else_s(use: Use, cast: Cast) -> None:
    asked = use.asks(factories.person(cast.workspace, "ursula", user=cast.ursula.user))
    factories.person(cast.workspace, "mark", user=cast.mark.user)

    assert access_own_ask(use.kind, cast.ursula, asked.pk) == asked
    for other in (cast.mark, cast.olga, cast.stan):
        with pytest.raises(NotFound):
            access_own_ask(use.kind, other, asked.pk)


def test_no_log_and_no_record_holds_the_address_or_who_answered(
    use: Use, ask: Any, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    before = Activity.objects.count()
    for said in ({}, use.said, use.said):
        Client().post(use.path(ask), said)

    written = capsys.readouterr().out + capsys.readouterr().err
    assert "request.answered" in written
    assert "pia" not in written + caplog.text
    assert token_of(use, ask) not in written
    assert Activity.objects.count() == before
