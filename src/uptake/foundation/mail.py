"""Mail: to a server where one is set, else to the log, where whoever runs Uptake finds the link."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import unquote, urlsplit

import structlog
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from uptake.config import Settings

log = structlog.get_logger(__name__)

SECONDS = 15
DEFAULT_PORTS = {"smtp": 587, "smtps": 465}


class LoggedMail(BaseEmailBackend):
    """Writes mails to the log instead of sending them."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Log each mail with its text."""
        for mail in email_messages:
            log.info("mail.not_sent", to=", ".join(mail.to), subject=mail.subject, text=mail.body)
        return len(email_messages)


def mail_settings(settings: Settings) -> dict[str, object]:
    """Return Django's settings for mail."""
    if not settings.mail_url:
        return {"EMAIL_BACKEND": "uptake.foundation.mail.LoggedMail"}
    parts = urlsplit(settings.mail_url)
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname or "",
        "EMAIL_PORT": parts.port or DEFAULT_PORTS[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp" and bool(parts.username),
        "EMAIL_TIMEOUT": SECONDS,
    }
