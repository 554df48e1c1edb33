"""Django's entry to administration."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class AdministrationConfig(AppConfig):
    """Who has access, under which rules, and what was done."""

    name = "uptake.capabilities.administration"
    label = "administration"
    verbose_name = "Administration"

    def ready(self) -> None:
        """Put our pages into the rail, what we find into the search, what we erase into erasing."""
        import_module(f"{self.name}.rail")
        import_module(f"{self.name}.finders")
        import_module(f"{self.name}.erasing")
