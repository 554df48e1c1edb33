"""How bodies are read: as JSON that is strictly JSON, without what no database of ours keeps."""

from __future__ import annotations

from typing import Any

import msgspec
from django.http import HttpRequest
from ninja.parser import Parser

from uptake.foundation.errors import DomainError, Invalid

DEEPEST = 32


class BadJson(DomainError):
    """A body is not JSON."""


class StrictJson(Parser):
    """Refuses lone surrogates, NaN, NUL and nesting that nobody means."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:  # Any: JSON
        """Return what the body says."""
        try:
            said = msgspec.json.decode(request.body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as wrong:
            raise BadJson(f"The body is not JSON: {wrong}.") from wrong
        if not isinstance(said, dict):
            raise Invalid("The body has to be a JSON object.")
        _refuse_nul(said, DEEPEST)
        return said


def _refuse_nul(said: object, depth: int) -> None:
    if depth == 0:
        raise Invalid("The body is nested too deeply.")
    if isinstance(said, str) and "\0" in said:
        raise Invalid("A text cannot hold the character NUL; take it out.")
    below = [*said, *said.values()] if isinstance(said, dict) else said
    for item in below if isinstance(below, list) else ():
        _refuse_nul(item, depth - 1)
