"""Addresses of what belongs to one user, whatever the workspace."""

from __future__ import annotations

from django.urls import path

from uptake.capabilities.administration.pages import start

app_name = "profile"
urlpatterns = [
    path("", start.start, name="start"),
    path("profile", start.start, name="profile"),
]
