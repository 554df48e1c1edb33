"""Addresses of recognition, within a workspace."""

from __future__ import annotations

from django.urls import path

from uptake.capabilities.recognition import pages

app_name = "recognition"

urlpatterns = [
    path("recognition", pages.recognition, name="recognition"),
    path("recognition/nominate", pages.nominate, name="nominate"),
    path("recognition/<int:nomination>/decide", pages.decide, name="decide"),
    path("recognition/<int:nomination>/answer", pages.answer, name="answer"),
]
