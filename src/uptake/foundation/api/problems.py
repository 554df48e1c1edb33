"""What the API answers when something is wrong: always ``detail``, one plain sentence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from uptake.foundation.api.callers import NotSignedIn, TooManyRequests
from uptake.foundation.errors import DomainError
from uptake.store.errors import LakeBusy, LakeFull, LakeReadOnly, LakeUnavailable, UptakeError

RETRY_AFTER = "Retry-After"
PASSES_BY_ITSELF = (LakeBusy, LakeFull, LakeReadOnly, LakeUnavailable)


def answer_problem(status: int, detail: str, fields: Sequence[dict[str, str]] = ()) -> JsonResponse:
    """Return a problem as an answer."""
    return JsonResponse({"detail": detail, "fields": list(fields)}, status=status)


def add_handlers(api: NinjaAPI) -> None:
    """Have every problem answered in one shape."""
    handlers: dict[type[Exception], Callable[..., HttpResponse]] = {
        UptakeError: _told,
        ValidationError: _values,
        HttpError: _plain,
        Http404: _nothing,
    }
    for kind, handler in handlers.items():
        api.add_exception_handler(kind, handler)


def _told(_request: HttpRequest, problem: UptakeError) -> HttpResponse:
    answer = answer_problem(_status(problem), str(problem))
    if isinstance(problem, NotSignedIn):
        answer["WWW-Authenticate"] = "Bearer"
    if isinstance(problem, TooManyRequests):
        answer[RETRY_AFTER] = str(problem.wait)
    return answer


def _status(problem: UptakeError) -> int:
    if isinstance(problem, DomainError):
        return problem.status
    return 503 if isinstance(problem, PASSES_BY_ITSELF) else 422


def _values(_request: HttpRequest, problem: ValidationError) -> HttpResponse:
    fields = [_field(error) for error in problem.errors]
    wrong = f"{fields[0]['field']}: {fields[0]['message']}" if fields else "look at the parameters"
    more = f", and {len(fields) - 1} more" if len(fields) > 1 else ""
    return answer_problem(422, f"A value cannot be used: {wrong}{more}.", fields)


def _field(error: dict[str, Any]) -> dict[str, str]:  # Any: as ninja states it
    return {"field": ".".join(map(str, error["loc"])), "message": str(error["msg"])}


def _plain(request: HttpRequest, problem: HttpError) -> HttpResponse:
    if isinstance(problem.__cause__, UptakeError):
        return _told(request, problem.__cause__)
    return answer_problem(problem.status_code, str(problem))


def _nothing(_request: HttpRequest, _problem: Http404) -> HttpResponse:
    return answer_problem(404, "There is nothing at this address; see /api/v1/docs.")
