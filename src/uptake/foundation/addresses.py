"""Addresses in mails that work without signing in: signed, and each about one thing alone.

Whoever changes a letter of one, or takes the token of another kind, is told that it is not known.
"""

from __future__ import annotations

from django.core import signing
from django.urls import reverse

from uptake.config import load_settings
from uptake.foundation.errors import NotAllowed, NotFound

ANOTHER = (
    "This was sent to somebody else than who is signed in here. What waits for you stands in My "
    "week; if it was sent to you, sign out first."
)
Part = str | int
"""What an address names: numbers of rows, or words of ours."""


def refuse_another(*, is_theirs: bool) -> None:
    """End what was begun at an address by somebody signed in to whom it was not sent.

    Raises:
        NotAllowed: it is not theirs.
    """
    if not is_theirs:
        raise NotAllowed(ANOTHER)


def signed_address(route: str, *about: Part, salt: str) -> str:
    """Return the whole address about something; ``route`` takes it as ``token``.

    ``salt``: of this kind of addresses alone, so that none passes for another kind.
    """
    told = about[0] if len(about) == 1 else list(about)
    path = reverse(route, kwargs={"token": signing.dumps(told, salt=salt)})
    return f"{load_settings().public_url}{path}"


def read_token(token: str, *, salt: str, parts: int, unknown: str) -> tuple[Part, ...]:
    """Return what an address is about, in so many parts; ``unknown``: what to say otherwise.

    Raises:
        NotFound: it is no address of ours, or one of another kind.
    """
    try:
        told = signing.loads(token, salt=salt)
    except (signing.BadSignature, ValueError) as wrong:
        raise NotFound(unknown) from wrong
    found = tuple(told) if isinstance(told, list) else (told,)
    if len(found) != parts or not all(isinstance(each, str | int) for each in found):
        raise NotFound(unknown)
    return found
