"""Addresses of the web pages; the product's own pages join here."""

from __future__ import annotations

from django.urls import path

from uptake.site.health import health

urlpatterns = [path("health", health, name="health")]
