"""Addresses of chat channels: secrets, so they are kept sealed; only known hosts are written to."""

from __future__ import annotations

import base64
import hashlib
from fnmatch import fnmatch
from ipaddress import ip_address
from urllib.parse import urlsplit

from cryptography.fernet import Fernet, InvalidToken

from uptake.config import load_settings
from uptake.foundation.errors import Invalid


def check_address(address: str) -> str:
    """Return the host of a channel's address.

    Raises:
        Invalid: it is no https address, or its host is not among those that messages may go to.
    """
    try:
        parts = urlsplit(address.strip())
        host, _port = (parts.hostname or "").lower(), parts.port
    except ValueError as wrong:
        raise Invalid("This is no address; copy it from Slack or Teams as it is.") from wrong
    if not host or not address.strip().isprintable() or " " in address.strip():
        raise Invalid("This is no address; copy it from Slack or Teams as it is.")
    allowed = load_settings().chat_hosts
    if not any(fnmatch(host, pattern.lower()) for pattern in allowed):
        raise Invalid(
            f"Messages may not go to {host}; whoever runs Uptake can allow it with "
            "UPTAKE_CHAT_HOSTS."
        )
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_this_machine(host)):
        raise Invalid("The address has to begin with https://, or others could read along.")
    return host


def seal(address: str) -> str:
    """Return an address as it is stored."""
    return _seal().encrypt(address.strip().encode()).decode("ascii")


def unseal(sealed: str) -> str:
    """Return an address that was stored.

    Raises:
        Invalid: it was sealed with another secret than the one of this installation.
    """
    try:
        return _seal().decrypt(sealed.encode("ascii")).decode()
    except InvalidToken as foreign:
        raise Invalid(
            "The address of this channel cannot be read with this installation's secret; enter it "
            "again."
        ) from foreign


def _seal() -> Fernet:
    told = f"chat addresses:{load_settings().signing_secret()}"
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(told.encode()).digest()))


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
