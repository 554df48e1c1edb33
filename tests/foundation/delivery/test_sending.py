"""The outbox: one attempt after the other, each ending known or shown as not known."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from tests.cast import Cast
from tests.foundation.delivery.putting import SAID, for_a_day, mailed, placed
from tests.foundation.delivery.servers import mail_sink
from tests.ports import free_port
from uptake.foundation.delivery import sending
from uptake.foundation.delivery.messages import Message, read
from uptake.foundation.delivery.models import Channel, Delivery, State
from uptake.foundation.delivery.outbox import (
    Recipient,
    When,
    hold_back,
    mark_read,
    put,
    settle,
    visible_notices,
)
from uptake.foundation.delivery.sending import LEASE, MOST_ATTEMPTS, claim, deliver_due, recover
from uptake.foundation.delivery.trying import asked_to_wait, wait_after
from uptake.foundation.errors import Conflict, NotFound

Tell = Callable[..., None]
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def again(delivery: Delivery) -> Delivery:
    delivery.refresh_from_db()
    return delivery


def test_a_mail_says_everything_in_text_and_html_and_how_to_leave(cast: Cast, told: Tell) -> None:
    with mail_sink() as sink:
        told(mail_url=sink.url, mail_from="Uptake <uptake@example.org>")
        delivery = mailed(cast.workspace, leave="https://uptake.example.org/reminders/leave/x")
        deliver_due()

    (mail,) = sink.mails
    body = mail.get_body(("plain",))
    html = mail.get_body(("html",))
    assert (mail["To"], mail["Subject"]) == ("ursula@example.org", SAID.subject)
    assert mail["List-Unsubscribe"] == "<https://uptake.example.org/reminders/leave/x>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert body is not None
    assert "Open My week: https://uptake.example.org/w/acme/my-week" in body.get_content()
    assert html is not None
    assert "&lt;Lyon time&gt;" in html.get_content()
    assert again(delivery).state == State.SENT
    assert delivery.said == "250: taken"


def test_an_invitation_goes_along_as_a_calendar(cast: Cast, told: Tell) -> None:
    with mail_sink() as sink:
        told(mail_url=sink.url)
        mailed(cast.workspace, calendar="BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")
        deliver_due()

    parts = [part for part in sink.mails[0].walk() if part.get_content_type() == "text/calendar"]
    assert parts[0].get_param("method") == "REQUEST"
    assert parts[0].get_content().startswith("BEGIN:VCALENDAR")


def test_what_was_sent_is_not_sent_again(cast: Cast, told: Tell) -> None:
    with mail_sink() as sink:
        told(mail_url=sink.url)
        first, second = mailed(cast.workspace), mailed(cast.workspace, subject="Again")
        attempts = [deliver_due() for _ in range(3)]

    assert first == second
    assert attempts == [1, 0, 0]
    assert len(sink.texts) == 1


@pytest.mark.parametrize(
    ("answers", "state"),
    [
        ({"GREETING": "421 too busy"}, State.QUEUED),
        ({"RCPT": "451 greylisted, try later"}, State.QUEUED),
        ({"RCPT": None}, State.QUEUED),
        ({"TEXT": "452 full"}, State.QUEUED),
        ({"DATA": "451 not now"}, State.QUEUED),
        ({"RCPT": "550 no such user"}, State.FAILED),
        ({"TEXT": "554 spam"}, State.FAILED),
        ({"TEXT": None}, State.UNKNOWN),
    ],
)
def test_what_the_mail_server_says_decides(
    cast: Cast, told: Tell, answers: dict[str, str | None], state: State
) -> None:
    with mail_sink(answers=answers) as sink:
        told(mail_url=sink.url)
        delivery = mailed(cast.workspace)
        deliver_due()

    assert again(delivery).state == state
    assert delivery.said


def test_an_answer_is_kept_without_the_address(cast: Cast, told: Tell) -> None:
    with mail_sink(answers={"RCPT": "550 <Ursula@example.org> is unknown"}) as sink:
        told(mail_url=sink.url)
        delivery = mailed(cast.workspace)
        deliver_due()

    assert again(delivery).said == "550: <the address> is unknown"


def test_what_nobody_took_is_tried_again_ever_later(cast: Cast, told: Tell) -> None:
    told(mail_url=f"smtp://127.0.0.1:{free_port()}")
    delivery = mailed(cast.workspace)
    waits = []
    for _ in range(3):
        deliver_due()
        waits.append(again(delivery).next_try_at - delivery.claimed_at)
        Delivery.objects.update(next_try_at=delivery.due_at)

    assert delivery.state == State.QUEUED
    assert waits == sorted(waits)
    assert waits[0] >= timedelta(seconds=60)


def test_after_many_attempts_it_has_failed(cast: Cast, told: Tell) -> None:
    told(mail_url=f"smtp://127.0.0.1:{free_port()}")
    delivery = mailed(cast.workspace)
    Delivery.objects.update(attempts=MOST_ATTEMPTS - 1)

    deliver_due()

    assert again(delivery).state == State.FAILED


def test_without_a_mail_server_it_waits_and_says_what_to_set(cast: Cast, told: Tell) -> None:
    told(mail_url="")
    delivery = mailed(cast.workspace)

    deliver_due()

    assert again(delivery).state == State.QUEUED
    assert "UPTAKE_MAIL_URL" in delivery.said


def test_an_address_that_is_none_fails_at_once(cast: Cast, told: Tell) -> None:
    with mail_sink() as sink:
        told(mail_url=sink.url)
        delivery = placed(cast.workspace, Recipient(Channel.MAIL, address="no address\n"), "k")
        deliver_due()

    assert again(delivery).state == State.FAILED


def test_nothing_leaves_before_it_is_due_or_once_it_is_too_late(cast: Cast) -> None:
    moment = for_a_day().due_at
    early, late = When(moment + timedelta(hours=1), moment + timedelta(hours=2)), None
    late = When(moment - timedelta(hours=2), moment - timedelta(hours=1))
    to = Recipient(Channel.PRODUCT, user=cast.ursula.user)
    early_one, _ = put(cast.workspace, "early", SAID, to=to, when=early)
    late_one, _ = put(cast.workspace, "late", SAID, to=to, when=late)

    assert deliver_due() == 0

    assert [again(early_one).state, again(late_one).state] == [State.QUEUED, State.EXPIRED]


def test_one_message_has_one_owner(cast: Cast) -> None:
    delivery = mailed(cast.workspace)
    moment = for_a_day().due_at

    first, second = claim(delivery.pk, moment), claim(delivery.pk, moment)

    assert first is not None
    assert second is None


def test_a_claim_that_was_taken_away_sends_nothing(cast: Cast, told: Tell) -> None:
    with mail_sink() as sink:
        told(mail_url=sink.url)
        delivery = mailed(cast.workspace)
        slow = claim(delivery.pk, for_a_day().due_at)
        assert slow is not None
        recover(for_a_day().due_at + LEASE * 2)
        sending.attempt(slow)

    assert sink.texts == []
    assert again(delivery).state == State.QUEUED


def test_who_dies_before_it_leaves_has_sent_nothing_and_who_dies_after_leaves_it_open(
    cast: Cast,
) -> None:
    before, after = mailed(cast.workspace, "before"), mailed(cast.workspace, "after")
    moment = for_a_day().due_at
    claim(before.pk, moment)
    claim(after.pk, moment)
    Delivery.objects.filter(pk=after.pk).update(state=State.SENDING)

    recover(moment + LEASE * 2)

    assert [again(before).state, again(after).state] == [State.QUEUED, State.UNKNOWN]


def test_a_failure_of_our_own_is_told_apart_by_whether_it_had_left(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(_delivery: Delivery, begin: Callable[[], None]) -> None:
        begin()
        raise ZeroDivisionError

    monkeypatch.setitem(sending.WAYS, Channel.MAIL, breaks)  # type: ignore[arg-type]  # a dict
    delivery = mailed(cast.workspace)

    deliver_due()

    assert again(delivery).state == State.UNKNOWN


def test_a_notice_is_read_by_whom_it_is_for_alone(cast: Cast) -> None:
    placed(cast.workspace, Recipient(Channel.PRODUCT, user=cast.ursula.user), "k")
    deliver_due()

    assert [read(n.message).subject for n in visible_notices(cast.ursula)] == [SAID.subject]
    assert not visible_notices(cast.olga).exists()
    assert [mark_read(cast.olga), mark_read(cast.ursula), mark_read(cast.ursula)] == [0, 1, 0]


def unknown(cast: Cast) -> Delivery:
    delivery = mailed(cast.workspace)
    Delivery.objects.update(state=State.UNKNOWN)
    return delivery


def test_what_nobody_knows_is_sent_again_only_if_somebody_says_so(cast: Cast, told: Tell) -> None:
    delivery = unknown(cast)
    with mail_sink() as sink:
        told(mail_url=sink.url)
        assert deliver_due() == 0
        settle(cast.olga, Delivery.objects.all(), delivery.pk, arrived=False)
        deliver_due()

    assert len(sink.texts) == 1
    assert again(delivery).state == State.SENT


def test_what_is_known_cannot_be_decided(cast: Cast) -> None:
    delivery = unknown(cast)
    settle(cast.olga, Delivery.objects.all(), delivery.pk, arrived=True)

    with pytest.raises(Conflict, match="known already"):
        settle(cast.olga, Delivery.objects.all(), delivery.pk, arrived=False)
    with pytest.raises(NotFound):
        settle(cast.olga, Delivery.objects.none(), delivery.pk, arrived=True)
    assert again(delivery).state == State.SENT


def test_what_waited_in_a_backup_is_held_back(cast: Cast) -> None:
    delivery = mailed(cast.workspace)
    placed(cast.workspace, Recipient(Channel.PRODUCT, user=cast.ursula.user), "notice")

    assert hold_back(for_a_day().due_at) == 1

    assert again(delivery).state == State.UNKNOWN


def test_what_is_over_cannot_be_sent_again(cast: Cast) -> None:
    delivery = unknown(cast)
    Delivery.objects.update(expires_at=for_a_day().due_at - timedelta(minutes=1))

    with pytest.raises(Conflict, match="too late"):
        settle(cast.olga, Delivery.objects.all(), delivery.pk, arrived=False)


def test_waiting_grows_to_six_hours_and_obeys_the_other_side() -> None:
    waits = [wait_after(attempts, "k") for attempts in range(1, 12)]

    assert waits == sorted(waits)
    assert waits[-1] <= timedelta(hours=7, minutes=30)
    assert wait_after(1, "k", timedelta(hours=2)) == timedelta(hours=2)
    assert wait_after(1, "k", timedelta(days=30)) == timedelta(days=1)


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        (None, None),
        ("120", timedelta(minutes=2)),
        ("Mon, 02 Mar 2026 12:05:00 GMT", timedelta(minutes=5)),
        ("Mon, 02 Mar 2026 11:00:00 GMT", timedelta(0)),
        ("soon", None),
        ("Mon, 02 Mar 2026 12:05:00 -0000", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header: str | None, wait: timedelta | None) -> None:
    assert asked_to_wait(header, NOON) == wait


def test_a_message_survives_being_kept(cast: Cast) -> None:
    delivery = mailed(cast.workspace)

    assert read(again(delivery).message) == SAID
    assert isinstance(read(delivery.message), Message)
