"""Addresses of sources within a workspace."""

from __future__ import annotations

from django.urls import path

from uptake.capabilities.ingestion.pages import deciding, quarantined, sources

app_name = "ingestion"
_SOURCE = "data/sources/<slug:source>/"
urlpatterns = [
    path("data/", sources.overview, name="sources"),
    path("data/sources/new/", deciding.new, name="new"),
    path(_SOURCE, sources.show, name="source"),
    path(f"{_SOURCE}tail/", sources.tail, name="tail"),
    path(f"{_SOURCE}settings/", deciding.change, name="settings"),
    path(f"{_SOURCE}rotate/", deciding.rotate, name="rotate"),
    path(f"{_SOURCE}keys/<int:key>/revoke/", deciding.revoke, name="revoke"),
    path(f"{_SOURCE}quarantine/", quarantined.listing, name="quarantine"),
    path(f"{_SOURCE}quarantine/settle/", quarantined.settle, name="settle"),
    path("data/quarantine/<int:record>/", quarantined.record, name="record"),
    path("data/quarantine/<int:record>/discard/", quarantined.discard, name="discard"),
]
