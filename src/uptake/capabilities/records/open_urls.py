"""Addresses that work without signing in, because they are secrets themselves."""

from __future__ import annotations

from django.urls import path

from uptake.capabilities.records.pages import unsigned

app_name = "open_records"

urlpatterns = [path("two-questions/<str:token>", unsigned.answer, name="answer")]
