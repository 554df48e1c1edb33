"""Django's entry to layout, components, charts and static files."""

from __future__ import annotations

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Templates, template tags and static files of every page."""

    name = "uptake.ui"
    label = "ui"
    verbose_name = "User interface"
