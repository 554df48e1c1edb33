"""Django's entry to the champions capability."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class ChampionsConfig(AppConfig):
    """Who shows, reminds of and notices what is asked; and who goes ahead among the people."""

    name = "uptake.capabilities.champions"
    label = "champions"
    verbose_name = "Champions"

    def ready(self) -> None:
        """Sign up with the queue, the rail, and the pages below that show who carries something."""
        for module in ("jobs", "rail", "adding"):
            import_module(f"{self.name}.{module}")
