"""The API under /api/v1: each capability's endpoints join here."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import URLPattern, URLResolver
from ninja import Router

from uptake import __version__
from uptake.capabilities.administration import api as administration
from uptake.capabilities.assessments import api as assessments
from uptake.capabilities.behaviours import api as behaviours
from uptake.capabilities.champions import api as champions
from uptake.capabilities.contests import api as contests
from uptake.capabilities.customers import api as customers
from uptake.capabilities.digest import api as digest
from uptake.capabilities.imports import api as imports
from uptake.capabilities.incentives import api as incentives
from uptake.capabilities.ingestion import api as ingestion
from uptake.capabilities.measure import api as measure
from uptake.capabilities.process import api as processes
from uptake.capabilities.recognition import api as recognition
from uptake.capabilities.records import api as records
from uptake.capabilities.reminders import api as reminders
from uptake.foundation.api.callers import let_in
from uptake.foundation.api.describing import Api
from uptake.foundation.api.problems import add_handlers, answer_problem
from uptake.foundation.api.reading import StrictJson

PLACE = "/api/"
INSIDE = "/workspaces/{workspace}"
SAYS = {
    400: "This request cannot be understood; see /api/v1/docs.",
    403: "You may not do this here.",
    404: "There is nothing at this address; see /api/v1/docs.",
    405: "This address does not take that method; see /api/v1/docs.",
    500: "Uptake itself failed over this; the log tells more under the id in X-Request-ID.",
}
ABOUT = (
    "Everything that the pages read, and the writes that integrators need. Addresses name the "
    "workspace; lists are paged by `limit` and `cursor`; every number brings its numerator, "
    "denominator, interval, window, state and what it rests on. No answer holds a figure of fewer "
    "people than the workspace's smallest group: such a number has the state `suppressed`."
)


def _api() -> Api:
    made = Api(
        title="Uptake",
        version=__version__,
        description=ABOUT,
        openapi_url=None,
        docs_url=None,
        urls_namespace="api",
        auth=let_in,
        parser=StrictJson(),
    )
    add_handlers(made)
    made.add_router("", administration.places.router)
    for router in _routers():
        made.add_router(INSIDE, router)
    return made


def _routers() -> tuple[Router, ...]:
    parts = (
        *(
            measure,
            behaviours,
            records,
            recognition,
            reminders,
            champions,
            digest,
            contests,
            incentives,
            assessments,
        ),
        *(customers, ingestion, imports, administration, processes),
    )
    return tuple(router for part in parts for router in part.ROUTERS)


def addresses(made: Api) -> tuple[list[URLPattern | URLResolver], str, str]:
    """Return where the operations are; what the library offers beside them is left out."""
    patterns, app_name, namespace = made.urls
    kept = [pattern for pattern in patterns if getattr(pattern, "name", "") != "api-root"]
    return kept, app_name, namespace


api = _api()
urls = addresses(api)


class ApiAnswers:
    """Has everything under /api/ answered in the API's way, whoever answers, and kept by nobody."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request."""
        answer = self._get_response(request)
        if not request.path.startswith(PLACE):
            return answer
        if answer.status_code >= 400 and not _is_json(answer):
            said = SAYS.get(answer.status_code, "This request was refused; see /api/v1/docs.")
            plain = answer_problem(answer.status_code, said)
            if "Allow" in answer:
                plain["Allow"] = answer["Allow"]
            answer = plain
        answer.headers.setdefault("Cache-Control", "private, no-store")
        return answer


def _is_json(answer: HttpResponse) -> bool:
    return answer.headers.get("Content-Type", "").startswith("application/json")
