"""Addresses of the web pages; each capability's own addresses join here."""

from __future__ import annotations

from django.urls import include, path

from uptake.site import api, problems
from uptake.site.api_docs import docs, openapi
from uptake.site.health import health, metrics, ready

_WORKSPACE = [
    path("", include("uptake.capabilities.administration.urls")),
    path("", include("uptake.capabilities.assessments.urls")),
    path("", include("uptake.capabilities.behaviours.urls")),
    path("", include("uptake.capabilities.champions.urls")),
    path("", include("uptake.capabilities.contests.urls")),
    path("", include("uptake.capabilities.customers.urls")),
    path("", include("uptake.capabilities.digest.urls")),
    path("", include("uptake.capabilities.imports.urls")),
    path("", include("uptake.capabilities.incentives.urls")),
    path("", include("uptake.capabilities.ingestion.urls")),
    path("", include("uptake.capabilities.measure.urls")),
    path("", include("uptake.capabilities.recognition.urls")),
    path("", include("uptake.capabilities.reminders.urls")),
    path("", include("uptake.capabilities.records.urls")),
    path("", include("uptake.capabilities.process.urls")),
]

urlpatterns = [
    path("", include("uptake.capabilities.administration.own_urls")),
    path("", include("uptake.capabilities.reminders.open_urls")),
    path("", include("uptake.capabilities.assessments.open_urls")),
    path("", include("uptake.capabilities.champions.open_urls")),
    path("", include("uptake.capabilities.digest.open_urls")),
    path("", include("uptake.capabilities.records.open_urls")),
    path("w/<slug:workspace>/", include(_WORKSPACE)),
    # Accounts are made by invitation, and an address is who somebody is: neither page is there.
    path("accounts/signup/", problems.not_there),
    path("accounts/email/", problems.not_there),
    path("accounts/", include("allauth.urls")),
    path("api/v1/docs", docs, name="api_docs"),
    path("api/v1/openapi.json", openapi, name="openapi"),
    path("api/v1/", api.urls),
    path("health", health, name="health"),
    path("ready", ready, name="ready"),
    path("metrics", metrics, name="metrics"),
]

handler400 = problems.bad_request
handler403 = problems.forbidden
handler404 = problems.not_found
handler500 = problems.broken
