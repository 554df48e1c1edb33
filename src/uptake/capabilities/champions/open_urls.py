"""Addresses that work without signing in, because they are secrets themselves."""

from __future__ import annotations

from django.urls import path

from uptake.capabilities.champions.pages import unsigned

app_name = "open_champions"

urlpatterns = [path("my-part/<str:token>", unsigned.answer, name="answer")]
