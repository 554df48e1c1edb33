"""Errors that people cause; each carries an HTTP status and a sentence that says what to do."""

from __future__ import annotations

from uptake.store.errors import UptakeError


class DomainError(UptakeError):
    """Something that was asked for cannot be done; the text says why and what to do next."""

    status = 400


class NotAllowed(DomainError):
    """The actor is known here but may not do this."""

    status = 403


class NotFound(DomainError):
    """There is no such thing, or it is none of the actor's business: nobody can tell which."""

    status = 404


class Conflict(DomainError):
    """What was asked for collides with what is already there."""

    status = 409


class Invalid(DomainError):
    """A value makes no sense."""

    status = 422


class NotMigrated(UptakeError):
    """The tables are missing or older than this version of Uptake."""
