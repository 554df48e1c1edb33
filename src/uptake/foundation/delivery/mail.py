"""Messages by mail, over SMTP step by step, so that it is known whether the server took one.

Until the text is handed over, whatever goes wrong is known not to have been sent; the server's
answer to the text decides; if none comes, nobody knows.
"""

from __future__ import annotations

import hashlib
import smtplib
import ssl
from contextlib import suppress
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr, parseaddr
from html import escape
from urllib.parse import unquote, urlsplit

from django.utils.timezone import now

from uptake.config import load_settings
from uptake.foundation.delivery.messages import Begin, Ending, Message, Outcome, read
from uptake.foundation.delivery.models import Delivery
from uptake.foundation.mail import DEFAULT_PORTS, SECONDS

ACCEPTED = 250
WILL_FORWARD = 251
PERMANENT = 500


def send_by_mail(delivery: Delivery, begin: Begin) -> Outcome:
    """Hand a message to the mail server."""
    settings = load_settings()
    if not settings.mail_url:
        return Outcome(Ending.NOT_YET, "No mail server is set; set UPTAKE_MAIL_URL.")
    try:
        mail = written(delivery, read(delivery.message), sender=settings.mail_from)
    except ValueError as wrong:
        return Outcome(Ending.REFUSED, f"This cannot be written as a mail: {wrong}")
    try:
        server = _connected(settings.mail_url)
    except (OSError, smtplib.SMTPException) as problem:
        return Outcome(Ending.NOT_YET, f"The mail server could not be used: {problem}")
    try:
        return _handed_over(server, mail, begin)
    finally:
        _hang_up(server)


def written(delivery: Delivery, message: Message, *, sender: str) -> EmailMessage:
    """Return a message as a mail: plain text, HTML, and an invitation if it has one."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = formataddr(parseaddr(sender))
    mail["To"] = Address(addr_spec=delivery.address)
    mail["Subject"] = " ".join(message.subject.split())
    mail["Date"] = format_datetime(now())
    mail["Message-ID"] = _message_id(delivery, sender)
    mail["Auto-Submitted"] = "auto-generated"
    if message.leave:
        mail["List-Unsubscribe"] = f"<{message.leave}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(message.text)
    mail.add_alternative(_html(message), subtype="html")
    if message.calendar:
        mail.add_alternative(
            message.calendar, subtype="calendar", params={"method": "REQUEST"}, cte="base64"
        )
    return mail


def _message_id(delivery: Delivery, sender: str) -> str:
    """The same at each attempt, so that whoever gets it twice can tell."""
    named = f"{delivery.workspace_id}:{delivery.key}"
    domain = parseaddr(sender)[1].partition("@")[2] or "localhost"
    return f"<{hashlib.sha256(named.encode()).hexdigest()[:32]}@{domain}>"


def _html(message: Message) -> str:
    said = "".join(f"<p>{_lines(paragraph)}</p>" for paragraph in message.paragraphs)
    if message.link:
        words = escape(message.link_words or message.link)
        said += f'<p><a href="{escape(message.link)}">{words}</a></p>'
    small = escape(message.why)
    if message.leave:
        small += f' <a href="{escape(message.leave)}">No more of these</a>'
    foot = f'<p style="color:#56626e;font-size:13px">{small}</p>' if small else ""
    style = "font-family:system-ui,sans-serif;font-size:15px;line-height:1.5;max-width:40em"
    return f'<!doctype html><html lang="en"><body style="{style}">{said}{foot}</body></html>'


def _lines(paragraph: str) -> str:
    return escape(paragraph).replace("\n", "<br>")


def _connected(url: str) -> smtplib.SMTP:
    """Connect, encrypted where the address says so, and sign in if it names somebody."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or DEFAULT_PORTS[parts.scheme]
    safe = ssl.create_default_context()
    server: smtplib.SMTP
    if parts.scheme == "smtps":
        server = smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=safe)
    else:
        server = smtplib.SMTP(host, port, timeout=SECONDS)
    try:
        server.ehlo_or_helo_if_needed()
        if parts.username:
            if parts.scheme == "smtp":
                server.starttls(context=safe)
                server.ehlo()
            server.login(unquote(parts.username), unquote(parts.password or ""))
    except BaseException:
        server.close()
        raise
    return server


def _handed_over(server: smtplib.SMTP, mail: EmailMessage, begin: Begin) -> Outcome:
    try:
        refused = _envelope(server, mail)
    except (OSError, smtplib.SMTPException) as problem:
        return Outcome(Ending.NOT_YET, f"The mail server hung up: {problem}")
    if refused is not None:
        return refused
    begin()
    try:
        return _answered(*server.data(mail.as_bytes()))
    except smtplib.SMTPDataError as refusal:
        return _answered(refusal.smtp_code, refusal.smtp_error)
    except (OSError, smtplib.SMTPException) as problem:
        return Outcome(Ending.UNKNOWN, f"The mail server did not answer: {problem}")


def _envelope(server: smtplib.SMTP, mail: EmailMessage) -> Outcome | None:
    """Say from whom and to whom; what the server says against it, if anything."""
    code, said = server.mail(parseaddr(mail["From"])[1])
    if code == ACCEPTED:
        code, said = server.rcpt(mail["To"].addresses[0].addr_spec)
    return None if code in (ACCEPTED, WILL_FORWARD) else _answered(code, said)


def _answered(code: int, said: bytes | str) -> Outcome:
    text = said.decode(errors="replace") if isinstance(said, bytes) else said
    told = f"{code}: {text}"
    if code == ACCEPTED:
        return Outcome(Ending.TAKEN, told)
    return Outcome(Ending.REFUSED if code >= PERMANENT else Ending.NOT_YET, told)


def _hang_up(server: smtplib.SMTP) -> None:
    """Say goodbye; the mail was taken or not before this."""
    with suppress(OSError, smtplib.SMTPException):
        server.quit()
    server.close()
