"""Who asks: the holder of an API key, or a browser in which somebody is signed in."""

from __future__ import annotations

from dataclasses import dataclass

import structlog
from django.http import HttpRequest
from ninja.utils import check_csrf

from uptake.config import load_settings
from uptake.foundation.actor import Actor
from uptake.foundation.api.limits import allowances
from uptake.foundation.errors import DomainError, Invalid, NotAllowed, NotFound
from uptake.foundation.keys import actor_of_key
from uptake.foundation.models import User, Workspace
from uptake.foundation.queries import access_workspace, visible_workspaces
from uptake.foundation.tokens import hash_of

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
NAME_LENGTH = 32
NULS = (b"\0", b"\\u0000", b"%00")


class NotSignedIn(DomainError):
    """Nobody knows who asks."""

    status = 401


class TooManyRequests(DomainError):
    """Somebody asks faster than they may; ``wait`` is in seconds."""

    status = 429

    def __init__(self, wait: int) -> None:
        super().__init__(f"Too many requests; wait {wait} s and ask again.")
        self.wait = wait


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks; ``name`` tells them from all others. A key brings its actor, a browser its user."""

    name: str
    user: User | None = None
    key: Actor | None = None

    def enter(self, workspace: str) -> Actor:
        """Return the caller as they stand in a workspace.

        Raises:
            NotFound: there is no such workspace, or the caller is a stranger there.
        """
        if self.user is not None:
            return access_workspace(self.user, workspace)
        if self.key is None or self.key.workspace.slug != workspace:
            raise NotFound(
                f"There is no workspace {workspace!r} for this key; keys belong to one workspace."
            )
        return self.key

    @property
    def workspaces(self) -> list[Workspace]:
        """Where the caller may enter."""
        if self.user is not None:
            return list(visible_workspaces(self.user))
        return [self.key.workspace] if self.key else []


class FromWithin(HttpRequest):
    """A request that a command makes in its own process; ``within`` is on whose behalf.

    ``body`` is what it sends. Nothing that arrives over HTTP is one of these.
    """

    def __init__(self, within: Caller, body: bytes = b"") -> None:
        super().__init__()
        self.within = within
        self._body = body


class ApiRequest(HttpRequest):
    """A request that has been let in; ``actor`` is there where the address names a workspace."""

    caller: Caller
    actor: Actor


def let_in(request: ApiRequest) -> Caller:
    """Find out who asks, and for which workspace; every endpoint calls it first.

    Raises:
        NotSignedIn: there is neither a key that works nor a session.
        NotAllowed: a browser writes without the mark that proves that it meant to.
        TooManyRequests: the caller asks too often.
        NotFound: the caller is a stranger in the workspace.
    """
    _refuse_nul(request)
    request.caller = caller = _caller(request)
    if not isinstance(request, FromWithin):
        wait = allowances(load_settings().api_requests_a_minute).take(caller.name)
        if wait:
            raise TooManyRequests(wait)
    match = request.resolver_match
    slug = match.kwargs.get("workspace") if match else None
    if slug is not None:
        request.actor = caller.enter(slug)
        structlog.contextvars.bind_contextvars(workspace=slug)
    return caller


def _caller(request: HttpRequest) -> Caller:
    if isinstance(request, FromWithin):
        return request.within
    given = request.headers.get("Authorization", "")
    if given:
        return _holder(given)
    user = request.user
    if not isinstance(user, User) or not user.is_active:
        raise NotSignedIn("Send a key as `Authorization: Bearer uptk_...`, or sign in.")
    if request.method not in SAFE_METHODS and check_csrf(request) is not None:
        raise NotAllowed(
            "A browser has to send the mark of its page in the header X-CSRFToken; programs use "
            "a key instead."
        )
    return Caller(name=f"user:{user.pk}", user=user)


def _holder(given: str) -> Caller:
    kind, _, key = given.partition(" ")
    actor = actor_of_key(key.strip()) if kind.lower() == "bearer" and key else None
    if actor is None:
        raise NotSignedIn("This key is unknown, revoked or has expired; ask an owner for another.")
    return Caller(name=f"key:{hash_of(key.strip())[:NAME_LENGTH]}", key=actor)


def _refuse_nul(request: HttpRequest) -> None:
    """No text of ours holds the character NUL, and PostgreSQL could not keep it."""
    places = (request.get_full_path().encode(errors="replace"), request.path.encode())
    if any(nul in place for nul in NULS for place in places):
        raise Invalid("An address cannot hold the character NUL; take it out.")
