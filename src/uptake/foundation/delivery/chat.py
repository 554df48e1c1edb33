"""Messages to channels: Slack's incoming webhooks and the workflow webhooks of Microsoft Teams.

Slack: ``text`` as the fallback, ``blocks`` with at most 150 characters of header and 3,000 of a
section. Teams: one Adaptive Card 1.2 in a message of at most 28 KB, no submit actions. Redirects
are not followed: the address is a secret of one host.
"""

from __future__ import annotations

import http.client
import ssl
from http import HTTPStatus
from urllib.parse import SplitResult, urlsplit

import msgspec
from django.utils.timezone import now

from uptake.foundation.delivery.chat_addresses import check_address, unseal
from uptake.foundation.delivery.messages import Begin, Ending, Message, Outcome, read
from uptake.foundation.delivery.models import ChatKind, Delivery
from uptake.foundation.delivery.trying import asked_to_wait
from uptake.foundation.errors import Invalid

SECONDS = 15
LONGEST_HEADER = 150
LONGEST_SECTION = 3_000
LONGEST_CARD_TEXT = 6_000
LONGEST_ANSWER = 2_000
MAY_PASS = frozenset({408, 425, 429, 500, 503})
"""Statuses that say that nothing was done and that it may be asked again."""
NOBODY_KNOWS = frozenset({502, 504})
"""A gateway gave up waiting for whoever may have taken it."""
SAID_IN_THE_BODY = "returned HTTP error 429"
"""Teams' older connectors answered 200 and said in the body that they took nothing."""


def send_to_chat(delivery: Delivery, begin: Begin) -> Outcome:
    """Post a message to its channel."""
    if delivery.chat is None:
        return Outcome(Ending.REFUSED, "The channel is no longer there.")
    try:
        address = unseal(delivery.chat.sealed_address)
        check_address(address)
    except Invalid as problem:
        return Outcome(Ending.REFUSED, str(problem))
    message = read(delivery.message)
    form = slack_form if delivery.chat.kind == ChatKind.SLACK else teams_form
    return _post(urlsplit(address), msgspec.json.encode(form(message)), begin)


def slack_form(message: Message) -> dict[str, object]:
    """Return a message as Slack takes it."""
    text = _slack_escaped("\n\n".join(message.paragraphs))[:LONGEST_SECTION]
    header = {"type": "plain_text", "text": message.subject[:LONGEST_HEADER]}
    blocks: list[dict[str, object]] = [{"type": "header", "text": header}]
    if text:
        blocks.append({"type": "section", "text": {"type": "mrkdwn", "text": text}})
    if message.link:
        words = _slack_escaped(message.link_words or "Open").replace("|", " ")
        link = {"type": "mrkdwn", "text": f"<{_slack_escaped(message.link)}|{words}>"}
        blocks.append({"type": "section", "text": link})
    if message.why:
        said = {"type": "mrkdwn", "text": _slack_escaped(message.why)}
        blocks.append({"type": "context", "elements": [said]})
    return {"text": message.subject, "blocks": blocks, "unfurl_links": False}


def teams_form(message: Message) -> dict[str, object]:
    """Return a message as a workflow of Teams takes it."""
    room = LONGEST_CARD_TEXT
    body: list[dict[str, object]] = [_text_block(message.subject, size="Medium", weight="Bolder")]
    for paragraph in message.paragraphs:
        body.append(_text_block(paragraph[:room]))
        room -= len(paragraph[:room])
    if message.why:
        body.append(_text_block(message.why, isSubtle=True, size="Small"))
    card: dict[str, object] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.2",
        "body": [block for block in body if block["text"]],
    }
    if message.link:
        title = message.link_words or "Open"
        card["actions"] = [{"type": "Action.OpenUrl", "title": title, "url": message.link}]
    attachment = {
        "contentType": "application/vnd.microsoft.card.adaptive",
        "contentUrl": None,
        "content": card,
    }
    return {"type": "message", "attachments": [attachment]}


def _text_block(text: str, **look: object) -> dict[str, object]:
    return {"type": "TextBlock", "text": text, "wrap": True, **look}


def _slack_escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _post(place: SplitResult, body: bytes, begin: Begin) -> Outcome:
    connection = _connection(place)
    try:
        try:
            connection.connect()
        except OSError as problem:
            return Outcome(Ending.NOT_YET, f"{place.hostname} could not be reached: {problem}")
        begin()
        return _asked(connection, place, body)
    finally:
        connection.close()


def _connection(place: SplitResult) -> http.client.HTTPConnection:
    host = place.hostname or ""
    if place.scheme == "https":
        safe = ssl.create_default_context()
        return http.client.HTTPSConnection(host, place.port, timeout=SECONDS, context=safe)
    return http.client.HTTPConnection(host, place.port, timeout=SECONDS)


def _asked(connection: http.client.HTTPConnection, place: SplitResult, body: bytes) -> Outcome:
    path = (place.path or "/") + (f"?{place.query}" if place.query else "")
    try:
        connection.request("POST", path, body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
    except (OSError, http.client.HTTPException) as problem:
        return Outcome(Ending.UNKNOWN, f"No answer came: {problem or type(problem).__name__}")
    return judged(answer.status, answer.getheader("Retry-After"), _text_of(answer))


def _text_of(answer: http.client.HTTPResponse) -> str:
    """The beginning of what was answered; the status is what counts, so half of it will do."""
    try:
        return answer.read(LONGEST_ANSWER).decode(errors="replace").strip()
    except (OSError, http.client.HTTPException):
        return ""


def judged(status: int, retry_after: str | None, text: str) -> Outcome:
    """Return what an answer of a webhook means."""
    said = f"{status}: {text}" if text else str(status)
    wait = asked_to_wait(retry_after, now())
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        if SAID_IN_THE_BODY in text:
            return Outcome(Ending.NOT_YET, said, wait)
        return Outcome(Ending.TAKEN, said)
    if status in MAY_PASS:
        return Outcome(Ending.NOT_YET, said, wait)
    if status in NOBODY_KNOWS:
        return Outcome(Ending.UNKNOWN, said)
    return Outcome(Ending.REFUSED, said)
