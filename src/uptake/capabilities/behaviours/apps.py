"""Django's entry to the behaviours capability."""

from __future__ import annotations

from django.apps import AppConfig


class BehavioursConfig(AppConfig):
    """What people are asked to do, and whether it happens."""

    name = "uptake.capabilities.behaviours"
    label = "behaviours"
    verbose_name = "Behaviours"
