"""How an endpoint is declared: what it answers with, which permission it needs, what it says.

The docstring of the function is what integrators read: its first line, then the rest. Who
asks, and whether they may, is decided before anything they sent is read.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, get_args

from django.http import HttpResponse
from ninja import Router

from uptake.foundation.access import Permission
from uptake.foundation.api.callers import ApiRequest, Caller, let_in
from uptake.foundation.api.once import do_once
from uptake.foundation.api.shapes import Asked, Shape
from uptake.foundation.errors import Invalid

Described = dict[str, Any]  # Any: JSON
Show = TypeVar("Show", bound=Callable[..., Shape | None])

PERMISSION = "x-permission"
"""Where the description of an operation says which permission it needs."""

NO_CONTENT = 204
JSON = "application/json"


class Endpoints:
    """The endpoints of one subject."""

    def __init__(self, subject: str) -> None:
        self.router = Router(tags=[subject])

    def get(
        self, path: str, *, answers: type[Shape], needs: Permission | None = None
    ) -> Callable[[Show], Show]:
        """Declare something that is read."""
        return self._declare("GET", path, answers, needs=needs)

    def post(
        self,
        path: str,
        *,
        answers: type[Shape],
        needs: Permission | None = None,
        status: int = 200,
    ) -> Callable[[Show], Show]:
        """Declare something that is done, once for each ``Idempotency-Key``."""
        return self._declare("POST", path, answers, needs=needs, status=status)

    def put(
        self,
        path: str,
        *,
        answers: type[Shape],
        needs: Permission | None = None,
        body: Described | None = None,
    ) -> Callable[[Show], Show]:
        """Declare something that is set, as often as one likes; ``body`` says if it is bytes."""
        return self._declare("PUT", path, answers, needs=needs, body=body)

    def delete(self, path: str, *, needs: Permission | None = None) -> Callable[[Show], Show]:
        """Declare something that is taken away."""
        return self._declare("DELETE", path, None, needs=needs, status=NO_CONTENT)

    def _declare(
        self,
        method: str,
        path: str,
        answers: type[Shape] | None,
        *,
        needs: Permission | None,
        status: int = 200,
        body: Described | None = None,
    ) -> Callable[[Show], Show]:
        extra: Described = {PERMISSION: needs.value} if needs else {}
        if body is not None:
            extra["requestBody"] = body

        def declare(show: Show) -> Show:
            headline, _, rest = inspect.cleandoc(show.__doc__ or "").partition("\n")
            self.router.api_operation(
                [method],
                path,
                response={status: answers},
                operation_id=show.__name__,
                summary=headline,
                description=rest.strip() or headline,
                openapi_extra=extra,
                auth=_door(needs),
            )(_answering(show, method, status=status))
            return show

        return declare


def _door(needs: Permission | None) -> Callable[[ApiRequest], Caller]:
    """Return what lets in whoever holds the permission; it runs before the body is looked at."""

    def enter(request: ApiRequest) -> Caller:
        caller = let_in(request)
        if needs is not None:
            request.actor.require(needs)
        return caller

    return enter


def _answering(
    show: Callable[..., Shape | None], method: str, *, status: int
) -> Callable[..., HttpResponse]:
    """Wrap a function so that its answer is sent as it is declared."""
    told = inspect.signature(show, eval_str=True)
    accepted = _names_in_the_address(told)

    @wraps(show)
    def answered(request: ApiRequest, **named: object) -> HttpResponse:
        _refuse_unknown(request, accepted)

        def do() -> HttpResponse:
            return _sent(show(request, **named), status)

        return do_once(request, do) if method == "POST" else do()

    vars(answered)["__signature__"] = told
    return answered


def _sent(answer: Shape | None, status: int) -> HttpResponse:
    content = "" if answer is None else answer.model_dump_json()
    return HttpResponse(content, status=status, content_type=JSON)


def _names_in_the_address(told: inspect.Signature) -> frozenset[str]:
    found: set[str] = set()
    for parameter in told.parameters.values():
        kind: Any = (get_args(parameter.annotation) or (parameter.annotation,))[0]  # Any: a type
        if isinstance(kind, type) and issubclass(kind, Asked):
            found |= {each.alias or name for name, each in kind.model_fields.items()}
    return frozenset(found)


def _refuse_unknown(request: ApiRequest, accepted: frozenset[str]) -> None:
    """A filter that is misspelled would otherwise answer with everything."""
    unknown = sorted(set(request.GET) - accepted)
    if unknown:
        known = ", ".join(sorted(accepted)) or "none"
        raise Invalid(f"There is no parameter {unknown[0]!r} here; those there are: {known}.")
