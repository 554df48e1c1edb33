"""Addresses that work without signing in, because they are secrets themselves."""

from __future__ import annotations

from django.urls import path

from uptake.capabilities.digest import pages

app_name = "own_digest"

urlpatterns = [path("digest/leave/<str:token>", pages.leave, name="leave")]
