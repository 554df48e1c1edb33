"""Addresses of record quality, within a workspace."""

from __future__ import annotations

app_name = "records"

urlpatterns: list[object] = []
