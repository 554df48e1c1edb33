"""Messages to channels of Slack and Teams, posted to a web server of our own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

import pytest

from tests.cast import Cast
from tests.foundation.delivery.putting import SAID, for_a_day, posted
from tests.foundation.delivery.servers import PostSink, post_sink
from tests.ports import free_port
from uptake.foundation.delivery.chat import LONGEST_HEADER, LONGEST_SECTION, slack_form, teams_form
from uptake.foundation.delivery.chat_addresses import check_address, unseal
from uptake.foundation.delivery.messages import Message
from uptake.foundation.delivery.models import ChatChannel, ChatKind, Delivery, State
from uptake.foundation.delivery.outbox import (
    add_chat_channel,
    remove_chat_channel,
    try_chat_channel,
    visible_chat_channels,
)
from uptake.foundation.delivery.sending import deliver_due
from uptake.foundation.errors import Conflict, Invalid, NotAllowed, NotFound

Tell = Callable[..., None]
Answer = tuple[int, Mapping[str, str], str] | None


def channel(cast: Cast, told: Tell, sink: PostSink, kind: ChatKind = ChatKind.SLACK) -> ChatChannel:
    told(chat_hosts="127.0.0.1")
    return add_chat_channel(cast.olga, "#sales", kind=kind, address=sink.url)


def test_slack_gets_blocks_and_a_fallback(cast: Cast, told: Tell) -> None:
    with post_sink() as sink:
        delivery = posted(cast.workspace, channel(cast, told, sink))
        deliver_due()

    (body,) = sink.bodies
    assert sink.paths == ["/services/T0/secret?sig=1"]
    assert body["text"] == SAID.subject
    assert body["blocks"][0] == {
        "type": "header",
        "text": {"type": "plain_text", "text": SAID.subject},
    }
    assert "&lt;Lyon time&gt;" in body["blocks"][1]["text"]["text"]
    assert body["blocks"][2]["text"]["text"] == f"<{SAID.link}|Open My week>"
    delivery.refresh_from_db()
    assert (delivery.state, delivery.said) == (State.SENT, "200: ok")


def test_teams_gets_an_adaptive_card(cast: Cast, told: Tell) -> None:
    with post_sink((202, {}, "")) as sink:
        delivery = posted(cast.workspace, channel(cast, told, sink, ChatKind.TEAMS))
        deliver_due()

    (attachment,) = sink.bodies[0]["attachments"]
    card = attachment["content"]
    assert sink.bodies[0]["type"] == "message"
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert (card["type"], card["version"]) == ("AdaptiveCard", "1.2")
    assert [block["text"] for block in card["body"]][:2] == [SAID.subject, SAID.paragraphs[0]]
    assert card["actions"][0]["url"] == SAID.link
    delivery.refresh_from_db()
    assert delivery.state == State.SENT


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ((429, {"Retry-After": "1800"}, "slow down"), State.QUEUED),
        ((503, {}, ""), State.QUEUED),
        ((200, {}, "Webhook message delivery failed: returned HTTP error 429"), State.QUEUED),
        ((404, {}, "no_service"), State.FAILED),
        ((302, {"Location": "http://127.0.0.1/"}, ""), State.FAILED),
        ((504, {}, ""), State.UNKNOWN),
        (None, State.UNKNOWN),
    ],
)
def test_what_the_webhook_says_decides(
    cast: Cast, told: Tell, answer: Answer, state: State
) -> None:
    with post_sink(answer) as sink:
        delivery = posted(cast.workspace, channel(cast, told, sink))
        deliver_due()
        deliver_due()

    delivery.refresh_from_db()
    assert delivery.state == state
    assert len(sink.bodies) == 1


def test_a_busy_webhook_is_asked_again_when_it_says(cast: Cast, told: Tell) -> None:
    with post_sink((429, {"Retry-After": "1800"}, ""), (200, {}, "ok")) as sink:
        delivery = posted(cast.workspace, channel(cast, told, sink))
        deliver_due()
        delivery.refresh_from_db()
        waits = delivery.next_try_at - delivery.claimed_at
        Delivery.objects.update(next_try_at=delivery.due_at)
        deliver_due()

    delivery.refresh_from_db()
    assert waits >= timedelta(minutes=29)
    assert (delivery.state, delivery.attempts) == (State.SENT, 2)


def test_nobody_at_the_address_is_tried_later(cast: Cast, told: Tell) -> None:
    told(chat_hosts="127.0.0.1")
    nobody = add_chat_channel(
        cast.olga, "#x", kind=ChatKind.SLACK, address=f"http://127.0.0.1:{free_port()}/x"
    )
    delivery = posted(cast.workspace, nobody)

    deliver_due()

    delivery.refresh_from_db()
    assert delivery.state == State.QUEUED


def test_an_address_is_kept_sealed_and_never_shown(cast: Cast, told: Tell) -> None:
    with post_sink() as sink:
        kept = channel(cast, told, sink)

    assert "secret" not in kept.sealed_address
    assert unseal(kept.sealed_address) == sink.url
    with pytest.raises(Invalid, match="enter it again"):
        unseal("gAAAAAB")


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("https://evil.example.org/x", "UPTAKE_CHAT_HOSTS"),
        ("http://hooks.slack.com/x", "https"),
        ("https://hooks.slack.com.evil.example.org/x", "UPTAKE_CHAT_HOSTS"),
        ("https://169.254.169.254/latest", "UPTAKE_CHAT_HOSTS"),
        ("nothing", "no address"),
        ("https://[::1", "no address"),
        ("https://hooks.slack.com/a b", "no address"),
    ],
)
def test_messages_go_to_known_hosts_alone(address: str, says: str) -> None:
    with pytest.raises(Invalid, match=says):
        check_address(address)


@pytest.mark.parametrize(
    "address",
    [
        "https://hooks.slack.com/services/T/B/x",
        "https://prod-1.westeurope.logic.azure.com:443/workflows/x?sig=y",
        "https://default1.environment.api.powerplatform.com:443/x",
    ],
)
def test_addresses_of_slack_and_teams_are_taken(address: str) -> None:
    assert check_address(address) in address


def test_a_channel_that_is_gone_is_written_to_no_more(cast: Cast, told: Tell) -> None:
    with post_sink() as sink:
        gone = channel(cast, told, sink)
        delivery = posted(cast.workspace, gone)
        remove_chat_channel(cast.olga, gone.pk)
        deliver_due()

    delivery.refresh_from_db()
    assert (delivery.state, sink.bodies) == (State.FAILED, [])


def test_a_host_that_is_no_longer_allowed_is_written_to_no_more(cast: Cast, told: Tell) -> None:
    with post_sink() as sink:
        delivery = posted(cast.workspace, channel(cast, told, sink))
        told(chat_hosts="hooks.slack.com")
        deliver_due()

    delivery.refresh_from_db()
    assert (delivery.state, sink.bodies) == (State.FAILED, [])


def test_a_channel_is_tried_out(cast: Cast, told: Tell) -> None:
    with post_sink() as sink:
        try_chat_channel(cast.olga, channel(cast, told, sink).pk, for_a_day())
        deliver_due()

    assert "tried it out" in sink.bodies[0]["blocks"][1]["text"]["text"]


def test_channels_are_the_owners_to_change(cast: Cast, told: Tell) -> None:
    with post_sink() as sink:
        kept = channel(cast, told, sink)
        for actor in (*cast.who_may_not_write, cast.edith, cast.carla):
            with pytest.raises((NotAllowed, NotFound)):
                add_chat_channel(actor, "#x", kind=ChatKind.SLACK, address=sink.url)
            with pytest.raises((NotAllowed, NotFound)):
                remove_chat_channel(actor, kept.pk)
            with pytest.raises((NotAllowed, NotFound)):
                try_chat_channel(actor, kept.pk, for_a_day())

    assert ChatChannel.objects.count() == 1
    assert list(visible_chat_channels(cast.edith)) == [kept]
    assert list(visible_chat_channels(cast.carla)) == []


def test_a_name_is_needed_and_taken_once(cast: Cast, told: Tell) -> None:
    with post_sink() as sink:
        kept = channel(cast, told, sink)
        with pytest.raises(Conflict):
            add_chat_channel(cast.olga, kept.name, kind=ChatKind.SLACK, address=sink.url)
        with pytest.raises(Invalid):
            add_chat_channel(cast.olga, " ", kind=ChatKind.SLACK, address=sink.url)
    with pytest.raises(NotFound):
        remove_chat_channel(cast.olga, kept.pk + 1)


def test_long_messages_are_cut_to_what_is_taken() -> None:
    long = Message(subject="s" * 500, paragraphs=("p" * 9_000, "q" * 9_000))

    slack, teams = slack_form(long), teams_form(long)

    assert len(slack["blocks"][0]["text"]["text"]) == LONGEST_HEADER  # type: ignore[index]  # JSON
    assert len(slack["blocks"][1]["text"]["text"]) == LONGEST_SECTION  # type: ignore[index]  # JSON
    assert len(str(teams)) < 28_000
