"""Addresses of administration within a workspace."""

from __future__ import annotations

from django.urls import path

from uptake.capabilities.administration.pages import start

app_name = "administration"
urlpatterns = [
    path("", start.home, name="home"),
    path("search", start.find, name="search"),
]
