"""Addresses of the digest, within a workspace."""

from __future__ import annotations

from django.urls import path

from uptake.capabilities.digest import pages

app_name = "digest"

urlpatterns = [path("my-digest", pages.own, name="own")]
